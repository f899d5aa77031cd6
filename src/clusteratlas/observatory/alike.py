"""Peers: which regions are built like this one, and by which industries."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from clusteratlas.errors import InputError, nearest
from clusteratlas.observatory.arguments import COUNT_OR_NONE, Range, check, check_if_given, is_among, told
from clusteratlas.observatory.imputed import IMPUTED_SHARE, share_of
from clusteratlas.observatory.matrices import Grid, Names, collected, grids, keyed

SHOWN = 5
"""Industries that are named beside a region."""


def peers(
    frame: Any,
    of: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    within: float | None = None,
    shown: int = SHOWN,
) -> Any:
    """The regions in the order of how alike they are to the region ``of``, by the shares of their industries.

    similarity = sum_i min(s_ir, s_ip) = 1 - sum_i |s_ir - s_ip| / 2, with s the shares of the industries in a
    region's total: the part of the economy that both have in common (one less half of Krugman's index of
    1991). 1 for the same structure, 0 for nothing in common; the same in both directions.

    One row for each other region (and period): ``region``, ``rank`` (1 the most alike), ``similarity``,
    ``size_ratio`` (its total over that of ``of``), and ``industries``: the ``shown`` that make the two alike
    beyond what any region has, parted by ``"; "`` (see `peer_industries`); ``imputed_share``, that of the values of
    the two regions together, when the frame has a column ``imputed`` or ``imputed_share``. ``within``: only regions
    at most so many times larger or smaller. Regions without any value are left out.

    Raises `InputError` for wrong columns, cells that are there twice, negative values, texts, and a region that
    is not there (naming the nearest). Source: Krugman 1991; Navarro et al. 2014 on reference regions.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": [*"AABBCC"], "industry": [*"xyxyxy"], "value": [6, 4, 50, 50, 1, 9]})
    >>> peers(jobs, "A").select("region", "similarity").rows()
    [('B', 0.9), ('C', 0.5)]
    """
    check_if_given(Range(1), within=within)
    check(COUNT_OR_NONE, shown=shown)
    names = Names(region, industry, value, period)
    data, kind = collected(frame, names.keys, value)
    tables = [_alike(grid, names, of, within, shown) for grid in region_grids(data, names, of)]
    return kind.frame(pl.concat(tables))


def peer_industries(
    frame: Any,
    of: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
) -> Any:
    """What makes each other region alike to the region ``of``: the terms of the sum of `peers`.

    One row for each other region and industry (and period): ``share_here`` and ``share_there`` (parts of the
    region's total), ``contribution`` = the smaller of the two (their sum over industries is the similarity)
    and ``beyond_average`` = the contribution less what an average region would contribute,
    min(share_here, share of all regions): what is worth naming; ``imputed_share`` as in `peers`, of the two cells.
    Raises as `peers`.
    """
    names = Names(region, industry, value, period)
    data, kind = collected(frame, names.keys, value)
    tables = [_contributions(grid, names, of) for grid in region_grids(data, names, of)]
    return kind.frame(pl.concat(tables))


def region_grids(data: pl.DataFrame, names: Names, of: Any) -> list[Grid]:
    """The periods in which the region ``of`` has values; raises `InputError` when there is none."""
    there = data[names.region].unique()
    if not is_among(of, there.to_list()):
        hint = nearest(told(of), (str(item) for item in there)) if len(there) else "the frame is empty"
        raise InputError(f"there is no region {told(of)}", where=names.region, remedy=hint)
    counted = data.filter(pl.col(names.region) == of, pl.col(names.value).fill_null(0) > 0)
    if not counted.height:
        raise InputError(f"region {of!r} has no values", where=names.value, remedy="choose another one")
    found = grids(data, names)
    return [grid for grid in found if of in grid.regions.to_list() and _totals(grid)[place(grid, of)] > 0]


def place(grid: Grid, of: Any) -> int:
    """The row of region ``of``."""
    return int(grid.regions.index_of(of))


def _totals(grid: Grid) -> np.ndarray:
    return grid.values.sum(axis=1)


def _shares(grid: Grid) -> tuple[np.ndarray, np.ndarray]:
    """The shares of the industries in each region's total, and which regions have one."""
    totals = _totals(grid)
    return np.divide(
        grid.values, totals[:, None], where=totals[:, None] > 0, out=np.zeros_like(grid.values)
    ), totals


def _parts(grid: Grid, of: Any) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """The shares, what each industry contributes, what it contributes beyond the average, and the other regions."""
    shares, totals = _shares(grid)
    here = shares[place(grid, of)]
    contribution = np.minimum(here, shares)
    beyond = contribution - np.minimum(here, grid.values.sum(axis=0) / totals.sum())
    others = np.flatnonzero((totals > 0) & (np.arange(len(totals)) != place(grid, of)))
    return shares, contribution, beyond, others


def _alike(grid: Grid, names: Names, of: Any, within: float | None, shown: int) -> pl.DataFrame:
    _, contribution, beyond, others = _parts(grid, of)
    similarity, totals = contribution.sum(axis=1), _totals(grid)
    ratio = totals / totals[place(grid, of)]
    if within is not None:
        others = others[(ratio[others] <= within) & (ratio[others] >= 1 / within)]
    others = others[np.argsort(-similarity[others], kind="stable")]
    said = [named(grid.industries, beyond[r], contribution[r], shown) for r in others]
    table = keyed(
        names,
        {names.region: grid.regions.gather(others)},
        {
            "rank": np.arange(1, len(others) + 1),
            "similarity": similarity[others],
            "size_ratio": ratio[others],
            "industries": pl.Series(said, dtype=pl.String),
            **both_regions(grid, place(grid, of), others),
        },
    )
    return dated(table, grid, names)


def both_regions(grid: Grid, here: int, there: np.ndarray) -> dict[str, np.ndarray]:
    """The column of the imputed share of the values of region ``here`` and of each of ``there`` together."""
    if grid.imputed is None:
        return {}
    imputed, whole = grid.estimated.sum(axis=1), grid.values.sum(axis=1)
    return {IMPUTED_SHARE: share_of(imputed[there] + imputed[here], whole[there] + whole[here])}


def both_cells(grid: Grid, here: int, region: np.ndarray, industry: np.ndarray) -> dict[str, np.ndarray]:
    """The same of the cells (``region``, ``industry``) and that of the industry in region ``here`` together."""
    if grid.imputed is None:
        return {}
    sums = [of[region, industry] + of[here, industry] for of in (grid.estimated, grid.values)]
    return {IMPUTED_SHARE: share_of(*sums)}


def _contributions(grid: Grid, names: Names, of: Any) -> pl.DataFrame:
    shares, contribution, beyond, others = _parts(grid, of)
    size = len(grid.industries)
    table = keyed(
        names,
        {
            names.region: grid.regions.gather(np.repeat(others, size)),
            names.industry: grid.industries.gather(np.tile(np.arange(size), len(others))),
        },
        {
            "share_here": np.tile(shares[place(grid, of)], len(others)),
            "share_there": shares[others].ravel(),
            "contribution": contribution[others].ravel(),
            "beyond_average": beyond[others].ravel(),
            **both_cells(
                grid, place(grid, of), np.repeat(others, size), np.tile(np.arange(size), len(others))
            ),
        },
    )
    return dated(table, grid, names)


def named(industries: pl.Series, by: np.ndarray, allowed: np.ndarray, shown: int) -> str:
    """The ``shown`` industries with most of ``by``, among those with any of it and of ``allowed``, as one text."""
    order = np.argsort(-by, kind="stable")[:shown]
    return "; ".join(str(industries[int(i)]) for i in order if by[i] > 1e-12 and allowed[i] > 0)


def dated(table: pl.DataFrame, grid: Grid, names: Names) -> pl.DataFrame:
    """``table`` with the period of ``grid``, where there are periods."""
    if names.period is None:
        return table
    keys = [name for name in (names.region, names.industry) if name in table.columns]
    return table.with_columns(pl.lit(grid.period, dtype=grid.period_type).alias(names.period)).select(
        *keys, names.period, pl.exclude(*keys, names.period)
    )
