"""A raw table on its way into the release: rows without ids out, oddities noted, the select handed over."""

from __future__ import annotations

from dataclasses import dataclass

from clusteratlas.errors import nearest
from clusteratlas.sources.cordis.canonical import SELECTS, columns_of
from clusteratlas.sources.cordis.checks import check, reject_unreadable
from clusteratlas.sources.cordis.layouts import Recognised
from clusteratlas.sources.job import FileAccount, Job


@dataclass(frozen=True)
class Loaded:
    """A raw table, with what it is, its account, and the file its rows say they come from: ``label``,
    or None where the column `_file` tells it of each row."""

    raw: str
    recognised: Recognised
    account: FileAccount
    label: str | None


def settle(job: Job, loaded: Loaded) -> None:
    """Quarantine rows without ids, note oddities, and hand over the canonical select."""
    recognised, account = loaded.recognised, loaded.account
    _note_columns(job, recognised, account)
    reject_unreadable(job, loaded.raw, recognised, account)
    check(job, loaded.raw, recognised, account)
    select = SELECTS[recognised.kind.name](loaded.raw, columns_of(recognised), loaded.label)
    job.add(recognised.kind.table, select)


def _note_columns(job: Job, recognised: Recognised, account: FileAccount) -> None:
    for column in recognised.unused:
        job.warn("unknown column", account.file, f"column '{column}' is not known and was not read")
    absent = set(recognised.kind.optional) - set(recognised.names)
    for column in sorted(absent):
        hint = nearest(column, recognised.unused) if recognised.unused else ""
        if hint.startswith("did you mean"):
            job.warn("missing column", account.file, f"column '{column}' is missing; {hint}")
        elif account.rows_of is None and column in recognised.kind.usual:
            job.warn("missing column", account.file, f"column '{column}' is missing; it is left empty")
