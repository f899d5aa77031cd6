"""From cells to strengths: categories added up by their weights, indicators, growth and stars."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas import observatory
from clusteratlas.atlas.observatory.growth import with_growth

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.observatory import StarProfile

FROM_EMPLOYMENT = {"value", "location_quotient", "focus", "share_of_category"}
"""Indicators of star profiles that persons employed are enough for."""
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
    return with_growth(known.with_columns(share_of_category=share), "category").sort(KEYS)


def judged(strengths: pl.DataFrame, profile: StarProfile) -> pl.DataFrame:
    """Strengths with `stars`, `stars_judged`, `cluster_class` and `criteria_met` by a profile; `REST` is left out."""
    import polars as pl

    found = observatory.stars(strengths.select(*KEYS, "value"), profile, **NAMES)
    names = [pl.when(pl.col(f"{c.name}_met")).then(pl.lit(c.name)) for c in profile.criteria]
    met = pl.concat_str(names, separator=", ", ignore_nulls=True)
    verdicts = found.select(*KEYS, "stars", "stars_judged", "cluster_class", criteria_met=met)
    ours = strengths.filter(pl.col("category") != REST)
    return ours.join(verdicts, on=KEYS, how="left").with_columns(profile=pl.lit(profile.name))
