"""Ids that last: an organisation keeps its id in the next release, and leaves a trace when it merges or splits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import blake2b
from itertools import count

import polars as pl

MERGED, SPLIT, PUBLISHED = "merged", "split", "published id"
COLUMNS = ("organisation_id", "new_organisation_id", "reason", "last_release_id")


def stable_ids(
    members: pl.DataFrame, before: Mapping[str, str] | None = None, taken: Iterable[str] = ()
) -> dict[int, str]:
    """The id of each cluster.

    ``members`` has a row for each published id in a cluster: ``cluster``, ``published_id``, ``pic`` (or null),
    ``rows``, how much was published under it, and ``record_id``, the first of its records there. ``before`` gives the
    organisation that each published id belonged to in the release before; ``taken`` are ids of organisations that
    are not among ``members``.

    A PIC is the id of the cluster that holds it (of several, the one it went by before, else the smallest). Other
    clusters keep the id of before; where several come from one, the one to which the id was published keeps it, else
    the one with most rows. New ones take the smallest of their published ids that is free, else an id made of their
    first record's. The order of ``members`` changes nothing: of clusters with as many rows the one with the smallest
    published id comes first, then the one with the smallest record id.

    >>> members = pl.DataFrame({"cluster": [0, 0, 2], "published_id": ["keep:a", "keep:b", "keep:c"],
    ...                         "pic": [None, None, None], "rows": [1, 1, 5], "record_id": ["a#1", "b#1", "c#1"]},
    ...                        schema_overrides={"pic": pl.String})
    >>> stable_ids(members), stable_ids(members, {"keep:b": "keep:b", "keep:c": "keep:b"})
    ({0: 'keep:a', 2: 'keep:c'}, {0: 'keep:b', 2: 'keep:c'})
    """
    before, used = before or {}, set(taken)
    held: dict[int, list[tuple[str, str | None, int]]] = {}
    first: dict[int, str] = {}
    columns = ("cluster", "published_id", "pic", "rows", "record_id")
    for cluster, published, pic, rows, record in members.select(columns).iter_rows():
        held.setdefault(cluster, []).append((published, pic, rows))
        first[cluster] = min(first.get(cluster, record), record)
    made: dict[int, str] = {}

    def name(cluster: int, wanted: Iterable[str]) -> None:
        if cluster in made:
            return
        chosen = next((one for one in wanted if one not in used), None)
        if chosen:
            made[cluster] = chosen
            used.add(chosen)

    def weight(cluster: int) -> tuple[int, str, str]:
        smallest = min(published for published, *_ in held[cluster])
        return -sum(rows for *_, rows in held[cluster]), smallest, first[cluster]

    heaviest = sorted(held, key=weight)
    for cluster in heaviest:
        pics = {f"pic:{pic}" for _, pic, _ in held[cluster] if pic}
        earlier = {before.get(published) for published, *_ in held[cluster]}
        name(cluster, sorted(pics, key=lambda pic: (pic not in earlier, pic)))
    for cluster in heaviest:
        own = {published for published, *_ in held[cluster]}
        name(cluster, sorted(published for published in own if before.get(published) == published))
    for cluster in heaviest:
        name(cluster, _kept(held[cluster], before))
    for cluster in heaviest:
        name(cluster, sorted(published for published, *_ in held[cluster]))
        name(cluster, _made_of(first[cluster]))
    return dict(sorted(made.items()))


def _kept(members: list[tuple[str, str | None, int]], before: Mapping[str, str]) -> list[str]:
    """Ids that the members went by before, the one of most rows first; a PIC is not theirs to keep."""
    weights: dict[str, int] = {}
    for published, _, rows in members:
        if published in before:
            weights[before[published]] = weights.get(before[published], 0) + rows
    return sorted(
        (one for one in weights if not one.startswith("pic:")), key=lambda one: (-weights[one], one)
    )


def _made_of(record: str) -> Iterator[str]:
    """Ids made of a record's id, without an end: one of them is free, so that no cluster stays without an id."""
    for turn in count():
        yield f"org:{blake2b(record.encode(), digest_size=6, salt=turn.to_bytes(16)).hexdigest()}"


def redirects(
    now: pl.DataFrame, before: pl.DataFrame, carried: pl.DataFrame, last_release: str | None
) -> pl.DataFrame:
    """Where ids lead that were organisations once, or were published and are part of another organisation.

    ``now`` and ``before`` have a row for each record: ``record_id``, ``published_id``, ``organisation_id``; ``carried``
    are the redirects of the release before. Returns ``organisation_id``, ``new_organisation_id``, ``reason``
    (`merged`, `split` or `published id`) and ``last_release_id``, the last release in which the id was an
    organisation of its own. A `split` tells which organisations came out of one that is still there.
    """
    living, changed = set(now["organisation_id"].unique()), _changed(now, before, last_release)
    leading = _leading(now, carried, changed, living, last_release)
    moved = {old: new for old, (new, *_) in leading.items()}
    rows = [(old, _end(new, moved, living), why, release) for old, (new, why, release) in leading.items()]
    rows += _splits(before, carried, changed, living, last_release)
    kinds = dict.fromkeys(COLUMNS, pl.String)
    made = pl.DataFrame([row for row in rows if row[1]], schema=kinds, orient="row")
    return made.sort("organisation_id", "new_organisation_id")


def _leading(
    now: pl.DataFrame, carried: pl.DataFrame, changed: pl.DataFrame, living: set[str], last: str | None
) -> dict[str, tuple[str, str, str | None]]:
    """By id that is no organisation now: where it leads, why, and the last release that held it."""
    found: dict[str, tuple[str, str, str | None]] = {}
    for old, new, reason, release in carried.select(COLUMNS).iter_rows():
        if reason == MERGED and old not in living:
            found[old] = (new, MERGED, release)
    for old, new, _ in changed.iter_rows():
        if old not in living:
            found.setdefault(old, (new, MERGED, last))
    published = now.filter(pl.col("published_id") != pl.col("organisation_id"))
    counted = published.group_by("published_id", "organisation_id").len()
    for old, new, _ in counted.sort("len", "organisation_id", descending=[True, False]).iter_rows():
        if old not in living:
            found.setdefault(old, (new, PUBLISHED, None))
    return found


def _splits(
    before: pl.DataFrame, carried: pl.DataFrame, changed: pl.DataFrame, living: set[str], last: str | None
) -> list[tuple[str, str, str, str | None]]:
    """Organisations that came out of another one which is still there."""
    known = set(before["organisation_id"]) if len(before) else set()
    found = {(old, new): last for old, new, _ in changed.iter_rows() if new not in known}
    earlier = carried.filter(pl.col("reason") == SPLIT).select(COLUMNS)
    found |= {(old, new): release for old, new, _, release in earlier.iter_rows()}
    return [(old, new, SPLIT, release) for (old, new), release in found.items() if {old, new} <= living]


def _changed(now: pl.DataFrame, before: pl.DataFrame, last_release: str | None) -> pl.DataFrame:
    """Organisations of before whose records are in another one now: old, new, records; most records first."""
    kinds = {"old": pl.String, "new": pl.String, "rows": pl.UInt32}
    if last_release is None or not len(before):
        return pl.DataFrame(schema=kinds)
    exact = now.join(before.select("record_id", old="organisation_id"), on="record_id", how="left")
    # A record that reads otherwise now is known by what it was published under.
    by_id = before.group_by("published_id").agg(earlier=pl.col("organisation_id").min())
    known = exact.join(by_id, on="published_id", how="left").with_columns(old=pl.coalesce("old", "earlier"))
    moved = known.filter(pl.col("old") != pl.col("organisation_id"))
    counted = moved.group_by("old", new="organisation_id").agg(rows=pl.len().cast(pl.UInt32))
    return counted.select(list(kinds)).sort("old", "rows", "new", descending=[False, True, False])


def _end(new: str, moved: Mapping[str, str], living: set[str]) -> str | None:
    """The organisation at the end of a chain of redirects; None when it leads nowhere."""
    seen: set[str] = set()
    while new not in living:
        if new in seen or new not in moved:
            return None
        seen.add(new)
        new = moved[new]
    return new
