"""Withheld cells of a table estimated, with the interval of each and what the estimate rests on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.observatory.imputation.cube import ABSENT, WITHHELD, Cube, Marks
from clusteratlas.observatory.imputation.reference import borrow
from clusteratlas.observatory.imputation.seeds import BASES
from clusteratlas.observatory.imputation.solving import Solved, contradictions, solve
from clusteratlas.observatory.imputation.table import WITHHELD_FLAGS, Names, cells_of, take_table
from clusteratlas.taxonomies.industries import NACE_2

EXACT_UNITS, EXACT_SHARE = 4.0, 1e-6
"""An interval no wider than so many units of rounding (or share of the value) is what the margins say, no guess."""

TOLD = (*BASES, "published", "margins", "no margin", "not published", "other table")
"""What a row of the result rests on; the first four as in `seeds`."""


@dataclass(frozen=True)
class Imputation:
    """A table with its withheld cells estimated.

    ``frame`` is the caller's with ``value`` filled and the columns ``imputed``, ``lower``, ``upper`` and ``basis``.
    ``contradictions`` (Polars) lists the sums that published figures and estimates do not meet: period, region and
    industry of the whole, what it is summed over, value, sum of its parts, residual; the largest residual first.
    """

    frame: Any
    contradictions: pl.DataFrame


def impute(frame: Any, **names: Any) -> Any:
    """``frame`` with its withheld cells estimated: that of `imputation`, with the same arguments.

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
    totals: Any = None,
    withheld: tuple[str, ...] = WITHHELD_FLAGS,
    region_parents: Mapping[str, str] | None = None,
    industry_parents: Mapping[str, str] | None = None,
    classification: str = NACE_2,
    rounded_to: float | None = None,
) -> Imputation:
    """Estimate the cells of region x industry (x period) that a publisher withholds.

    One row a cell, an empty ``value`` where it is not shown; regions of all levels and industries of all levels
    belong in the table, for their sums are what binds the cells. Each withheld cell gets the interval that all
    sums leave it, a first guess (the same cell in other periods; ``units`` times the country's value per unit; the
    country's structure), and the value to which iterative proportional fitting to every published margin
    takes that guess (Deming and Stephan 1940; weighted as in Stone, Champernowne and Meade 1942).

    ``flag`` names the publisher's flags: a cell is withheld when its flag holds one of ``withheld``, or when it is
    empty without a flag in a region and an industry that are otherwise published; other empty cells are not
    published and stay empty, as do cells that no margin bounds. Without ``flag`` every empty cell is withheld.
    ``units`` names a column that moves with the value, such as local units. ``totals`` is a frame with the
    same columns from another table: a country's figures are taken over where both tables agree.
    ``region_parents`` and ``industry_parents`` (child to parent) replace NUTS and NACE; ``classification`` tells which
    NACE it is. ``rounded_to`` is the unit of rounding (read from the values when it is not given).

    Raises `InputError` for columns that are absent or hold no numbers, negative values, cells that are there twice.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["HU1", "HU11", "HU12"], "industry": ["C"] * 3, "value": [10, 7, None]})
    >>> imputation(jobs).contradictions.height
    0
    """
    names = Names(
        region=region,
        industry=industry,
        value=value,
        period=period,
        flag=flag,
        units=units,
        withheld=withheld,
        region_parents=region_parents,
        industry_parents=industry_parents,
        classification=classification,
        rounded_to=rounded_to,
    )
    table = take_table(frame, names)
    cube, borrowed = table.cube, np.zeros(table.cube.shape, bool)
    if totals is not None:
        cube, borrowed = borrow(cube, cells_of(totals, names, cube), table.unit)
    solved = solve(cube, table.regions, table.industries, table.unit)
    added = _columns(cube, solved, borrowed, value)
    return Imputation(table.kind.frame(table.rows.with_columns(added)), contradictions(cube, solved))


def _columns(cube: Cube, solved: Solved, borrowed: Marks, value: str) -> list[pl.Series]:
    """The columns of the result, in the order of the caller's rows."""
    rows = cube.rows
    state, filled, is_borrowed = cube.state.ravel()[rows], solved.value[rows], borrowed.ravel()[rows]
    estimated = (state == WITHHELD) & ~np.isnan(filled)
    lower = np.where(state == ABSENT, np.nan, solved.lower[rows])
    upper = np.where(np.isinf(solved.upper[rows]), np.nan, solved.upper[rows])
    width = np.maximum(EXACT_UNITS * solved.unit, EXACT_SHARE * filled)
    told = np.array([TOLD.index(name) for name in ("published", "no margin", "not published")])[state]
    told = np.where(estimated, solved.basis[rows], told)
    told = np.where(estimated & (upper - lower <= width), TOLD.index("margins"), told)
    told = np.where(is_borrowed, TOLD.index("other table"), told)
    numbers = {value: filled, "lower": lower, "upper": upper}
    filled, low, high = (pl.Series(name, part).fill_nan(None) for name, part in numbers.items())
    basis = pl.Series("basis", np.array(TOLD, object)[told].tolist(), pl.String)
    return [filled, pl.Series("imputed", estimated | is_borrowed), low, high, basis]
