"""What a reader is given and what it gives back: raw tables in, canonical selects and accounts out."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

RAW_TEXT_LIMIT = 100_000
EXAMPLES_KEPT = 5
BATCH_ROWS = 5_000
DOCUMENTS = (".xml", ".json", ".jsonl")


@dataclass
class FileAccount:
    """Rows of one input file: all that came in, and what could not be read."""

    source: str
    file: str
    table: str
    rows_in: int = 0
    quarantined: int = 0
    loaded: int = 0
    size: int = 0
    rows_of: str | None = None

    def holds(self, source_file: str) -> bool:
        """Whether rows of ``source_file`` are kept in this account: one file, or all documents of an archive."""
        if source_file == (self.rows_of or self.file):
            return True
        inside = self.rows_of is not None and source_file.startswith(f"{self.rows_of}/")
        return inside and source_file.lower().endswith(DOCUMENTS)


@dataclass
class Warning_:
    """Something odd that was kept as it is: what, where, how often, with examples."""

    source: str
    code: str
    file: str
    message: str
    count: int = 0
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Select:
    """A select statement whose rows belong into a canonical table."""

    table: str
    sql: str


@dataclass(frozen=True)
class Rejected:
    """A row for the quarantine."""

    source: str
    source_file: str
    source_line: int
    table_name: str
    reason: str
    raw_text: str


@dataclass
class Job:
    """One reading of one input: where it is, where raw tables go, and the accounts kept on the way.

    ``substitutes`` are files whose participations stand in for better ones of another input.
    ``name`` is how rows and messages name the input: its file name, made distinct among the inputs of a build.
    ``database`` is a DuckDB connection; raw tables are made in it under names from `raw_name`. Files may be read
    in several threads: `connection` is a cursor of the thread that asks.
    ``advance(done, total)`` tells how far the reading is, in bytes.
    """

    source: str
    path: Path
    database: duckdb.DuckDBPyConnection
    workdir: Path
    prefix: str = "raw"
    name: str = ""
    advance: Callable[[int, int], None] = lambda done, total: None
    selects: list[Select] = field(default_factory=list)
    accounts: dict[str, FileAccount] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    substitutes: set[str] = field(default_factory=set)
    warnings: dict[tuple[str, str, str], Warning_] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _thread: threading.local = field(default_factory=threading.local)

    def __post_init__(self) -> None:
        self.name = self.name or self.path.resolve().name

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor of the database."""
        if not hasattr(self._thread, "cursor"):
            self._thread.cursor = self.database.cursor()
        return self._thread.cursor

    def raw_name(self, kind: str) -> str:
        """A fresh name for a raw table."""
        return f"{self.prefix}_{next(self._numbers)}_{kind}"

    def account(self, file: str, table: str, size: int = 0, rows_of: str | None = None) -> FileAccount:
        """The account of ``file``, whose rows belong into ``table``.

        ``rows_of`` names what its rows say they come from where that is not ``file``: the archive whose documents
        are counted together, or the file that gives rows to a second table.
        """
        return self.accounts.setdefault(
            file, FileAccount(self.source, file, table, size=size, rows_of=rows_of)
        )

    def add(self, table: str, sql: str) -> None:
        """Say that the rows of ``sql`` belong into the canonical ``table``."""
        self.selects.append(Select(table, sql))

    def reject(self, account: FileAccount, line: int, reason: str, raw_text: str) -> None:
        """Put a row into the quarantine, with the reason."""
        account.quarantined += 1
        if len(raw_text) > RAW_TEXT_LIMIT:
            raw_text = f"{raw_text[:RAW_TEXT_LIMIT]}… [cut: {len(raw_text):,} characters]"
        self.rejected.append(Rejected(self.source, account.file, line, account.table, reason, raw_text))

    def warn(self, code: str, file: str, message: str, *, example: str | None = None, count: int = 1) -> None:
        """Count something odd that is kept as it is."""
        warning = self.warnings.setdefault((code, file, message), Warning_(self.source, code, file, message))
        warning.count += count
        if example is not None and len(warning.examples) < EXAMPLES_KEPT and example not in warning.examples:
            warning.examples.append(example[:200])

    def make_raw(self, kind: str, columns: Iterable[str], rows: Iterable[tuple[Any, ...]]) -> str:
        """A raw table of text columns and the integer `_line`, from rows of Python strings; returns its name."""
        names = [*columns, "_line"]
        schema = pa.schema([*((c, pa.large_string()) for c in names[:-1]), ("_line", pa.int32())])
        batches = [
            pa.record_batch(
                [pa.array(s, f.type) for s, f in zip(zip(*some, strict=True), schema, strict=True)], schema
            )
            for some in batched(rows, BATCH_ROWS)
        ]
        name = self.raw_name(kind)
        self.connection.register("_incoming", pa.Table.from_batches(batches, schema))
        self.connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM _incoming')
        self.connection.unregister("_incoming")
        return name


def batched(rows: Iterable[Any], size: int) -> Iterator[list[Any]]:
    """The rows in lists of ``size``; the last one may be shorter."""
    rows = iter(rows)
    while some := list(itertools.islice(rows, size)):
        yield some
