"""Withheld cells estimated: intervals from every published sum, first guesses, and a fit to all margins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from clusteratlas.observatory.frames import as_numbers, check_cells, check_columns, lazy
from clusteratlas.observatory.imputation.bounds import propagate
from clusteratlas.observatory.imputation.cube import ABSENT, PUBLISHED, WITHHELD, Cube, Numbers, make_cube
from clusteratlas.observatory.imputation.fitting import fit
from clusteratlas.observatory.imputation.hierarchy import Sum, industry_sums, region_sums, sums_of, top_of
from clusteratlas.observatory.imputation.margins import Layer, make_layers
from clusteratlas.observatory.imputation.seeds import BASES, PLIANCY, seeds
from clusteratlas.observatory.matrices import Kind

WITHHELD_FLAGS = ("c", "u")
"""Eurostat's flags of figures that exist but are not shown: confidential, too unreliable."""


@dataclass(frozen=True)
class Imputation:
    """A table with its withheld cells estimated.

    ``frame`` is the caller's with ``value`` filled and the columns ``imputed``, ``lower``, ``upper``, ``basis``.
    ``contradictions`` (Polars) lists the sums that the result does not meet: period, region, industry of the
    parent, which sum, value, what the parts add up to, residual; the largest residual first.
    """

    frame: Any
    contradictions: pl.DataFrame


def impute(frame: Any, **names: Any) -> Any:
    """``frame`` with its withheld cells estimated: `imputation` without the list of contradictions.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["HU1", "HU11", "HU12"], "industry": ["C"] * 3, "value": [10, 7, None]})
    >>> impute(jobs).select("region", "value", "imputed", "lower", "upper", "basis").row(2)
    ('HU12', 3.0, True, 1.5, 4.5, 'margins')
    """
    return imputation(frame, **names).frame


def imputation(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    flag: str | None = None,
    units: str | None = None,
    withheld: tuple[str, ...] = WITHHELD_FLAGS,
    region_parents: Mapping[str, str] | None = None,
    industry_parents: Mapping[str, str] | None = None,
    rounded_to: float | None = None,
) -> Imputation:
    """Estimate the cells of region x industry (x period) that a publisher withholds."""
    data, is_eager = lazy(frame)
    columns = [c for c in (region, industry, period, value, flag, units) if c]
    there = check_columns(data, columns)
    numbers = [c for c in (value, units) if c]
    data = as_numbers(data, numbers)
    check_cells(data, [c for c in (region, industry, period) if c], value)
    kind = Kind(nw.to_native(nw.from_native(frame)), data.implementation, is_eager)
    table = data.select(there).collect(backend="polars").to_native()
    regions = sums_of(region_parents) if region_parents is not None else region_sums(set(table[region]))
    industries = (
        sums_of(industry_parents) if industry_parents is not None else industry_sums(set(table[industry]))
    )
    cube = make_cube(
        table[region],
        table[industry],
        table[value].fill_null(float("nan")).to_numpy(),
        flags=table[flag] if flag else None,
        periods=table[period] if period else None,
        units=table[units].fill_null(float("nan")).to_numpy() if units else None,
        withheld=withheld,
        country_of={name: top_of(name, regions) for name in set(table[region])},
    )
    unit = rounding(cube.value) if rounded_to is None else rounded_to
    solved = solve(cube, regions, industries, unit)
    added = _columns(cube, solved, value)
    return Imputation(kind.frame(table.with_columns(added)), _contradictions(cube, solved))


@dataclass(frozen=True)
class Solved:
    """The estimates of a cube, flat: values, intervals, which guess each rests on, and the lines that bind."""

    value: Numbers
    lower: Numbers
    upper: Numbers
    basis: NDArray[np.int8]
    layers: list[Layer]
    unit: float


def solve(cube: Cube, regions: list[Sum], industries: list[Sum], unit: float) -> Solved:
    """Intervals, first guesses and the fit; cells without any upper bound stay not-a-number."""
    layers = make_layers(cube, regions, industries, unit)
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


def rounding(values: Numbers) -> float:
    """What published values are rounded to: 1 for whole numbers, 0.1, 0.01, 0.001; 0 when nothing is seen.

    >>> rounding(np.array([3.0, 10.0, np.nan])), rounding(np.array([1.5, 2.0])), rounding(np.array([1 / 3]))
    (1.0, 0.1, 0.0)
    """
    known = values[np.isfinite(values)]
    for digits in range(4):
        if np.allclose(known * 10**digits, np.round(known * 10**digits), rtol=0, atol=1e-6):
            return 10.0**-digits
    return 0.0


def _columns(cube: Cube, solved: Solved, value: str) -> list[pl.Series]:
    """The columns of the result, in the order of the caller's rows."""
    rows = cube.rows
    state, filled = cube.state.ravel()[rows], solved.value[rows]
    imputed = (state == WITHHELD) & ~np.isnan(filled)
    lower = np.where(state == ABSENT, np.nan, solved.lower[rows])
    upper = np.where(np.isinf(solved.upper[rows]), np.nan, solved.upper[rows])
    basis = np.array([*BASES, "published", "margins", "no margin", "not published"], object)
    told = np.where(imputed, solved.basis[rows], len(BASES) + np.array([0, 2, 3])[state])
    is_exact = imputed & (upper - lower <= np.maximum(EXACT_UNITS * solved.unit, EXACT_SHARE * filled))
    told = np.where(is_exact, len(BASES) + 1, told)
    numbers = {value: filled, "lower": lower, "upper": upper}
    series = [pl.Series(name, part).fill_nan(None) for name, part in numbers.items()]
    return [
        series[0],
        pl.Series("imputed", imputed),
        *series[1:],
        pl.Series("basis", list(basis[told]), pl.String),
    ]


EXACT_UNITS, EXACT_SHARE = 4.0, 1e-6
"""An interval no wider than so many units of rounding (or share of the value) is what the margins say, no guess."""


def _contradictions(cube: Cube, solved: Solved) -> pl.DataFrame:
    """The lines whose residual lies outside what they allow by more than half a unit, the largest first."""
    found = []
    value = np.where(np.isnan(solved.value), solved.lower, solved.value)
    for layer in solved.layers:
        residual = layer.residual(value)
        beyond = np.nan_to_num(np.maximum(layer.low - residual, residual - layer.high))
        for line in np.flatnonzero(beyond > 0.5):
            period, place, item = cube.cell(layer.parent[line])
            total = value[layer.parent[line]]
            found.append((period, place, item, layer.name, total, total - residual[line], residual[line]))
    names = {"period": None, "region": pl.String, "industry": pl.String, "sum": pl.String}
    numbers = dict.fromkeys(("value", "parts", "residual"), pl.Float64)
    table = pl.DataFrame(found, names | numbers, orient="row")
    return table.sort(pl.col("residual").abs(), descending=True, maintain_order=True)
