"""Which projects are worth a closer look: a cheap pass over all of them, so that the rest costs nothing."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas.arrow import strings, text, truths
from clusteratlas.relevance.organisations import participant_kind
from clusteratlas.relevance.patterns import Patterns

TEXT_FIELDS = ("title", "objective", "summary", "keywords")
# Plain substrings, not patterns: a scan of forty million characters must stay within a fraction of a second.
# Short texts are scanned for more spellings than long ones, which say "cluster" in English anyway.
SHORT_STEMS = (
    "luster",
    "LUSTER",
    "laster",
    "ompétitivit",
    "ompetitivit",
    "nnovation ecosystem",
    "nnovation valley",
)
LONG_STEMS = ("luster", "nnovation ecosystem")
LONG_FIELDS = ("objective", "summary")


def text_column(projects: pa.Table, name: str) -> pa.Array | pa.ChunkedArray:
    """A text field of the projects, empty where the table or the row lacks it."""
    if name not in projects.column_names:
        return strings([""] * projects.num_rows)
    return pc.fill_null(pc.cast(projects[name], pa.string()), text(""))


def candidate_mask(projects: pa.Table, participants: pa.Table, patterns: Patterns) -> pa.Array:
    """True for each project with the word, a cluster organisation, a telling call or an initiative."""
    masks = [_says_word(projects), _has_cluster(projects, participants, patterns)]
    masks += [_call_fits(projects, patterns)]
    if "initiative_id" in projects.column_names:
        masks.append(pc.is_valid(projects["initiative_id"]))
    mask = masks[0]
    for other in masks[1:]:
        mask = pc.or_(mask, other)
    return mask


def _says_word(projects: pa.Table) -> pa.Array:
    import polars as pl

    mask = np.zeros(projects.num_rows, bool)
    for field in TEXT_FIELDS:
        if field in projects.column_names:
            column = pl.Series(text_column(projects, field))  # looks for a stem in a tenth of Arrow's time
            for stem in LONG_STEMS if field in LONG_FIELDS else SHORT_STEMS:
                mask |= column.str.contains(stem, literal=True).to_numpy()
    return truths(mask)


def _has_cluster(projects: pa.Table, participants: pa.Table, patterns: Patterns) -> pa.Array:
    kinds = participant_kind(participants, patterns)
    chosen = participants.filter(pc.is_in(kinds, strings(["cluster", "known"]).cast(kinds.type)))
    return pc.is_in(projects["project_id"], value_set=pc.unique(chosen["project_id"]))


def _call_fits(projects: pa.Table, patterns: Patterns) -> pa.Array:
    mask = truths(np.zeros(projects.num_rows))
    for signal in patterns.look_at:
        column = pc.utf8_lower(text_column(projects, signal.field))
        mask = pc.or_(mask, _match_unique(column, signal.pattern.pattern))
    return mask


def _match_unique(column: pa.Array | pa.ChunkedArray, pattern: str) -> pa.Array:
    """RE2 knows no look-ahead, and calls repeat: match each distinct value once, with Python's patterns."""
    column = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    unique, search = pc.dictionary_encode(column), re.compile(pattern).search
    hits = truths([bool(search(value)) for value in unique.dictionary.to_pylist()])
    return pc.take(hits, unique.indices)
