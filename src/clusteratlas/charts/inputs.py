"""A dataframe of any kind as rows for a figure, checked."""

from __future__ import annotations

from collections.abc import Iterable
from math import isfinite
from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.errors import InputError, nearest

Row = dict[str, Any]
MOST_ROWS = 5000
"""More marks than these make no figure that a person could read."""


def rows(frame: Any, needed: Iterable[str], optional: Iterable[str] = ()) -> list[Row]:
    """The rows of ``frame`` (any dataframe that Narwhals knows, or a list of dictionaries) by column.

    What is optional and absent, and what is not a number, comes as None. Raises `InputError` for a column
    that is absent (naming the nearest), and for more than `MOST_ROWS` rows.

    >>> import polars as pl
    >>> rows(pl.DataFrame({"region": ["AT33"], "value": [float("nan")]}), ["region", "value"], ["stars"])
    [{'region': 'AT33', 'value': None, 'stars': None}]
    """
    found = _listed(frame)
    wanted, more = list(needed), list(optional)
    there = list(found[0]) if found else wanted
    for name in wanted:
        if name not in there:
            raise InputError(f"there is no column '{name}'", remedy=nearest(name, there))
    if len(found) > MOST_ROWS:
        raise InputError(
            f"{len(found):,} rows are too many for a figure", remedy=f"choose at most {MOST_ROWS:,} of them"
        )
    return [{name: _known(row.get(name)) for name in (*wanted, *more)} for row in found]


def _listed(frame: Any) -> list[Row]:
    if isinstance(frame, list):
        return frame
    try:
        given = nw.from_native(frame)
    except TypeError as fault:
        raise InputError(f"this is no dataframe: {type(frame).__name__}") from fault
    return given.lazy().collect().rows(named=True)


def _known(value: Any) -> Any:
    return None if isinstance(value, float) and not isfinite(value) else value
