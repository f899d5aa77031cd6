"""Iterative proportional fitting of the withheld cells to every margin, within their intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteratlas.observatory.imputation.cube import Numbers
from clusteratlas.observatory.imputation.margins import Layer

SWEEPS, CLOSE = 400, 1e-4
"""Rounds at most, and the largest residual, as a share of the margin, that counts as met."""


@dataclass(frozen=True)
class _Lines:
    """The lines of a layer that hold withheld cells: ``known`` is what is fixed on the children's side."""

    parent: NDArray[np.int64]
    is_open: NDArray[np.bool_]
    child: NDArray[np.int64]
    line: NDArray[np.int64]
    known: Numbers


def fit(
    start: Numbers, lower: Numbers, upper: Numbers, is_free: NDArray[np.bool_], layers: list[Layer]
) -> Numbers:
    """Scale the free cells of ``start`` (flat) until all lines hold: the fit nearest to the start in information.

    Each round goes through the layers. Where the parent is known, its free children are scaled to what it leaves
    them (Deming and Stephan 1940). Where it is free itself, parent and children move by factors 1/t and t such that
    they meet (the projection in Kullback-Leibler divergence: Csiszár 1975). Cells are kept in their intervals.
    """
    value = start.copy()
    prepared = [_prepare(layer, value, is_free) for layer in layers]
    for sweep in range(SWEEPS):
        worst = 0.0
        for lines in prepared:
            worst = max(worst, _scale(value, lines, lower, upper))
        if worst < CLOSE and sweep > 0:
            break
    return value


def _prepare(layer: Layer, value: Numbers, is_free: NDArray[np.bool_]) -> _Lines:
    free_child = is_free[layer.child]
    count = len(layer.parent)
    has_free = np.bincount(layer.line, free_child, count) > 0
    used = layer.take((has_free | is_free[layer.parent]) & ~np.isnan(layer.aim))
    free_child = is_free[used.child]
    known = np.bincount(used.line, np.where(free_child, 0, value[used.child]), len(used.parent)) + used.aim
    return _Lines(used.parent, is_free[used.parent], used.child[free_child], used.line[free_child], known)


def _scale(value: Numbers, lines: _Lines, lower: Numbers, upper: Numbers) -> float:
    """Meet the lines of one layer; gives the largest residual met, as a share of its margin."""
    if not len(lines.parent):
        return 0.0
    free = np.bincount(lines.line, value[lines.child], len(lines.parent))
    total = value[lines.parent]
    gap = np.abs(total - lines.known - free) / np.maximum(total, 1.0)
    factor = np.where(lines.is_open, _meeting(free, lines.known, total), _rest(free, lines.known, total))
    value[lines.child] = np.clip(
        value[lines.child] * factor[lines.line], lower[lines.child], upper[lines.child]
    )
    parent = lines.parent[lines.is_open]
    value[parent] = np.clip(value[parent] / factor[lines.is_open], lower[parent], upper[parent])
    return float(gap.max())


def _rest(free: Numbers, known: Numbers, total: Numbers) -> Numbers:
    """The factor that brings the free children to what a known parent leaves them."""
    return np.where(free > 0, np.maximum(total - known, 0) / np.where(free > 0, free, 1), 1.0)


def _meeting(free: Numbers, known: Numbers, total: Numbers) -> Numbers:
    """The factor t with  free t + known = total / t."""
    root = np.sqrt(known**2 + 4 * free * total)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = np.where(known + root > 0, 2 * total / (known + root), 1.0)
    return np.maximum(factor, 1e-12)
