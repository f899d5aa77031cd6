"""What a caller gives as a table: arrays, lists or frames, made matrices; and the kind of frame to hand back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from clusteratlas.errors import InputError
from clusteratlas.observatory.frames import KINDS
from clusteratlas.observatory.matrices import Kind

LABELS = ("country", "industry")


def kind_of(*given: Any) -> Kind:
    """The kind of the first dataframe among ``given``; pandas when all are arrays or lists.

    >>> import polars as pl
    >>> kind_of([1, 2], pl.DataFrame({"a": [1]})).implementation.is_polars()
    True
    """
    for one in given:
        frame = nw.from_native(one, pass_through=True)
        if isinstance(frame, nw.DataFrame | nw.LazyFrame):
            return Kind(one, frame.implementation, isinstance(frame, nw.DataFrame))
    return Kind(None, nw.Implementation.PANDAS, True)


@dataclass(frozen=True)
class Names:
    """What a frame calls its own rows and columns; None for what it does not name."""

    countries: list[str] | None = None
    industries: list[str] | None = None
    columns: list[Any] | None = None


def names_of(given: Any) -> Names:
    """The names that a frame brings along: its columns `country` and `industry`, or the index that pandas keeps.

    An index of two levels is country and industry, one of texts is the industry. Columns are named when they are
    texts, or (country, name) in pandas.

    >>> import pandas as pd
    >>> names_of(pd.DataFrame([[1, 2], [3, 4]], index=["steel", "cars"], columns=["steel", "cars"])).industries
    ['steel', 'cars']
    """
    frame = nw.from_native(given, pass_through=True)
    if not isinstance(frame, nw.DataFrame | nw.LazyFrame):
        return Names()
    whole = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
    known = {name: [str(one) for one in whole[name].to_list()] for name in LABELS if name in whole.columns}
    columns = [name for name in whole.columns if name not in LABELS]
    named = columns if columns and all(_names_something(name) for name in columns) else None
    index = getattr(given, "index", None) if whole.implementation.is_pandas() else None
    if not known and index is not None and len(index):
        if index.nlevels == 2:
            known = {name: [str(one) for one in index.get_level_values(at)] for at, name in enumerate(LABELS)}
        elif index.nlevels == 1 and isinstance(index[0], str):
            known = {"industry": [str(one) for one in index]}
    return Names(known.get("country"), known.get("industry"), named)


def check_same_order(names: Names) -> None:
    """Raise `InputError` when a table of transactions names its columns otherwise than its rows.

    >>> check_same_order(Names(None, ["steel", "cars"], ["steel", "cars"]))
    """
    if names.industries is None or names.columns is None or len(names.columns) != len(names.industries):
        return
    rows: list[Any] = names.industries
    if isinstance(names.columns[0], tuple):
        rows = list(zip(names.countries or [], names.industries, strict=False))
    if sorted(map(str, rows)) == sorted(map(str, names.columns)) and rows != names.columns:
        first = next(
            at for at, (row, column) in enumerate(zip(rows, names.columns, strict=True)) if row != column
        )
        raise InputError(
            f"row {first + 1} is {rows[first]}, column {first + 1} is {names.columns[first]}",
            where="transactions",
            remedy="give each industry a row and a column, in the same order",
        )


def _names_something(column: Any) -> bool:
    if isinstance(column, tuple):
        return len(column) == 2
    return isinstance(column, str) and not re.fullmatch(r"(column_?|col|f|V)?\d+", column)


def matrix(given: Any, what: str) -> np.ndarray:
    """``given`` as a matrix of floats; a list of numbers becomes one column.

    Raises `InputError` for texts, empty cells and infinite numbers.

    >>> matrix([1, 2], "final_demand").shape
    (2, 1)
    """
    numbers = _numbers(given, what)
    if numbers.ndim == 1:
        numbers = numbers[:, None]
    if numbers.ndim == 3:  # sector x country x use
        numbers = numbers.reshape(len(numbers), -1)
    if numbers.ndim != 2:
        raise InputError(f"a table has two sides, this has {numbers.ndim}", where=what)
    bad = ~np.isfinite(numbers)
    if bad.any():
        row, column = np.argwhere(bad)[0]
        raise InputError(
            f"{int(bad.sum())} cells hold no number, the first in row {row + 1}, column {column + 1}",
            where=what,
            remedy="give 0 where there is no flow",
        )
    return numbers


def vector(given: Any, what: str, length: int) -> np.ndarray:
    """``given`` as ``length`` floats; raises `InputError` for another number of them.

    >>> vector([[1], [2]], "output", 2).tolist()
    [1.0, 2.0]
    """
    numbers = matrix(given, what).ravel()
    if len(numbers) != length:
        raise InputError(
            f"there are {len(numbers)} numbers for {length} rows of the table",
            where=what,
            remedy="give one for each country and industry, in the order of the rows",
        )
    return numbers


def _numbers(given: Any, what: str) -> np.ndarray:
    frame = nw.from_native(given, pass_through=True, allow_series=True)
    if isinstance(frame, nw.LazyFrame):
        frame = frame.collect()
    if isinstance(frame, nw.DataFrame) and (named := [name for name in LABELS if name in frame.columns]):
        frame = frame.drop(named)
    if isinstance(frame, nw.DataFrame | nw.Series):
        given = frame.to_numpy()
    elif hasattr(given, "toarray"):
        given = given.toarray()
    try:
        return np.array(given, dtype=float)
    except (TypeError, ValueError) as fault:
        raise InputError(
            f"these are no numbers: {fault}", where=what, remedy=f"give an array, or a frame of {KINDS}"
        ) from fault
