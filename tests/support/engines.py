"""The kinds of frame that the observatory takes, so that one test runs on each of them.

The fixture ``engine`` of ``tests/observatory/conftest.py`` gives each `Engine` in turn::

    def test_totals(engine):
        given = engine.frame({"region": ["A"], "industry": ["x"], "value": [1.0]})
        assert engine.rows(some_indicator(given)) == [{"region": "A", ...}]

``engine.frame`` makes a frame of that kind from columns (or from a PyArrow table, when types matter);
``engine.rows`` gives the rows of a result and fails when it is not of that kind. Rows of lazy kinds come in any
order: find them with `by_key(rows, "region", "industry")`, or compare two lists of rows, whatever their order, with
``all_alike(rows, wanted_rows, "region", "industry")`` (numbers to 1e-9).
"""

from __future__ import annotations

import math
import shutil
import warnings
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

Row = dict[str, Any]


@dataclass(frozen=True)
class Engine:
    """One kind of frame: how it is made of a PyArrow table, how its rows are read, what its class is called."""

    name: str
    is_eager: bool
    make: Callable[[pa.Table], Any]
    table: Callable[[Any], pa.Table]
    kind: str

    def frame(
        self, columns: Mapping[str, Any] | pa.Table, types: Mapping[str, pa.DataType] | None = None
    ) -> Any:
        """A frame of this kind; ``types`` for columns whose type the values do not tell (all empty, no rows)."""
        return self.make(columns if isinstance(columns, pa.Table) else arrow(columns, types))

    def rows(self, frame: Any) -> list[Row]:
        """The rows of ``frame``, which must be of this kind; not-a-number as None."""
        assert f"{type(frame).__module__}.{type(frame).__name__}" == self.kind
        return [{name: _plain(cell) for name, cell in row.items()} for row in self.table(frame).to_pylist()]


def arrow(columns: Mapping[str, Any], types: Mapping[str, pa.DataType] | None = None) -> pa.Table:
    """A PyArrow table of ``columns``; without rows, texts for the keys and floats for the others."""
    types = types or {}
    arrays = {}
    for name, cells in columns.items():
        guess = pa.float64() if not len(cells) and name.startswith("value") else None
        guess = guess or (pa.string() if not len(cells) else None)
        arrays[name] = pa.array(cells, types.get(name, guess))
    return pa.table(arrays)


def by_key(rows: Iterable[Row], *keys: str) -> dict[tuple[Any, ...], Row]:
    """Rows by their key; fails when a key is there twice."""
    rows = list(rows)
    found = {tuple(row[key] for key in keys): row for row in rows}
    assert len(found) == len(rows)
    return found


def all_alike(one: Iterable[Row], other: Iterable[Row], *keys: str, within: float = 1e-9) -> None:
    """Fail unless both have the same keys and columns and the same values, numbers ``within``."""
    ours, theirs = by_key(one, *keys), by_key(other, *keys)
    assert ours.keys() == theirs.keys()
    for key, row in ours.items():
        assert row.keys() == theirs[key].keys()
        for name, cell in row.items():
            assert _alike(cell, theirs[key][name], within), (
                f"{key} {name}: {cell!r} is not {theirs[key][name]!r}"
            )


def _alike(one: Any, other: Any, within: float) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return math.isclose(one, other, rel_tol=within, abs_tol=within)
    return one == other


def _plain(cell: Any) -> Any:
    return None if isinstance(cell, float) and math.isnan(cell) else cell


@cache
def _duckdb() -> duckdb.DuckDBPyConnection:
    return duckdb.connect()


@cache
def spark() -> Any:
    """The one local Spark session of a test run: two partitions, no user interface."""
    if shutil.which("java") is None:
        pytest.skip("Spark needs Java, which is not here")
    from pyspark.sql import SparkSession

    settings = {
        "spark.sql.shuffle.partitions": "2",
        "spark.default.parallelism": "2",
        "spark.ui.enabled": "false",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.log.level": "ERROR",
        "spark.sql.session.timeZone": "UTC",
        "spark.ui.showConsoleProgress": "false",
        # A virtual machine that lives for a minute is done before its best code is made.
        "spark.driver.extraJavaOptions": "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC",
        # A dozen rows are computed sooner than code for them is made.
        "spark.sql.codegen.wholeStage": "false",
        "spark.sql.codegen.factoryMode": "NO_CODEGEN",
        "spark.sql.adaptive.enabled": "false",
    }
    builder = SparkSession.builder.master("local[2]").appName("clusteratlas-tests")
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _spark_frame(table: pa.Table) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return spark().createDataFrame(table)


def _spark_table(frame: Any) -> pa.Table:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return frame.toArrow()


ENGINES = {
    engine.name: engine
    for engine in (
        Engine(
            "pandas",
            True,
            lambda t: t.to_pandas(),
            lambda f: pa.Table.from_pandas(f, preserve_index=False),
            f"{pd.DataFrame.__module__}.DataFrame",
        ),
        Engine("polars", True, pl.from_arrow, pl.DataFrame.to_arrow, "polars.dataframe.frame.DataFrame"),
        Engine(
            "polars-lazy",
            False,
            lambda t: pl.from_arrow(t).lazy(),
            lambda f: f.collect().to_arrow(),
            "polars.lazyframe.frame.LazyFrame",
        ),
        Engine("pyarrow", True, lambda t: t, lambda t: t, "pyarrow.lib.Table"),
        Engine(
            "duckdb",
            False,
            lambda t: _duckdb().from_arrow(t),
            lambda f: f.to_arrow_table(),
            f"{duckdb.DuckDBPyRelation.__module__}.DuckDBPyRelation",
        ),
        Engine("pyspark", False, _spark_frame, _spark_table, "pyspark.sql.classic.dataframe.DataFrame"),
    )
}
