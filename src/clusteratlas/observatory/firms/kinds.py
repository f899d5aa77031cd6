"""Frames in memory are computed by Polars, whichever they are; engines compute their own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas.observatory.frames import from_any


def computable(frame: Any) -> tuple[nw.LazyFrame, Callable[[nw.LazyFrame], Any]]:
    """``frame`` as a lazy frame that takes every aggregation, and what hands a result back as the caller's kind.

    >>> import pandas as pd
    >>> data, hand_back = computable(pd.DataFrame({"x": [1, 2]}))
    >>> hand_back(data.select(nw.col("x").sum()))["x"].to_list()
    [3]
    """
    given = from_any(frame)
    if isinstance(given, nw.LazyFrame):
        return given, lambda result: result.to_native()
    kind = given.implementation
    if kind.is_polars():
        return given.lazy(), lambda result: result.to_native().collect()

    def hand_back(result: nw.LazyFrame) -> Any:
        table = result.to_native().collect().to_arrow()
        return table.to_pandas() if kind.is_pandas() else table

    return nw.from_native(pl.from_arrow(given.to_arrow()).lazy()), hand_back
