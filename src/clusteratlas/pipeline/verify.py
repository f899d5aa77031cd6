"""A finished release looked at again: is it what its manifest and the canonical tables say?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import duckdb

from clusteratlas.atlas.releases import Release
from clusteratlas.database import connect
from clusteratlas.errors import ReleaseError
from clusteratlas.pipeline import quality
from clusteratlas.pipeline.build import Given
from clusteratlas.pipeline.schema import Table, tables
from clusteratlas.sources.catalogue import sources
from clusteratlas.sources.job import FileAccount
from clusteratlas.sources.sql import literal, quoted

MEMORY_LIMIT = "1GB"


@dataclass(frozen=True)
class Verdict:
    """One check: ``found`` counts what is wrong (or there); a release fails by those that are required."""

    check: str
    passed: bool
    found: int
    meaning: str
    is_required: bool = True


def verify(release: Release) -> list[Verdict]:
    """All verdicts on ``release``: tables as described, rows as counted, every input row accounted for,
    keys unique, references, promises of the sources, the search index.

    References that lead nowhere and promises not kept are told but not required: publishers' files are
    often parts of a whole. Raises `ReleaseError` when the database cannot be opened.

    >>> all(v.passed for v in verify(find("DIR")) if v.is_required)  # doctest: +SKIP
    True
    """
    with _opened(release) as connection:
        verdicts = [_as_described(connection, table) for table in tables().values()]
        if not all(v.passed for v in verdicts):
            # What follows reads the tables by the names of their columns.
            return verdicts
        verdicts += [*_as_counted(connection, release), *_accounted(connection, release)]
        verdicts += _of_quality(connection, release)
        return [*verdicts, *_searchable(connection, release)]


def _opened(release: Release) -> duckdb.DuckDBPyConnection:
    connection = connect(config={"memory_limit": MEMORY_LIMIT})
    try:
        connection.execute(f"ATTACH {literal(str(release.database))} AS release (READ_ONLY)")
    except duckdb.Error as fault:
        connection.close()
        raise ReleaseError(
            f"the database cannot be opened ({str(fault).splitlines()[0]})",
            where=str(release.database),
            remedy="build the release again",
        ) from None
    return connection


def _as_described(connection: duckdb.DuckDBPyConnection, table: Table) -> Verdict:
    there = connection.execute(
        """SELECT column_name, data_type FROM duckdb_columns()
           WHERE database_name = 'release' AND table_name = ? ORDER BY column_index""",
        [table.name],
    ).fetchall()
    described = [(field.name, field.duckdb_type) for field in table.fields]
    odd = sorted({name for name, _ in set(there) ^ set(described)})
    meaning = f"columns that differ from the description{': ' + ', '.join(odd[:5]) if odd else ''}"
    return Verdict(f"{table.name} is as described", there == described, len(odd), meaning)


def _as_counted(connection: duckdb.DuckDBPyConnection, release: Release) -> Iterator[Verdict]:
    stated = release.manifest.get("tables", {})
    for name in tables():
        found = _count(connection, f"SELECT count(*) FROM release.{quoted(name)}")
        meaning = f"rows; the manifest says {stated.get(name, 'nothing')}"
        yield Verdict(f"{name} has its rows", found == stated.get(name), found, meaning)


def _accounted(connection: duckdb.DuckDBPyConnection, release: Release) -> Iterator[Verdict]:
    """For each input file: rows in are rows loaded plus rows quarantined, both counted anew."""
    counts: dict[str, list[tuple[str, str, int]]] = {}
    quarantined = connection.execute(
        "SELECT source, source_file, table_name, count(*) FROM release.quarantine GROUP BY ALL"
    ).fetchall()
    for file in release.manifest.get("files", []):
        table = file["table"]
        if table not in counts:
            counts[table] = connection.execute(
                f"SELECT source, source_file, count(*) FROM release.{quoted(table)} GROUP BY ALL"
            ).fetchall()
        account = _account(file)
        loaded = sum(n for s, f, n in counts[table] if s == account.source and f and account.holds(f))
        aside = sum(n for s, f, t, n in quarantined if (s, f, t) == (account.source, account.file, table))
        yield Verdict(
            f"rows of {account.file} are accounted for",
            account.rows_in == loaded + aside,
            account.rows_in - loaded - aside,
            f"rows lost: {account.rows_in:,} came in, {loaded:,} loaded, {aside:,} quarantined",
        )


def _account(file: dict[str, Any]) -> FileAccount:
    """The account that the manifest keeps of a file."""
    return FileAccount(
        file["source"], file["file"], file["table"], file["rows_in"], rows_of=file.get("rows_of")
    )


def _of_quality(connection: duckdb.DuckDBPyConnection, release: Release) -> Iterator[Verdict]:
    given = [
        Given(s["source"], None) for s in release.manifest.get("sources", []) if s["source"] in sources()
    ]
    for verdict in quality.check_release(connection, given):
        yield Verdict(**verdict, is_required=verdict["check"].endswith("is unique"))


def _searchable(connection: duckdb.DuckDBPyConnection, release: Release) -> Iterator[Verdict]:
    """The search index opens and holds every project."""
    import tantivy

    from clusteratlas.atlas.search.index import ABOUT, TEXT

    projects = _count(connection, "SELECT count(*) FROM release.project")
    try:
        about = json.loads((release.search / ABOUT).read_text("utf-8"))
        index = tantivy.Index.open(str(release.search / TEXT))
        index.reload()
        found, meaning = index.searcher().num_docs, f"documents in the index, for {projects:,} projects"
        passed = found == about.get("projects") == projects
    except (OSError, ValueError) as fault:
        passed, found, meaning = False, 0, f"the index cannot be opened: {str(fault).splitlines()[0]}"
    yield Verdict("the search index holds every project", passed, found, meaning)


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    return connection.execute(query).fetchall()[0][0]
