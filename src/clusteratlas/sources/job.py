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
    folder: str | None = None

    def holds(self, source_file: str) -> bool:
        """Whether rows of ``source_file`` are kept in this account: one file, or all documents of an archive."""
        if self.folder is None:
            return source_file == self.file
        return source_file.startswith(self.folder) and source_file.lower().endswith(".xml")


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

    ``database`` is a DuckDB connection; raw tables are made in it under names from `raw_name`. Files may be read
    in several threads: `connection` is a cursor of the thread that asks.
    ``advance(done, total)`` tells how far the reading is, in bytes.
    """

    source: str
    path: Path
    database: duckdb.DuckDBPyConnection
    workdir: Path
    prefix: str = "raw"
    advance: Callable[[int, int], None] = lambda done, total: None
    selects: list[Select] = field(default_factory=list)
    accounts: dict[str, FileAccount] = field(default_factory=dict)
    rejected: list[Rejected] = field(default_factory=list)
    warnings: dict[tuple[str, str, str], Warning_] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=itertools.count)
    _thread: threading.local = field(default_factory=threading.local)

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """This thread's cursor of the database."""
        if not hasattr(self._thread, "cursor"):
            self._thread.cursor = self.database.cursor()
        return self._thread.cursor

    def raw_name(self, kind: str) -> str:
        """A fresh name for a raw table."""
        return f"{self.prefix}_{next(self._numbers)}_{kind}"

    def account(self, file: str, table: str, size: int = 0, folder: str | None = None) -> FileAccount:
        """The account of ``file`` (or of all documents under ``folder``), whose rows belong into ``table``."""
        return self.accounts.setdefault(file, FileAccount(self.source, file, table, size=size, folder=folder))

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
        columns = list(columns)
        name = self.raw_name(kind)
        series = list(zip(*rows, strict=True)) or [()] * (len(columns) + 1)
        arrays = [pa.array(s, pa.large_string()) for s in series[:-1]] + [pa.array(series[-1], pa.int32())]
        arrow = pa.Table.from_arrays(arrays, names=[*columns, "_line"])
        self.connection.register("_incoming", arrow)
        self.connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM _incoming')
        self.connection.unregister("_incoming")
        return name
