"""SQL macros that readers share: how published text becomes numbers, dates and codes."""

from __future__ import annotations

import duckdb

from clusteratlas.sources.values import NOTHING

# What is written most often is told first: a publisher's table has a hundred thousand cells of it.
MACROS = {
    "given(t)": f"CASE WHEN lower(trim(t)) NOT IN ({', '.join(map(repr, sorted(NOTHING)))}) THEN trim(t) END",
    "finite(t)": "CASE WHEN isfinite(TRY_CAST(t AS DOUBLE)) THEN TRY_CAST(t AS DOUBLE) END",
    "unblanked(t)": "translate(t, ' \u00a0\u2009\u202f', '')",
    "in_thousands(t)": "CASE "
    "WHEN regexp_full_match(t, '-?[0-9]{1,3}([.][0-9]{3})+,[0-9]+|-?[0-9]{1,3}([.][0-9]{3}){2,}') "
    "THEN finite(replace(replace(t, '.', ''), ',', '.')) "
    "WHEN regexp_full_match(t, '-?[0-9]{1,3}(,[0-9]{3})+[.][0-9]+|-?[0-9]{1,3}(,[0-9]{3}){2,}') "
    "THEN finite(replace(t, ',', '')) END",
    "as_money(t)": "coalesce(finite(t), finite(replace(unblanked(t), ',', '.')), in_thousands(unblanked(t)))",
    "as_date(t)": "CASE WHEN t LIKE '____-__-__' OR t LIKE '____-__-__ %' OR t LIKE '____-__-__T%' "
    "THEN TRY_CAST(left(t, 10) AS DATE) END",
    "as_day(t)": "coalesce(as_date(t), TRY_CAST(try_strptime(t, ['%d/%m/%Y', '%d.%m.%Y']) AS DATE))",
    "as_timestamp(t)": "CASE WHEN t LIKE '____-__-__%' THEN TRY_CAST(t AS TIMESTAMP) END",
    "as_integer(t)": "TRY_CAST(t AS INTEGER)",
    "as_boolean(t)": "CASE WHEN t = 'true' THEN true WHEN t = 'false' THEN false "
    "ELSE CASE lower(trim(t)) WHEN 'true' THEN true WHEN '1' THEN true WHEN 'y' THEN true WHEN 'yes' THEN true "
    "WHEN 'false' THEN false WHEN '0' THEN false WHEN 'n' THEN false WHEN 'no' THEN false END END",
    "as_latitude(t)": "CASE WHEN TRY_CAST(t AS DOUBLE) BETWEEN -90 AND 90 THEN TRY_CAST(t AS DOUBLE) END",
    "as_longitude(t)": "CASE WHEN TRY_CAST(t AS DOUBLE) BETWEEN -180 AND 180 THEN TRY_CAST(t AS DOUBLE) END",
    "is_point(t)": "abs(TRY_CAST(split_part(t, ',', 1) AS DOUBLE)) <= 90 "
    "AND abs(TRY_CAST(split_part(t, ',', 2) AS DOUBLE)) <= 180",
    "as_point(t)": "CASE WHEN is_point(t) THEN t END",
    "of_point(t, place)": "CASE WHEN is_point(t) THEN TRY_CAST(split_part(t, ',', place) AS DOUBLE) END",
    # DuckDB's own trim walks through all of a text: of long ones only those whose ends may be blank are given to it.
    "trimmed(t)": "CASE WHEN t BETWEEN '!' AND '~' AND ends_with(t, '.') THEN t ELSE trim(t) END",
    "iso_country(t)": "CASE upper(trim(t)) WHEN 'EL' THEN 'GR' WHEN 'UK' THEN 'GB' ELSE upper(trim(t)) END",
}


def install_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the macros known to ``connection`` and its cursors.

    >>> import duckdb
    >>> connection = duckdb.connect()
    >>> install_macros(connection)
    >>> connection.execute("SELECT as_money('2073781,25'), iso_country('EL'), as_date('nonsense')").fetchall()
    [(2073781.25, 'GR', None)]
    """
    for head, body in MACROS.items():
        connection.execute(f"CREATE OR REPLACE MACRO {head} AS {body}")


def quoted(name: str) -> str:
    """An SQL identifier."""
    return '"' + name.replace('"', '""') + '"'


def literal(value: str | None) -> str:
    """An SQL string, for names that a statement cannot bind."""
    return "NULL" if value is None else "'" + value.replace("'", "''") + "'"
