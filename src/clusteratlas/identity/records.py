"""Reads a frame of organisation records: of any kind in, Polars inside, the same kind out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl
import pyarrow as pa

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
OTHER_WORDS = {
    "place": "city",
    "town": "city",
    "postcode": "postal_code",
    "zip": "postal_code",
    "vat": "vat_number",
    "website": "website_url",
    "url": "website_url",
    "kind": "activity_type",
}
"""What a column of `OPTIONAL` is also called, folded."""
LIKENESS = 0.8
"""How like the name of a column of `OPTIONAL` that of another column is (0 to 1) before it is taken for a slip."""
PUBLISHER_COUNTRIES = {"EL": "GR", "UK": "GB"}


def read_records(frame: Any) -> pl.DataFrame:
    """The columns that identity knows, as text, in the order of source and record; null where a cell is empty.

    ``frame`` is a pandas, Polars, PyArrow, DuckDB or Spark frame with ``record_id``, ``source``, ``name``, ``country``
    and any of ``OPTIONAL``, in any of their spellings (``postalCode``) and `OTHER_WORDS`. Other columns are left out.
    Raises InputError for what is no dataframe, a column that is missing or one that only a slip sets apart from one of
    these, and a ``record_id`` that is empty or stands twice.

    >>> read_records(pl.DataFrame({"record_id": [1], "source": "a", "name": " Ø ", "country": "el"})).row(0)
    ('1', 'a', 'Ø', 'GR')
    """
    lazy = _narwhal(frame).lazy()
    there = lazy.collect_schema().names()
    for column in NEEDED:
        if column not in there:
            hint = nearest(column, map(str, there))
            raise InputError(f"column {column!r} is missing", where="records", remedy=hint)
    held = {column: column for column in NEEDED} | _optional(there)
    picked = lazy.select(*(nw.col(given).alias(column) for column, given in held.items()))
    table = pl.DataFrame(_collected(picked, held))
    table = table.with_columns(_text(table[column]).alias(column) for column in held)
    _check_ids(table["record_id"])
    country = pl.col("country").str.to_uppercase().replace(PUBLISHER_COUNTRIES)
    return table.with_columns(country, pl.col("source").fill_null("")).sort("source", "record_id")


def _narwhal(frame: Any) -> nw.DataFrame | nw.LazyFrame:
    try:
        return nw.from_native(frame)
    except TypeError as fault:
        raise InputError(
            f"this is no dataframe: {type(frame).__name__}",
            where="records",
            remedy="give a frame of pandas, Polars, PyArrow, DuckDB or Spark",
        ) from fault
    except (nw.exceptions.NarwhalsError, ValueError) as fault:
        raise InputError(f"this frame cannot be read: {fault}", where="records") from fault


def _collected(picked: nw.LazyFrame, columns: Iterable[str]) -> pl.DataFrame:
    """The frame in Polars; raises InputError for a column of pandas that mixes texts and numbers."""
    try:
        return picked.collect(backend="polars").to_native()
    except (pa.ArrowInvalid, pa.ArrowTypeError, TypeError) as fault:
        raise InputError(
            f"one of the columns {', '.join(columns)} mixes texts, numbers or other things",
            where="records",
            remedy='make them texts: records.astype("string")',
        ) from fault


def _optional(there: Sequence[str]) -> dict[str, str]:
    """The columns of `OPTIONAL` that are there, with what they are called.

    >>> _optional(["name", "postCode", "VAT number", "rcn"])
    {'postal_code': 'postCode', 'vat_number': 'VAT number'}
    """
    words = {_folded(column): column for column in OPTIONAL} | OTHER_WORDS
    held = {column: column for column in OPTIONAL if column in there}
    others = [name for name in there if name not in (*NEEDED, *OPTIONAL)]
    for name in others:
        if (column := words.get(_folded(name))) is not None:
            held.setdefault(column, name)
    for name in others:
        folded = _folded(name)
        absent = [word for word, column in words.items() if column not in held and folded not in words]
        if close := get_close_matches(folded, absent, n=1, cutoff=LIKENESS):
            raise InputError(
                f"column {name!r} is not known",
                where="records",
                remedy=f"did you mean '{words[close[0]]}'? Rename it if you did not",
            )
    return {column: held[column] for column in OPTIONAL if column in held}


def _folded(name: str) -> str:
    return "".join(sign for sign in str(name).casefold() if sign.isalnum())


def in_their_order(frame: Any, result: pl.DataFrame) -> pl.DataFrame:
    """``result``, which has a row for each record, in the order of an eager ``frame``; of any other it is left.

    >>> given = pl.DataFrame({"record_id": [2, 1]})
    >>> in_their_order(given, pl.DataFrame({"record_id": ["1", "2"], "organisation_id": ["a", "b"]}))["record_id"][0]
    '2'
    """
    given = nw.from_native(frame)
    if isinstance(given, nw.LazyFrame):
        return result
    ids = pl.DataFrame(given.lazy().select("record_id").collect(backend="polars").to_native())
    ids = ids.with_columns(_text(ids["record_id"]))
    return ids.join(result, on="record_id", how="left", maintain_order="left")


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
    """As text without blanks around it; whole numbers that came as floats lose their ``.0``.

    Raises InputError for a column of lists or the like.
    """
    if column.dtype.is_nested():
        raise InputError(
            f"column {column.name!r} holds {column.dtype}",
            where="records",
            remedy="give one text in each cell",
        )
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
