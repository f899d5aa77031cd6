"""From cells to strengths: categories added up by their weights, indicators, growth and stars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas.observatory import star_profiles, stars

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.observatory import StarProfile

FROM_EMPLOYMENT = {"value", "location_quotient", "focus", "share_of_category"}
"""Indicators of star profiles that persons employed are enough for."""
SAME_COVER = 0.01
"""Two years are compared when the unknown part of the category differs by no more."""
KEYS = ["region", "category", "period"]


def profiles() -> list[StarProfile]:
    """The star profiles of the package that persons employed are enough for.

    >>> [profile.name for profile in profiles()]
    ['eccp-nodes', 'eco-2008']
    """
    return [p for p in star_profiles() if {c.indicator for c in p.criteria} <= FROM_EMPLOYMENT]


def added_up(cells: pl.DataFrame, links: pl.DataFrame) -> pl.DataFrame:
    """Cells (region, industry, period, value, imputed, split) as categories, by links (industry, category, weight).

    Gives region, category, period, value, imputed and split (of the value) and `unknown_share`.
    """
    import polars as pl

    weight = pl.col("weight")
    joined = cells.join(links, on="industry")
    totals = joined.group_by(KEYS).agg(*((pl.col(n) * weight).sum() for n in ("value", "imputed", "split")))
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


def region_totals(cells: pl.DataFrame) -> pl.DataFrame:
    """Persons employed in all divisions of each region and year: `region`, `period`, `region_total`."""
    import polars as pl

    return cells.group_by("region", "period").agg(region_total=pl.col("value").sum())


def with_indicators(values: pl.DataFrame, regions: pl.DataFrame) -> pl.DataFrame:
    """Values of categories with totals, shares, location quotient and growth; ``regions`` are `region_totals`."""
    import polars as pl

    value = pl.col("value")
    every = regions.group_by("period").agg(every=pl.col("region_total").sum())
    known = values.join(regions, on=["region", "period"]).join(every, on="period")
    known = known.with_columns(category_total=value.sum().over("category", "period"))
    focus = _ratio(value, pl.col("region_total"))
    return _with_growth(
        known.with_columns(
            focus=focus,
            share_of_category=_ratio(value, pl.col("category_total")),
            location_quotient=_ratio(
                value * pl.col("every"), pl.col("region_total") * pl.col("category_total")
            ),
            imputed_share=_ratio(pl.col("imputed"), value),
            split_share=_ratio(pl.col("split"), value),
        ).drop("imputed", "split", "every")
    ).sort(KEYS)


def _ratio(above: pl.Expr, below: pl.Expr) -> pl.Expr:
    import polars as pl

    return pl.when(below > 0).then(above / below)


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


def judged(strengths: pl.DataFrame, regions: pl.DataFrame, profile: StarProfile) -> pl.DataFrame:
    """Strengths with `stars`, `stars_judged`, `cluster_class` and `criteria_met` by a profile."""
    import polars as pl

    given = strengths.select(*KEYS, "value")
    found = stars(
        given,
        profile,
        industry="category",
        period="period",
        totals=regions.rename({"region_total": "value"}),
    )
    names = [pl.when(pl.col(f"{c.name}_met")).then(pl.lit(c.name)) for c in profile.criteria]
    met = pl.concat_str(names, separator=", ", ignore_nulls=True)
    verdicts = found.select(*KEYS, "stars", "stars_judged", "cluster_class", criteria_met=met)
    return strengths.join(verdicts, on=KEYS, how="left").with_columns(profile=pl.lit(profile.name))
