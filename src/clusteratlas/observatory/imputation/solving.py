"""From a cube to its estimates: intervals, first guesses, the fit, and what contradicts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from clusteratlas.observatory.imputation.bounds import propagate
from clusteratlas.observatory.imputation.cube import ABSENT, PUBLISHED, Cube, Numbers
from clusteratlas.observatory.imputation.fitting import fit
from clusteratlas.observatory.imputation.hierarchy import Sum
from clusteratlas.observatory.imputation.margins import Layer, make_layers
from clusteratlas.observatory.imputation.seeds import PLIANCY, seeds

TOLD = 0.5
"""A sum that is missed by no more than half a unit (or a millionth of its value) is not told."""


@dataclass(frozen=True)
class Solved:
    """The estimates of a cube, flat: values, intervals, which guess each rests on, and the sums among them."""

    value: Numbers
    lower: Numbers
    upper: Numbers
    basis: NDArray[np.int8]
    layers: list[Layer]
    unit: float


def solve(
    cube: Cube, regions: list[Sum], industries: list[Sum], unit: float, at: int | None = None
) -> Solved:
    """Intervals, first guesses and the fit; cells without any upper bound stay not-a-number.

    With ``at`` only the cells of that period (its place among the periods) are estimated, from all periods.
    """
    layers = make_layers(cube, regions, industries, unit)
    if at is not None:
        size = cube.shape[1] * cube.shape[2]
        layers = [layer.take(layer.parent // size == at) for layer in layers]
    is_free = cube.is_withheld.ravel()
    lower = np.nan_to_num(cube.value).ravel()
    upper = np.where(cube.state.ravel() == PUBLISHED, lower, np.inf)
    dropped = propagate(lower, upper, layers)
    guess, basis = seeds(cube, lower.reshape(cube.shape), upper.reshape(cube.shape), industries)
    start = np.where(is_free, np.clip(guess.ravel(), lower, upper), lower)
    kept = [layer.take(~out) for layer, out in zip(layers, dropped, strict=True)]
    pliancy = np.where(is_free, PLIANCY[basis.ravel()], 0)
    fitted = fit(start, lower, upper, pliancy, cube.part, kept)
    is_unknown = (cube.state.ravel() == ABSENT) | (is_free & np.isinf(upper))
    return Solved(np.where(is_unknown, np.nan, fitted), lower, upper, basis.ravel(), layers, unit)


def contradictions(cube: Cube, solved: Solved) -> pl.DataFrame:
    """The lines whose residual lies outside what rounding and published rests allow, the largest first."""
    found = []
    value = np.where(np.isnan(solved.value), solved.lower, solved.value)
    for layer in solved.layers:
        residual, total = layer.residual(value), value[layer.parent]
        beyond = np.nan_to_num(np.maximum(layer.low - residual, residual - layer.high))
        kind = layer.name.split()[0]
        for line in np.flatnonzero(beyond > np.maximum(TOLD * solved.unit, 1e-6 * total)):
            cell = cube.cell(layer.parent[line])
            found.append((*cell, kind, total[line], total[line] - residual[line], residual[line]))
    names = {"period": None, "region": pl.String, "industry": pl.String, "summed_over": pl.String}
    numbers = dict.fromkeys(("value", "parts", "residual"), pl.Float64)
    table = pl.DataFrame(found, names | numbers, orient="row")
    return table.sort(pl.col("residual").abs(), descending=True, maintain_order=True)
