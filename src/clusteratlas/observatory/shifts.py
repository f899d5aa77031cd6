"""Shift-share: what of a region's change came from the whole, from its mix of industries, and from itself."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas.observatory.arguments import choose, need_column
from clusteratlas.observatory.frames import joined, ratio, refuse_same
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE, imputed_part, imputed_weight
from clusteratlas.observatory.rates import ends_of, periods
from clusteratlas.observatory.tables import Table, take_table

METHODS = ("classic", "esteban-marquillas", "dynamic")
PARTS = ("national", "industry_mix", "competitive", "allocation")


def shift_share(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str = "period",
    method: Literal["classic", "esteban-marquillas", "dynamic"] = "classic",
    start: float | None = None,
    end: float | None = None,
) -> Any:
    """The change of each region's industry, taken apart; the parts add up to ``shift_share_change``.

    With e the cell, E_i the industry and E all in the sum of the regions, at the start (0) and end (1), and growth
    g = E1/E0 - 1, g_i = E_i1/E_i0 - 1:

    - ``shift_share_national`` = e0 g: as if the cell had grown like the whole;
    - ``shift_share_industry_mix`` = e0 (g_i - g): what a fast or slow industry added;
    - ``shift_share_competitive`` = e1 - e0 (1 + g_i): what the region did beyond both.

    ``esteban-marquillas`` frees the competitive part of the region's specialisation: with the homothetic employment
    e' = e_r0 E_i0 / E0 and g_ir = e1/e0 - 1 it is e' (g_ir - g_i), and ``shift_share_allocation`` =
    (e0 - e') (g_ir - g_i). Where e0 is zero, g_ir is not defined: the whole remainder is competitive.
    ``dynamic`` takes each pair of consecutive periods apart as the classic method does and adds the parts up.

    All in the unit of the value, over the whole time (not by the year). One row for each region and industry there at
    any of the periods compared. A cell that is absent counts as zero; one that is null is unknown: its parts are null
    and it is left out of the sums at both ends. ``start`` and ``end``: the frame's first and last period unless told.
    An industry that the whole did not have at the start counts as growing like a constant one: what regions gain in
    it is competitive. ``imputed_share`` is that of all the values compared.

    Raises `InputError` for what `location_quotient` does and for periods that are no numbers, `UsageError` for an
    unknown method, a start or end that is no period of the frame, or a start that does not come before the end.

    Source: E. Dunn (1960), Papers of the Regional Science Association 6; J. Esteban-Marquillas (1972), Regional and
    Urban Economics 2, 249-255; R. Barff and P. Knight (1988), Growth and Change 19, 1-10.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({
    ...     "region": ["A", "B", "A", "B"], "industry": ["x", "x", "x", "x"],
    ...     "period": [2010, 2010, 2020, 2020], "value": [100, 100, 130, 110],
    ... })
    >>> parts = ["shift_share_national", "shift_share_industry_mix", "shift_share_competitive"]
    >>> shift_share(jobs).sort("region").select(pl.col(parts).round(6)).rows()
    [(20.0, 0.0, 10.0), (20.0, 0.0, -10.0)]
    """
    need_column(region=region, industry=industry, period=period)
    choose(METHODS, method=method)
    table = take_table(frame, keys=[region, industry, period], values=[value])
    there = periods(table, period)
    first, last = ends_of(there, start, end) or (0, 0)
    inside = [one for one in there if first <= one <= last] or [first]
    steps = list(pairwise(inside)) if method == "dynamic" else [(first, last)]
    cells = _cells(table, region, industry, period, value, steps)
    taken_apart = _parts(cells, region, industry, has_allocation=method == "esteban-marquillas")
    return table.of_groups(_added_up(table, taken_apart, region, industry))


def _cells(
    table: Table, region: str, industry: str, period: str, value: str, steps: list[tuple[float, float]]
) -> nw.LazyFrame:
    """A row for each cell and step: `__e0`, `__e1`, zero where absent, null (both) where one is unknown."""
    kind = table.data.select(period).head(0).collect()[period].dtype
    sides = []
    for side in (0, 1):
        numbered = pl.DataFrame({period: [step[side] for step in steps], "__step": range(len(steps))})
        which = table.like(numbered).with_columns(nw.col(period).cast(kind))
        data = table.data.join(which, on=period, how="inner")
        number, zero = nw.col(value), nw.lit(0.0)
        sides.append(
            data.select(
                region,
                industry,
                "__step",
                (number if side == 0 else zero).alias("__e0"),
                (number if side == 1 else zero).alias("__e1"),
                nw.when(number.is_null()).then(nw.lit(1)).otherwise(nw.lit(0)).alias("__unknown"),
                *([imputed_weight(value).alias(IMPUTED)] if table.has_imputed else []),
            )
        )
    names = ["__e0", "__e1", "__unknown", *([IMPUTED] if table.has_imputed else [])]
    cells = nw.concat(sides, how="vertical").group_by(region, industry, "__step")
    data = cells.agg(*(nw.col(name).sum() for name in names))
    is_known = nw.col("__unknown") == 0
    return data.with_columns(nw.when(is_known).then(nw.col(name)).alias(name) for name in ("__e0", "__e1"))


def _parts(cells: nw.LazyFrame, region: str, industry: str, *, has_allocation: bool) -> nw.LazyFrame:
    e0, e1 = nw.col("__e0"), nw.col("__e1")
    data = cells
    for name, keys in {
        "industry": [industry, "__step"],
        "all": ["__step"],
        "region": [region, "__step"],
    }.items():
        sums = cells.group_by(keys).agg(
            nw.col("__e0").sum().alias(f"__{name}0"), nw.col("__e1").sum().alias(f"__{name}1")
        )
        data = joined(data, sums, keys)
    whole, own = _growth("all"), _growth("industry")
    data = data.with_columns(
        (e0 * whole).alias("__national"),
        (e0 * (own - whole)).alias("__industry_mix"),
        (e1 - e0 * (own + 1)).alias("__competitive"),
    )
    if not has_allocation:
        return data
    usual = nw.col("__region0") * ratio(nw.col("__industry0"), nw.col("__all0")).fill_null(0.0)
    free = nw.when(e0 > 0).then(usual * ratio(nw.col("__competitive"), e0)).otherwise(nw.col("__competitive"))
    data = data.with_columns(free.alias("__free"))
    left = nw.col("__competitive") - nw.col("__free")
    return data.with_columns(left.alias("__allocation"), nw.col("__free").alias("__competitive"))


def _growth(name: str) -> nw.Expr:
    return (ratio(nw.col(f"__{name}1"), nw.col(f"__{name}0")) - 1).fill_null(0.0)


def _added_up(table: Table, data: nw.LazyFrame, region: str, industry: str) -> nw.LazyFrame:
    there = data.collect_schema().names()
    parts = [part for part in PARTS if f"__{part}" in there]
    data = data.with_columns((nw.col("__e1") - nw.col("__e0")).alias("__change"))
    names = [*(f"__{part}" for part in parts), "__change", "__e0", "__e1", "__unknown"]
    names += [IMPUTED] if table.has_imputed else []
    sums = data.group_by(region, industry).agg(*(nw.col(name).sum() for name in names))
    is_known = nw.col("__unknown") == 0
    shown = [
        nw.when(is_known).then(nw.col(f"__{part}")).alias(f"shift_share_{part}")
        for part in ("change", *parts)
    ]
    share = imputed_part(nw.col(IMPUTED), nw.col("__e0") + nw.col("__e1")).alias(IMPUTED_SHARE)
    refuse_same([region, industry], [*(f"shift_share_{part}" for part in ("change", *parts)), IMPUTED_SHARE])
    return sums.select(region, industry, *shown, *([share] if table.has_imputed else []))
