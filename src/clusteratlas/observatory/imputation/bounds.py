"""The interval each withheld cell must lie in, from parents, siblings and totals."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from clusteratlas.observatory.imputation.cube import Numbers
from clusteratlas.observatory.imputation.margins import Layer

PASSES = 100
"""Rounds at most; what a round no longer moves has settled."""


def propagate(lower: Numbers, upper: Numbers, layers: list[Layer]) -> list[NDArray[np.bool_]]:
    """Tighten ``lower`` and ``upper`` (flat, changed in place) until no line says more.

    For a line with parent p and children c: a child is at most the largest p less the smallest of its siblings,
    at least the smallest p less the largest of its siblings; a parent lies between the sums of what its children
    can be. A line that nothing within the intervals can meet contradicts the others: it is left out from then
    on. Gives, for each layer, which lines were.
    """
    dropped = [np.zeros(len(layer.parent), bool) for layer in layers]
    for _ in range(PASSES):
        moved = False
        for layer, out in zip(layers, dropped, strict=True):
            moved |= _tighten(lower, upper, layer, out)
        if not moved:
            break
    return dropped


def _tighten(lower: Numbers, upper: Numbers, layer: Layer, out: NDArray[np.bool_]) -> bool:
    """One round over one layer; tells whether anything moved."""
    parent, child, line, count = layer.parent, layer.child, layer.line, len(layer.parent)
    low_sum = np.bincount(line, lower[child], count)
    open_above = np.isinf(upper[child])
    open_count = np.bincount(line, open_above, count)
    high_sum = np.bincount(line, np.where(open_above, 0, upper[child]), count)
    high_total = np.where(open_count > 0, np.inf, high_sum)
    slack = 1e-9 * (1 + low_sum)
    out |= (low_sum > upper[parent] - layer.low + slack) | (high_total < lower[parent] - layer.high - slack)
    most = (upper[parent] - layer.low - low_sum)[line] + lower[child]
    others = np.where(
        open_count[line] - open_above > 0, np.inf, high_sum[line] - np.where(open_above, 0, upper[child])
    )
    least = (lower[parent] - layer.high)[line] - others
    use = ~out
    moved = _move(lower, upper, child[use[line]], least[use[line]], most[use[line]])
    return (
        _move(lower, upper, parent[use], (low_sum + layer.low)[use], (high_total + layer.high)[use]) | moved
    )


def _move(lower: Numbers, upper: Numbers, cell: NDArray[np.int64], least: Numbers, most: Numbers) -> bool:
    """Draw the intervals of cells in; a cell that is known stays. Tells whether anything moved by a thousandth."""
    is_open = lower[cell] < upper[cell]
    cell, least, most = cell[is_open], least[is_open], most[is_open]
    new_low, new_high = np.maximum(lower[cell], least), np.minimum(upper[cell], most)
    crossed = new_low > new_high
    middle = np.where(crossed, (new_low + new_high) / 2, 0)
    new_low, new_high = np.where(crossed, middle, new_low), np.where(crossed, middle, new_high)
    with np.errstate(invalid="ignore"):
        step = np.maximum(new_low - lower[cell], np.where(np.isinf(new_high), 0, upper[cell] - new_high))
    lower[cell], upper[cell] = new_low, new_high
    return bool((step > 1e-3).any())
