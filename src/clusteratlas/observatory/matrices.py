"""Cells of region x industry as matrices, and tables handed back as the caller's kind of frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.frames import (
    as_numbers,
    check_columns,
    check_keys,
    lazy,
    refuse_same,
    refuse_work_names,
)
from clusteratlas.observatory.imputed import (
    IMPUTED,
    IMPUTED_SHARE,
    imputed_column,
    share_of,
    share_of_both,
    with_imputed,
)


@dataclass(frozen=True)
class Kind:
    """What kind of frame the caller gave: results are made as the same."""

    given: Any
    implementation: nw.Implementation
    is_eager: bool

    def frame(self, table: pl.DataFrame) -> Any:
        """``table`` as the caller's kind of frame."""
        kind = self.implementation
        if kind.is_polars():
            return table if self.is_eager else table.lazy()
        if kind.is_pandas():
            return table.to_pandas()
        arrow = table.to_arrow()
        if kind.is_pyarrow():
            return arrow
        if kind.is_duckdb():
            # Asked of the caller's relation, so that the result lives on the caller's connection.
            return self.given.query("_given", "select * from arrow")
        return self.given.sparkSession.createDataFrame(arrow)


@dataclass(frozen=True)
class Grid:
    """The cells of one period as a matrix, regions down and industries across, each in sorted order.

    ``values`` is zero where a cell is absent or null; ``unknown`` tells which were given as null; ``imputed`` is the
    imputed share of each, where the caller tells what is imputed. ``period_type`` is the type of the column that
    ``period`` comes from.
    """

    period: Any
    regions: pl.Series
    industries: pl.Series
    values: np.ndarray
    unknown: np.ndarray | None
    period_type: pl.DataType | None = None
    imputed: np.ndarray | None = None

    def imputed_share(self, axis: int | None = None) -> dict[str, np.ndarray]:
        """The column of the imputed share of the regions' totals (``axis=1``), the industries' (0), or of all.

        No column where the caller does not tell what is imputed.
        """
        if self.imputed is None:
            return {}
        sums = [np.atleast_1d(of.sum(axis=axis)) for of in (self.estimated, self.values)]
        return {IMPUTED_SHARE: share_of(*sums)}

    @property
    def estimated(self) -> np.ndarray:
        """How much of each cell is imputed, in its unit."""
        return np.zeros_like(self.values) if self.imputed is None else self.values * self.imputed

    @property
    def shape(self) -> tuple[int, int]:
        """The number of regions and of industries."""
        return self.values.shape


Parts = Iterable[tuple[Grid, dict[str, Any]]]
"""For each period its matrix and the columns computed from it."""


@dataclass(frozen=True)
class Names:
    """The caller's names of the columns."""

    region: str
    industry: str
    value: str
    period: str | None

    @property
    def keys(self) -> list[str]:
        """The columns that tell cells apart."""
        return [self.region, self.industry, *([] if self.period is None else [self.period])]


def collected(frame: Any, keys: list[str], value: str) -> tuple[pl.DataFrame, Kind]:
    """The columns of ``frame`` that are needed, checked and brought to memory, and the kind of frame it was.

    With `IMPUTED`, where the caller tells what is imputed.
    """
    data, is_eager = lazy(frame)
    refuse_work_names(check_columns(data, [*keys, value]))
    check_keys(data, keys)
    kind = Kind(nw.to_native(data), data.implementation, is_eager)
    taken, told = [*keys, value], imputed_column(data, [*keys, value])
    if told is not None:
        data, taken = with_imputed(data, taken), [*taken, IMPUTED]
    numbers = as_numbers(data.select(*taken), [value]).collect(backend="polars").to_native()
    check_values(numbers, keys, value)
    return numbers, kind


def check_values(data: pl.DataFrame, keys: list[str], value: str) -> None:
    """Raise `InputError` for empty keys, and values that are negative or infinite."""
    for key in keys:
        column = data[key].fill_nan(None) if data[key].dtype.is_float() else data[key]
        if empty := column.null_count():
            raise InputError(f"column '{key}' is empty in {empty} rows")
    numbers = data[value]
    for what, bad in (("negative", numbers < 0), ("infinite", numbers.is_infinite())):
        if count := bad.sum():
            raise InputError(f"column '{value}' is {what} in {count} rows")


def grids(data: pl.DataFrame, names: Names) -> Iterator[Grid]:
    """One matrix for each period, in their order; raises `InputError` for cells that are there twice."""
    if names.period is None:
        parts = [(None, data)] if data.height else []
    else:
        parts = [(key[0], part) for key, part in data.group_by(names.period)]
        parts.sort(key=lambda part: part[0])
    for period, part in parts:
        yield _grid(period, part, names)


def _grid(period: Any, data: pl.DataFrame, names: Names) -> Grid:
    (regions, row), (industries, column) = coded(data, names.region, names.industry)
    shape = (len(regions), len(industries))
    place = row.astype(np.int64)
    place *= shape[1]
    place += column
    seen = np.zeros(shape, dtype=bool)
    seen.ravel()[place] = True
    if np.count_nonzero(seen) < len(place):
        place.sort()
        twice = divmod(int(place[1:][place[1:] == place[:-1]][0]), shape[1])
        count = int((place == twice[0] * shape[1] + twice[1]).sum())
        raise twice_error(names, (regions[twice[0]], industries[twice[1]], period), count)
    numbers = data[names.value]
    values = np.zeros(shape)
    values.ravel()[place] = numbers.fill_null(0.0).to_numpy()
    unknown = None
    if numbers.null_count():
        unknown = np.zeros(shape, dtype=bool)
        unknown.ravel()[place] = numbers.is_null().to_numpy()
    imputed = None
    if IMPUTED in data.columns:
        imputed = np.zeros(shape)
        imputed.ravel()[place] = data[IMPUTED].fill_nan(None).fill_null(0.0).to_numpy()
    dtype = data.schema[names.period] if names.period else None
    return Grid(period, regions, industries, values, unknown, dtype, imputed)


def twice_error(names: Names, cell: tuple[Any, ...], count: int) -> InputError:
    """What to tell when a cell is there several times."""
    said = ", ".join(f"{key} {item!r}" for key, item in zip(names.keys, cell, strict=False))
    return InputError(
        f"a cell is there {count} times: {said}",
        remedy="add the rows of a cell up first, or name the column that tells them apart (period=...)",
    )


def coded(data: pl.DataFrame, *keys: str) -> list[tuple[pl.Series, np.ndarray]]:
    """For each column its distinct keys in sorted order, and for each row the place of its key among them."""
    texts = (pl.Categorical, pl.Enum)
    data = data.select(
        pl.col(key).cast(pl.String) if data.schema[key] in texts else pl.col(key) for key in keys
    )
    distinct = data.select(pl.col(key).unique().sort().implode() for key in keys)
    sides = [distinct[key][0].rename(key) for key in keys]
    codes = data.select(_code(side) for side in sides)
    return [(side, codes[side.name].to_numpy()) for side in sides]


def _code(side: pl.Series) -> pl.Expr:
    if side.dtype == pl.String:
        return pl.col(side.name).cast(pl.Enum(side)).to_physical()
    return pl.lit(side).search_sorted(pl.col(side.name)).alias(side.name)


def keyed(names: Names, keys: dict[str, pl.Series], made: dict[str, Any]) -> pl.DataFrame:
    """A table of ``keys`` and what was ``made``; raises `InputError` when one of these is called as a key or period."""
    refuse_same([*keys, names.period], made)
    return pl.DataFrame({**keys, **made})


class Tables:
    """Makes frames of the caller's kind from the columns computed for each period."""

    def __init__(self, kind: Kind, names: Names, schema: pl.Schema, *, other: str | None = None) -> None:
        self._kind, self._names, self._schema = kind, names, schema
        self._other = other or f"other_{names.industry}"

    def frame(self, roles: tuple[str, ...], parts: Parts, blank: Callable[[Grid], dict[str, Any]]) -> Any:
        """One row for each combination of the items of ``roles``, in their order, for each period.

        ``parts`` gives the columns, arrays of that many entries; ``blank`` the empty columns when there is no part.
        """
        tables = [self._table(grid, roles, columns) for grid, columns in parts]
        if not tables:
            grid = self._no_grid()
            tables = [self._table(grid, roles, {n: c[:0] for n, c in blank(grid).items()})]
        return self._kind.frame(pl.concat(tables) if len(tables) > 1 else tables[0])

    def pairs(self, name: str, parts: Iterable[tuple[Grid, np.ndarray]]) -> Any:
        """One row for each ordered pair of different industries with its entry of the matrix, in column ``name``.

        And, where the caller tells what is imputed, the imputed share of the values of both.
        """
        tables = [self._pairs(name, grid, matrix) for grid, matrix in parts]
        tables = tables or [self._pairs(name, self._no_grid(), np.zeros((0, 0)))]
        return self._kind.frame(pl.concat(tables))

    def _table(self, grid: Grid, roles: tuple[str, ...], columns: dict[str, Any]) -> pl.DataFrame:
        items = [grid.regions if role == "region" else grid.industries for role in roles]
        shape = tuple(len(item) for item in items)
        keys = [
            taken(item, place.ravel()).alias(getattr(self._names, role))
            for role, item, place in zip(
                roles, items, np.indices(shape, np.uint32, sparse=False), strict=True
            )
        ]
        return self._with_period(grid, keys, columns)

    def _pairs(self, name: str, grid: Grid, matrix: np.ndarray) -> pl.DataFrame:
        one, other = np.nonzero(~np.eye(len(matrix), dtype=bool))
        left = taken(grid.industries, one).alias(self._names.industry)
        right = taken(grid.industries, other).alias(self._other)
        columns = {name: matrix[one, other]}
        if grid.imputed is not None:
            both = share_of_both(grid.estimated.sum(axis=0), grid.values.sum(axis=0))
            columns[IMPUTED_SHARE] = both[one, other]
        return self._with_period(grid, [left, right], columns)

    def _with_period(self, grid: Grid, keys: list[pl.Series], columns: dict[str, Any]) -> pl.DataFrame:
        refuse_same([*(key.name for key in keys), self._names.period], columns)
        made = [column(name, numbers) for name, numbers in columns.items()]
        if self._names.period:
            height = len((keys + made)[0])
            period = pl.Series(self._names.period, [grid.period], self._schema[self._names.period])
            keys = [*keys, period.new_from_index(0, height)]
        return pl.DataFrame([*keys, *made])

    def _no_grid(self) -> Grid:
        regions, industries = (
            pl.Series(name, [], dtype=self._schema.get(name, pl.String))
            for name in (self._names.region, self._names.industry)
        )
        imputed = np.zeros((0, 0)) if IMPUTED in self._schema else None
        return Grid(None, regions, industries, np.zeros((0, 0)), None, imputed=imputed)


def column(name: str, numbers: np.ndarray) -> pl.Series:
    """``numbers`` as a column: not a number becomes null."""
    made = pl.Series(name, numbers.ravel())
    # Any not-a-number shows in the sum, at less than the price of looking at each.
    return made.fill_nan(None) if made.dtype.is_float() and np.isnan(numbers.sum()) else made


def taken(keys: pl.Series, places: np.ndarray) -> pl.Series:
    """``keys`` at ``places``."""
    return keys.gather(pl.Series(places.astype(np.uint32, copy=False)))
