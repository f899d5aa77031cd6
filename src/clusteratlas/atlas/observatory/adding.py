"""Cells added up: to regions of one's own, to categories by a crosswalk. Frames in, frames out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas.observatory.asked import Area


MARKS = ("is_doubtful", "is_break")
QUALITIES = ("unknown_share", "doubtful_share", "has_break")
BROKEN = 0.01
"""Breaks in smaller parts of a category say little about it."""


def add_regions(cells: pl.DataFrame, areas: Sequence[Area]) -> pl.DataFrame:
    """``cells`` where the regions of each area are one region, named by the area's key.

    An area takes the place of its regions, so that the sum over all regions stays what it was; regions in several
    areas count in each of them, once for the sum of the whole.
    """
    import polars as pl

    if not areas:
        return cells
    taken = {code for area in areas for code in area.codes}
    own = [
        summed(cells.filter(pl.col("region").is_in(area.codes)).with_columns(region=pl.lit(area.key)))
        for area in areas
    ]
    return pl.concat([cells.filter(~pl.col("region").is_in(taken)), *own])


def add_up(cells: pl.DataFrame, crosswalk: pl.DataFrame, rest: str) -> pl.DataFrame:
    """Values by category and year, with what belongs to none of them in the category ``rest`` (see `category_totals`).

    Gives region, category, period, value, `imputed_share` and `unknown_share`; the rows of a region add up to its
    total.
    """
    from clusteratlas.observatory import category_totals

    keys = ["region", "category", "period"]
    totals = category_totals(cells, crosswalk, period="period", unassigned=rest)
    known = totals.join(qualities(cells, crosswalk), on=keys, how="left")
    return known.select(*keys, "value", "imputed_share", *QUALITIES).sort(keys)


def qualities(cells: pl.DataFrame, crosswalk: pl.DataFrame) -> pl.DataFrame:
    """What of each category, as it is made up in all regions of the year, a region has no or only doubtful figures for.

    ``cells`` may have the columns `is_doubtful` (implausible, or explained by the publisher apart) and `is_break` (the
    publisher marks a break in the series). Gives region, category, period, `unknown_share` and `doubtful_share` (0 to
    1), and `has_break`: a break in at least `BROKEN` of it. Null for a category without any figure.
    """
    import polars as pl

    keys = ["region", "category", "period"]
    parts = cells.group_by("industry", "period").agg(all=pl.col("value").sum()).join(crosswalk, on="industry")
    parts = parts.with_columns(part=pl.col("all") * pl.col("weight"))
    whole = parts.group_by("category", "period").agg(whole=pl.col("part").sum())
    there = cells.select(
        *("region", "industry", "period"),
        *(name if name in cells.columns else pl.lit(False).alias(name) for name in MARKS),
    )
    broken = pl.col("is_break") & (pl.col("part") >= BROKEN * pl.col("part").sum())
    known = (
        there.join(parts.select("industry", "period", "category", "part"), on=["industry", "period"])
        .group_by(keys)
        .agg(
            known=pl.col("part").sum(),
            doubtful=pl.col("part").filter("is_doubtful").sum(),
            has_break=broken.any(),
        )
        .join(whole, on=["category", "period"])
    )
    missing = (1 - pl.col("known") / pl.col("whole")).clip(0, 1)
    rounded = pl.when(missing < 1e-12).then(0.0).otherwise(missing)
    doubtful = pl.col("doubtful") / pl.col("whole")
    is_there = pl.when(pl.col("whole") > 0)
    return known.select(
        *keys, "has_break", unknown_share=is_there.then(rounded), doubtful_share=is_there.then(doubtful)
    )


def summed(cells: pl.DataFrame) -> pl.DataFrame:
    """Rows of one region, industry and year added up; the imputed share is weighted by the values, marks stay."""
    import polars as pl

    imputed = (pl.col("value") * pl.col("imputed_share")).sum()
    value = pl.col("value").sum()
    return (
        cells.group_by("region", "industry", "period")
        .agg(
            value=value,
            imputed_share=pl.when(value > 0).then(imputed / value).otherwise(0.0),
            **{name: pl.col(name).any() for name in MARKS if name in cells.columns},
        )
        .sort("region", "industry", "period")
    )


def companions(measures: pl.DataFrame, crosswalk: pl.DataFrame, areas: Sequence[Area]) -> pl.DataFrame:
    """What else is known of regions in categories: ``productivity`` (EUR wages a person), ``establishments``.

    ``measures``: region, industry, persons_employed, wages, local_units as published, null where withheld. Wages a
    person are those of the industries of which both are published; establishments are the published ones.
    """
    import polars as pl

    paid = pl.col("persons_employed").is_not_null() & pl.col("wages").is_not_null()
    weighted = _with_areas(measures, areas).join(crosswalk, on="industry")
    sums = {
        name: (pl.when(known).then(pl.col(name)) * pl.col("weight")).sum()
        for name, known in (("persons_employed", paid), ("wages", paid), ("local_units", pl.lit(True)))
    }
    units_known = pl.col("local_units").is_not_null().any()
    return (
        weighted.group_by("region", industry="category")
        .agg(**sums, units_known=units_known)
        .select(
            "region",
            "industry",
            productivity=pl.when(pl.col("persons_employed") > 0).then(
                pl.col("wages") / pl.col("persons_employed")
            ),
            establishments=pl.when("units_known").then(pl.col("local_units")),
        )
    )


def _with_areas(rows: pl.DataFrame, areas: Sequence[Area]) -> pl.DataFrame:
    """``rows`` and, for each area, those of its regions once more under the area's key."""
    import polars as pl

    own = [rows.filter(pl.col("region").is_in(a.codes)).with_columns(region=pl.lit(a.key)) for a in areas]
    return pl.concat([rows, *own])
