"""Rows of all sources gathered for each canonical table; rows that another has said already are set aside."""

from __future__ import annotations

import duckdb

from clusteratlas.pipeline.schema import Table, tables
from clusteratlas.sources.job import Job
from clusteratlas.sources.sql import literal, quoted

UNIQUE = ("project", "participation")
# What makes two rows say the same, when they come from two inputs: the sample and the publisher's own file, say.
SAME = {
    "project_call": ("project_id", "call_id"),
    "project_legal_basis": ("project_id", "legal_basis_code"),
    "project_theme": ("project_id", "scheme", "theme_code"),
    "project_result": ("result_id",),
    "project_link": ("link_id",),
    "observation": (
        *(
            "dataset",
            "indicator",
            "unit",
            "breakdown",
            "nuts_code",
            "classification",
            "industry_code",
            "year",
        ),
        "imputed",
    ),
    "input_output_flow": (
        "table_name",
        "year",
        "from_kind",
        "from_country",
        "from_code",
        "to_kind",
        "to_country",
        "to_code",
    ),
    "region_boundary": ("nuts_code", "nuts_version", "scale"),
    "region_change": ("from_version", "old_code", "new_code"),
    "organisation_authority": ("authority_id",),
    "call": ("call_id",),
}


def stage(connection: duckdb.DuckDBPyConnection, jobs: list[Job]) -> None:
    """Make `stage_<table>` for each canonical table: all rows that belong into it, of all sources.

    The column `_job` tells which input a row came from, in the order in which they were given.
    """
    for table in tables().values():
        selects = [
            f"SELECT *, {number} AS _job FROM ({one.sql})"
            for number, job in enumerate(jobs)
            for one in job.selects
            if one.table == table.name
        ]
        body = " UNION ALL BY NAME ".join(f"({sql})" for sql in [empty(table), *selects])
        connection.execute(f"CREATE VIEW {_stage(table)} AS {body}")
    _set_repeated_aside(connection, jobs)


def empty(table: Table) -> str:
    """A select with the table's columns and no row."""
    columns = ", ".join(f"NULL::{f.duckdb_type} AS {quoted(f.name)}" for f in table.fields)
    return f"SELECT {columns}, NULL::INTEGER AS _job WHERE false"


def _stage(table: Table) -> str:
    return quoted(f"stage_{table.name}")


def _set_repeated_aside(connection: duckdb.DuckDBPyConnection, jobs: list[Job]) -> None:
    """Quarantine what was said before: ids that are taken, partners that a better list names."""
    for name in UNIQUE:
        table = tables()[name]
        if _count_taken(connection, table):
            _set_aside(connection, table, jobs, _taken(table))
    if len({job.source for job in jobs}) > 1:
        _set_aside(connection, tables()["participation"], jobs, _DESCRIBED_ELSEWHERE)
    substitutes = [file for job in jobs for file in job.substitutes]
    if substitutes and len(jobs) > 1:
        _set_aside(connection, tables()["participation"], jobs, _substituted(substitutes))
    for name, key in SAME.items():
        givers = {number for number, job in enumerate(jobs) for one in job.selects if one.table == name}
        if len(givers) > 1:
            _set_aside(connection, tables()[name], jobs, _said_before(tables()[name], key))


def _count_taken(connection: duckdb.DuckDBPyConnection, table: Table) -> int:
    key = quoted(table.key[0])
    return connection.execute(f"SELECT count(*) - count(DISTINCT {key}) FROM {_stage(table)}").fetchall()[0][
        0
    ]


# Each of the selects below gives the rows to be set aside, by their place in the stage, and the reason. Places are
# in the order in which inputs were given, then of files, then of lines: the first row of the first input stays.
def _taken(table: Table) -> str:
    key = quoted(table.key[0])
    return f"""
      SELECT place, {literal(table.key[0])} || ' ''' || {key} || ''' is taken by ' || first AS reason
      FROM (SELECT rowid AS place, {key}, row_number() OVER keyed AS turn,
              first_value(source_file || ':' || coalesce(source_line, 0)) OVER keyed AS first
            FROM {_stage(table)} WINDOW keyed AS (PARTITION BY {key} ORDER BY rowid)) WHERE turn > 1"""


def _said_before(table: Table, key: tuple[str, ...]) -> str:
    columns = ", ".join(quoted(c) for c in key)
    return f"""
      SELECT place, 'said already by ' || first AS reason
      FROM (SELECT rowid AS place, _job, min(_job) OVER keyed AS earliest,
              first_value(source_file || ':' || coalesce(source_line, 0)) OVER (keyed ORDER BY rowid) AS first
            FROM {_stage(table)} WINDOW keyed AS (PARTITION BY {columns})) WHERE _job > earliest"""


_DESCRIBED_ELSEWHERE = """
  SELECT p.rowid AS place, 'partners of ''' || p.project_id || ''' are taken from ' || j.source AS reason
  FROM stage_participation p JOIN stage_project j USING (project_id)
  WHERE p.source <> j.source AND EXISTS (
    SELECT 1 FROM stage_participation o WHERE o.project_id = p.project_id AND o.source = j.source)"""


def _substituted(files: list[str]) -> str:
    listed = ", ".join(literal(f) for f in files)
    return f"""
      SELECT p.rowid AS place, 'partners of ''' || p.project_id || ''' are taken from ' || o.file AS reason
      FROM stage_participation p JOIN (
        SELECT project_id, source, min(source_file) AS file FROM stage_participation
        WHERE source_file NOT IN ({listed}) GROUP BY ALL) o USING (project_id, source)
      WHERE p.source_file IN ({listed})"""


def _set_aside(connection: duckdb.DuckDBPyConnection, table: Table, jobs: list[Job], which: str) -> None:
    """Move the rows that ``which`` gives, with a reason for each, from the stage to the quarantine.

    Rows that a reader made of other rows (the themes in a cell, say) have no account of their own: what they were
    made of is accounted for, so they are counted and told.
    """
    _materialise(connection, table)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE aside AS {which}")
    found = connection.execute(
        f"""SELECT s._job, s.source_file, coalesce(s.source_line, 0), a.reason, to_json(s)::VARCHAR
            FROM {_stage(table)} s JOIN aside a ON s.rowid = a.place ORDER BY a.place"""
    ).fetchall()
    for number, file, line, reason, text in found:
        job = jobs[number]
        held = [a for a in job.accounts.values() if a.table == table.name and a.holds(file)]
        if held:
            job.reject(held[0], line, reason, text)
        else:
            job.warn(
                "set aside",
                file,
                f"rows for {table.name} that another input gives; left out",
                example=f"line {line}: {reason}",
            )
    if found:
        connection.execute(f"DELETE FROM {_stage(table)} WHERE rowid IN (SELECT place FROM aside)")


def _materialise(connection: duckdb.DuckDBPyConnection, table: Table) -> None:
    stage = _stage(table)
    is_view = connection.execute(
        "SELECT count(*) FROM duckdb_views() WHERE view_name = ?", [f"stage_{table.name}"]
    ).fetchall()[0][0]
    if is_view:
        connection.execute(f"CREATE TABLE made AS SELECT * FROM {stage}")
        connection.execute(f"DROP VIEW {stage}")
        connection.execute(f"ALTER TABLE made RENAME TO {stage}")
