"""Splink, in a DuckDB in memory: what the columns beside the name say for and against each pair.

The one module of this room that holds a database, and only in memory: that is how Splink computes.
"""

from __future__ import annotations

import logging
from math import log2
from typing import Any

import polars as pl

COMPARED = ("city", "postal_code", "website", "short_name", "activity_type", "vat")
"""Columns that Splink compares, each only where the records have it."""

_LEVELS: dict[str, list[tuple[str, str, float, float]]] = {
    # what holds, in SQL; its name; its probability among the same (m); among different bodies alike in name (u)
    # learned from FP7 and Horizon records alike in name, their PIC known: place says little beside the name, for
    # daughters and departments share it. Website, short name and kind could not be learned there: set with caution.
    "city": [
        ("city_l = city_r", "same", 0.85, 0.72),
        ("jaro_winkler_similarity(city_l, city_r) >= 0.88", "alike", 0.05, 0.05),
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
        ("jaro_winkler_similarity(short_name_l, short_name_r) >= 0.9", "alike", 0.05, 0.05),
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


def weights(units: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """``weight_<column>`` in bits (log2 of the Bayes factor) for each of ``pairs``, in their order.

    ``units`` has a row for each ``unit`` (0, 1, ...) with any of ``COMPARED``; ``pairs`` has ``left``, ``right``.
    Method: Fellegi and Sunter 1969, Journal of the American Statistical Association 64, as Splink does it.
    """
    columns = [column for column in COMPARED if column in units.columns]
    if not columns or not len(pairs):
        return pl.DataFrame({f"weight_{column}": pl.Series([], dtype=pl.Float64) for column in columns})
    predicted = _predict(units.select("unit", *columns), pairs, columns)
    bits = [pl.col(f"mw_{column}").alias(f"weight_{column}") for column in columns]
    found = predicted.select(pl.col("unit_l").alias("left"), pl.col("unit_r").alias("right"), *bits)
    kinds = pairs.select("left", "right").schema
    joined = pairs.select("left", "right").join(
        found.cast(kinds), on=["left", "right"], how="left", maintain_order="left"
    )
    return joined.drop("left", "right").fill_null(0.0)


def _predict(units: pl.DataFrame, pairs: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    import duckdb
    from splink import DuckDBAPI, Linker

    with duckdb.connect(":memory:") as connection:
        api = DuckDBAPI(connection)
        linker = Linker(api.register(units.to_arrow()), settings(columns))
        logging.getLogger("splink").setLevel(
            logging.ERROR
        )  # the linker has just set it to tell of every step
        blocked = pairs.select(match_key=pl.lit("0"), join_key_l="left", join_key_r="right")
        linker.table_management.register_blocked_pairs_for_predict(api.register(blocked.to_arrow()))
        result = linker.inference.predict()
        return pl.DataFrame(result.as_duckdbpyrelation().to_arrow_table())


def relation(result: pl.DataFrame) -> Any:
    """``result`` as a relation of DuckDB's default connection, for a caller who came with one."""
    import duckdb

    return duckdb.from_arrow(result.to_arrow())
