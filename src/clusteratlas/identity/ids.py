"""Stable ids of organisations: the publisher's own number where there is one, else made of the first record."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b

import polars as pl

from clusteratlas.identity.clusters import STRENGTH
from clusteratlas.identity.units import Units

PREFIXES = {"pic": "pic", "ror": "ror", "national_id": "national", "vat": "vat"}


def organisation_ids(records: pl.DataFrame, units: Units, root: Sequence[int]) -> pl.DataFrame:
    """``record_id``, ``organisation_id`` of each record; ``root`` is the cluster of each unit."""
    held: dict[int, dict[str, str]] = {}
    for unit, keys in sorted(units.keys.items()):
        ours = held.setdefault(root[unit], {})
        for kind, value in keys.items():
            ours[kind] = min(ours.get(kind, value), value)
    clusters = pl.Series("cluster", root, dtype=pl.UInt32).gather(units.of)
    rows = records.select("record_id", "source").with_columns(clusters)
    first = rows.unique("cluster", keep="first", maintain_order=True)
    taken: set[str] = set()
    named = {c: _id(held.get(c, {}), taken, source, record) for record, source, c in first.iter_rows()}
    ids = pl.Series("organisation_id", [named[c] for c in rows["cluster"].to_list()], dtype=pl.String)
    return rows.select("record_id").with_columns(ids)


def _id(keys: dict[str, str], taken: set[str], source: str, record: str) -> str:
    """The id by the strongest key that no other organisation goes by."""
    for kind in STRENGTH:
        made = f"{PREFIXES[kind]}:{keys[kind]}" if kind in keys else None
        if made and made not in taken:
            taken.add(made)
            return made
    digest = blake2b("\n".join((source, record)).encode(), digest_size=6).hexdigest()
    return f"org:{digest}"
