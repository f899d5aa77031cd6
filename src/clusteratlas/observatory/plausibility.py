"""Figures that cannot well be true: sectors that move between the regions of a country for one year."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

MOVED = 1 / 3
"""At least this part of a sector's persons is in other regions than it usually is."""
LEAST_PERSONS = 1_000
"""Smaller sectors move with a single plant."""
LEAST_REGIONS, LEAST_YEARS = 3, 2
"""Regions with figures in the country that year, and other years to compare it with."""


def implausible(cells: pl.DataFrame) -> pl.DataFrame:
    """The cells of sectors that lie elsewhere in their country than in its other years.

    ``cells``: region (NUTS code, its first two letters the country), industry, period, value (persons employed), one
    row a cell. With s = value / the country's sum and u = the median of s in the region's other years (both brought
    to the sum 1 over the regions that have a u, so that one new in the data moves nobody), a sector of a country and
    year is implausible when half the sum of |s - u| over its regions (Hoover's index of redistribution) is at least
    `MOVED`. Then all its cells of that year are: what one region has too much, others lack. Sectors of fewer than
    `LEAST_PERSONS`, countries of fewer than `LEAST_REGIONS` regions and cells with fewer than `LEAST_YEARS` other
    years are not judged. The verdict is about the figures, whoever is right: a plant may really have moved.

    Gives region, industry, period and `moved` (0 to 1). Source: Hoover (1941), Interstate redistribution of
    population; thresholds ours.

    >>> import polars as pl
    >>> years = {2011: (60, 30, 10), 2012: (58, 32, 10), 2013: (61, 30, 9), 2014: (0, 100, 0)}
    >>> rows = [(f"NO0{i}", "G47", year, 100.0 * v) for year, vs in years.items() for i, v in enumerate(vs)]
    >>> found = implausible(pl.DataFrame(rows, schema=["region", "industry", "period", "value"], orient="row"))
    >>> found["period"].unique().to_list(), round(found["moved"][0], 2)
    ([2014], 0.7)
    """
    import polars as pl

    sector = ["country", "industry", "period"]
    total = pl.col("value").sum().over(sector)
    shares = (
        cells.select("region", "industry", "period", "value", country=pl.col("region").str.slice(0, 2))
        .drop_nulls("value")
        .with_columns(total=total, share=pl.when(total > 0).then(pl.col("value") / total))
        .filter(pl.len().over(sector) >= LEAST_REGIONS, pl.col("total") >= LEAST_PERSONS)
    )
    other = shares.select("region", "industry", other_period="period", other="share")
    usual = (
        shares.join(other, on=["region", "industry"])
        .filter(pl.col("period") != pl.col("other_period"))
        .group_by("region", "industry", "period")
        .agg(usual=pl.col("other").median(), years=pl.len())
        .filter(pl.col("years") >= LEAST_YEARS)
    )
    judged = shares.join(usual, on=["region", "industry", "period"])
    away = pl.col("share") / pl.col("share").sum() - pl.col("usual") / pl.col("usual").sum()
    moved = judged.group_by(sector).agg(moved=away.abs().sum() / 2)
    moved = moved.filter(pl.col("moved").is_finite(), pl.col("moved") >= MOVED)
    found = shares.join(moved, on=sector).select("region", "industry", "period", "moved")
    return found.sort("region", "industry", "period")
