"""The indicator that each criterion of a star profile asks for, as a work column of the table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas.errors import InputError, UsageError, nearest
from clusteratlas.observatory.frames import as_numbers, in_words, joined, ratio, total
from clusteratlas.observatory.specialisation import Names, with_quotient
from clusteratlas.observatory.strength.profile import Criterion, StarProfile
from clusteratlas.observatory.tables import ROW, Table, arrow_column, small

UNKNOWN = nw.lit(None, dtype=nw.Float64)


@dataclass(frozen=True)
class Given:
    """What a caller gave: cells, perhaps what they are compared with, and what their columns stand for."""

    table: Table
    names: Names
    reference: Any
    totals: Any
    columns: Mapping[str, str]

    def column_of(self, criterion: Criterion) -> str | None:
        """The column that a criterion reads its indicator from; None when it is not there or not needed."""
        wanted = _wanted(criterion)
        if wanted is None:
            return None
        name = self.columns.get(wanted, wanted)
        return name if name in self.table.columns else None


def _wanted(criterion: Criterion) -> str | None:
    """How a profile calls the column that holds an indicator; growth may be given or computed."""
    return "growth" if criterion.indicator == "growth" else criterion.column


def check_columns_of(profile: StarProfile, given: Given) -> None:
    """Raise for names that the profile does not use and for columns that are not there."""
    used = {name for c in profile.criteria if (name := _wanted(c))}
    for wanted, name in given.columns.items():
        if wanted not in used:
            raise UsageError(
                f"profile '{profile.name}' reads no column '{wanted}'",
                remedy=nearest(wanted, used) if used else "leave columns= out",
            )
        if name not in given.table.columns:
            raise InputError(f"there is no column '{name}'", remedy=nearest(name, given.table.columns))


def with_indicators(profile: StarProfile, given: Given) -> nw.LazyFrame:
    """The table's data with a column ``__<criterion>`` for each criterion: its indicator, null where unknown."""
    read = {c.name: given.column_of(c) for c in profile.criteria}
    data = _with_shares(given, {c.indicator for c in profile.criteria})
    data = _with_columns(data, given, sorted({name for name in read.values() if name is not None}))
    for years in sorted({c.years for c in profile.criteria if c.years and read[c.name] is None}):
        if given.names.period is not None:
            data = _with_earlier(data, given, years)
    return data.with_columns(
        _indicator(c, given, read[c.name]).alias(f"__{c.name}") for c in profile.criteria
    )


def _with_shares(given: Given, indicators: set[str]) -> nw.LazyFrame:
    """The table's data with what these indicators need: ``__quotient``, ``__region``, ``__industry``."""
    data = given.table.data
    if "location_quotient" in indicators:
        data = with_quotient(given.table, given.names, given.reference, given.totals, keys=True)
    if "focus" in indicators:
        data = _with_total(data, given, "region", given.totals)
    if "share_of_category" in indicators:
        data = _with_total(data, given, "industry", given.reference)
    return data


def _with_total(data: nw.LazyFrame, given: Given, role: str, whole: Any) -> nw.LazyFrame:
    """``data`` with the total of the cell's region (industry) in ``__region`` (``__industry``)."""
    name, value = f"__{role}", given.names.value
    if name in data.collect_schema().names():  # the location quotient has joined it already
        return data
    if whole is None:
        keys = given.names.by(role)
        return joined(data, total(given.table.data, value, name, keys), keys)
    there = nw.from_native(whole).collect_schema().names()
    keys = [key for key in given.names.by(role) if key != given.names.period or key in there]
    sums = small(whole, keys=keys, values=[value], what={"region": "totals", "industry": "reference"}[role])
    return joined(data, given.table.like(sums.rename({value: name})), keys)


def _with_columns(data: nw.LazyFrame, given: Given, names: list[str]) -> nw.LazyFrame:
    """``data`` with the caller's columns ``names`` as floats."""
    if not names or given.table.memory is None:
        return as_numbers(data, names) if names else data
    cells = given.table.given
    for name in names:
        if not cells[name].dtype.is_numeric():
            raise InputError(
                f"column '{name}' holds no numbers but {in_words(cells[name].dtype)}",
                remedy="give a column of numbers",
            )
    floats = {n: pl.from_arrow(arrow_column(cells, n)).cast(pl.Float64).fill_nan(None) for n in names}
    return joined(data, given.table.in_memory(floats).select(ROW, *names), [ROW])


def _with_earlier(data: nw.LazyFrame, given: Given, years: int) -> nw.LazyFrame:
    """``data`` with the value of the same cell so many years before, in ``__before_<years>``."""
    names, kind = given.names, data.collect_schema()[given.names.period]
    if not kind.is_integer():
        raise InputError(
            f"growth over {years} years needs years as whole numbers in column '{names.period}'",
            remedy="turn them into numbers, or give a column 'growth'",
        )
    earlier = given.table.data.select(
        names.region,
        names.industry,
        (nw.col(names.period) + years).cast(kind).alias(names.period),
        nw.col(names.value).alias(f"__before_{years}"),
    )
    return joined(data, earlier, names.by("region", "industry"))


def _indicator(criterion: Criterion, given: Given, column: str | None) -> nw.Expr:
    value = nw.col(given.names.value)
    if column is not None:
        return nw.when(nw.col(column).is_finite()).then(nw.col(column))
    match criterion.indicator:
        case "location_quotient":
            return nw.col("__quotient")
        case "focus":
            return ratio(value, nw.col("__region"))
        case "share_of_category":
            return ratio(value, nw.col("__industry"))
        case "value":
            return value
        case "growth" if given.names.period is not None and criterion.years:
            return ratio(value, nw.col(f"__before_{criterion.years}")) ** (1 / criterion.years) - 1
    return UNKNOWN
