"""Births, deaths, churn and survival of firms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import Range, check
from clusteratlas.observatory.firms.around import around, at, together
from clusteratlas.observatory.firms.panel import Columns, Firms, own_roles, take_firms
from clusteratlas.observatory.frames import ratio


def demography(frame: Any, *, by: Sequence[str] = (), absence: int = 2, **columns: Unpack[Columns]) -> Any:
    """Births, deaths and churn of each year of the panel, for each combination of the columns ``by``.

    A firm is active in a year when it has a row whose amounts are not all zero. It is born in the year of its
    ``birth_year``; where that is not told, in a year in which it is active after at least ``absence`` years without
    (2 in European statistics, so that a firm that pauses is not born anew). It dies in the last year in which it is
    active before at least ``absence`` years without. What the panel is too short to tell is null: births without a
    birth year in its first years, deaths in its last.

    Gives ``year``, the columns ``by``, ``active``, ``births``, ``deaths`` (numbers of firms), ``birth_rate`` =
    births / active, ``death_rate`` = deaths / active and ``churn_rate``, their sum. For columns of the panel see
    `verdicts`.

    Raises `InputError` for what is no panel, `UsageError` for an ``absence`` below 1.

    >>> import polars as pl
    >>> panel = pl.DataFrame({"firm": ["a", "a", "a", "b", "b", "c"], "year": [1, 2, 3, 2, 3, 1], "employees": [5] * 6})
    >>> demography(panel, absence=1).sort("year").select("year", "active", "births", "deaths").rows()
    [(1, 2, None, 1), (2, 2, 1, 0), (3, 2, 0, None)]

    Source: Eurostat-OECD Manual on Business Demography Statistics (2007), chapters 5 and 7.
    """
    _check(absence)
    firms = take_firms(frame, columns, by)
    keys = own_roles(firms, by)
    data = _counted([_of_year(firms, year, keys, absence) for year in firms.years or (0,)], firms)
    births, deaths = (ratio(nw.col(n), nw.col("active")) for n in ("births", "deaths"))
    result = data.select(
        "year",
        *keys,
        "active",
        "births",
        "deaths",
        births.alias("birth_rate"),
        deaths.alias("death_rate"),
        (births + deaths).alias("churn_rate"),
    )
    return firms.hand_back(result)


def survival(frame: Any, *, by: Sequence[str] = (), absence: int = 2, **columns: Unpack[Columns]) -> Any:
    """How many of the firms born in a year are still active so many years later.

    Births are those of `demography`. Gives ``birth_year`` (the cohort), the columns ``by`` (as of birth), ``age``
    (whole years, from 0), ``born``, ``alive`` (numbers of firms) and ``survival_rate`` = alive / born, for all ages
    that the panel reaches. Raises what `demography` does.

    >>> import polars as pl
    >>> panel = pl.DataFrame({"firm": ["a", "b", "b", "z", "z", "z"], "year": [2, 2, 3, 1, 2, 3], "employees": [5] * 6})
    >>> survival(panel, absence=1).filter(birth_year=2).select("age", "born", "alive", "survival_rate").rows()
    [(0, 2, 2, 1.0), (1, 2, 1, 0.5)]

    Source: Eurostat-OECD Manual on Business Demography Statistics (2007), chapter 6.
    """
    _check(absence)
    firms = take_firms(frame, columns, by)
    keys = own_roles(firms, by)
    cohorts = [
        _cohort(firms, year, keys, absence) for year in firms.years if _can_tell_births(firms, year, absence)
    ]
    if not cohorts:
        raise InputError(
            "no births can be told in this panel",
            remedy=f"give birth years, or more than {absence} years of rows",
        )
    whole = pl.concat(cohorts).sort("cohort", *keys, "age")
    whole = whole.with_columns((pl.col("alive") / pl.col("born")).alias("survival_rate"))
    order = ("cohort", *keys, "age", "born", "alive", "survival_rate")
    return firms.hand_back_rows(whole.select(order), {"cohort": "birth_year"})


def _counted(parts: list[nw.LazyFrame], firms: Firms) -> nw.LazyFrame:
    """The counts of all years; DuckDB counts one year after the other, since memory holds the firms of one."""
    if not parts[0].implementation.is_duckdb():
        return together(parts)
    found = [pl.from_arrow(part.collect().to_arrow()) for part in parts]
    return firms.table.like(pl.concat(found, how="vertical_relaxed"))


def _check(absence: int) -> None:
    check(Range(1, 100, is_whole=True), absence=absence)


def _span(year: int, absence: int, direction: int) -> list[int]:
    return [year + direction * step for step in range(1, absence + 1)]


def _can_tell_births(firms: Firms, year: int, absence: int) -> bool:
    """Whether a firm's first sight in ``year`` or its year of birth tells that it is born then."""
    return "birth_year" in firms.names or set(_span(year, absence, -1)) <= set(firms.years)


def _is_born(firms: Firms, year: int, absence: int) -> nw.Expr:
    """1 for a firm of the frame of `around` that is born in ``year``, else 0."""
    is_new = nw.col("there_0") == 1
    for step in range(1, absence + 1):
        is_new = is_new & (nw.col(at("there", -step)) == 0)
    can_see = set(_span(year, absence, -1)) <= set(firms.years)
    seen = nw.when(is_new).then(nw.lit(1)).otherwise(nw.lit(0)) if can_see else nw.lit(0)
    if "birth_year" not in firms.names:
        return seen
    told = nw.col("birth_year")
    is_told = (told == year) & (nw.col("there_0") == 1)
    return nw.when(told.is_null()).then(seen).when(is_told).then(nw.lit(1)).otherwise(nw.lit(0))


def _of_year(firms: Firms, year: int, keys: list[str], absence: int) -> nw.LazyFrame:
    data = around(firms, year, back=absence, ahead=absence).filter(nw.col("there_0") == 1)
    is_last = nw.lit(True)
    for step in range(1, absence + 1):
        is_last = is_last & (nw.col(at("there", step)) == 0)
    data = data.with_columns(
        nw.lit(year).cast(nw.Int64).alias("year"),
        _is_born(firms, year, absence).alias("__born"),
        nw.when(is_last).then(nw.lit(1)).otherwise(nw.lit(0)).alias("__died"),
    )
    counts = data.group_by("year", *keys).agg(
        nw.len().cast(nw.Int64).alias("active"),
        nw.col("__born").sum().cast(nw.Int64).alias("births"),
        nw.col("__died").sum().cast(nw.Int64).alias("deaths"),
    )
    unknown = []
    if not _can_tell_births(firms, year, absence):
        unknown.append("births")
    if not set(_span(year, absence, 1)) <= set(firms.years):
        unknown.append("deaths")
    return (
        counts.with_columns(nw.lit(None).cast(nw.Int64).alias(name) for name in unknown)
        if unknown
        else counts
    )


def _cohort(firms: Firms, year: int, keys: list[str], absence: int) -> pl.DataFrame:
    """How many firms born in a year are there at each age: a row for each age and combination of ``keys``."""
    ages = [then - year for then in firms.years if then >= year]
    data = around(firms, year, back=absence, ahead=ages[-1]).filter(_is_born(firms, year, absence) == 1)
    data = data.with_columns(nw.lit(year).cast(nw.Int64).alias("cohort"))
    counts = data.group_by("cohort", *keys).agg(
        nw.len().cast(nw.Int64).alias("born"),
        *(nw.col(at("there", age)).sum().cast(nw.Int64).alias(str(age)) for age in ages),
    )
    wide = pl.from_arrow(counts.collect().to_arrow())
    return wide.unpivot(
        [str(age) for age in ages], index=["cohort", *keys, "born"], variable_name="age", value_name="alive"
    ).with_columns(pl.col("age").cast(pl.Int64))
