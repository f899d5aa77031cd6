"""Jobs created and destroyed: what a net change of employment hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

import narwhals.stable.v2 as nw

from clusteratlas.observatory.firms.around import around, at, chosen_years, together
from clusteratlas.observatory.firms.panel import Columns, Firms, own_roles, take_firms, year_asked
from clusteratlas.observatory.frames import ratio

SUMS = ("creation", "creation_by_entry", "destruction", "destruction_by_exit", "average")


def job_flows(
    frame: Any,
    *,
    by: Sequence[str] = (),
    measure: str = "employees",
    year: int | str | None = None,
    **columns: Unpack[Columns],
) -> Any:
    """Gross job creation and destruction from one year to the next, for each combination of the columns ``by``.

    A firm that grows creates the difference, one that shrinks destroys it; one that enters or leaves creates or
    destroys all it has. Firms whose amount is not told in a year in which they are active are left out and counted in
    ``unknown``. Gives ``year``, the columns ``by`` (those of the year, of the year before for firms that left),
    ``before`` and ``after`` (employment), ``creation``, ``creation_by_entry``, ``destruction``,
    ``destruction_by_exit``, ``net``, and rates over the average of both years: ``creation_rate``,
    ``destruction_rate``, ``net_rate``, ``reallocation_rate`` (their sum), ``excess_reallocation_rate`` (what goes
    beyond the net change). For columns of the panel see `verdicts`.

    Raises `InputError` for what is no panel or has no two consecutive years, `UsageError` for an unknown year.

    >>> import polars as pl
    >>> panel = pl.DataFrame({"firm": ["a", "a", "b", "b"], "year": [1, 2, 1, 2], "employees": [10, 14, 10, 8]})
    >>> job_flows(panel).select("creation", "destruction", "net", "reallocation_rate").row(0)
    (4.0, 2.0, 2.0, 0.2857142857142857)

    Source: Davis, Haltiwanger and Schuh (1996), Job Creation and Destruction.
    """
    year, columns = year_asked(year, columns)
    firms = take_firms(frame, columns, by)
    amount, keys = firms.measure(measure), own_roles(firms, by)
    flows = together([_flows(firms, amount, one, keys) for one in chosen_years(firms, year, 1)])
    net = nw.col("creation") - nw.col("destruction")
    average = nw.col("average")
    whole = nw.col("creation") + nw.col("destruction")
    result = flows.select(
        "year",
        *keys,
        "before",
        "after",
        *SUMS[:-1],
        net.alias("net"),
        ratio(nw.col("creation"), average).alias("creation_rate"),
        ratio(nw.col("destruction"), average).alias("destruction_rate"),
        ratio(net, average).alias("net_rate"),
        ratio(whole, average).alias("reallocation_rate"),
        ratio(whole - net.abs(), average).alias("excess_reallocation_rate"),
        "unknown",
    )
    return firms.hand_back(result)


def _flows(firms: Firms, measure: str, year: int, keys: list[str]) -> nw.LazyFrame:
    data = around(firms, year, back=1, measures=[measure], labelled=1)
    was, is_ = (nw.col(at("there", offset)) == 1 for offset in (-1, 0))
    data = data.filter(was | is_)
    before, after = nw.col(at(measure, -1)), nw.col(at(measure, 0))
    is_known = ~((was & before.is_null()) | (is_ & after.is_null()))
    data = data.with_columns(
        nw.when(is_known).then(before.fill_null(0.0)).otherwise(nw.lit(0.0)).alias("before"),
        nw.when(is_known).then(after.fill_null(0.0)).otherwise(nw.lit(0.0)).alias("after"),
        nw.when(is_known).then(nw.lit(0)).otherwise(nw.lit(1)).alias("unknown"),
        nw.lit(year).cast(nw.Int64).alias("year"),
    )
    more = nw.col("after") - nw.col("before")
    gained = nw.when(more > 0).then(more).otherwise(nw.lit(0.0))
    lost = nw.when(more < 0).then(0 - more).otherwise(nw.lit(0.0))
    parts = {
        "creation": gained,
        "creation_by_entry": nw.when(~was).then(gained).otherwise(nw.lit(0.0)),
        "destruction": lost,
        "destruction_by_exit": nw.when(~is_).then(lost).otherwise(nw.lit(0.0)),
        "average": (nw.col("before") + nw.col("after")) / 2,
    }
    data = data.with_columns(expr.alias(name) for name, expr in parts.items())
    sums = [nw.col(name).sum() for name in ("before", "after", *SUMS)]
    return data.group_by("year", *keys).agg(*sums, nw.col("unknown").sum().cast(nw.Int64))
