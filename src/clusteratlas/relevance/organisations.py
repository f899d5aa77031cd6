"""Which participants are cluster organisations or intermediaries, told from names in Europe's languages."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas.arrow import text, truths
from clusteratlas.relevance.patterns import Patterns, load_patterns

REFUTED_BY = {"cluster": "not_cluster", "known": "not_cluster", "support": "not_support"}


def _folded(names: pa.Array) -> pa.Array:
    plain = pc.utf8_normalize(names, form="NFKD")
    return pc.utf8_lower(pc.replace_substring_regex(plain, r"\p{M}", ""))


def organisation_kind(
    names: pa.Array, short_names: pa.Array | None = None, patterns: Patterns | None = None
) -> pa.Array:
    """For each organisation: 'cluster', 'known', 'support' or 'other'.

    'cluster' is a cluster organisation by its name, 'known' one whose name does not say so, 'support' an
    intermediary such as a development agency, chamber or science park.

    ``names`` and ``short_names`` are string arrays of one length; nulls count as empty.

    >>> organisation_kind(pa.array(["Asociación Clúster Marítimo", "Universidad de León"])).to_pylist()
    ['cluster', 'other']
    """
    patterns = patterns or load_patterns()
    short_names = pa.nulls(len(names), pa.string()) if short_names is None else short_names
    joined = pc.binary_join_element_wise(
        pc.fill_null(pc.cast(names, pa.string()), text("")),
        pc.fill_null(pc.cast(short_names, pa.string()), text("")),
        text(" | "),
    )
    unique = pc.dictionary_encode(_flat(joined))
    kinds = _kinds_of(_folded(unique.dictionary), patterns)
    return pc.take(kinds, unique.indices)


def participant_kind(participants: pa.Table, patterns: Patterns | None = None) -> pa.Array:
    """The kind of each participant: by name, or a cluster where ``is_cluster_organisation`` says so."""
    columns = participants.column_names
    short_names = participants["short_name"] if "short_name" in columns else None
    kinds = organisation_kind(participants["name"], short_names, patterns)
    if "is_cluster_organisation" not in columns:
        return kinds
    stated = _flat(pc.fill_null(participants["is_cluster_organisation"], truths([False])[0]))
    return pc.if_else(stated, text("cluster"), kinds)


def _flat(column: pa.Array | pa.ChunkedArray) -> pa.Array:
    return column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column


def _kinds_of(names: pa.Array, patterns: Patterns) -> pa.Array:
    def fits(kind: str) -> pa.Array:
        matched = pc.match_substring_regex(names, patterns.names[kind])
        refuted = pc.match_substring_regex(names, patterns.names[REFUTED_BY[kind]])
        return pc.and_not(matched, refuted)

    kinds = text("other")
    for kind in ("support", "known", "cluster"):
        kinds = pc.if_else(fits(kind), text(kind), kinds)
    return kinds
