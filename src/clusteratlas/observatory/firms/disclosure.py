"""Which cells of a table must not be shown, so that no firm can be seen in it, nor by subtraction from its totals."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from typing import Any

import numpy as np

from clusteratlas.errors import UsageError
from clusteratlas.observatory.arguments import COUNT, NOT_NEGATIVE, SHARE, Range, check, check_if_given, told

SHOWN, PRIMARY, SECONDARY = 0, 1, 2
MOST_WORK, EACH = 1_500_000_000, 40_000
"""Guards are looked for while cells to hide times (`EACH` + cells of the table) is at most this: some two minutes."""


def _is_dominance(given: Any) -> bool:
    """Whether a rule of dominance names a number of firms and a share above 0."""
    is_pair = isinstance(given, tuple | list) and len(given) == 2
    return is_pair and COUNT.holds(given[0]) and SHARE.holds(given[1]) and given[1] > 0


@dataclass(frozen=True)
class DisclosureRules:
    """When a cell tells too much of one firm.

    ``least``: fewer firms than this; ``most_share`` (n, k): the n largest have more than the share k of the amount;
    ``within`` (p): the second largest could estimate the largest to within the share p of it. None switches a rule
    off. ``width``: how far a hidden amount can move at least, as a share of it, for whoever solves the totals.
    """

    least: int = 3
    dominance: tuple[int, float] | None = (1, 0.85)
    within: float | None = 0.1
    width: float = 0.1

    def __post_init__(self) -> None:
        check(COUNT, least=self.least)
        check(Range(0, 1, high_open=True), width=self.width)
        check_if_given(NOT_NEGATIVE, within=self.within)
        if self.dominance is not None and not _is_dominance(self.dominance):
            raise UsageError(f"dominance={told(self.dominance)} is not possible", remedy="such as (1, 0.85)")

    @property
    def largest(self) -> int:
        """How many of a cell's largest firms have to be known."""
        return max(self.dominance[0] if self.dominance else 0, 2 if self.within is not None else 0)


def unsafe(
    counts: np.ndarray, amounts: np.ndarray | None, largest: np.ndarray | None, rules: DisclosureRules
) -> np.ndarray:
    """Which cells break a rule; ``largest`` has the amounts of the cell's largest firms in its last dimension.

    An empty cell tells nothing of anyone.

    >>> counts, amounts = np.array([2, 5, 5]), np.array([9.0, 100.0, 100.0])
    >>> unsafe(counts, amounts, np.array([[5, 4], [90, 5], [30, 30]]), DisclosureRules()).tolist()
    [True, True, False]
    """
    found = counts < rules.least
    if amounts is not None and largest is not None:
        if rules.dominance is not None:
            n, share = rules.dominance
            found = found | (largest[..., :n].sum(axis=-1) > share * amounts)
        if rules.within is not None:
            rest = amounts - largest[..., :2].sum(axis=-1)
            found = found | ((largest[..., 0] > 0) & (rest < rules.within * largest[..., 0] * (1 - 1e-12)))
    return found & (counts > 0)


def suppress(
    counts: np.ndarray, primary: np.ndarray, amounts: np.ndarray | None = None, *, width: float = 0.1
) -> np.ndarray:
    """What is hidden of a table with its totals: `SHOWN`, `PRIMARY` or `SECONDARY` for each cell.

    ``counts`` (and ``amounts``) are regions x clusters with the totals as last row and last column; ``primary`` are
    the cells that must be hidden. Further cells are hidden so that none of these follows from what is shown: in the
    graph whose nodes are the rows and columns and whose edges are the hidden cells, each lies on a cycle, along which
    numbers can be moved without changing what is shown. The cheapest cells (fewest firms) are taken, totals last.
    Where that can be, all have ``width`` times the amount that they guard, and none is a single firm's, which knows
    itself. A cell of none is shown after all when nothing can guard it: a total of none tells it anyway.

    Raises `UsageError` when so much must be hidden that it would take very long.

    >>> counts = np.array([[2, 9, 11], [8, 7, 15], [10, 16, 26]])
    >>> suppress(counts, counts < 3).tolist()
    [[1, 2, 0], [2, 2, 0], [0, 0, 0]]
    """
    hide = int(primary.sum())
    if hide * (EACH + counts.size) > MOST_WORK:
        rows, columns = counts.shape
        raise UsageError(
            f"{hide:,} cells of a table of {rows - 1:,} by {columns - 1:,} must be hidden and guarded, which would "
            "take very long",
            remedy="use coarser columns, such as regions of a higher level, so that cells hold more firms",
        )
    hidden, cost = np.where(primary, PRIMARY, SHOWN), _costs(counts)
    for row, column in sorted(zip(*np.nonzero(primary), strict=True), key=lambda at: -counts[at]):
        is_large = np.ones(counts.shape, bool)
        if amounts is not None:
            is_large = amounts >= width * amounts[row, column]
        for room in ((counts >= 2) & is_large, counts >= 2, counts >= 1):
            guards = _path(row, column, np.where(hidden > 0, 0.0, cost), room)
            if guards:
                break
        if not guards and counts[row, column] == 0:
            hidden[row, column] = SHOWN
        for cell in guards:
            hidden[cell] = hidden[cell] or SECONDARY
    return hidden


def _costs(counts: np.ndarray) -> np.ndarray:
    """What hiding each cell costs: its firms; a total costs more than all that it adds up."""
    cost = counts.astype(float) + 1
    whole = cost[:-1, :-1].sum() + 1
    cost[-1, :] += whole
    cost[:, -1] += whole
    return cost


def _path(row: int, column: int, cost: np.ndarray, room: np.ndarray) -> list[tuple[int, int]]:
    """The cheapest way from a cell's row to its column over other cells with room; empty when there is none.

    Rows are nodes 0 .. R - 1, columns R .. R + C - 1 (Dijkstra).
    """
    rows, columns = cost.shape
    usable = room.copy()
    usable[row, column] = False
    dear = np.where(usable, cost, np.inf)
    best, came = np.full(rows + columns, np.inf), np.full(rows + columns, -1)
    best[row], queue, done = 0.0, [(0.0, row)], np.zeros(rows + columns, bool)
    while queue:
        far, node = heapq.heappop(queue)
        if done[node]:
            continue
        done[node] = True
        if node == rows + column:
            break
        steps = dear[node] if node < rows else dear[:, node - rows]
        offset = rows if node < rows else 0
        nearer = far + steps < best[offset : offset + len(steps)]
        for step in np.nonzero(nearer)[0]:
            best[offset + step], came[offset + step] = far + steps[step], node
            heapq.heappush(queue, (far + steps[step], offset + step))
    return _steps(came, row, rows + column, rows)


def _steps(came: np.ndarray, start: int, end: int, rows: int) -> list[tuple[int, int]]:
    steps, node = [], end
    while node != start and came[node] >= 0:
        before = int(came[node])
        steps.append((min(node, before), max(node, before) - rows))
        node = before
    return steps
