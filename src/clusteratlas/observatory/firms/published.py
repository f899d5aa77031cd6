"""Shares of enterprises that are born, die and grow fast, from what Eurostat publishes by region and sector."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.observatory.firms.kinds import computable
from clusteratlas.observatory.frames import check_columns, ratio

INDICATORS = {
    "V11910": "active_enterprises",
    "V11920": "enterprise_births",
    "V11930": "enterprise_deaths",
    "V11960": "high_growth_enterprises",
}
"""Eurostat's codes, as in `bd_hgnace2_r3`, and our names of what they measure."""
SHORT = {"enterprise_births": "birth", "enterprise_deaths": "death", "high_growth_enterprises": "high_growth"}


def enterprise_rates(
    observations: Any,
    *,
    region: str = "nuts_code",
    industry: str = "industry_code",
    year: str = "year",
    indicator: str = "indicator",
    value: str = "value",
) -> Any:
    """Birth, death, churn and high-growth rates of enterprises, by region, industry and year.

    ``observations`` are rows of the release's table `observation` (or any of the same kind): Eurostat's indicators
    V11910 (active enterprises), V11920 (births), V11930 (deaths) and V11960 (high-growth enterprises); others are
    passed over. Gives the three keys, the four numbers, and over the active enterprises ``birth_rate``,
    ``death_rate``, ``churn_rate`` (their sum) and ``high_growth_share``; null where a number is missing or
    confidential. Eurostat's own share of high-growth enterprises is over those with at least 10 employees, which this
    table does not tell: ours is smaller. Of equal rows the largest value counts.

    Raises `InputError` for columns that are absent.

    >>> import polars as pl
    >>> rows = pl.DataFrame({"nuts_code": ["AT11"] * 3, "industry_code": ["C"] * 3, "year": [2020] * 3,
    ...                      "indicator": ["V11910", "V11920", "V11960"], "value": [200.0, 20.0, 5.0]})
    >>> enterprise_rates(rows).select("birth_rate", "death_rate", "high_growth_share").row(0)
    (0.1, None, 0.025)
    """
    data, hand_back = computable(observations)
    keys = [region, industry, year]
    check_columns(data, [*keys, indicator, value])
    number = nw.col(value).cast(nw.Float64)
    data = data.filter(nw.col(indicator).is_in([*INDICATORS]))
    wide = data.group_by(keys).agg(
        nw.when(nw.col(indicator) == code).then(number).max().alias(name) for code, name in INDICATORS.items()
    )
    rates = {n: ratio(nw.col(name), nw.col("active_enterprises")) for name, n in SHORT.items()}
    result = wide.select(
        *keys,
        *INDICATORS.values(),
        rates["birth"].alias("birth_rate"),
        rates["death"].alias("death_rate"),
        (rates["birth"] + rates["death"]).alias("churn_rate"),
        rates["high_growth"].alias("high_growth_share"),
    )
    return hand_back(result)
