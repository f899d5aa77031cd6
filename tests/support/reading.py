"""One reading of one input, without the rest of a build: rows as they would go into the release, and accounts."""

from __future__ import annotations

import importlib
import tempfile
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from clusteratlas.pipeline.build import MEMORY_LIMIT
from clusteratlas.sources.job import Job
from clusteratlas.sources.sql import install_macros


@dataclass
class Reading:
    """Rows of each table by the names of their columns; what was rejected; what was warned of; the accounts."""

    rows: dict[str, list[dict[str, Any]]]
    rejected: list[tuple[int, str, str]]
    warnings: dict[str, int]
    rows_in: int

    @property
    def observations(self) -> list[dict[str, Any]]:
        return self.rows.get("observation", [])


def read_source(source: str, path: Path) -> Reading:
    """Read ``path`` as ``source`` does; every row in is a row out or a rejected one, or this fails."""
    with (
        tempfile.TemporaryDirectory() as folder,
        duckdb.connect(config={"memory_limit": MEMORY_LIMIT}) as connection,
    ):
        install_macros(connection)
        job = Job(source, path, connection, Path(folder))
        importlib.import_module(f"clusteratlas.sources.{source}.read").read(job)
        rows: dict[str, list[dict[str, Any]]] = {}
        for select in job.selects:
            found = connection.execute(f"FROM ({select.sql})")
            names = [column[0] for column in found.description]
            rows.setdefault(select.table, []).extend(
                dict(zip(names, row, strict=True)) for row in found.fetchall()
            )
        for account in job.accounts.values():
            loaded = sum(account.holds(row["source_file"]) for row in rows.get(account.table, []))
            assert account.rows_in == loaded + account.quarantined, account
        assert sum(a.quarantined for a in job.accounts.values()) == len(job.rejected)
    return Reading(
        rows,
        [(r.source_line, r.reason, r.raw_text) for r in job.rejected],
        _counted(job),
        sum(a.rows_in for a in job.accounts.values()),
    )


def _counted(job: Job) -> Counter[str]:
    """How often each kind of oddity was told, in all files."""
    counts: Counter[str] = Counter()
    for (code, _, _), warning in job.warnings.items():
        counts[code] += warning.count
    return counts
