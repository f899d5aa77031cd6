"""Splink, in a DuckDB in memory or in Spark: what the columns beside the name say for and against each pair.

The one module of this room that holds a database, and only in memory: that is how Splink computes.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Callable
from math import log2
from typing import Any

import polars as pl

COMPARED = ("city", "postal_code", "website", "short_name", "activity_type", "vat")
"""Columns that Splink compares, each only where the records have it."""

_LEVELS: dict[str, list[tuple[str, str, float, float]]] = {
    # what holds, in SQL; its name; its probability among the same (m); among different bodies alike in name (u)
    # conditions in functions that DuckDB and Spark both have, on text that is folded to ASCII.
    # learned from FP7 and Horizon records alike in name, their PIC known: place says little beside the name, for
    # daughters and departments share it. Website, short name and kind could not be learned there: set with caution.
    "city": [
        ("city_l = city_r", "same", 0.85, 0.72),
        ("levenshtein(city_l, city_r) * 5 <= length(city_l)", "alike", 0.05, 0.05),
        ("contains(city_l, city_r) or contains(city_r, city_l)", "one within the other", 0.02, 0.02),
        ("else", "different", 0.08, 0.16),
    ],
    "postal_code": [
        ("postal_code_l = postal_code_r", "same", 0.78, 0.21),
        ("substr(postal_code_l, 1, 2) = substr(postal_code_r, 1, 2)", "same district", 0.10, 0.10),
        ("else", "different", 0.12, 0.25),
    ],
    "website": [("website_l = website_r", "same", 0.80, 0.20), ("else", "different", 0.20, 0.40)],
    "short_name": [
        ("short_name_l = short_name_r", "same", 0.75, 0.20),
        ("levenshtein(short_name_l, short_name_r) * 6 <= length(short_name_l)", "alike", 0.05, 0.05),
        ("else", "different", 0.20, 0.40),
    ],
    "activity_type": [
        ("activity_type_l = activity_type_r", "same", 0.93, 0.85),
        ("else", "different", 0.07, 0.15),
    ],
    "vat": [("vat_l = vat_r", "same", 0.97, 0.02), ("else", "different", 0.03, 0.98)],
}


def most_bits(columns: list[str]) -> float:
    """The most that those of ``COMPARED`` in ``columns`` can weigh together, in bits."""
    best = (max(log2(m / u) for _, _, m, u in _LEVELS[column]) for column in COMPARED if column in columns)
    return sum(best)


def settings(columns: list[str]) -> dict[str, Any]:
    """Splink's settings for those of ``COMPARED`` in ``columns``; the same for DuckDB and for Spark."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "unit",
        "probability_two_random_records_match": 0.5,  # the model of names has said how probable a pair is
        "blocking_rules_to_generate_predictions": ["l.unit = r.unit"],
        "comparisons": [_comparison(column) for column in COMPARED if column in columns],
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": True,
    }


def _comparison(column: str) -> dict[str, Any]:
    unknown = {
        "sql_condition": f"{column}_l IS NULL OR {column}_r IS NULL",
        "label_for_charts": "unknown",
        "is_null_level": True,
    }
    levels = [
        {"sql_condition": "ELSE" if sql == "else" else sql, "label_for_charts": label, "m_probability": m}
        | {"u_probability": u}
        for sql, label, m, u in _LEVELS[column]
    ]
    return {"output_column_name": column, "comparison_levels": [unknown, *levels]}


def weights(units: pl.DataFrame, pairs: pl.DataFrame, session: Any = None) -> pl.DataFrame:
    """``weight_<column>`` in bits (log2 of the Bayes factor, to six decimals) for each of ``pairs``, in their order.

    ``units`` has a row for each ``unit`` (0, 1, ...) with any of ``COMPARED``; ``pairs`` has ``left``, ``right``.
    ``session`` is the Spark session that computes them; without one, a DuckDB of their own does.
    Method: Fellegi and Sunter 1969, Journal of the American Statistical Association 64, as Splink does it.
    """
    columns = [column for column in COMPARED if column in units.columns]
    if not columns or not len(pairs):
        return pl.DataFrame({f"weight_{column}": pl.Series([], dtype=pl.Float64) for column in columns})
    units = units.select("unit", *columns)
    predicted = _on_spark(session, units, pairs) if session else _on_duckdb(units, pairs)
    bits = [pl.col(f"mw_{column}").round(6).alias(f"weight_{column}") for column in columns]
    found = predicted.select(pl.col("unit_l").alias("left"), pl.col("unit_r").alias("right"), *bits)
    kinds = pairs.select("left", "right").schema
    joined = pairs.select("left", "right").join(
        found.cast(kinds), on=["left", "right"], how="left", maintain_order="left"
    )
    return joined.drop("left", "right").fill_null(0.0)


def _on_duckdb(units: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    import duckdb
    from splink import DuckDBAPI

    with duckdb.connect(":memory:") as connection:
        result = _predicted(DuckDBAPI(connection), units, pairs, pl.DataFrame.to_arrow)
        return pl.DataFrame(result.as_duckdbpyrelation().to_arrow_table())


def _on_spark(session: Any, units: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The same in Spark: kept in its memory, so that no checkpoint folder is asked for."""
    from splink.backends.spark import SparkAPI

    api = SparkAPI(spark_session=session, break_lineage_method="persist", register_udfs_automatically=False)
    result = _predicted(api, units, pairs, lambda frame: spark_frame(session, frame))
    return pl.DataFrame(result.as_spark_dataframe().toArrow())


def _predicted(
    api: Any, units: pl.DataFrame, pairs: pl.DataFrame, handed: Callable[[pl.DataFrame], Any]
) -> Any:
    from splink import Linker

    linker = Linker(api.register(handed(units)), settings(units.columns))
    logging.getLogger("splink").setLevel(logging.ERROR)  # the linker has just set it to tell of every step
    blocked = pairs.select(match_key=pl.lit("0"), join_key_l="left", join_key_r="right")
    linker.table_management.register_blocked_pairs_for_predict(api.register(handed(blocked)))
    return linker.inference.predict()


def spark_frame(session: Any, frame: pl.DataFrame) -> Any:
    """``frame`` as one of ``session``."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PySpark warns of the version of pandas, which is not used here
        return session.createDataFrame(frame.cast({pl.UInt32: pl.Int64}).to_arrow())


def relation(result: pl.DataFrame) -> Any:
    """``result`` as a relation of DuckDB's default connection, for a caller who came with one."""
    import duckdb

    return duckdb.from_arrow(result.to_arrow())
