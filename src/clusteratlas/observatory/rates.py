"""How fast industries of regions grow, by the year."""

from __future__ import annotations

from typing import Any, Literal

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory.arguments import choose, choose_among, need_column
from clusteratlas.observatory.frames import in_words, joined, refuse_same
from clusteratlas.observatory.imputed import IMPUTED_SHARE, imputed_part, imputed_weight
from clusteratlas.observatory.tables import Table, take_table

BETWEEN = ("ends", "consecutive")


def growth(
    frame: Any,
    *,
    region: str = "region",
    industry: str | None = "industry",
    value: str = "value",
    period: str = "period",
    between: Literal["ends", "consecutive"] = "ends",
    start: float | None = None,
    end: float | None = None,
) -> Any:
    """Growth by the year: compound (CAGR) in ``growth``, continuous in ``log_growth``.

    Over n years: growth = (v1 / v0) ** (1/n) - 1, log_growth = ln(v1 / v0) / n; 0.02 means 2 per cent a year. The
    number of years is the difference of the periods, which are years (numbers). ``industry=None``: rows are whole
    regions.

    ``between="ends"`` compares ``start`` with ``end`` (the frame's first and last period unless told) and gives one
    row for each region and industry there in either: ``start_period``, ``end_period``, ``start_value``,
    ``end_value``, the two growths. ``between="consecutive"`` keeps the frame's rows and compares each with the
    period before among the frame's periods. Null where either value is absent, null, or the start is zero; an end of
    zero is a growth of -1 and has no logarithm. ``imputed_share`` is that of both values together.

    Raises `InputError` for what `location_quotient` does and for periods that are no numbers, `UsageError` for a
    start or end that is no period of the frame, or a start that does not come before the end.

    Source: Eurostat, Statistics Explained: compound annual growth rate.

    >>> import polars as pl
    >>> jobs = pl.DataFrame(
    ...     {"region": ["A", "A"], "industry": ["x", "x"], "period": [2018, 2020], "value": [100, 121]}
    ... )
    >>> growth(jobs).select(pl.col("growth", "log_growth").round(4)).rows()
    [(0.1, 0.0953)]
    """
    need_column(region=region, period=period)
    choose(BETWEEN, between=between)
    table = take_table(frame, keys=[region, industry, period], values=[value])
    there = periods(table, period)
    keys = [name for name in (region, industry) if name is not None]
    if between == "consecutive":
        return _each(table, keys, period, value, there)
    ends = ends_of(there, start, end)
    return table.of_groups(_whole(table, keys, period, value, ends))


def periods(table: Table, period: str) -> list[float]:
    """The frame's periods in order; raises `InputError` when they are no numbers."""
    kind = table.data.collect_schema()[period]
    found = sorted(table.data.select(period).unique().collect()[period].to_list())
    if found and not kind.is_numeric():
        raise InputError(
            f"column '{period}' holds no years but {in_words(kind)}", remedy="give years as numbers"
        )
    return found


def ends_of(there: list[float], start: float | None, end: float | None) -> tuple[float, float] | None:
    if not there:
        return None
    choose_among("period", there, start=start, end=end)
    first, last = there[0] if start is None else start, there[-1] if end is None else end
    if first > last or (first == last and len(there) > 1):
        raise UsageError(
            f"the start {first} is not before the end {last}", remedy="give the earlier one first"
        )
    return first, last


def _whole(
    table: Table, keys: list[str], period: str, value: str, ends: tuple[float, float] | None
) -> nw.LazyFrame:
    first, last = ends or (0, 0)
    at_start = nw.col(period) == first if ends else nw.col(period).is_null()
    at_end = nw.col(period) == last if ends else nw.col(period).is_null()
    data = table.data.filter(at_start | at_end).with_columns(
        nw.when(at_start).then(nw.col(value)).alias("__before"),
        nw.when(at_end).then(nw.col(value)).alias("__after"),
    )
    names = ["__before", "__after"]
    if table.has_imputed:
        data = data.with_columns(imputed_weight(value).alias("__weight"))
        names.append("__weight")
    sums = [nw.col(name).sum() for name in names]
    counts = [nw.col(name).count().alias(f"{name}_count") for name in ("__before", "__after")]
    data = data.group_by(keys).agg(*sums, *counts).with_columns(_known("__before"), _known("__after"))
    kind = table.data.collect_schema()[period]
    bounds = [nw.lit(first).cast(kind).alias("start_period"), nw.lit(last).cast(kind).alias("end_period")]
    values = [nw.col("__before").alias("start_value"), nw.col("__after").alias("end_value")]
    share = [_share(nw.col("__weight")).alias(IMPUTED_SHARE)] if table.has_imputed else []
    rates = rates_between(nw.col("__before"), nw.col("__after"), nw.lit(float(last - first)))
    refuse_same(keys, [*ENDS, *rates, IMPUTED_SHARE])
    return data.select(*keys, *bounds, *values, *(rate.alias(name) for name, rate in rates.items()), *share)


ENDS = ("start_period", "end_period", "start_value", "end_value")


def _known(name: str) -> nw.Expr:
    return nw.when(nw.col(f"{name}_count") > 0).then(nw.col(name)).alias(name)


def _each(table: Table, keys: list[str], period: str, value: str, there: list[float]) -> Any:
    kind = table.data.select(period).head(0).collect()[period].dtype
    before = pl.DataFrame({period: there[1:], "__before_period": there[:-1]}, strict=False)
    data = joined(table.data, _as(table.like(before), (period, "__before_period"), kind), [period])
    earlier = table.data.select(
        *keys,
        nw.col(period).alias("__before_period"),
        nw.col(value).alias("__before"),
        *([imputed_weight(value).alias("__weight")] if table.has_imputed else []),
    )
    data = joined(data, earlier, [*keys, "__before_period"])
    years = (nw.col(period) - nw.col("__before_period")).cast(nw.Float64)
    rates = rates_between(nw.col("__before"), nw.col(value), years)
    if table.has_imputed:
        weight = nw.col("__weight").fill_null(0.0) + imputed_weight(value)
        whole = nw.col("__before").fill_null(0.0) + nw.col(value).fill_null(0.0)
        rates[IMPUTED_SHARE] = imputed_part(weight, whole)
    return table.extended(data, rates)


def _as(data: nw.LazyFrame, names: tuple[str, ...], kind: nw.dtypes.DType) -> nw.LazyFrame:
    return data.with_columns(nw.col(name).cast(kind) for name in names)


def _share(weight: nw.Expr) -> nw.Expr:
    whole = nw.col("__before").fill_null(0.0) + nw.col("__after").fill_null(0.0)
    return imputed_part(weight, whole)


def rates_between(before: nw.Expr, after: nw.Expr, years: nw.Expr) -> dict[str, nw.Expr]:
    """Compound and continuous growth a year; null where the start is zero or no time went by."""
    is_both = (before > 0) & (after > 0) & (years > 0)
    quotient = nw.when(is_both).then(after) / nw.when(is_both).then(before)
    continuous = quotient.log() / nw.when(is_both).then(years)
    is_gone = (before > 0) & (after == 0) & (years > 0)
    compound = nw.when(is_gone).then(nw.lit(-1.0)).otherwise(continuous.exp() - 1)
    return {"growth": compound, "log_growth": continuous}
