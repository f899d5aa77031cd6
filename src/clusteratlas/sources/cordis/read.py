"""Read CORDIS files of any layout: today's CSV and XLSX, the single files before 2020, the XML documents."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import PurePosixPath

from lxml import etree

from clusteratlas.errors import InputError, nearest
from clusteratlas.sources import tabular
from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.cordis import documents
from clusteratlas.sources.cordis.canonical import SELECTS, columns_of
from clusteratlas.sources.cordis.checks import check, reject_unreadable
from clusteratlas.sources.cordis.layouts import KINDS, Kind, Recognised, recognise
from clusteratlas.sources.job import FileAccount, Job

TABULAR = {".csv", ".txt", ".tsv"}
WORKBOOKS = {".xlsx", ".xls", ".xlsm"}
DOCUMENT_LIMIT = 64 * 1024**2
READERS = 2


def read(job: Job) -> None:
    """Read the zip, folder or file at ``job.path`` into raw tables and canonical selects.

    Raises `InputError` when nothing in it is a CORDIS file, or when one is broken beyond its rows.
    """
    with Input(job.path) as given:
        members = given.members()
        progress = Progress(job, sum(m.size for m in members))
        tables = [m for m in members if PurePosixPath(m.name).suffix.lower() in TABULAR | WORKBOOKS]
        with ThreadPoolExecutor(READERS) as pool:
            for member, loaded in zip(tables, pool.map(partial(_load, job, given), tables), strict=True):
                if loaded:
                    _settle(job, *loaded, given.label(member))
                progress.add(member.size)
        xml = [m for m in members if m.name.lower().endswith(".xml")]
        if xml:
            _read_documents(job, given, xml, progress)
    if not job.selects:
        raise InputError(
            "no CORDIS file found here",
            where=str(job.path),
            remedy="give the zip as the publisher issues it, or a folder with project.csv, organization.csv ...",
        )


@dataclass
class Progress:
    """How many of the input's bytes are read."""

    job: Job
    total: int
    done: int = 0

    def add(self, size: int) -> None:
        """Tell that ``size`` more bytes are read."""
        self.done += size
        self.job.advance(self.done, self.total)


Loaded = tuple[str, Recognised, FileAccount]


def _load(job: Job, given: Input, member: Member) -> Loaded | None:
    """One table of the input as a raw table; None when it is no CORDIS table."""
    is_workbook = PurePosixPath(member.name).suffix.lower() in WORKBOOKS
    return (_workbook if is_workbook else _text)(job, given, member, given.label(member))


def _text(job: Job, given: Input, member: Member, label: str) -> Loaded | None:
    path = given.file(member, job.workdir)
    try:
        text = tabular.inspect(path, label)
        recognised = recognise(member.name, text.header)
        if recognised is None:
            job.warn("unknown file", label, "not a CORDIS table; left aside", example=", ".join(text.header[:8]))
            return None
        account = job.account(label, recognised.kind.table, member.size)
        return tabular.load(job, text, recognised.kind.name, account), recognised, account
    finally:
        if path.parent == job.workdir:
            path.unlink(missing_ok=True)


def _workbook(job: Job, given: Input, member: Member, label: str) -> Loaded | None:
    from python_calamine import CalamineError, CalamineWorkbook

    path = given.file(member, job.workdir)
    try:
        rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError) as fault:
        raise InputError(f"not a readable workbook ({fault})", where=label, remedy="download it again") from fault
    header = tuple(str(c).strip() for c in rows[0]) if rows else ()
    recognised = recognise(member.name, header)
    if recognised is None:
        job.warn("unknown file", label, "not a CORDIS table; left aside", example=", ".join(header[:8]))
        return None
    account = job.account(label, recognised.kind.table, member.size)
    body = [(*(_cell(v) for v in row), line) for line, row in enumerate(rows[1:], start=2)]
    account.rows_in = len(body)
    return job.make_raw(recognised.kind.name, header, body), recognised, account


def _cell(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value in (None, "") else str(value)


def _settle(job: Job, raw: str, recognised: Recognised, account: FileAccount, label: str | None) -> None:
    """Quarantine rows without ids, note oddities, and hand over the canonical select."""
    _note_columns(job, recognised, account)
    reject_unreadable(job, raw, recognised, account)
    check(job, raw, recognised, account)
    column = columns_of(recognised)
    job.add(recognised.kind.table, SELECTS[recognised.kind.name](raw, column, label))


def _note_columns(job: Job, recognised: Recognised, account: FileAccount) -> None:
    for column in recognised.unused:
        job.warn("unknown column", account.file, f"column '{column}' is not known and was not read")
    absent = set(recognised.kind.optional) - set(recognised.names)
    for column in sorted(absent):
        hint = nearest(column, recognised.unused) if recognised.unused else ""
        if hint.startswith("did you mean"):
            job.warn("missing column", account.file, f"column '{column}' is missing; {hint}")


def _read_documents(job: Job, given: Input, members: list[Member], progress: Progress) -> None:
    collected: dict[str, list[tuple[dict, str, int]]] = {}
    stem = given.path.name
    accounts = {
        table: job.account(f"{stem} ({table})", table, folder=stem)
        for table in dict.fromkeys(k.table for k in KINDS if k.name in _DOCUMENT_KINDS)
    }
    for member in members:
        label = given.label(member)
        try:
            for kind, line, row in documents.rows(given.read(member, DOCUMENT_LIMIT)):
                collected.setdefault(kind, []).append((row, label, line))
        except (etree.XMLSyntaxError, ValueError) as fault:
            accounts["project"].rows_in += 1
            raw = given.read(member, DOCUMENT_LIMIT).decode("utf-8", errors="replace")
            job.reject(accounts["project"], getattr(fault, "lineno", 1) or 1, f"{label}: {fault}", raw)
        progress.add(member.size)
    for kind in KINDS:
        if kind.name in collected:
            _settle_documents(job, kind, collected.pop(kind.name), accounts[kind.table])
    for account in [a for a in accounts.values() if not a.rows_in]:
        del job.accounts[account.file]


_DOCUMENT_KINDS = ("project", "organization", "topics", "legalBasis", "euroSciVoc", "policyPriorities", "webLink", "results")


def _settle_documents(job: Job, kind: Kind, found: list[tuple[dict, str, int]], account: FileAccount) -> None:
    present = [c for c in kind.columns if any(row.get(c) is not None for row, _, _ in found)]
    header = list(dict.fromkeys([*kind.required, *present]))
    rows = [(*(row.get(c) for c in header), label, line) for row, label, line in found]
    account.rows_in += len(rows)
    raw = job.make_raw(kind.name, [*header, "_file"], rows)
    _settle(job, raw, Recognised(kind, {c: c for c in header}, ()), account, None)
