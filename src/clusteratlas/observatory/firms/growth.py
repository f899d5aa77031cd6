"""How firms grow: rates, Birch's index, the tent-shaped distribution of rates, and whether fast growth lasts."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping, Sequence
from typing import Any, Unpack

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas.observatory.arguments import COUNT, check, choose
from clusteratlas.observatory.firms.around import around, at, chosen_years, together
from clusteratlas.observatory.firms.judging import judged
from clusteratlas.observatory.firms.panel import Columns, Firms, own_roles, take_firms, year_asked
from clusteratlas.observatory.firms.profile import FirmProfile, firm_profile
from clusteratlas.observatory.frames import ratio

QUANTILES = (0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99)


def firm_growth(
    frame: Any,
    *,
    measure: str = "employees",
    years: int = 3,
    year: int | str | None = None,
    by: Sequence[str] = (),
    **columns: Unpack[Columns],
) -> Any:
    """The growth of every firm that is there in a year and ``years`` before, by each way to say it.

    With x the amount before and y the amount now, n years apart: ``growth`` = (y / x) ** (1 / n) - 1 a year,
    ``log_growth`` = ln(y / x) / n a year, ``davis_haltiwanger_growth`` = (y - x) / ((x + y) / 2) over the whole span
    (-2 to 2), ``birch_index`` = (y - x) * (y / x), which weighs jobs made by how fast the firm grew, so that neither
    the smallest nor the largest win by their size alone. Null from zero. For columns of the panel see `verdicts`.

    Raises `InputError` for what is no panel or too short, `UsageError` for an unknown measure or year.

    >>> import polars as pl
    >>> panel = pl.DataFrame({"firm": ["a", "a"], "year": [2017, 2020], "employees": [10, 20]})
    >>> firm_growth(panel).select("growth", "birch_index").row(0)
    (0.2599210498948732, 20.0)

    Source: Birch (1987), Job Creation in America; Davis, Haltiwanger and Schuh (1996).
    """
    year, columns = year_asked(year, columns)
    firms = take_firms(frame, columns, by)
    return firms.hand_back(_grown(firms, firms.measure(measure), _span(years), year, own_roles(firms, by)))


def growth_distribution(
    frame: Any,
    *,
    measure: str = "employees",
    years: int = 1,
    year: int | str | None = None,
    by: Sequence[str] = (),
    **columns: Unpack[Columns],
) -> Any:
    """How rates of growth spread over firms, and whether their shape is the tent that is found nearly everywhere.

    Rates are ``log_growth`` of `firm_growth`, for each year and combination of the columns ``by``: ``firms`` (their
    number), ``mean``, ``deviation`` (standard), quantiles ``q01`` to ``q99``, and Laplace's distribution fitted by
    maximum likelihood: ``laplace_location`` (the median) and ``laplace_scale`` (the mean distance from it).
    ``laplace_advantage`` is how much likelier a firm's rate is under it than under a normal distribution, in nats a
    firm: above 0, the shape is a tent rather than a bell. Raises what `firm_growth` does.

    >>> import polars as pl
    >>> panel = pl.DataFrame({"firm": [1, 2, 3] * 2, "year": [1] * 3 + [2] * 3, "employees": [10, 10, 10, 10, 10, 20]})
    >>> growth_distribution(panel).select("firms", "q50", "laplace_scale").row(0)
    (3, 0.0, 0.23104906018664842)

    Source: Stanley et al. (1996), Nature 379; Bottazzi and Secchi (2006), RAND Journal of Economics 37.
    """
    year, columns = year_asked(year, columns)
    firms = take_firms(frame, columns, by)
    keys = own_roles(firms, by)
    grown = _grown(firms, firms.measure(measure), _span(years), year, keys)
    rates = grown.select("year", *keys, "log_growth").filter(~nw.col("log_growth").is_null()).collect()
    table = pl.from_arrow(rates.to_arrow())
    return firms.hand_back_rows(_described(table, ["year", *keys]))


def persistence(
    frame: Any,
    profile: str | os.PathLike[str] | Mapping[str, Any] | FirmProfile = "eu-high-growth",
    *,
    kind: str = "high_growth",
    measure: str = "employees",
    **columns: Unpack[Columns],
) -> Any:
    """Whether firms of a kind are of it again in the next span of years, which does not overlap with the first.

    For each year from which the panel reaches a span (the profile's ``years``) back and one ahead: ``firms`` of the
    kind, ``still_there`` a span later, ``again`` of the kind then, ``again_rate`` = again / firms; ``others`` judged
    and not of the kind, ``others_later`` of the kind a span later and ``others_rate``. Growth that lasts shows in an
    ``again_rate`` above ``others_rate``. For columns of the panel see `verdicts`.

    Raises `InputError` for what is no panel or too short, `UsageError` for an unknown kind.

    >>> import polars as pl
    >>> panel = pl.DataFrame(
    ...     {"firm": ["a"] * 3 + ["b"] * 3, "year": [2014, 2017, 2020] * 2, "employees": [10, 20, 40, 50, 50, 90]}
    ... )
    >>> persistence(panel).select("firms", "again", "again_rate", "others", "others_later").row(0)
    (1, 1, 1.0, 1, 1)

    Source: Daunfeldt and Halvarsson (2015), Small Business Economics 44.
    """
    firms, chosen = take_firms(frame, columns), firm_profile(profile)
    choose([one.name for one in chosen.kinds], kind=kind)
    amount, span = firms.measure(measure), chosen.years
    years = [one - span for one in chosen_years(firms, None, 2 * span)]
    parts = [
        _lasting(firms, chosen, kind, amount, one) for one in years if one in firms.years or not firms.years
    ]
    result = together(parts if firms.years else [part.head(0) for part in parts]).with_columns(
        ratio(nw.col("again"), nw.col("firms")).alias("again_rate"),
        ratio(nw.col("others_later"), nw.col("others")).alias("others_rate"),
    )
    names = ("year", "firms", "still_there", "again", "again_rate", "others", "others_later", "others_rate")
    return firms.hand_back(result.select(names))


def _span(years: int) -> int:
    check(COUNT, years=years)
    return years


def _grown(firms: Firms, measure: str, years: int, year: int | None, keys: list[str]) -> nw.LazyFrame:
    return together([_grown_in(firms, measure, years, one, keys) for one in chosen_years(firms, year, years)])


def _grown_in(firms: Firms, measure: str, years: int, year: int, keys: list[str]) -> nw.LazyFrame:
    data = around(firms, year, back=years, measures=[measure])
    data = data.filter((nw.col("there_0") == 1) & (nw.col(at("there", -years)) == 1))
    before, after = nw.col(at(measure, -years)), nw.col(at(measure, 0))
    is_both = (before > 0) & (after > 0)
    quotient = nw.when(is_both).then(after) / nw.when(is_both).then(before)
    log = quotient.log() / years
    is_gone = (before > 0) & (after == 0)
    found = {
        "year": nw.lit(year).cast(nw.Int64),
        "start_year": nw.lit(year - years).cast(nw.Int64),
        "start_value": before,
        "end_value": after,
        "growth": nw.when(is_gone).then(nw.lit(-1.0)).otherwise(log.exp() - 1),
        "log_growth": log,
        "davis_haltiwanger_growth": ratio(after - before, (before + after) / 2),
        "birch_index": nw.when(is_gone).then(nw.lit(0.0)).otherwise((after - before) * quotient),
    }
    kept = [name for name in keys if name not in ("firm", "year")]
    return data.select("firm", *kept, *(expr.alias(name) for name, expr in found.items()))


def _described(table: pl.DataFrame, keys: list[str]) -> pl.DataFrame:
    rate = pl.col("log_growth")
    quantiles = [rate.quantile(q, "linear").alias(f"q{round(q * 100):02d}") for q in QUANTILES]
    found = table.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("firms"),
        rate.mean().alias("mean"),
        rate.std(ddof=0).alias("deviation"),
        *quantiles,
        rate.median().alias("laplace_location"),
        (rate - rate.median()).abs().mean().alias("laplace_scale"),
    )
    scale, deviation = pl.col("laplace_scale"), pl.col("deviation")
    tent = -(2 * scale).log() - 1
    bell = -0.5 * (2 * math.pi * math.e * deviation**2).log()
    return found.with_columns(
        pl.when((scale > 0) & (deviation > 0)).then(tent - bell).alias("laplace_advantage")
    ).sort(keys)


def _lasting(firms: Firms, profile: FirmProfile, kind: str, measure: str, year: int) -> nw.LazyFrame:
    verdict = f"is_{kind}"
    as_number = nw.when(nw.col(verdict)).then(nw.lit(1)).when(~nw.col(verdict)).then(nw.lit(0))
    first = judged(firms, profile, measure, year).select("firm", as_number.alias("__first"))
    later = judged(firms, profile, measure, year + profile.years).select(
        "firm", nw.lit(1).alias("__there"), as_number.alias("__later")
    )
    data = first.filter(~nw.col("__first").is_null()).join(later, on="firm", how="left")
    is_first, is_later = nw.col("__first") == 1, nw.col("__later") == 1

    def count(condition: nw.Expr, name: str) -> nw.Expr:
        return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0)).sum().cast(nw.Int64).alias(name)

    counts = data.select(
        count(is_first, "firms"),
        count(is_first & (nw.col("__there") == 1), "still_there"),
        count(is_first & is_later, "again"),
        count(~is_first, "others"),
        count(~is_first & is_later, "others_later"),
    )
    return counts.with_columns(nw.lit(year).cast(nw.Int64).alias("year"))
