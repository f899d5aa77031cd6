"""Rows of all sources gathered for each canonical table; rows whose id is taken are set aside."""

from __future__ import annotations

import duckdb

from clusteratlas.pipeline.schema import Table, tables
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import literal, quoted

UNIQUE = ("project", "participation")
MATERIALISED = ("participation",)


def stage(connection: duckdb.DuckDBPyConnection, jobs: list[Job]) -> None:
    """Make `stage_<table>` for each canonical table: all rows that belong into it, of all sources."""
    for table in tables().values():
        selects = [s.sql for job in jobs for s in job.selects if s.table == table.name]
        body = " UNION ALL BY NAME ".join(f"({sql})" for sql in [empty(table), *selects])
        kind = "TABLE" if table.name in MATERIALISED else "VIEW"
        connection.execute(f"CREATE {kind} {_stage(table)} AS {body}")
        if table.name in UNIQUE:
            _set_repeated_aside(connection, table, jobs)
    _set_doubled_aside(connection, jobs)


def empty(table: Table) -> str:
    """A select with the table's columns and no row."""
    columns = ", ".join(f"NULL::{f.duckdb_type} AS {quoted(f.name)}" for f in table.fields)
    return f"SELECT {columns} WHERE false"


def _stage(table: Table) -> str:
    return quoted(f"stage_{table.name}")


def _set_repeated_aside(connection: duckdb.DuckDBPyConnection, table: Table, jobs: list[Job]) -> None:
    """Quarantine rows whose id another row has already; the first row of the first source stays."""
    order = " ".join(f"WHEN {literal(job.source)} THEN {i}" for i, job in reversed(list(enumerate(jobs))))
    key = quoted(table.key[0])
    found = connection.execute(
        f"""SELECT {key}, source, source_file, source_line FROM {_stage(table)}
            QUALIFY row_number() OVER (
              PARTITION BY {key} ORDER BY CASE source {order or "WHEN '' THEN 0"} END, source_file, source_line) > 1
            ORDER BY ALL"""
    ).fetchall()
    for value, source, file, line in found:
        job, account = _account_of(jobs, source, file, table.name)
        note = f"{table.key[0]} '{value}' is taken by an earlier row"
        job.reject(account, line, note, _as_text(connection, table, file, line))
    if found:
        _drop(connection, table, [(file, line) for _, _, file, line in found])


def _set_doubled_aside(connection: duckdb.DuckDBPyConnection, jobs: list[Job]) -> None:
    """Quarantine participations of a project that another source describes, when that one lists its partners."""
    table = tables()["participation"]
    found = connection.execute(
        """SELECT p.project_id, j.source, p.source, p.source_file, p.source_line
           FROM stage_participation p JOIN stage_project j USING (project_id)
           WHERE p.source <> j.source AND EXISTS (
             SELECT 1 FROM stage_participation o WHERE o.project_id = p.project_id AND o.source = j.source)
           ORDER BY ALL"""
    ).fetchall()
    for project, first, source, file, line in found:
        job, account = _account_of(jobs, source, file, table.name)
        note = f"partners of '{project}' are taken from {first}"
        job.reject(account, line, note, _as_text(connection, table, file, line))
    if found:
        _drop(connection, table, [(file, line) for *_, file, line in found])


def _account_of(jobs: list[Job], source: str, file: str, table: str) -> tuple[Job, FileAccount]:
    return next(
        (job, account)
        for job in jobs
        for account in job.accounts.values()
        if job.source == source and account.table == table and account.holds(file)
    )


def _as_text(connection: duckdb.DuckDBPyConnection, table: Table, file: str, line: int) -> str:
    row = f"SELECT to_json(s)::VARCHAR FROM {_stage(table)} s WHERE source_file = ? AND source_line = ?"
    return connection.execute(row, [file, line]).fetchall()[0][0]


def _drop(connection: duckdb.DuckDBPyConnection, table: Table, places: list[tuple[str, int]]) -> None:
    connection.execute("CREATE OR REPLACE TABLE dropped (file VARCHAR, line INTEGER)")
    connection.executemany("INSERT INTO dropped VALUES (?, ?)", places)
    connection.execute(
        f"""CREATE TABLE kept AS SELECT s.* FROM {_stage(table)} s
            WHERE (s.source_file, s.source_line) NOT IN (SELECT (file, line) FROM dropped)"""
    )
    connection.execute(f"DROP {'TABLE' if table.name in MATERIALISED else 'VIEW'} {_stage(table)}")
    connection.execute(f"ALTER TABLE kept RENAME TO {_stage(table)}")
