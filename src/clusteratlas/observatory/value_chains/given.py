"""What a caller gives as a table: arrays, lists or frames, made matrices; and the kind of frame to hand back."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np

from clusteratlas.errors import InputError
from clusteratlas.observatory.frames import KINDS
from clusteratlas.observatory.matrices import Kind


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
