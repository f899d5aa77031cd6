"""Value for each person: productivity and wages of regions and industries, and how they compare."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.observatory.frames import from_any, joined, ratio
from clusteratlas.observatory.tables import Table, small, take_table


def productivity(
    frame: Any,
    *,
    region: str = "region",
    industry: str | None = "industry",
    value: str = "value",
    persons: str = "persons_employed",
    period: str | None = None,
    reference: Any = None,
) -> Any:
    """Value per person employed, and its ratio to that of the reference area in the same industry.

    ``value`` is value added, turnover or wages (say EUR), ``persons`` the persons employed: the column
    ``productivity`` is in the value's unit per person, ``relative_productivity`` without unit (1: as much as the
    reference area). Null where either is null or nobody is employed. ``industry=None``: rows are whole regions.

    The reference area is the sum of the rows where both numbers are known, or ``reference``: a frame of any kind
    with ``industry``, ``value``, ``persons`` (and ``period``, unless it holds for all); industries that it does not
    have get no relative productivity. ``imputed_share`` is that of the row.

    Raises `InputError` for wrong columns, rows that are there twice, negative values and texts.

    Source: OECD (2001), Measuring Productivity: value added per person employed; productivity is a star of the
    European Cluster Panorama (2016).

    >>> import polars as pl
    >>> firms = pl.DataFrame(
    ...     {"region": ["A", "B"], "industry": ["x", "x"], "value": [600, 200], "persons_employed": [10, 10]}
    ... )
    >>> productivity(firms).select("productivity", "relative_productivity").rows()
    [(60.0, 1.5), (20.0, 0.5)]
    """
    table = take_table(frame, keys=[region, industry, period], values=[value, persons])
    by = [name for name in (industry, period) if name is not None]
    own = ratio(nw.col(value), nw.col(persons))
    data = table.data.with_columns(own.alias("__own"))
    data = _with_whole(table, data, by, value, persons, reference)
    relative = ratio(nw.col("__own"), ratio(nw.col("__value"), nw.col("__persons")))
    return table.extended(data, {"productivity": nw.col("__own"), "relative_productivity": relative})


def _with_whole(
    table: Table, data: nw.LazyFrame, by: list[str], value: str, persons: str, reference: Any
) -> nw.LazyFrame:
    """``data`` with the reference area's value and persons."""
    if reference is not None:
        what = "reference"
        there = from_any(reference, what).collect_schema().names()
        keys = [key for key in by if key in there]
        whole = small(reference, keys=keys, values=[value, persons], what=what)
        return joined(data, table.like(whole.rename({value: "__value", persons: "__persons"})), keys)
    known = data.filter(~nw.col(value).is_null() & ~nw.col(persons).is_null())
    sums = [nw.col(value).sum().alias("__value"), nw.col(persons).sum().alias("__persons")]
    return joined(data, known.group_by(by).agg(*sums) if by else known.select(*sums), by)
