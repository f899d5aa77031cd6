"""Reads a frame of organisation records: of any kind in, Polars inside, the same kind out."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas.errors import InputError, nearest
from clusteratlas.identity import linkage

NEEDED = ("record_id", "source", "name", "country")
OPTIONAL = (
    "short_name",
    "city",
    "postal_code",
    "vat_number",
    "website_url",
    "activity_type",
    "pic",
    "ror",
    "national_id",
)
PUBLISHER_COUNTRIES = {"EL": "GR", "UK": "GB"}


def read_records(frame: Any) -> pl.DataFrame:
    """The columns that identity knows, as text, in the order of source and record; null where a cell is empty.

    ``frame`` is a pandas, Polars, PyArrow, DuckDB or Spark frame with ``record_id``, ``source``, ``name``, ``country``
    and any of ``OPTIONAL``. Other columns are left out. Raises InputError for a column that is missing or a
    ``record_id`` that is empty or stands twice.

    >>> read_records(pl.DataFrame({"record_id": [1], "source": "a", "name": " Ø ", "country": "el"})).row(0)
    ('1', 'a', 'Ø', 'GR')
    """
    lazy = nw.from_native(frame).lazy()
    there = lazy.collect_schema().names()
    for column in NEEDED:
        if column not in there:
            raise InputError(f"column {column!r} is missing", where="records", remedy=nearest(column, there))
    held = [column for column in (*NEEDED, *OPTIONAL) if column in there]
    table = pl.DataFrame(lazy.select(held).collect(backend="polars").to_native())
    table = table.with_columns(_text(table[column]).alias(column) for column in held)
    _check_ids(table["record_id"])
    country = pl.col("country").str.to_uppercase().replace(PUBLISHER_COUNTRIES)
    return table.with_columns(country, pl.col("source").fill_null("")).sort("source", "record_id")


def like(frame: Any, result: pl.DataFrame) -> Any:
    """``result`` as a frame of the kind of ``frame``."""
    given = nw.from_native(frame)
    kind = given.implementation
    if kind.is_polars():
        return result.lazy() if isinstance(given, nw.LazyFrame) else result
    if kind.is_pandas():
        return result.to_pandas()
    if kind.is_pyarrow():
        return result.to_arrow()
    if kind.is_pyspark():
        return linkage.spark_frame(session_of(frame), result)
    return linkage.relation(result) if kind.is_duckdb() else result.to_arrow()


def session_of(frame: Any) -> Any:
    """The Spark session of a Spark frame; None for any other."""
    return frame.sparkSession if nw.from_native(frame).implementation.is_pyspark() else None


def _text(column: pl.Series) -> pl.Series:
    """As text without blanks around it; whole numbers that came as floats lose their ``.0``."""
    if column.dtype.is_float():
        whole = column.is_null() | column.is_nan() | (column == column.floor())
        column = column.fill_nan(None)
        column = column.cast(pl.Int64) if whole.all() else column
    text = column.cast(pl.String).str.strip_chars()
    return pl.select(pl.when(text != "").then(text)).to_series()


def _check_ids(ids: pl.Series) -> None:
    if ids.null_count():
        raise InputError(
            f"{ids.null_count()} records without an id",
            where="column 'record_id'",
            remedy="give each record one",
        )
    if ids.n_unique() != len(ids):
        twice = ids.filter(ids.is_duplicated()).head(1).item()
        raise InputError(
            f"record {twice!r} stands twice",
            where="column 'record_id'",
            remedy="give each record an id of its own",
        )
