"""Complementary regions: partners that are strong in what is related to, and missing from, this one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.observatory.alike import SHOWN, both_cells, both_regions, dated, named, place, region_grids
from clusteratlas.observatory.arguments import COUNT_OR_NONE, POSITIVE, check
from clusteratlas.observatory.economic_complexity import measures
from clusteratlas.observatory.matrices import Grid, Names, collected, keyed


def complementarity(
    frame: Any,
    of: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    threshold: float = 1.0,
    shown: int = SHOWN,
) -> Any:
    """The partner regions that have most of what the region ``of`` lacks and is close to.

    With M_ri = 1 where region r is specialised in industry i (location quotient of at least ``threshold``),
    phi the proximity of industries and d_ri = sum_j phi_ij M_rj / sum_j phi_ij (over the other industries
    j) the density around i in r, the complementarity of partner s to region r is

        C_rs = sum_i (1 - M_ri) M_si d_ri / sum_i (1 - M_ri) d_ri

    the part of all that r lacks and is close to in which s is specialised: 0 to 1. A region that lacks nothing
    needs no one and gets no rows.

    One row for each partner with any complementarity (and period), the best first: ``region``, ``rank``,
    ``complementarity`` (what it has for ``of``), ``complementarity_back`` (what ``of`` has for it), ``mutual``
    (the mean of the two, the same in both directions), ``industry_count``, and ``industries``: the
    ``shown`` that contribute most, parted by ``"; "`` (all in `complementary_industries`); ``imputed_share`` as in
    `peers`.

    Raises `InputError` for wrong columns, cells that are there twice, negative values, texts, and a region that
    is not there (naming the nearest). Source: the idea of Balland and Boschma 2021 (complementary interregional
    linkages: related to, and missing from), put as a share that its industries sum to.

    >>> import polars as pl
    >>> made = {"A": "xy", "B": "xyz", "C": "xyz", "D": "w", "E": "wv"}
    >>> cells = [(r, i) for r, industries in made.items() for i in industries]
    >>> jobs = pl.DataFrame({"region": [r for r, _ in cells], "industry": [i for _, i in cells], "value": 1})
    >>> complementarity(jobs, "A", threshold=0.5).select("region", "complementarity", "industries").rows()
    [('B', 1.0, 'z'), ('C', 1.0, 'z')]
    """
    check(POSITIVE, threshold=threshold)
    check(COUNT_OR_NONE, shown=shown)
    names = Names(region, industry, value, period)
    data, kind = collected(frame, names.keys, value)
    tables = [_partners(grid, names, of, threshold, shown) for grid in region_grids(data, names, of)]
    return kind.frame(pl.concat(tables))


def complementary_industries(
    frame: Any,
    of: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    threshold: float = 1.0,
) -> Any:
    """The industries that make each partner of `complementarity` complementary.

    One row for each partner and industry with a contribution (and period): ``density`` (how close
    the region ``of`` is to the industry, 0 to 1), ``location_quotient_here`` and ``location_quotient_there``, and
    ``contribution``, which sums to the complementarity of the partner; ``imputed_share`` as in `peers`, of the two
    cells. Raises as `complementarity`.
    """
    check(POSITIVE, threshold=threshold)
    names = Names(region, industry, value, period)
    data, kind = collected(frame, names.keys, value)
    tables = [_industries(grid, names, of, threshold) for grid in region_grids(data, names, of)]
    return kind.frame(pl.concat(tables))


@dataclass(frozen=True)
class Offers:
    """Who is specialised in what, and how much each region (row) would gain by each industry (column).

    ``weights`` are the densities of what a region lacks as parts of their sum.
    """

    quotient: np.ndarray
    m: np.ndarray
    density: np.ndarray
    weights: np.ndarray

    def of(self, r: int) -> np.ndarray:
        """What each region (row) contributes to region ``r`` by each industry (column)."""
        return self.m * self.weights[r]

    def back(self, r: int) -> np.ndarray:
        """What region ``r`` has for each region."""
        return self.weights @ self.m[r]


def offers(values: np.ndarray, threshold: float) -> Offers:
    """Everything from the values of one period."""
    quotient = measures.revealed_comparative_advantage(values)
    m = measures.specialised(quotient, threshold)
    phi = measures.proximity(m)
    np.fill_diagonal(phi, 0.0)
    density = measures.density(m, phi)
    close = (1 - m) * density
    sums = close.sum(axis=1, keepdims=True)
    weights = np.divide(close, sums, out=np.zeros_like(close), where=sums > 0)
    return Offers(quotient, m, density, weights)


def _partners(grid: Grid, names: Names, of: Any, threshold: float, shown: int) -> pl.DataFrame:
    found, r = offers(grid.values, threshold), place(grid, of)
    parts, back = found.of(r), found.back(r)
    score = parts.sum(axis=1)
    order = np.argsort(-score, kind="stable")
    order = order[score[order] > 0]
    said = [named(grid.industries, parts[s], parts[s], shown) for s in order]
    table = keyed(
        names,
        {names.region: grid.regions.gather(order)},
        {
            "rank": np.arange(1, len(order) + 1),
            "complementarity": score[order],
            "complementarity_back": back[order],
            "mutual": (score[order] + back[order]) / 2,
            "industry_count": (parts[order] > 0).sum(axis=1),
            "industries": pl.Series(said, dtype=pl.String),
            **both_regions(grid, r, order),
        },
    )
    return dated(table, grid, names)


def _industries(grid: Grid, names: Names, of: Any, threshold: float) -> pl.DataFrame:
    found, r = offers(grid.values, threshold), place(grid, of)
    parts = found.of(r)
    region, industry = np.nonzero(parts > 0)
    table = keyed(
        names,
        {names.region: grid.regions.gather(region), names.industry: grid.industries.gather(industry)},
        {
            "density": found.density[r][industry],
            "location_quotient_here": found.quotient[r][industry],
            "location_quotient_there": found.quotient[region, industry],
            "contribution": parts[region, industry],
            **both_cells(grid, r, region, industry),
        },
    )
    return dated(table, grid, names)
