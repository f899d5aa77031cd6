"""The sample's input-output table: a line a seller, a column a buyer, as the tables are published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.matrices import (
    FINAL_USE,
    INDUSTRY,
    OUTPUT,
    Edition,
    Side,
    add_matrix,
    text_rows,
)
from clusteratlas.sources.wiod.read import OF_2013


def read_flows(job: Job, path: Path, account: FileAccount) -> None:
    """Read the matrix into rows of `input_output_flow`; the first cell of its header names table and year."""
    lines = text_rows(path)
    _, header = next(lines)
    table, year = header[0].split()
    columns: list[Side | None] = [_side(name) for name in header[1:]]
    add_matrix(job, account, Edition(table, int(year), "USD million"), columns, _rows(lines))


def _rows(lines: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, Side, list[object]]]:
    for line, cells in lines:
        yield line, _side(cells[0]), list(cells[1:])


def _side(name: str) -> Side:
    area, _, code = name.partition("_")
    if not code:
        return Side(OUTPUT, "", name)
    return Side(FINAL_USE if code in OF_2013.uses.values() else INDUSTRY, area, code)
