"""Joins judged pairs to organisations, never two different certain keys of one kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

Keys = dict[str, str]


@dataclass(frozen=True, slots=True)
class Edge:
    """Two records (by row) held to be one, by how sure; ``by`` is the key that says so, or ``model``."""

    left: int
    right: int
    score: float
    by: str = "model"


@dataclass(frozen=True, slots=True)
class Conflict:
    """An edge that was not followed: both sides hold a key of ``kind``, and the values differ."""

    edge: Edge
    kind: str
    left_value: str
    right_value: str


STRENGTH = ("pic", "ror", "national_id", "vat")
"""Kinds of keys, the most certain first: an edge by one kind is not stopped by a difference in a weaker one
(a body keeps its PIC when its VAT number changes), an edge by the model by a difference in any."""


def root(parent: list[int], row: int) -> int:
    """The row that all of one tree lead to; ways that are gone become half as long.

    >>> root([0, 0, 1, 3], 2)
    0
    """
    while parent[row] != row:
        parent[row] = parent[parent[row]]
        row = parent[row]
    return row


@dataclass(slots=True)
class _Forest:
    parent: list[int]
    keys: dict[int, Keys]
    registers: dict[int, frozenset[str]]
    conflicts: list[Conflict] = field(default_factory=list)

    def join(self, edge: Edge) -> None:
        left, right = sorted((root(self.parent, edge.left), root(self.parent, edge.right)))
        if left == right:
            return
        ours, theirs = self.keys.get(left, {}), self.keys.get(right, {})
        stopped = next((kind for kind in _guards(edge.by) if _differ(ours, theirs, kind)), None)
        if stopped:
            self.conflicts.append(Conflict(edge, stopped, ours[stopped], theirs[stopped]))
            return
        listed, also = self.registers.get(left, frozenset()), self.registers.get(right, frozenset())
        if edge.by == "model" and listed & also:
            both = min(listed & also)
            self.conflicts.append(Conflict(edge, "source", both, both))
            return
        self.parent[right] = left
        if theirs:
            self.keys[left] = {**theirs, **ours}
        if also:
            self.registers[left] = listed | also


def _guards(by: str) -> Sequence[str]:
    return STRENGTH[: STRENGTH.index(by)] if by in STRENGTH else STRENGTH


def _differ(ours: Keys, theirs: Keys, kind: str) -> bool:
    return kind in ours and kind in theirs and ours[kind] != theirs[kind]


def join(
    rows: int,
    edges: Iterable[Edge],
    keys: dict[int, Keys],
    registers: dict[int, frozenset[str]] | None = None,
) -> tuple[list[int], list[Conflict]]:
    """The cluster of each row (its first row's number), and the edges that the guard stopped.

    ``keys`` holds the certain keys of rows by kind (see ``STRENGTH``); ``registers`` the sources of rows that list
    each body once, of which the model joins no two records. Edges are followed by certain key first, then the
    surest first, so that the outcome does not hang on the order in which they come.

    >>> clusters, conflicts = join(3, [Edge(0, 1, 0.9), Edge(1, 2, 0.8)], {0: {"pic": "A"}, 2: {"pic": "B"}})
    >>> clusters, conflicts[0].kind
    ([0, 0, 2], 'pic')
    """
    forest = _Forest(list(range(rows)), dict(keys), dict(registers or {}))
    rank = {kind: place for place, kind in enumerate(STRENGTH)}
    for edge in sorted(edges, key=lambda e: (rank.get(e.by, len(rank)), -e.score, e.left, e.right)):
        forest.join(edge)
    return [root(forest.parent, row) for row in range(rows)], forest.conflicts
