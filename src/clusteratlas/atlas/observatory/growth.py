"""Growth of figures, told over the same years for all, and only where both years rest on the same industries."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl

GROWTH_YEARS = 4
"""Growth is told over at least so many years where there are figures: single years are noise."""
SAME_COVER = 0.01
"""Two years are compared when the unknown part of the category differs by no more."""


def base_year(years: Iterable[int], year: int) -> int | None:
    """The latest year that lies `GROWTH_YEARS` before ``year``, or else the first one; None when there is none.

    >>> base_year([2008, 2010, 2012, 2014], 2014), base_year([2012, 2014], 2014), base_year([2014], 2014)
    (2010, 2012, None)
    """
    earlier = sorted(one for one in years if one < year)
    long_ago = [one for one in earlier if one <= year - GROWTH_YEARS]
    return long_ago[-1] if long_ago else earlier[0] if earlier else None


def with_growth(values: pl.DataFrame, industry: str = "industry") -> pl.DataFrame:
    """``values`` (region, ``industry``, period, value and what `add_up` tells) with ``growth`` and ``growth_from``.

    growth = (value(t) / value(s)) ^ (1 / (t - s)) - 1 with s = `base_year` of t, in ``growth_from``. Null where the
    value of either year is unknown, that of s is zero, the two rest on different industries or on doubtful figures
    (`SAME_COVER`), or the publisher marks a break in the series after s.
    """
    import polars as pl

    keys = ["region", industry]
    years = values["period"].unique().to_list()
    bases = {year: base_year(years, year) for year in years}
    base = pl.col("period").replace_strict(bases, default=None, return_dtype=values.schema["period"])
    values = values.sort(*keys, "period").with_columns(
        __breaks=pl.col("has_break").fill_null(False).cum_sum().over(keys, order_by="period"),
        __doubt=pl.col("doubtful_share").fill_null(0),
    )
    before = values.select(
        *keys,
        __base="period",
        __before="value",
        __unknown="unknown_share",
        __doubt_before="__doubt",
        __breaks_before="__breaks",
    )
    joined = values.with_columns(__base=base).join(before, on=[*keys, "__base"], how="left")
    is_alike = (pl.col("unknown_share") - pl.col("__unknown")).abs().fill_null(0) <= SAME_COVER
    is_sure = pl.max_horizontal("__doubt", "__doubt_before") <= SAME_COVER
    is_whole = pl.col("__breaks") == pl.col("__breaks_before")
    known = pl.when((pl.col("__before") > 0) & is_alike & is_sure & is_whole & pl.col("value").is_not_null())
    rate = (pl.col("value") / pl.col("__before")) ** (1 / (pl.col("period") - pl.col("__base"))) - 1
    return joined.with_columns(growth=known.then(rate), growth_from=known.then(pl.col("__base"))).drop(
        "^__.*$"
    )
