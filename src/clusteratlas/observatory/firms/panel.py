"""A panel of firms (a row for each firm and year), checked and made lazy under names of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypedDict

import narwhals.stable.v2 as nw
import polars as pl
import pyarrow as pa

from clusteratlas.errors import InputError, UsageError, nearest
from clusteratlas.observatory.arguments import check_texts, choose
from clusteratlas.observatory.frames import as_numbers, check_columns, check_numbers, from_any, one_row
from clusteratlas.observatory.tables import Table, arrow_column, take_table

MEASURES = ("employees", "turnover", "valuation")
"""Amounts that a firm may have in a year."""
FACTS = ("birth_year", "merger")
LABELS = ("region", "industry")
ROLES = ("firm", "year", *MEASURES, *FACTS, *LABELS)
MOST_YEARS = 150
LATEST = 2200
"""Years are from 0, so that a panel may number them 1, 2, 3, to this."""
MOST_AMOUNT = 1e15
"""An amount is below this: whole numbers are exact so far, and no firm is so large in any currency's thousands."""
TWICE = "give one row for each firm and year: add the rows up first, or name the column that tells them apart"


class Columns(TypedDict, total=False):
    """How the caller's columns are called; each has its own name unless told.

    ``year_column`` is the column of years where ``year`` is the year asked for.
    """

    firm: str
    year: str
    year_column: str
    employees: str
    turnover: str
    valuation: str
    birth_year: str
    merger: str
    region: str
    industry: str


@dataclass(frozen=True)
class Firms:
    """A checked panel. ``data`` is lazy, its columns are called by their roles and by those of ``extra``.

    A row whose amounts are all zero is left out: the firm was not active. ``names`` are the caller's, by role.
    """

    table: Table
    data: nw.LazyFrame
    names: dict[str, str]
    years: tuple[int, ...]

    @property
    def measures(self) -> tuple[str, ...]:
        """The amounts that the panel tells."""
        return tuple(m for m in MEASURES if m in self.names)

    @property
    def labels(self) -> tuple[str, ...]:
        """What is carried along: region, industry and the caller's further columns."""
        return tuple(name for name in self.names if name not in ("firm", "year", *MEASURES, *FACTS))

    @cached_property
    def start(self) -> int:
        """The panel's first year."""
        return self.years[0] if self.years else 0

    def measure(self, name: str) -> str:
        """``name``, when the panel tells it; raises `InputError` that names the nearest column when it does not."""
        choose(MEASURES, measure=name)
        if name not in self.names:
            there = f"the panel has {self.measures[0]}: ask for measure='{self.measures[0]}'"
            remedy = nearest(name, self.table.columns)
            raise InputError(
                f"there is no column '{name}'", remedy=remedy if remedy.startswith("did") else there
            )
        return name

    def hand_back(self, result: nw.LazyFrame) -> Any:
        """``result`` under the caller's names, as the caller's kind of frame."""
        there = result.collect_schema().names()
        names = {role: name for role, name in self.names.items() if role in there and role != name}
        return self.table.of_groups(result.rename(names) if names else result)

    def hand_back_rows(self, rows: pl.DataFrame, names: dict[str, str] | None = None) -> Any:
        """A small Polars table under the caller's names (and ``names``), as the caller's kind of frame."""
        rows = rows.rename(
            {role: name for role, name in self.names.items() if role in rows.columns} | (names or {})
        )
        return (
            self.table.of_rows(rows) if self.table.memory is not None else self.table.like(rows).to_native()
        )


def take_firms(frame: Any, columns: Columns, by: Sequence[str] = ()) -> Firms:
    """Check ``frame`` and make it `Firms`; ``by`` are columns of the caller's to be carried along.

    Raises `InputError` for what is no dataframe, columns that are absent (naming the nearest), a firm that has two
    rows in a year (naming one), empty firms or years, years that are no whole numbers from 0 to 2200, texts where
    amounts belong, and amounts that are negative, infinite or not below 1e15; `UsageError` for a role that
    does not exist.
    """
    by = [by] if isinstance(by, str) else by
    check_texts(by=by)
    given = from_any(frame)
    names = roles(given.collect_schema().names(), columns, by)
    check_columns(given, dict.fromkeys(names.values()))
    table = _checked(given, frame, names)
    years = years_of(table, names["year"])
    return Firms(table, _active(table, names), names, years)


def year_asked(year: int | str | None, columns: Columns) -> tuple[int | None, Columns]:
    """The year that is asked for, and the columns: a text is what the column of years is called.

    >>> year_asked("yr", {"firm": "id"})
    (None, {'firm': 'id', 'year_column': 'yr'})
    """
    if isinstance(year, str):
        return None, {**columns, "year_column": year}
    return year, columns


def roles(there: Sequence[str], columns: Columns, by: Iterable[str]) -> dict[str, str]:
    """The caller's column for each role that is there; further columns ``by`` are roles called like themselves.

    >>> roles(["id", "year", "employees"], {"firm": "id"}, [])
    {'firm': 'id', 'year': 'year', 'employees': 'employees'}
    """
    if "year_column" in columns:
        columns = {**columns, "year": columns["year_column"]}
        del columns["year_column"]
    for role in columns:
        if role not in ROLES:
            raise UsageError(f"a panel has no '{role}'", remedy=nearest(role, ROLES))
    must = {"firm", "year", *columns}
    names = {role: columns.get(role) or role for role in ROLES if role in must or role in there}
    if not set(MEASURES) & set(names):
        raise InputError(
            "there is no column of employees or turnover",
            remedy=f"name yours, such as employees='...'; {nearest('employees', there)}",
        )
    taken = {name: role for role, name in names.items()}
    for name in by:
        if name not in names and name not in taken:
            names[name] = name
    return names


def own_roles(firms: Firms, by: Sequence[str]) -> list[str]:
    """The roles under which the caller's columns ``by`` are found in the panel's data."""
    taken = {name: role for role, name in firms.names.items()}
    return [name if name in firms.names else taken[name] for name in ((by,) if isinstance(by, str) else by)]


def _checked(given: nw.DataFrame | nw.LazyFrame, frame: Any, names: dict[str, str]) -> Table:
    """The table with its keys and amounts checked; a firm twice in a year is told as such."""
    keys = [names["firm"], names["year"]]
    values = [names[m] for m in MEASURES if m in names]
    is_engine = isinstance(given, nw.LazyFrame) and not given.implementation.is_polars()
    if not is_engine:
        try:
            return take_table(frame, keys=keys, values=values)
        except InputError as wrong:
            if "a cell is there" in wrong.what:
                raise InputError(
                    f"a firm has several rows in a year: {wrong.what.partition(': ')[2]}", remedy=TWICE
                ) from None
            raise
    data = as_numbers(given, values)
    for value in values:
        check_numbers(data, keys, value)
    table = Table(given, tuple(keys), tuple(values), False, None)
    _check_once(data, *keys, years_of(table, keys[1]))
    return table


def _check_once(data: nw.LazyFrame, firm: str, year: str, years: tuple[int, ...]) -> None:
    """Raise `InputError` that names a firm with two rows in a year; DuckDB looks year by year, in bounded memory."""
    parts = [data.filter(nw.col(year) == one) for one in years] if data.implementation.is_duckdb() else [data]
    for part in parts:
        counts = part.group_by(firm, year).agg(nw.len().alias("__n"))
        if twice := one_row(counts.filter(nw.col("__n") > 1).head(1)):
            raise InputError(
                f"a firm has several rows in a year: {firm} {twice[firm]!r}, {year} {twice[year]!r}",
                remedy=TWICE,
            )


def years_of(table: Table, year: str) -> tuple[int, ...]:
    """The panel's years in order; raises `InputError` when they are no whole numbers, or too many to be years."""
    kind = table.given.collect_schema()[year]
    if table.memory is not None:
        found = pa.array(table.memory.keys[year].unique()).to_pylist()
    else:
        found = table.given.lazy().select(year).unique().head(MOST_YEARS + 1).collect()[year].to_list()
    if found and not kind.is_numeric() and not all(isinstance(one, int) for one in found):
        raise InputError(
            f"column '{year}' holds no years but {kind}", remedy="give years as numbers, such as 2024"
        )
    if len(found) > MOST_YEARS:
        raise InputError(
            f"column '{year}' holds more than {MOST_YEARS} years", remedy="give years, not dates"
        )
    odd = next((one for one in found if not 0 <= one <= LATEST), None)
    if odd is not None:
        raise InputError(
            f"column '{year}' holds {odd}, which is no year", remedy=f"give years from 0 to {LATEST}"
        )
    if any(one != int(one) for one in found):
        odd = next(one for one in found if one != int(one))
        raise InputError(f"column '{year}' holds {odd}, which is no year", remedy="give whole numbers")
    return tuple(sorted(int(one) for one in found))


def _active(table: Table, names: dict[str, str]) -> nw.LazyFrame:
    """The rows of active firms under the names of their roles."""
    data = (
        _in_memory(table, names) if table.memory is not None else as_numbers(table.given.lazy(), table.values)
    )
    schema = data.collect_schema()
    columns = [nw.col(name).alias(role) for role, name in names.items()]
    data = data.select(columns).with_columns(nw.col("year").cast(nw.Int64))
    if "birth_year" in names:
        _need_number(schema[names["birth_year"]], names["birth_year"])
        born = nw.col("birth_year").cast(nw.Float64).floor()
        data = data.with_columns(nw.when(~born.is_nan()).then(born).alias("birth_year"))
    _check_sizes(data, names)
    if "birth_year" in names:
        data = data.with_columns(nw.col("birth_year").cast(nw.Int64))
    if "merger" in names:
        data = data.with_columns(_truth(schema[names["merger"]], names["merger"]).alias("merger"))
    measures = [nw.col(m) for m in MEASURES if m in names]
    is_idle = measures[0].fill_null(1.0) == 0
    for one in measures[1:]:
        is_idle = is_idle & (one.fill_null(0.0) == 0)
    return data.filter(~is_idle)


def _check_sizes(data: nw.LazyFrame, names: dict[str, str]) -> None:
    """Raise `InputError` for amounts too large to be a firm's, and for years of birth that are none."""
    odd = {m: nw.col(m) >= MOST_AMOUNT for m in MEASURES if m in names}
    if "birth_year" in names:
        odd["birth_year"] = (nw.col("birth_year") < 0) | (nw.col("birth_year") > LATEST)
    found = one_row(
        data.select(
            nw.when(is_odd).then(nw.lit(1)).otherwise(nw.lit(0)).sum().alias(role)
            for role, is_odd in odd.items()
        )
    )
    for role, count in (found or {}).items():
        if count and role == "birth_year":
            raise InputError(
                f"column '{names[role]}' holds no years in {int(count)} rows",
                remedy=f"give years from 0 to {LATEST}, and none where it is not known",
            )
        if count:
            raise InputError(
                f"column '{names[role]}' is {MOST_AMOUNT:.0e} or more in {int(count)} rows".replace(
                    "e+", "e"
                ),
                remedy="give amounts in thousands or millions",
            )


def _in_memory(table: Table, names: dict[str, str]) -> nw.LazyFrame:
    columns = table.key_columns()
    for role, name in names.items():
        if role not in ("firm", "year", *MEASURES):
            series = pl.from_arrow(arrow_column(table.given, name))
            if isinstance(series.dtype, pl.Categorical | pl.Enum):
                series = series.cast(pl.String)
            columns[name] = series.fill_nan(None) if series.dtype.is_float() else series
    return table.in_memory(columns)


def _need_number(kind: nw.dtypes.DType, name: str) -> None:
    if not kind.is_numeric() and kind not in (nw.Unknown, nw.Object):
        raise InputError(
            f"column '{name}' holds no years but {kind}", remedy="give years as numbers, such as 2024"
        )


def _truth(kind: nw.dtypes.DType, name: str) -> nw.Expr:
    """1 where a column of truths or numbers says that something was, else 0."""
    if kind != nw.Boolean and not kind.is_numeric():
        raise InputError(
            f"column '{name}' holds neither truths nor numbers but {kind}",
            remedy="write true or false, or 1 or 0",
        )
    told = nw.col("merger") if kind == nw.Boolean else nw.col("merger") > 0
    return nw.when(told).then(nw.lit(1)).otherwise(nw.lit(0))
