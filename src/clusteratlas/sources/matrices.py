"""Input-output tables, which several publishers lay out as one matrix: each cell that is no zero becomes a flow."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa

from clusteratlas.errors import InputError
from clusteratlas.sources.archives import Input
from clusteratlas.sources.compressed import unpacked
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import literal, quoted
from clusteratlas.taxonomies import country_code

INDUSTRY, FINAL_USE, PRIMARY, OUTPUT = "industry", "final use", "primary input", "output"
REST_OF_WORLD = {"ROW", "FIGW1", "WLD", "WORLD"}
OLD_CODES = {"ROM": "RO"}
TABLE = "input_output_flow"
HELD = 500_000
"""Cells that are held before they are written."""

Cells = tuple[int, int, np.ndarray, np.ndarray]
"""Of a row: its line, its place, the places of its cells, and their values."""


@dataclass(frozen=True)
class Side:
    """What a row or column of a table stands for."""

    kind: str
    country: str
    code: str


@dataclass(frozen=True)
class Edition:
    """The table that cells belong to."""

    table_name: str
    year: int
    unit: str


def iso(code: str) -> str:
    """A publisher's code of a country as ISO 3166-1 alpha-2; ROW for the rest of the world; unknown codes as they are.

    >>> iso("DEU"), iso("EL"), iso("RoW"), iso("CN1")
    ('DE', 'GR', 'ROW', 'CN1')
    """
    given = code.strip().upper()
    if given in REST_OF_WORLD:
        return "ROW"
    return OLD_CODES.get(given) or country_code(given) or given


def text_rows(path: Path) -> Iterator[tuple[int, list[str]]]:
    """The rows of a CSV file with the number of their line; the first is the header."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        sample = stream.readline()
        stream.seek(0)
        reader = csv.reader(stream, delimiter=";" if sample.count(";") > sample.count(",") else ",")
        for row in reader:
            if any(cell.strip() for cell in row):
                yield reader.line_num, row


def add_matrix(
    job: Job,
    account: FileAccount,
    edition: Edition,
    columns: list[Side | None],
    rows: Iterable[tuple[int, Side, list[object]]],
) -> None:
    """The cells of a matrix as rows of `input_output_flow`.

    A cell that is 0 or blank is no flow: such cells are counted in a warning. One that is no number, and all of a
    row that has more or fewer cells than the header, go to the quarantine. A column that is ``None`` is blank by
    layout.
    """
    name = job.raw_name("flow")
    run = job.connection.execute
    run(f"CREATE TABLE {quoted(name)} (_line INTEGER, at_row INTEGER, at_column INTEGER, value DOUBLE)")
    sides: list[Side] = []
    pending: list[Cells] = []
    nothing = held = 0
    for line, side, cells in rows:
        if len(cells) != len(columns):
            account.rows_in += 1
            told = f"{len(cells)} cells where the header has {len(columns)}"
            job.reject(account, line, told, ",".join(map(str, cells)))
            continue
        values, bad = _numbers(cells)
        for column in bad:
            account.rows_in += 1
            label = _said(columns[column])
            job.reject(account, line, f"no number in column {label}", f"{_said(side)}: {cells[column]}")
        named = np.array([column is not None for column in columns])
        kept = np.flatnonzero((values != 0) & named)
        nothing += int(named.sum()) - len(kept) - len(bad)
        account.rows_in += len(kept)
        pending.append((line, len(sides), kept.astype(np.int32), values[kept]))
        sides.append(side)
        held += len(kept)
        if held > HELD:
            _write(job, name, pending)
            pending, held = [], 0
    _write(job, name, pending)
    if not sides:
        raise InputError("the table has no rows", where=account.file, remedy="download the file again")
    if nothing:
        job.warn("no flow", account.file, "cells that are 0 or blank: no flow, and no row", count=nothing)
    down, across = _sides(job, "rows", sides), _sides(job, "columns", columns)
    job.add(TABLE, _select(job, account, edition, name, down, across))


def _write(job: Job, name: str, pending: list[Cells]) -> None:
    if not pending:
        return
    counts = [len(kept) for _, _, kept, _ in pending]
    batch = pa.table(
        {
            "_line": np.repeat(np.array([line for line, *_ in pending], np.int32), counts),
            "at_row": np.repeat(np.array([row for _, row, *_ in pending], np.int32), counts),
            "at_column": np.concatenate([kept for _, _, kept, _ in pending]),
            "value": np.concatenate([values for *_, values in pending]),
        }
    )
    job.connection.register("_incoming", batch)
    job.connection.execute(f"INSERT INTO {quoted(name)} FROM _incoming")
    job.connection.unregister("_incoming")


def _select(job: Job, account: FileAccount, edition: Edition, name: str, down: str, across: str) -> str:
    return f"""
      SELECT {literal(edition.table_name)} AS table_name, {edition.year} AS year, {literal(edition.unit)} AS unit,
        f.kind AS from_kind, f.country AS from_country, f.code AS from_code,
        t.kind AS to_kind, t.country AS to_country, t.code AS to_code, value,
        {literal(job.source)} AS source, {literal(account.file)} AS source_file, _line AS source_line
      FROM {quoted(name)} JOIN {quoted(down)} f ON f.place = at_row JOIN {quoted(across)} t ON t.place = at_column"""


def _sides(job: Job, kind: str, sides: Iterable[Side | None]) -> str:
    known = [(place, side) for place, side in enumerate(sides) if side is not None]
    table = pa.table(
        {
            "place": pa.array([place for place, _ in known], pa.int32()),
            **{part: [getattr(side, part) for _, side in known] for part in ("kind", "country", "code")},
        }
    )
    name = job.raw_name(kind)
    job.connection.register("_incoming", table)
    job.connection.execute(f"CREATE TABLE {quoted(name)} AS FROM _incoming")
    job.connection.unregister("_incoming")
    return name


def _numbers(cells: list[object]) -> tuple[np.ndarray, list[int]]:
    try:
        values = np.array(cells, dtype=float)
        bad = np.flatnonzero(~np.isfinite(values)).tolist()
    except (TypeError, ValueError):
        values, bad = np.zeros(len(cells)), []
        for place, cell in enumerate(cells):
            text = "" if cell is None else str(cell).strip()
            try:
                values[place] = float(text or 0)
            except ValueError:
                bad.append(place)
            if not np.isfinite(values[place]):
                bad.append(place)
    values[bad] = 0
    return values, bad


def _said(side: Side | None) -> str:
    return "" if side is None else " ".join(part for part in (side.country, side.code) if part)


def read_csv_files(job: Job, read_file: Callable[[Job, Path, str, int], None], remedy: str) -> None:
    """Give each CSV (or TSV, packed with gzip or not) at ``job.path`` to ``read_file`` with its label and size.

    Other files are warned of.

    Raises `InputError` with ``remedy`` when none of them is a table.
    """
    with Input(job.path, job.name) as given:
        for member in given.members():
            label = given.label(member)
            if PurePosixPath(member.name.lower().removesuffix(".gz")).suffix not in (".csv", ".tsv"):
                job.warn("unknown file", label, "left aside: no CSV")
                continue
            path = unpacked(given.file(member, job.workdir), label, job.workdir)
            read_file(job, path, label, member.size)
    if not job.selects:
        raise InputError("no table found here", where=str(job.path), remedy=remedy)
