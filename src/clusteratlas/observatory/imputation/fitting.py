"""Iterative proportional fitting of the withheld cells to every margin, within their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteratlas.observatory.imputation.cube import Marks, Numbers
from clusteratlas.observatory.imputation.margins import Layer

SWEEPS, CLOSE = 400, 1e-5
"""Rounds at most, and the residual, as a share of the margin, that counts as met."""

LOOKS, STALLED = 10, 0.999
"""After so many rounds the parts that are done are left alone: all met, or hardly nearer than at the last look."""

STEPS, LONGEST = 2, 3.0
"""Newton steps for each line in a round, and the longest one (the logarithm of a factor)."""


@dataclass(frozen=True)
class _Lines:
    """The lines of a layer that hold withheld cells: ``known`` is what is fixed on the children's side."""

    parent: NDArray[np.int64]
    is_open: Marks
    child: NDArray[np.int64]
    line: NDArray[np.int64]
    known: Numbers
    pliancy: Numbers
    parent_pliancy: Numbers
    part: NDArray[np.int64]

    def gap(self, value: Numbers) -> Numbers:
        """How far each line is from meeting."""
        below = np.bincount(self.line, value[self.child], len(self.parent))
        return value[self.parent] - self.known - below

    def take(self, chosen: Marks) -> _Lines:
        """Only the chosen lines."""
        kept, number = chosen[self.line], np.cumsum(chosen) - 1
        of_lines = (self.parent[chosen], self.is_open[chosen])
        of_cells = (self.child[kept], number[self.line[kept]])
        rest = (self.parent_pliancy[chosen], self.part[chosen])
        return _Lines(*of_lines, *of_cells, self.known[chosen], self.pliancy[kept], *rest)


def fit(
    start: Numbers,
    lower: Numbers,
    upper: Numbers,
    pliancy: Numbers,
    part: NDArray[np.int64],
    layers: list[Layer],
) -> Numbers:
    """Scale the free cells of ``start`` (flat) until all lines hold.

    Round after round each line scales its cells by t to the power of their ``pliancy`` (how unsure the guess is; 0
    for a cell that stays as it is) so that parent and children meet, within their intervals. ``part`` numbers what
    hangs together (countries and periods). With pliancies of one and a known
    parent that is iterative proportional fitting (Deming and Stephan 1940); a free parent moves against its
    children (the projection in Kullback-Leibler divergence: Csiszár 1975); pliancies weight the divergence, as
    variances do in the balancing of accounts (Stone 1942). Margins that contradict one another are not met.
    """
    value = start.copy()
    lines = [_prepare(layer, value, pliancy, part) for layer in layers]
    before = np.full(int(part.max(initial=-1)) + 1, np.inf)
    for sweep in range(1, SWEEPS + 1):
        for one in lines:
            _scale(value, one, lower, upper)
        if sweep % LOOKS == 0:
            worst, now = _progress(lines, value, len(before))
            is_open = (worst > CLOSE) & (now < STALLED * before)
            lines, before = [one.take(is_open[one.part]) for one in lines], now
    return value


def _prepare(layer: Layer, value: Numbers, pliancy: Numbers, part: NDArray[np.int64]) -> _Lines:
    """The lines of a layer that can be scaled."""
    is_free = pliancy > 0
    has_free = np.bincount(layer.line, is_free[layer.child], len(layer.parent)) > 0
    used = layer.take((has_free | is_free[layer.parent]) & ~np.isnan(layer.aim))
    free = is_free[used.child]
    fixed = np.bincount(used.line, np.where(free, 0, value[used.child]), len(used.parent))
    child = used.child[free]
    return _Lines(
        parent=used.parent,
        is_open=is_free[used.parent],
        child=child,
        line=used.line[free],
        known=fixed + used.aim,
        pliancy=pliancy[child],
        parent_pliancy=pliancy[used.parent],
        part=part[used.parent],
    )


def _progress(lines: list[_Lines], value: Numbers, parts: int) -> tuple[Numbers, Numbers]:
    """For each part the largest gap as a share of its margin, and the sum of its gaps."""
    worst, whole = np.zeros(parts), np.zeros(parts)
    for one in lines:
        gap = np.abs(one.gap(value))
        np.maximum.at(worst, one.part, gap / np.maximum(value[one.parent], 1))
        whole += np.bincount(one.part, gap, parts)
    return worst, whole


def _scale(value: Numbers, lines: _Lines, lower: Numbers, upper: Numbers) -> None:
    """Bring the lines of one layer to meet."""
    child, line, count = lines.child, lines.line, len(lines.parent)
    parent = lines.parent[lines.is_open]
    for _ in range(STEPS if count else 0):
        below, total, gap = value[child], value[lines.parent], lines.gap(value)
        can_move = np.where(gap[line] > 0, below < upper[child], below > lower[child])
        bend = lines.pliancy * can_move
        slope = np.bincount(line, bend * below, count) + lines.parent_pliancy * total
        power = np.clip(gap / np.maximum(slope, 1e-12), -LONGEST, LONGEST)
        value[child] = np.clip(below * np.exp(bend * power[line]), lower[child], upper[child])
        moved = total * np.exp(-lines.parent_pliancy * power)
        value[parent] = np.clip(moved[lines.is_open], lower[parent], upper[parent])
