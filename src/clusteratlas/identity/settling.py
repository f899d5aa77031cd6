"""Joins records to organisations under what people decided: resolved clusters, taken apart and together again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

import polars as pl

from clusteratlas.identity.clusters import root
from clusteratlas.identity.decisions import DIFFERENT, SAME, Decision, in_force

PERSON, PUBLISHED, MODEL = "person", "published id", "model"


@dataclass(frozen=True, slots=True)
class Refused:
    """A join that was not made, with what stood against it: ``pic`` (both hold one) or ``person`` (who said no)."""

    left_record_id: str
    right_record_id: str
    score: float
    kind: str
    left_value: str
    right_value: str


@dataclass(frozen=True)
class Settled:
    """``clusters``: ``record_id``, ``cluster`` (its first record's row). ``refused``: joins not made.
    ``unknown``: decisions in force that name an id which no record has."""

    clusters: pl.DataFrame
    refused: list[Refused]
    unknown: list[Decision]


@dataclass(slots=True)
class _Forest:
    """Clusters as trees of rows; ``apart`` holds, by root, the rows that a person holds to be others."""

    ids: list[str]
    pics: dict[int, str]
    parent: list[int]
    apart: dict[int, dict[int, str]] = field(default_factory=dict)
    refused: list[Refused] = field(default_factory=list)

    def hold_apart(self, left: int, right: int, why: str) -> None:
        self.apart.setdefault(left, {})[right] = why
        self.apart.setdefault(right, {})[left] = why

    def gather(self, rows: list[int], score: float, *, by: str) -> None:
        """Join each of ``rows`` to the first of those before it that it may be one with."""
        heads: list[int] = []
        for row in rows:
            if not any(self.join(head, row, score, by=by) for head in heads):
                heads.append(row)

    def join(self, left: int, right: int, score: float, *, by: str) -> bool:
        """Make two rows one unless something stands against it; whether they are one now."""
        one, other = sorted((root(self.parent, left), root(self.parent, right)))
        if one == other:
            return True
        against = self._against(one, other, by)
        if against:
            self.refused.append(Refused(self.ids[left], self.ids[right], score, *against))
            return False
        self.parent[other] = one
        if other in self.pics:
            self.pics.setdefault(one, self.pics[other])
        for row, why in self.apart.pop(other, {}).items():
            self.apart.setdefault(one, {})[row] = why
        return True

    def _against(self, one: int, other: int, by: str) -> tuple[str, str, str] | None:
        for row, why in self.apart.get(one, {}).items():
            if root(self.parent, row) == other:
                return "person", why, why
        ours, theirs = self.pics.get(one), self.pics.get(other)
        if by != PERSON and ours and theirs and ours != theirs:
            return "pic", ours, theirs
        return None


def settle(records: pl.DataFrame, judgements: pl.DataFrame, decisions: Iterable[Decision] = ()) -> Settled:
    """The clusters of ``records`` under ``decisions``.

    ``records`` has ``record_id``, ``published_id``, ``source``, ``pic`` (or null) and ``resolved``, the organisation
    that `resolve` found (null for a record that it was not asked about); ``judgements`` are those of `judge`.
    A person's word comes first and breaks every other rule; then records of one source under one published id are
    one; then what was resolved holds, as far as it joins no two PICs and nothing that a person holds apart.

    >>> records = pl.DataFrame({"record_id": ["a", "b"], "published_id": ["a", "b"], "source": "s",
    ...                         "pic": [None, None], "resolved": ["x", "x"]}, schema_overrides={"pic": pl.String})
    >>> from datetime import date
    >>> apart = Decision("a", "b", "different", "Ana", date(2026, 1, 2))
    >>> [settle(records, pl.DataFrame(), said).clusters["cluster"].to_list() for said in ([], [apart])]
    [[0, 0], [0, 1]]
    """
    records = records.sort("source", "record_id")
    ids = records["record_id"].to_list()
    pics = {row: pic for row, pic in enumerate(records["pic"].to_list()) if pic}
    forest = _Forest(ids, pics, list(range(len(ids))))
    named, unknown = _rows_named(records, in_force(decisions))
    for decision, left, right in named:
        if decision.verdict == DIFFERENT:
            for one in left:
                for other in right:
                    forest.hold_apart(one, other, f"{decision.author}, {decision.date}")
    for decision, left, right in named:
        if decision.verdict == SAME:
            for row in (*left[1:], *right):
                forest.join(left[0], row, 1.0, by=PERSON)
    for rows in _groups(records, ["source", "published_id"]):
        forest.gather(rows, 1.0, by=PUBLISHED)
    touched = {row for decision, left, right in named for row in (*left, *right)}
    for left, right, score in _judged(records, judgements, touched):
        forest.join(left, right, score, by=MODEL)
    for rows in _groups(records.filter(pl.col("resolved").is_not_null()), ["resolved"], records):
        forest.gather(rows, 0.0, by=MODEL)
    roots = [root(forest.parent, row) for row in range(len(ids))]
    # What a resolved group refuses, a judged pair has told already: the group stands for no pair of its own.
    refused = [one for one in forest.refused if one.score > 0]
    return Settled(pl.DataFrame({"record_id": ids, "cluster": roots}), refused, unknown)


def _rows_named(
    records: pl.DataFrame, decisions: list[Decision]
) -> tuple[list[tuple[Decision, list[int], list[int]]], list[Decision]]:
    """The rows that each decision speaks of, and decisions that name an id which no record has."""
    wanted = {name for decision in decisions for name in decision.pair}
    rows: dict[str, list[int]] = {}
    if wanted:
        numbered = records.with_row_index("row").select("row", "record_id", "published_id")
        for column in ("record_id", "published_id"):
            for row, name in (
                numbered.filter(pl.col(column).is_in(list(wanted))).select("row", column).iter_rows()
            ):
                if row not in rows.setdefault(name, []):
                    rows[name].append(row)
    found = [(d, rows.get(d.left, []), rows.get(d.right, [])) for d in decisions]
    return [f for f in found if f[1] and f[2]], [d for d, left, right in found if not (left and right)]


def _groups(some: pl.DataFrame, by: list[str], records: pl.DataFrame | None = None) -> list[list[int]]:
    """The rows of each group of more than one, in order, by their places in ``records``."""
    if records is None:
        numbered = some.with_row_index("row")
    else:
        places = records.select("record_id").with_row_index("row")
        numbered = some.join(places, on="record_id", how="left", maintain_order="left")
    grouped = numbered.group_by(by, maintain_order=True).agg("row")
    return grouped.filter(pl.col("row").list.len() > 1)["row"].to_list()


def _judged(
    records: pl.DataFrame, judgements: pl.DataFrame, touched: set[int]
) -> list[tuple[int, int, float]]:
    """Pairs held to be one within the resolved organisations that a decision touches, the surest first."""
    if not touched or not len(judgements):
        return []
    numbered = records.select("record_id", "resolved").with_row_index("row")
    organisations = numbered.filter(pl.col("row").is_in(sorted(touched)))["resolved"].drop_nulls().unique()
    there = numbered.filter(pl.col("resolved").is_in(organisations.implode()))
    pairs = judgements.filter(pl.col("verdict") == SAME)
    for side in ("left", "right"):
        renamed = there.select(pl.col("record_id").alias(f"{side}_record_id"),
                               pl.col("row").alias(side), pl.col("resolved").alias(f"{side}_in"))  # fmt: skip
        pairs = pairs.join(renamed, on=f"{side}_record_id")
    pairs = pairs.filter(pl.col("left_in") == pl.col("right_in"))
    order = ["score", "left", "right"]
    return pairs.sort(order, descending=[True, False, False]).select("left", "right", "score").rows()
