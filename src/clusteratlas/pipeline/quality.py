"""Checks of a release: what must hold of any, and what a source's own page promises."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb

import clusteratlas
from clusteratlas.sources.catalogue import sources
from clusteratlas.sources.job import Job
from clusteratlas.sources.sql import quoted

REFERENCES = (
    ("participation", "project_id", "project"),
    ("participation", "organisation_id", "organisation"),
    ("project_theme", "project_id", "project"),
    ("project_result", "project_id", "project"),
    ("project_call", "project_id", "project"),
    ("project_link", "project_id", "project"),
    ("project_cluster", "project_id", "project"),
)
KEYS = (("project", "project_id"), ("participation", "participation_id"), ("organisation", "organisation_id"))


def check_release(
    connection: duckdb.DuckDBPyConnection, jobs: list[Job] = (), schema: str = "release"
) -> list[dict[str, Any]]:
    """The verdicts on a release: each with `check`, `passed`, `found` and `meaning`.

    References that lead nowhere are told, not refused: publishers' files are often parts of a whole.
    """
    verdicts = [_unique(connection, schema, *key) for key in KEYS]
    verdicts += [_leads_somewhere(connection, schema, *reference) for reference in REFERENCES]
    verdicts += _places(connection, schema)
    verdicts += [v for name in sorted({j.source for j in jobs}) for v in _promised(connection, schema, name)]
    return verdicts


def _unique(connection: duckdb.DuckDBPyConnection, schema: str, table: str, key: str) -> dict[str, Any]:
    found = connection.execute(
        f"SELECT count(*) - count(DISTINCT {quoted(key)}) FROM {schema}.{quoted(table)}"
    ).fetchall()[0][0]
    return _verdict(f"{table}.{key} is unique", found == 0, found, "rows whose id another row has")


def _leads_somewhere(
    connection: duckdb.DuckDBPyConnection, schema: str, table: str, column: str, to: str
) -> dict[str, Any]:
    found = connection.execute(
        f"""SELECT count(*) FROM {schema}.{quoted(table)} t WHERE {quoted(column)} IS NOT NULL
            AND NOT EXISTS (SELECT 1 FROM {schema}.{quoted(to)} o WHERE o.{quoted(column)} = t.{quoted(column)})"""
    ).fetchall()[0][0]
    return _verdict(
        f"{table}.{column} leads to {to}", found == 0, found, f"rows whose {column} is not in {to}"
    )


def _places(connection: duckdb.DuckDBPyConnection, schema: str) -> list[dict[str, Any]]:
    """How many participations have their region from where; told, since a derived one is not the publisher's."""
    said = {
        "published": "participations whose region the publisher gives",
        "postal code": "participations whose region is derived from the postal code, for want of a published one",
        "country": "participations of which nothing smaller than the country is known",
    }
    found = dict(
        connection.execute(
            f"SELECT region_basis, count(*) FROM {schema}.participation GROUP BY region_basis"
        ).fetchall()
    )
    return [
        _verdict(f"region by {basis}", True, found.get(basis, 0), meaning) for basis, meaning in said.items()
    ]


def _promised(connection: duckdb.DuckDBPyConnection, schema: str, source: str) -> list[dict[str, Any]]:
    """Row counts that the source's page expects, when the table has rows of it at all."""
    verdicts = []
    for table, bounds in sources()[source].assertions.items():
        found = connection.execute(
            f"SELECT count(*) FROM {schema}.{quoted(table)} WHERE source = ?", [source]
        ).fetchall()[0][0]
        low, high = bounds.get("min", 0), bounds.get("max", float("inf"))
        plausible = f"{low:,} to {high:,} are" if "max" in bounds else f"{low:,} and more are"
        meaning = f"rows of {source}; {plausible} plausible"
        verdicts.append(_verdict(f"{source}: rows in {table}", low <= found <= high, found, meaning))
    return verdicts


def _verdict(check: str, passed: bool, found: int, meaning: str) -> dict[str, Any]:
    return {"check": check, "passed": passed, "found": found, "meaning": meaning}


def describe_source(name: str, path: Path) -> dict[str, Any]:
    """What the manifest says of a source: publisher, licence, file, checksum, time of retrieval."""
    source, digest = sources()[name], checksum(path)
    return {
        "source": name,
        "title": source.title,
        "publisher": source.publisher,
        "homepage": source.homepage,
        "licence": vars(source.licence),
        "path": path.name,
        "sha256": digest,
        "retrieved_at": source.retrieved or None if _is_our_own(path) else _retrieved(path, digest),
    }


def _is_our_own(path: Path) -> bool:
    """Whether files came with the package: their time on disk is that of the installation."""
    return path.resolve().is_relative_to(Path(clusteratlas.__file__).resolve().parent)


def _retrieved(path: Path, digest: str) -> str:
    """When a file came from its publisher: as `clusteratlas fetch` noted it, else the file's own time."""
    from clusteratlas.pipeline.fetch.shelf import record_beside  # loads what downloads need

    record = record_beside(path) if path.with_name(f"{path.name}.json").is_file() else None
    if record and record.sha256 == digest:
        return record.retrieved_at
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).isoformat(timespec="seconds")


def checksum(path: Path) -> str:
    """SHA-256 of a file, or of the names and contents of a folder's files."""
    digest = hashlib.sha256()
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    for file in files:
        if path.is_dir():
            digest.update(os.fsencode(file.relative_to(path).as_posix()) + b"\0")
        with file.open("rb") as stream:
            while chunk := stream.read(1024**2):
                digest.update(chunk)
    return digest.hexdigest()
