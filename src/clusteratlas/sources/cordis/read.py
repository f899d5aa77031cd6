"""Read CORDIS files of any layout: today's CSV and XLSX, the single files before 2020, the XML documents."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from clusteratlas.errors import InputError
from clusteratlas.sources import tabular, workbooks
from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.cordis import participants
from clusteratlas.sources.cordis.documents import PARSED_AT_ONCE, Found, parse
from clusteratlas.sources.cordis.layouts import KINDS, Kind, Recognised, is_known_by_name, recognise
from clusteratlas.sources.cordis.settling import Loaded, settle
from clusteratlas.sources.job import FileAccount, Job, batched

TABLES = {".csv", ".txt", ".tsv", ".xlsx", ".xls", ".xlsm"}
READERS = 2


def read(job: Job) -> None:
    """Read the zip, folder or file at ``job.path`` into raw tables and canonical selects.

    Raises `InputError` when nothing in it is a CORDIS file, or when one is broken beyond its rows.
    """
    with Input(job.path, job.name) as given:
        members = given.members()
        progress = Progress(job, sum(m.size for m in members))
        documents = [m for m in members if m.suffix == ".xml"]
        tables = [m for m in members if m.suffix in TABLES or (given.is_single and m not in documents)]
        _note_left_aside(job, given, [m for m in members if m not in documents and m not in tables])
        loaded = list(_read_tables(job, given, tables, progress))
        if not any(one.recognised.kind.table == "participation" for one in loaded):
            participants.add_from_projects(job, loaded)
        if documents:
            _read_documents(job, given, documents, progress)
        tables_read = {select.table for select in job.selects}
        if "project" in tables_read and "participation" not in tables_read:
            job.warn(
                "missing file", given.name, "no organization.csv here: the projects have no participants"
            )
    if not job.selects:
        asides = [w.file for w in job.warnings.values() if w.code == "unknown file"]
        raise InputError(
            "no CORDIS file found here" + (f" (left aside: {', '.join(asides[:3])})" if asides else ""),
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


def _note_left_aside(job: Job, given: Input, members: list[Member]) -> None:
    for member in members:
        note = "left aside: no CSV, XLSX or XML file"
        if member.suffix == ".zip":
            note = "left aside: an archive within the input; give it by itself, as another --source"
        job.warn("unknown file", given.label(member), note)


def _read_tables(job: Job, given: Input, members: list[Member], progress: Progress) -> Iterator[Loaded]:
    """Load the tables of the input, two at a time, and settle each as it comes."""
    with ThreadPoolExecutor(READERS) as pool:
        load = partial(_load, job, given)
        for member, loaded in zip(members, pool.map(load, members), strict=True):
            if loaded:
                settle(job, loaded)
                yield loaded
            progress.add(member.size)


def _load(job: Job, given: Input, member: Member) -> Loaded | None:
    """One table of the input as a raw table; None when it is no CORDIS table."""
    label = given.label(member)
    path = given.file(member, job.workdir)
    try:
        if workbooks.is_workbook(path):
            return _load_workbook(job, member, path, label)
        return _load_text(job, member, path, label)
    except InputError as fault:
        # A readme that is no table stops nothing; a project.csv that is none does.
        if given.is_single or is_known_by_name(member.name):
            raise
        job.warn("unknown file", label, f"left aside: {fault.what}")
        return None
    finally:
        if path.parent == job.workdir:
            path.unlink(missing_ok=True)


def _load_text(job: Job, member: Member, path: Path, label: str) -> Loaded | None:
    text = tabular.inspect(path, label)
    recognised = _recognise(job, member, label, text.header)
    if recognised is None:
        return None
    account = job.account(label, recognised.kind.table, member.size)
    return Loaded(tabular.load(job, text, recognised.kind.name, account), recognised, account, label)


def _load_workbook(job: Job, member: Member, path: Path, label: str) -> Loaded | None:
    header, rows = workbooks.read_rows(job, path, label)
    recognised = _recognise(job, member, label, header)
    if recognised is None:
        return None
    account = job.account(label, recognised.kind.table, member.size)
    account.rows_in = len(rows)
    return Loaded(job.make_raw(recognised.kind.name, header, rows), recognised, account, label)


def _recognise(job: Job, member: Member, label: str, header: tuple[str, ...]) -> Recognised | None:
    recognised = recognise(member.name, header, label)
    if recognised is None:
        job.warn("unknown file", label, "not a CORDIS table; left aside", example=", ".join(header[:8]))
    return recognised


def _read_documents(job: Job, given: Input, members: list[Member], progress: Progress) -> None:
    accounts = {
        table: job.account(f"{given.name} ({table})", table, rows_of=given.name)
        for table in dict.fromkeys(k.table for k in KINDS if k.name in _DOCUMENT_KINDS)
    }
    for some in batched(members, PARSED_AT_ONCE):
        collected: dict[str, list[Found]] = {}
        for member in some:
            for kind, found in parse(job, given, member, accounts["project"]):
                collected.setdefault(kind, []).append(found)
            progress.add(member.size)
        for kind in (k for k in KINDS if k.name in collected):
            _settle_documents(job, kind, collected.pop(kind.name), accounts[kind.table])
    for account in [a for a in accounts.values() if not a.rows_in]:
        del job.accounts[account.file]


_DOCUMENT_KINDS = (
    *(
        "project",
        "organization",
        "topics",
        "legalBasis",
        "euroSciVoc",
        "policyPriorities",
        "webLink",
        "results",
    ),
)


def _settle_documents(job: Job, kind: Kind, found: list[Found], account: FileAccount) -> None:
    present = [c for c in kind.columns if any(one.row.get(c) is not None for one in found)]
    header = list(dict.fromkeys([*kind.required, *present]))
    account.rows_in += len(found)
    rows = ((*(one.row.get(c) for c in header), one.file, one.line) for one in found)
    raw = job.make_raw(kind.name, [*header, "_file"], rows)
    settle(job, Loaded(raw, Recognised(kind, {c: c for c in header}, ()), account, None))
