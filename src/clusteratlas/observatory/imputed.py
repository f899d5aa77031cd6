"""Which part of a figure is imputed: read from the caller's frame, added up, handed on."""

from __future__ import annotations

from collections.abc import Iterable

import narwhals.stable.v2 as nw
import numpy as np

IMPUTED = "__imputed"
"""Work column: the share of a row's value that is imputed, 0 to 1."""
IMPUTED_SHARE = "imputed_share"


def imputed_column(given: nw.DataFrame | nw.LazyFrame, but: Iterable[str] = ()) -> str | None:
    """The column that tells what is imputed: ``imputed_share`` (0 to 1), else ``imputed`` (true or false).

    None where there is none, or where it is among those that play another role (``but``).
    """
    schema, taken = given.collect_schema(), set(but)
    if IMPUTED_SHARE in schema.names() and schema[IMPUTED_SHARE].is_numeric() and IMPUTED_SHARE not in taken:
        return IMPUTED_SHARE
    if "imputed" in schema.names() and (schema["imputed"] == nw.Boolean or schema["imputed"].is_numeric()):
        return None if "imputed" in taken else "imputed"
    return None


def with_imputed(data: nw.LazyFrame, but: Iterable[str] = ()) -> nw.LazyFrame:
    """``data`` with `IMPUTED`, where it tells what is imputed."""
    name = imputed_column(data, but)
    if name is None:
        return data
    told = nw.col(name)
    if data.collect_schema()[name] == nw.Boolean:
        share = nw.when(told).then(nw.lit(1.0)).otherwise(nw.lit(0.0))
    else:
        share = told.cast(nw.Float64).fill_null(0.0)
    return data.with_columns(share.alias(IMPUTED))


def imputed_weight(value: str) -> nw.Expr:
    """How much of ``value`` is imputed, in its unit."""
    return nw.col(value).fill_null(0.0) * nw.col(IMPUTED)


def imputed_part(imputed: nw.Expr, whole: nw.Expr) -> nw.Expr:
    """The imputed share of a whole: 0 where the whole is zero."""
    return nw.when(whole != 0).then(imputed / whole).otherwise(0.0).fill_null(0.0)


def share_of(imputed: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """`imputed_part` of arrays.

    >>> share_of(np.array([1.0, 0.0]), np.array([4.0, 0.0])).tolist()
    [0.25, 0.0]
    """
    return np.divide(imputed, whole, out=np.zeros_like(whole), where=whole > 0)


def share_of_both(imputed: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """`share_of` of each pair of entries added up, n x n.

    >>> share_of_both(np.array([1.0, 0.0]), np.array([4.0, 1.0]))[0].tolist()
    [0.25, 0.2]
    """
    return share_of(imputed[:, None] + imputed, whole[:, None] + whole)
