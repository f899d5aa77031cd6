"""Accounts of a build: every row that came in was loaded or quarantined, or the build fails."""

from __future__ import annotations

import duckdb

from clusteratlas.errors import ClusteratlasError
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import quoted


class LostRowsError(ClusteratlasError):
    """Rows came in that are neither loaded nor in the quarantine."""

    exit_code = 7


def settle(connection: duckdb.DuckDBPyConnection, jobs: list[Job]) -> list[FileAccount]:
    """Count what each file's rows became, in the release itself.

    Raises `LostRowsError` naming the first file whose rows in are not rows loaded plus rows quarantined.
    """
    accounts = [job.accounts[file] for job in jobs for file in sorted(job.accounts)]
    for table in sorted({a.table for a in accounts}):
        counted = connection.execute(
            f"SELECT source, source_file, count(*) FROM release.{quoted(table)} GROUP BY ALL"
        ).fetchall()
        for account in (a for a in accounts if a.table == table):
            account.loaded = sum(
                n for source, file, n in counted if source == account.source and account.holds(file)
            )
    quarantined = _count_quarantined(connection)
    for account in accounts:
        kept = quarantined.get((account.source, account.file, account.table), 0)
        if account.rows_in != account.loaded + account.quarantined or kept != account.quarantined:
            raise LostRowsError(
                f"{account.rows_in:,} rows came in, {account.loaded:,} were loaded and "
                f"{kept:,} quarantined: they do not add up",
                where=account.file,
                remedy="this is a fault of the reader; please report it with the file",
            )
    return accounts


def _count_quarantined(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str], int]:
    query = "SELECT source, source_file, table_name, count(*) FROM release.quarantine GROUP BY ALL"
    return {(source, file, table): n for source, file, table, n in connection.execute(query).fetchall()}
