"""Publishers' tables as raw tables: CSV or workbook, by itself, in a folder or a zip, found by their columns.

For publishers whose files have one header; the readers of CORDIS and Eurostat tell several layouts apart.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clusteratlas.errors import InputError, nearest
from clusteratlas.sources import tabular, workbooks
from clusteratlas.sources.archives import Input, Member
from clusteratlas.sources.compressed import unpacked
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.rejecting import reject_where
from clusteratlas.sources.sql import literal, quoted

ENDINGS = (".csv", ".tsv", ".txt", ".gz", ".xlsx", ".xls")


@dataclass(frozen=True)
class Layout:
    """The columns of a publisher's table: those it must have, those that are read, those that are known and not read.

    ``table`` is the canonical table that its rows are accounted in. Names are compared without capitals.
    """

    table: str
    required: tuple[str, ...]
    optional: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()


@dataclass
class Table:
    """A raw table: its name, the file it came from, its account, and the columns that it has."""

    job: Job
    raw: str
    label: str
    account: FileAccount
    names: dict[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """A column as an SQL expression of text; NULL where the cell says nothing, or the file has no such column."""
        there = self.names.get(name.lower())
        return f"given({quoted(there)})" if there else "NULL::VARCHAR"

    @property
    def origin(self) -> str:
        """Source, file and line, as columns of a select."""
        return f"{literal(self.job.source)} AS source, {literal(self.label)} AS source_file, _line AS source_line"

    def reject_where(self, condition: str, reason: str) -> None:
        """Move rows into the quarantine; a column of the condition is given by `column`."""
        reject_where(self.job, self.raw, condition, reason, self.account)

    def warn_where(self, condition: str, code: str, message: str, column: str) -> None:
        """Count rows that are kept as they are, with one of them as example."""
        found = self.job.connection.execute(
            f"""SELECT count(*), min(_line), arg_min({column}, _line) FROM {quoted(self.raw)} WHERE {condition}"""
        ).fetchall()[0]
        if found[0]:
            example = f"line {found[1]}: {found[2]}"
            self.job.warn(code, self.label, message, example=example, count=found[0])


def read_tables(job: Job, layout: Layout) -> Iterator[Table]:
    """The tables at ``job.path`` that have the columns of ``layout``; other files are left aside with a note.

    Raises `InputError` when there is none, and for a file given by itself that lacks a required column.
    """
    found, done = 0, 0
    with Input(job.path, job.name) as given:
        members = given.members()
        total = sum(m.size for m in members)
        for member in members:
            if table := _read_member(job, given, member, layout):
                found += 1
                yield table
            done += member.size
            job.advance(done, total)
    if not found:
        asides = [w.file for w in job.warnings.values() if w.code == "unknown file"]
        raise InputError(
            f"no table of {job.source} found here"
            + (f" (left aside: {', '.join(asides[:3])})" if asides else ""),
            where=str(job.path),
            remedy=f"give a table with the columns {', '.join(layout.required)}",
        )


def _read_member(job: Job, given: Input, member: Member, layout: Layout) -> Table | None:
    label = given.label(member)
    if not given.is_single and member.suffix not in ENDINGS:
        job.warn("unknown file", label, "left aside: neither CSV nor a workbook")
        return None
    path = unpacked(given.file(member, job.workdir), label, job.workdir)
    try:
        return _load(job, path, member, label, layout)
    except InputError as fault:
        # A readme beside the tables stops nothing; a file that is all there is does.
        if len(given.members()) == 1:
            raise
        job.warn("unknown file", label, f"left aside: {fault.what}")
        return None
    finally:
        if path.parent == job.workdir:
            path.unlink(missing_ok=True)


def _load(job: Job, path: Path, member: Member, label: str, layout: Layout) -> Table:
    kind = layout.table
    if workbooks.is_workbook(path):
        header, rows = workbooks.read_rows(job, path, label)
        names = _recognise(job, header, label, layout)
        account = job.account(label, kind, member.size)
        account.rows_in += len(rows)
        raw = job.make_raw(kind, header, rows)
    else:
        text = tabular.inspect(path, label)
        names = _recognise(job, text.header, label, layout)
        account = job.account(label, kind, member.size)
        raw = tabular.load(job, text, kind, account)
    return Table(job, raw, label, account, names)


def _recognise(job: Job, header: tuple[str, ...], label: str, layout: Layout) -> dict[str, str]:
    """The columns there are, by their names in lower case."""
    names = {name.strip().lower(): name for name in header}
    for column in layout.required:
        if column.lower() not in names:
            raise InputError(
                f"column '{column}' is missing ({nearest(column, header)})",
                where=f"{label}:1",
                remedy="check that this is the publisher's file, or rename the column",
            )
    known = {c.lower() for c in (*layout.required, *layout.optional, *layout.ignored)}
    for name in header:
        if name and name.strip().lower() not in known:
            job.warn("unknown column", label, f"column '{name}' is not known and was not read")
    return names
