"""The caller's table of regions and industries, checked and laid out as a cube."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from clusteratlas.observatory.frames import as_numbers, check_cells, check_columns, lazy
from clusteratlas.observatory.imputation.cube import Cube, Numbers, make_cube
from clusteratlas.observatory.imputation.hierarchy import Sum, industry_sums, region_sums, sums_of, tops
from clusteratlas.observatory.matrices import Kind
from clusteratlas.taxonomies.industries import NACE_2

WITHHELD_FLAGS = ("c", "u")
"""Eurostat's flags of figures that exist but are not shown: confidential, too unreliable."""


@dataclass(frozen=True, kw_only=True)
class Names:
    """The columns of the caller's table, and what is known about it; see `imputation`."""

    region: str = "region"
    industry: str = "industry"
    value: str = "value"
    period: str | None = None
    flag: str | None = None
    units: str | None = None
    withheld: tuple[str, ...] = WITHHELD_FLAGS
    region_parents: Mapping[str, str] | None = None
    industry_parents: Mapping[str, str] | None = None
    classification: str = NACE_2
    rounded_to: float | None = None


@dataclass(frozen=True)
class Table:
    """The caller's rows (Polars), its kind of frame, its cube, the sums among its codes and what it is rounded to."""

    rows: pl.DataFrame
    kind: Kind
    cube: Cube
    regions: list[Sum]
    industries: list[Sum]
    unit: float


def take_table(frame: Any, names: Names) -> Table:
    """Check the caller's frame and lay it out; raises `InputError` as `imputation` says."""
    rows, kind = _rows(frame, names)
    codes = [set(rows[name].to_list()) for name in (names.region, names.industry)]
    above, over = names.region_parents, names.industry_parents
    regions = sums_of(above) if above is not None else region_sums(codes[0])
    industries = sums_of(over) if over is not None else industry_sums(codes[1], names.classification)
    cube = make_cube(
        rows[names.region],
        rows[names.industry],
        _numbers(rows, names.value),
        flags=rows[names.flag] if names.flag else None,
        periods=rows[names.period] if names.period else None,
        units=_numbers(rows, names.units) if names.units else None,
        withheld=names.withheld,
        country_of=tops(codes[0], regions),
    )
    unit = rounding(cube.value) if names.rounded_to is None else names.rounded_to
    return Table(rows, kind, cube, regions, industries, unit)


def _rows(frame: Any, names: Names) -> tuple[pl.DataFrame, Kind]:
    """All columns of the frame, the keys as they are and the numbers as floats."""
    data, is_eager = lazy(frame)
    keys = [name for name in (names.region, names.industry, names.period) if name]
    numbers = [name for name in (names.value, names.units) if name]
    there = check_columns(data, [*keys, *numbers, *([names.flag] if names.flag else [])])
    kind = Kind(nw.to_native(data), data.implementation, is_eager)
    data = as_numbers(data.select(there), numbers)
    check_cells(data, keys, names.value)
    return data.collect(backend="polars").to_native(), kind


def _numbers(rows: pl.DataFrame, name: str) -> Numbers:
    return rows[name].fill_null(float("nan")).to_numpy().astype(float)


def cells_of(frame: Any, names: Names, cube: Cube) -> Numbers:
    """The values of another frame with the same columns, at the places of the cube; not-a-number where it has none."""
    plain = Names(region=names.region, industry=names.industry, value=names.value, period=names.period)
    rows, _ = _rows(frame, plain)
    found = np.full(cube.shape, np.nan)
    axes = [
        {code: at for at, code in enumerate(axis)} for axis in (cube.periods, cube.regions, cube.industries)
    ]
    periods = rows[names.period] if names.period else [None] * len(rows)
    keys = zip(periods, rows[names.region], rows[names.industry], _numbers(rows, names.value), strict=True)
    for period, region, industry, number in keys:
        place = axes[0].get(period), axes[1].get(region), axes[2].get(industry)
        if None not in place:
            found[place] = number
    return found


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
