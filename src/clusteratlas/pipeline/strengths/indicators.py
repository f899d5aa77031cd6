"""From cells to strengths: categories added up by their weights, indicators, growth and stars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas import observatory

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.observatory import StarProfile

FROM_EMPLOYMENT = {"value", "location_quotient", "focus", "share_of_category"}
"""Indicators of star profiles that persons employed are enough for."""
SAME_COVER = 0.01
"""Two years are compared when the unknown part of the category differs by no more."""
REST = "(no category)"
"""Industries of no category: they count in the totals of regions and are left out of the result."""
KEYS = ["region", "category", "period"]
NAMES = {"industry": "category", "period": "period"}


def profiles() -> list[StarProfile]:
    """The star profiles of the package that persons employed are enough for.

    >>> [profile.name for profile in profiles()]
    ['eccp-nodes', 'eco-2008']
    """
    every = observatory.star_profiles()
    return [p for p in every if {c.indicator for c in p.criteria} <= FROM_EMPLOYMENT]


def added_up(cells: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Cells (region, industry, period, value, imputed_share) as categories, by links (industry, category, weight).

    Gives region, category, period, value, `imputed_share` and `unknown_share`; what no category takes is in `REST`,
    so that the rows of a region add up to its total.
    """
    given = cells.select("region", "industry", "period", "value", "imputed_share")
    totals = observatory.category_totals(given, links, period="period", unassigned=REST).drop(
        "category_totals"
    )
    return totals.join(_unknown_shares(cells, links), on=KEYS, how="left").sort(KEYS)


def _unknown_shares(cells: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """The part of each category, as it is made up in all regions of the year, that a region has no figures for."""
    import polars as pl

    parts = cells.group_by("industry", "period").agg(all=pl.col("value").sum()).join(links, on="industry")
    parts = parts.with_columns(part=pl.col("all") * pl.col("weight"))
    whole = parts.group_by("category", "period").agg(whole=pl.col("part").sum())
    known = (
        cells.select("region", "industry", "period")
        .join(parts.select("industry", "period", "category", "part"), on=["industry", "period"])
        .group_by(KEYS)
        .agg(known=pl.col("part").sum())
        .join(whole, on=["category", "period"])
    )
    missing = (1 - pl.col("known") / pl.col("whole")).clip(0, 1)
    rounded = pl.when(missing < 1e-12).then(0.0).otherwise(missing)
    return known.select(*KEYS, unknown_share=pl.when(pl.col("whole") > 0).then(rounded))


def with_indicators(values: pl.DataFrame) -> pl.DataFrame:
    """Values of categories (and `REST`) with totals, shares, location quotient and growth."""
    import polars as pl

    value = pl.col("value")
    known = observatory.focus(observatory.location_quotient(values, **NAMES), **NAMES)
    known = known.with_columns(
        region_total=value.sum().over("region", "period"),
        category_total=value.sum().over("category", "period"),
    )
    share = pl.when(pl.col("category_total") > 0).then(value / pl.col("category_total"))
    return _with_growth(known.with_columns(share_of_category=share)).sort(KEYS)


def _with_growth(known: pl.DataFrame) -> pl.DataFrame:
    """Growth a year since the latest earlier year of the same region and category."""
    import polars as pl

    before = {
        name: pl.col(name).shift(1).over("region", "category", order_by="period")
        for name in ("value", "period", "unknown_share")
    }
    is_alike = (pl.col("unknown_share") - before["unknown_share"]).abs() <= SAME_COVER
    years = pl.col("period") - before["period"]
    rate = (pl.col("value") / before["value"]) ** (1 / years) - 1
    is_known = (before["value"] > 0) & is_alike
    return known.with_columns(
        growth=pl.when(is_known).then(rate), growth_from=pl.when(is_known).then(before["period"])
    )


def judged(strengths: pl.DataFrame, profile: StarProfile) -> pl.DataFrame:
    """Strengths with `stars`, `stars_judged`, `cluster_class` and `criteria_met` by a profile; `REST` is left out."""
    import polars as pl

    found = observatory.stars(strengths.select(*KEYS, "value"), profile, **NAMES)
    names = [pl.when(pl.col(f"{c.name}_met")).then(pl.lit(c.name)) for c in profile.criteria]
    met = pl.concat_str(names, separator=", ", ignore_nulls=True)
    verdicts = found.select(*KEYS, "stars", "stars_judged", "cluster_class", criteria_met=met)
    ours = strengths.filter(pl.col("category") != REST)
    return ours.join(verdicts, on=KEYS, how="left").with_columns(profile=pl.lit(profile.name))
