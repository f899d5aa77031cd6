"""The caller's dataframe, checked and made lazy; results handed back as the same kind."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import narwhals.stable.v2 as nw
import pyarrow as pa

from clusteratlas.errors import InputError, UsageError, nearest
from clusteratlas.observatory.bits import any_twice
from clusteratlas.observatory.imputed import IMPUTED, with_imputed

KINDS = "pandas, Polars, PyArrow, DuckDB or PySpark"
ADD_UP = "add the rows of a cell up first, or name the column that tells them apart (period=...)"


@dataclass(frozen=True)
class Panel:
    """Cells of region x industry (x period), checked: ``data`` is lazy, ``value`` a float, missing values null.

    ``columns`` are the caller's columns in their order; work columns of ours begin with ``__``, among them `IMPUTED`
    where the caller tells what is imputed.
    """

    data: nw.LazyFrame
    columns: tuple[str, ...]
    region: str
    industry: str
    value: str
    period: str | None
    is_eager: bool

    def by(self, *roles: str) -> list[str]:
        """The names of the columns that play these roles, with the period where there is one.

        >>> import polars as pl
        >>> take_panel(pl.DataFrame({"nuts": ["A"], "industry": ["x"], "value": [1]}), region="nuts").by("region")
        ['nuts']
        """
        names = [getattr(self, role) for role in roles]
        return names if self.period is None else [*names, self.period]

    @property
    def has_imputed(self) -> bool:
        """Whether the caller told which values are imputed (column ``imputed`` or ``imputed_share``)."""
        return IMPUTED in self.data.collect_schema().names()

    def total(self, name: str, *roles: str) -> nw.LazyFrame:
        """The sum of the values for each combination of roles (and period), in the column ``name``."""
        return total(self.data, self.value, name, self.by(*roles))

    def hand_back(self, result: nw.LazyFrame) -> Any:
        """``result`` as the kind of frame that the caller gave."""
        return hand_back(result, is_eager=self.is_eager)


def take_panel(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
) -> Panel:
    """Check ``frame`` and make it a `Panel`.

    Raises `InputError` for something that is no dataframe, columns that are absent (naming the nearest) or of the
    wrong type, cells that are there twice, empty keys, and values that are negative or infinite.
    """
    data, is_eager = lazy(frame)
    keys = [name for name in (region, industry, period) if name is not None]
    columns = tuple(check_columns(data, [*keys, value]))
    refuse_work_names(columns)
    if data.implementation.is_duckdb():
        _refuse_signs([*keys, value], ".", "DuckDB")
    check_keys(data, keys)
    data = with_imputed(as_numbers(data, [value]), [*keys, value])
    check_cells(data, keys, value)
    return Panel(data, columns, region, industry, value, period, is_eager)


def lazy(frame: Any) -> tuple[nw.LazyFrame, bool]:
    """``frame`` as a lazy Narwhals frame, and whether the caller's was eager."""
    given = workable(from_any(frame))
    return given.lazy(), isinstance(given, nw.DataFrame)


def workable(given: nw.DataFrame | nw.LazyFrame) -> nw.DataFrame | nw.LazyFrame:
    """``given`` without what its engine cannot work with, for results that do not keep the caller's rows.

    In pandas an index that is called as a column is, and columns of `decimal.Decimal` or of nothing at all, which
    become floats; in PyArrow views of texts, as Polars hands them over.
    """
    native = given.to_native()
    if given.implementation.is_pandas():
        if set(native.index.names) & set(native.columns):
            native = native.rename_axis(index=[None] * native.index.nlevels)
        objects = [name for name, kind in native.dtypes.items() if kind.name == "object"]
        decimals = [name for name in objects if len(native) and _are_decimals(native[name])]
        return nw.from_native(native.astype(dict.fromkeys(decimals, float)))
    if given.implementation.is_pyarrow():
        kinds = {field.name: without_views(field.type) for field in native.schema}
        fields = [field.with_type(kinds[field.name]) for field in native.schema]
        return nw.from_native(native if fields == list(native.schema) else native.cast(pa.schema(fields)))
    return given


def without_views(kind: pa.DataType) -> pa.DataType:
    """A type of Arrow with views of texts as texts; other types as they are."""
    if pa.types.is_dictionary(kind):
        return pa.dictionary(kind.index_type, without_views(kind.value_type), kind.ordered)
    return pa.large_string() if pa.types.is_string_view(kind) else kind


def _are_decimals(column: Any) -> bool:
    """Whether a pandas column of objects holds decimals, and nothing else but missing values."""
    return all(isinstance(value, Decimal) for value in column.dropna())


def from_any(frame: Any, what: str | None = None) -> nw.DataFrame | nw.LazyFrame:
    """The caller's frame as Narwhals sees it; raises `InputError` for what is none (``what`` names it)."""
    try:
        return nw.from_native(frame)
    except TypeError as fault:
        raise InputError(
            f"this is no dataframe: {type(frame).__name__}", where=what, remedy=f"give a frame of {KINDS}"
        ) from fault
    except (nw.exceptions.NarwhalsError, ValueError) as fault:
        raise InputError(f"this frame cannot be read: {fault}", where=what) from fault


def hand_back(result: nw.LazyFrame, *, is_eager: bool) -> Any:
    """``result`` as the caller's kind: collected when the caller's frame was eager."""
    native = result.to_native()
    return native.collect() if is_eager and result.implementation.is_polars() else native


def check_columns(data: nw.DataFrame | nw.LazyFrame, names: Iterable[str]) -> list[str]:
    """The columns of ``data``; raises `InputError` that names the nearest for one that is not among them."""
    there = data.collect_schema().names()
    wanted = list(names)
    for name in wanted:
        if not isinstance(name, str):
            raise UsageError(
                f"a column is named by a text, and this is {type(name).__name__}",
                remedy="give the column's name, such as value='jobs'",
            )
        if name not in there:
            raise InputError(f"there is no column '{name}'", remedy=_remedy(data, name, there))
    if data.implementation.is_pyspark():
        _refuse_signs(there, ".`", "PySpark")
    if len(set(wanted)) < len(wanted):
        raise UsageError("one column is given two roles", remedy=f"name different ones: {', '.join(wanted)}")
    return there


def _refuse_signs(names: Iterable[str], signs: str, engine: str) -> None:
    """Raise `InputError` for a column whose name an engine takes for a column inside another."""
    for name in names:
        if set(signs) & set(name):
            raise InputError(
                f"column '{name}' has a sign in its name that {engine} does not take", remedy="rename it"
            )


def _remedy(data: nw.DataFrame | nw.LazyFrame, name: str, there: list[str]) -> str:
    if data.implementation.is_pandas() and name in data.to_native().index.names:
        return "it is the index of the frame: give frame.reset_index()"
    return nearest(name, map(str, there))


def refuse_work_names(names: Iterable[str]) -> None:
    """Raise `InputError` for a column that is called as our work columns are.

    >>> refuse_work_names(["region", "__index_level_0__", 7])
    >>> refuse_work_names(["__row"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    clusteratlas.errors.InputError: column '__row' begins with two underscores, which is for columns of ours. ...
    """
    for name in map(str, names):
        if name.startswith("__") and not name.endswith("__"):
            raise InputError(
                f"column '{name}' begins with two underscores, which is for columns of ours",
                remedy="rename or drop it",
            )


def refuse_same(given: Iterable[str | None], made: Iterable[str]) -> None:
    """Raise `InputError` for a column that plays a role and is called as one that is made.

    >>> refuse_same(["density", "industry", None], ["density"])  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    clusteratlas.errors.InputError: column 'density' would be written over: one of that name is made here. ...
    """
    for name in set(given) & set(made):
        raise InputError(
            f"column '{name}' would be written over: one of that name is made here", remedy="rename it"
        )


def check_keys(data: nw.DataFrame | nw.LazyFrame, keys: Iterable[str]) -> None:
    """Raise `InputError` for a column of keys that holds lists, or things of several kinds (in pandas)."""
    schema = data.collect_schema()
    for key in keys:
        is_nested = schema[key].is_nested()
        if schema[key] == nw.Object and data.implementation.is_pandas():
            try:
                is_nested = pa.types.is_nested(pa.array(data.to_native()[key], from_pandas=True).type)
            except (pa.ArrowInvalid, pa.ArrowTypeError) as wrong:
                raise mixed(key) from wrong
        if is_nested:
            raise InputError(f"column '{key}' holds lists", remedy="give texts or numbers")


def mixed(name: str) -> InputError:
    """What to tell of a column of pandas that no engine takes."""
    return InputError(f"column '{name}' mixes texts, numbers or other things", remedy="give it one type")


def as_numbers(data: nw.LazyFrame, names: Iterable[str]) -> nw.LazyFrame:
    """Columns ``names`` as floats, not-a-number as null; raises `InputError` for a column that holds no numbers."""
    schema = data.collect_schema()
    numbers = []
    for name in names:
        if not schema[name].is_numeric() and in_words(schema[name]) != NOTHING:
            raise InputError(
                f"column '{name}' holds no numbers but {in_words(schema[name])}",
                remedy="give a column of numbers",
            )
        number = nw.col(name).cast(nw.Float64)
        numbers.append(nw.when(~number.is_nan()).then(number).alias(name))
    return data.with_columns(numbers)


def check_cells(data: nw.LazyFrame, keys: list[str], value: str) -> None:
    """Raise `InputError` for empty keys, negative or infinite values, and cells that are there twice."""
    check_numbers(data, keys, value)
    check_unique(data, keys)


def check_numbers(data: nw.LazyFrame, keys: list[str], value: str) -> None:
    """Raise `InputError` for empty keys and for negative or infinite values."""
    number, schema = nw.col(value), data.collect_schema()

    def is_empty(key: str) -> nw.Expr:
        return (
            nw.col(key).is_null() | nw.col(key).is_nan() if schema[key].is_float() else nw.col(key).is_null()
        )

    found = data.select(
        (number < 0).cast(nw.Int64).sum().alias("negative"),
        (~number.is_finite() & ~number.is_null()).cast(nw.Int64).sum().alias("infinite"),
        *(is_empty(key).cast(nw.Int64).sum().alias(f"empty {key}") for key in keys),
    )
    for what, count in one_row(found).items():
        if count:
            raise InputError(*fault(what, int(count), value))


def check_unique(data: nw.LazyFrame, keys: list[str]) -> None:
    """Raise `InputError` when a cell is there twice; the cells of DuckDB's relations have bits (see `bits`)."""
    if data.implementation.is_duckdb() and any_twice(data.select(*keys).to_native(), keys) is False:
        return
    twice = one_row(data.group_by(keys).agg(nw.len().alias("__n")).filter(nw.col("__n") > 1).head(1))
    if twice:
        cell = ", ".join(f"{key} {twice[key]!r}" for key in keys)
        raise InputError(f"a cell is there {twice['__n']} times: {cell}", remedy=ADD_UP)


NOTHING = "nothing at all"
KINDS_OF_COLUMNS = {
    "texts": ("string", "str", "utf8", "object", "varchar", "categor", "dictionary", "enum"),
    "times": ("date", "time", "duration", "interval"),
    "truths": ("bool",),
    "lists": ("list", "array", "struct", "map"),
    "bytes": ("binary", "blob"),
    NOTHING: ("null", "unknown"),
}
"""What a column holds, in words, by how the engines' names of its type begin."""


def in_words(kind: Any) -> str:
    """What a column of an engine's type holds, as a person would say it; the engine's name when none is known.

    >>> import pyarrow as pa
    >>> in_words(pa.string_view()), in_words(pa.large_string()), in_words("Datetime(time_unit='us')")
    ('texts', 'texts', 'times')
    """
    name = str(kind).lower().removeprefix("large_")
    return next((told for told, signs in KINDS_OF_COLUMNS.items() if name.startswith(signs)), str(kind))


def fault(what: str, count: int, value: str) -> tuple[str]:
    """What an error says of empty keys and of negative or infinite values."""
    if what.startswith("empty "):
        return (f"column '{what.removeprefix('empty ')}' is empty in {count} rows",)
    return (f"column '{value}' is {what} in {count} rows",)


def one_row(data: nw.LazyFrame) -> dict[str, Any]:
    """The first row of a small lazy frame by its column names; empty when there is none."""
    rows = data.collect().rows(named=True)
    return rows[0] if rows else {}


def total(data: nw.LazyFrame, value: str, name: str, keys: list[str]) -> nw.LazyFrame:
    """The sum of ``value`` for each combination of ``keys`` (all rows where there is none), in column ``name``."""
    if not keys:
        return data.select(nw.col(value).sum().alias(name))
    return data.group_by(keys).agg(nw.col(value).sum().alias(name))


def joined(left: nw.LazyFrame, right: nw.LazyFrame, keys: list[str]) -> nw.LazyFrame:
    """``left`` with the columns of ``right`` that has one row for each combination of ``keys`` (one row when none)."""
    if not keys:
        return left.join(right, how="cross")
    return left.join(right, on=keys, how="left")


def ratio(above: nw.Expr, below: nw.Expr) -> nw.Expr:
    """``above / below``, null where ``below`` is zero: engines differ on x / 0."""
    return nw.when(below != 0).then(above / below)
