"""Tables of keys and values of any kind: checked, computed in one way, handed back as the caller's kind.

Frames in memory (pandas, Polars, PyArrow) are computed by Polars, whichever they are, and what is computed is set
beside the caller's own rows: their order, index, types and other columns stay. A lazy Polars frame is collected once,
since checking its cells reads it anyway. DuckDB's relations and Spark's frames stay where they are and lazy. Where a
relation's sums are asked for, the pass that checks its cells makes them: they are those of that moment.
"""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas.errors import InputError
from clusteratlas.observatory.codes import Codes, all_codes, first_twice, joint
from clusteratlas.observatory.frames import (
    ADD_UP,
    as_numbers,
    check_columns,
    check_keys,
    check_numbers,
    check_unique,
    fault,
    from_any,
    in_words,
    mixed,
    refuse_same,
    refuse_work_names,
)
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE, imputed_column, with_imputed
from clusteratlas.observatory.relations import Cells, Group, like, read_cells

ROW = "__row"


@dataclass(frozen=True)
class Memory:
    """Columns of a frame in memory: keys as Arrow arrays with their codes, values as floats with NaN for null."""

    keys: Mapping[str, pa.ChunkedArray | pa.Array]
    codes: Mapping[str, Codes]
    values: Mapping[str, np.ndarray]

    def joint(self, *keys: str | None) -> Codes:
        """The codes of several keys together (those that are not None)."""
        rows = len(next(iter(self.values.values())))
        parts = [self.codes[key] for key in keys if key is not None]
        return joint(parts) if parts else Codes(np.zeros(rows, np.int32), 1)


@dataclass(frozen=True)
class Table:
    """Checked rows: ``keys`` never empty and together unique, ``values`` floats at least 0 or null."""

    given: nw.DataFrame | nw.LazyFrame
    keys: tuple[str, ...]
    values: tuple[str, ...]
    is_lazy_polars: bool
    memory: Memory | None
    cells: Cells | None = None
    """What was found when a relation of DuckDB's was read, where sums were asked for."""

    @property
    def columns(self) -> list[str]:
        """The caller's columns in their order."""
        return self.given.collect_schema().names()

    @property
    def has_imputed(self) -> bool:
        """Whether the caller told which values are imputed (column ``imputed`` or ``imputed_share``)."""
        return self._told is not None

    @property
    def _told(self) -> str | None:
        return imputed_column(self.given, [*self.keys, *self.values])

    @cached_property
    def data(self) -> nw.LazyFrame:
        """The keys and values to compute with: Polars for a frame in memory, else the caller's own engine.

        Has `ROW` in memory, and `IMPUTED` where the caller told what is imputed.
        """
        if self.memory is None:
            return with_imputed(as_numbers(self.given, self.values), [*self.keys, *self.values])
        return self.in_memory(self.key_columns())

    def key_columns(self) -> dict[str, pl.Series]:
        """The keys of a frame in memory."""
        return {name: _polars_key(array) for name, array in self.memory.keys.items()}

    def in_memory(self, columns: Mapping[str, pl.Series | np.ndarray]) -> nw.LazyFrame:
        """The rows of a frame in memory: `ROW`, the values, `IMPUTED`, and ``columns`` (NaN becomes null)."""
        found = {**self.memory.values, **columns}
        found = {
            name: pl.Series(column, nan_to_null=True) if isinstance(column, np.ndarray) else column
            for name, column in found.items()
        }
        if (name := self._told) is not None:
            found[name] = pl.from_arrow(arrow_column(self.given, name))
        rows = nw.from_native(pl.DataFrame(found).with_row_index(ROW).lazy())
        return with_imputed(rows, [*self.keys, *self.values])

    def extended(self, data: nw.LazyFrame, new: Mapping[str, nw.Expr], *, share: bool = True) -> Any:
        """The caller's frame with the columns ``new`` computed from ``data``, and the imputed share."""
        new = dict(new)
        if share and self.has_imputed and IMPUTED_SHARE not in self.columns:
            new[IMPUTED_SHARE] = nw.col(IMPUTED)
        refuse_same([*self.keys, *self.values], new)
        made = [expr.alias(name) for name, expr in new.items()]
        if self.memory is None:
            kept = [name for name in self.columns if name not in new]
            return data.select(*kept, *made).to_native()
        table = data.select(ROW, *made).to_native().collect()
        if not table[ROW].is_sorted():
            table = table.sort(ROW)
        return self.beside(table.drop(ROW))

    def beside(self, new: pl.DataFrame) -> Any:
        """The caller's frame in memory with columns ``new``, one row for each of its own in the same order."""
        native = self.given.to_native()
        if self.given.implementation.is_polars():
            native = native.with_columns(new.get_columns())
            return native.lazy() if self.is_lazy_polars else native
        if self.given.implementation.is_pandas():
            return native.assign(**{name: _pandas_array(new[name]) for name in new.columns})
        if self.given.implementation.is_pyarrow():
            for name in new.columns:
                native = _with_arrow(native, name, new[name].to_arrow())
            return native
        backend = self.given.implementation
        series = [nw.new_series(name, new[name].to_list(), backend=backend) for name in new.columns]
        return self.given.with_columns(series).to_native()

    def of_groups(self, data: nw.LazyFrame) -> Any:
        """``data``, whose rows are not the caller's, as the caller's kind; keys have the caller's types."""
        if self.memory is None:
            return data.to_native()
        return self.of_rows(data.to_native().collect())

    def of_rows(self, table: pl.DataFrame) -> Any:
        """A Polars table as the caller's kind of frame in memory."""
        kind = self.given.implementation
        if kind.is_polars():
            schema = self.given.to_native().schema
            table = table.with_columns(
                pl.col(name).cast(schema[name]) for name in self.keys if name in table.columns
            )
            return table.lazy() if self.is_lazy_polars else table
        arrow = self._typed(table.to_arrow())
        if kind.is_pandas():
            given = self.given.to_native().dtypes
            frame = arrow.to_pandas()
            there = {name: given[name] for name in self.keys if name in frame.columns}
            return frame.astype({name: kind for name, kind in there.items() if kind != np.dtype(object)})
        return arrow

    def _typed(self, table: pa.Table) -> pa.Table:
        for name in set(self.keys) & set(table.column_names):
            wanted = self.memory.keys[name].type
            if not pa.types.is_dictionary(wanted) and wanted != pa.null():
                place = table.column_names.index(name)
                table = table.set_column(place, name, table.column(name).cast(wanted))
        return table

    def like(self, table: pl.DataFrame) -> nw.LazyFrame:
        """A small ``table`` as a frame that can be joined with `data`."""
        if self.memory is not None:
            return nw.from_native(table.lazy())
        arrow, native = table.to_arrow(), self.given.to_native()
        if self.given.implementation.is_duckdb():
            return like(self.given, arrow)
        with warnings.catch_warnings():  # Spark warns of a pandas newer than it knows
            warnings.simplefilter("ignore")
            return nw.from_native(native.sparkSession.createDataFrame(arrow))


def take_table(
    frame: Any,
    *,
    keys: Sequence[str | None],
    values: Sequence[str],
    what: str | None = None,
    sums: Sequence[Group] = (),
) -> Table:
    """Check ``frame`` and make it a `Table`; ``what`` names it in errors when it is not the caller's first.

    ``sums``: the groups of keys for which the value will be summed, so that a relation need be read but once.

    Raises `InputError` for something that is no dataframe, columns that are absent (naming the nearest) or of the
    wrong type, cells that are there twice, empty keys, and values that are negative or infinite.
    """
    try:
        return _table(frame, tuple(key for key in keys if key is not None), tuple(values), sums)
    except InputError as wrong:
        wrong.where = wrong.where or what
        raise


def _table(frame: Any, keys: tuple[str, ...], values: tuple[str, ...], sums: Sequence[Group]) -> Table:
    given = from_any(frame)
    refuse_work_names(check_columns(given, [*keys, *values]))
    check_keys(given, keys)
    is_lazy_polars = isinstance(given, nw.LazyFrame) and given.implementation.is_polars()
    if is_lazy_polars:
        given = given.collect()
    if isinstance(given, nw.LazyFrame):
        data = as_numbers(given, values)
        if sums and given.implementation.is_duckdb():
            cells = read_cells(given, keys, values[0], sums)
            if cells is not None and not cells.has_twice:
                return Table(given, keys, values, False, None, cells)
        for value in values:
            check_numbers(data, list(keys), value)
        check_unique(data, list(keys))
        return Table(given, keys, values, False, None)
    return Table(given, keys, values, is_lazy_polars, _memory(given, keys, values))


def _memory(given: nw.DataFrame, keys: Sequence[str], values: Sequence[str]) -> Memory:
    numbers = {name: float_column(given, name) for name in values}
    columns = {name: arrow_column(given, name) for name in keys}
    for name, column in columns.items():
        if count := empty_cells(column):
            raise InputError(*fault(f"empty {name}", count, name))
    found = all_codes(list(columns.values()))
    memory = Memory(columns, dict(zip(keys, found, strict=True)), numbers)
    twice = first_twice(found) if found else None
    if twice is not None:
        cell = ", ".join(f"{name} {column[twice].as_py()!r}" for name, column in columns.items())
        raise InputError(f"a cell is there several times: {cell}", remedy=ADD_UP)
    return memory


def empty_cells(column: pa.ChunkedArray | pa.Array) -> int:
    """How many cells are null or not a number."""
    wrong = column.null_count
    if pa.types.is_floating(column.type):
        wrong += pc.sum(pc.is_nan(column)).as_py() or 0
    return wrong


def arrow_column(given: nw.DataFrame, name: str) -> pa.ChunkedArray | pa.Array:
    """A column of a frame in memory as Arrow, without copying where that can be."""
    native = given[name].to_native()
    if given.implementation.is_polars():
        if native.dtype in (pl.Int128, pl.UInt128):  # Arrow has none
            native = native.cast(pl.Decimal(38, 0))
        return native.to_arrow(compat_level=pl.CompatLevel.newest())
    if given.implementation.is_pyarrow():
        return native
    if not given.implementation.is_pandas():
        return given[name].to_arrow()
    try:
        return pa.array(native, from_pandas=True)
    except (pa.ArrowInvalid, pa.ArrowTypeError) as wrong:
        raise mixed(name) from wrong


def float_column(given: nw.DataFrame, name: str) -> np.ndarray:
    """A column of numbers at least 0 as floats, NaN for null; raises `InputError` for anything else."""
    column = arrow_column(given, name)
    kind = column.type
    is_number = pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind)
    if not is_number and kind != pa.null():
        raise InputError(
            f"column '{name}' holds no numbers but {in_words(kind)}", remedy="give a column of numbers"
        )
    column = column if kind == pa.float64() else pc.cast(column, pa.float64(), safe=False)
    numbers = (
        column.to_numpy() if isinstance(column, pa.ChunkedArray) else column.to_numpy(zero_copy_only=False)
    )
    if len(numbers):
        low, high = np.fmin.reduce(numbers), np.fmax.reduce(numbers)
        if low < 0:
            raise InputError(*fault("negative", int((numbers < 0).sum()), name))
        if np.isinf(high):
            raise InputError(*fault("infinite", int(np.isinf(numbers).sum()), name))
    return numbers


def small(frame: Any, *, keys: Sequence[str], values: Sequence[str], what: str) -> pl.DataFrame:
    """A small frame of any kind (a reference, a crosswalk), checked, as a Polars table of its keys and values."""
    given = from_any(frame, what)
    if isinstance(given, nw.LazyFrame):
        given = given.collect()
    table = take_table(given.to_native(), keys=keys, values=values, what=what)
    return table.data.select(*keys, *values).to_native().collect()


def _polars_key(array: pa.ChunkedArray | pa.Array) -> pl.Series:
    if pa.types.is_dictionary(array.type):
        if pa.types.is_string_view(array.type.value_type):  # Polars' own categories, which Arrow cannot cast
            return pl.from_arrow(array).cast(pl.String)
        array = array.cast(array.type.value_type)
    if not len(array):  # a frame without rows often does not know its types
        array = array.cast(pa.string())
    return pl.from_arrow(array)


def _pandas_array(series: pl.Series) -> Any:
    if series.dtype.is_numeric():
        return series.to_numpy()
    return series.to_arrow().to_pandas().to_numpy()


def _with_arrow(table: pa.Table, name: str, column: pa.Array) -> pa.Table:
    if name in table.column_names:
        return table.set_column(table.column_names.index(name), name, column)
    return table.append_column(name, column)
