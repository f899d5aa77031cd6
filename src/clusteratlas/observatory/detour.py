"""The way round through Polars for what PyArrow cannot do itself: quantiles, ranks and running sums of groups."""

from __future__ import annotations

from collections.abc import Callable

import narwhals.stable.v2 as nw


def detour(data: nw.LazyFrame, work: Callable[[nw.LazyFrame], nw.LazyFrame], keys: list[str]) -> nw.LazyFrame:
    """``work(data)``; a PyArrow table is worked on in Polars, and the ``keys`` come back with the types they had."""
    if not data.implementation.is_pyarrow():
        return work(data)
    found = work(nw.from_native(data.collect().to_polars()).lazy())
    table, types = found.collect().to_arrow(), data.collect().to_native().schema
    for i, name in enumerate(table.column_names):
        if name in keys:
            table = table.set_column(i, name, table[name].cast(types.field(name).type))
    return nw.from_native(table).lazy()
