"""The indicators, stars and classes of every region and category in one year. Frames in, a frame out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clusteratlas.atlas.observatory.adding import QUALITIES
from clusteratlas.atlas.observatory.growth import with_growth
from clusteratlas.observatory import stars

if TYPE_CHECKING:
    import polars as pl

COMPANIONS = ("productivity", "establishments")
COLUMNS = (
    *("region", "industry", "period", "value", "region_total", "category_total", "focus"),
    *("share_of_category", "location_quotient", "growth", "growth_from", "imputed_share"),
    *QUALITIES,
    *COMPANIONS,
)


def judged(
    totals: pl.DataFrame,
    year: int,
    profile: Any,
    rest: str,
    *,
    whole: pl.DataFrame | None = None,
    companions: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """``totals`` (region, industry, period, value, imputed_share and qualities) of ``year`` with indicators and stars.

    ``rest`` names the industry that stands for all others: it counts in totals and is left out of the result.
    ``whole`` is what the regions are compared with; the sum of ``totals`` where none is given. ``companions`` bring
    what else profiles ask for: ``productivity``, ``establishments``.
    """
    import polars as pl

    now = totals.filter(period=year)
    reference = (
        (now if whole is None else whole.filter(period=year))
        .group_by("industry")
        .agg(category_total=pl.col("value").sum())
    )
    known = with_shares(with_growth(totals).filter(period=year), reference)
    known = known.join(
        _none_known() if companions is None else companions, on=["region", "industry"], how="left"
    )
    given = known.select("region", "industry", "value", "imputed_share", "growth", *COMPANIONS)
    starred = stars(given, profile, reference=reference.rename({"category_total": "value"}))
    verdicts = [name for name in starred.columns if name not in given.columns]
    result = known.join(starred.select("region", "industry", *verdicts), on=["region", "industry"])
    return result.select(*COLUMNS, *verdicts).filter(pl.col("industry") != rest).sort("industry", "region")


def _none_known() -> pl.DataFrame:
    import polars as pl

    texts, numbers = dict.fromkeys(("region", "industry"), pl.String), dict.fromkeys(COMPANIONS, pl.Float64)
    return pl.DataFrame(schema={**texts, **numbers})


def with_shares(now: pl.DataFrame, reference: pl.DataFrame) -> pl.DataFrame:
    """Values of one year with their shares of the region and the category, and the location quotient."""
    import polars as pl

    every = reference["category_total"].sum()
    region, category = pl.col("region_total"), pl.col("category_total")
    return (
        now.with_columns(region_total=pl.col("value").sum().over("region"))
        .join(reference, on="industry", how="left")
        .with_columns(
            focus=pl.when(region > 0).then(pl.col("value") / region),
            share_of_category=pl.when(category > 0).then(pl.col("value") / category),
            location_quotient=pl.when((region > 0) & (category > 0)).then(
                pl.col("value") * every / (region * category)
            ),
        )
    )
