"""Tables as Excel workbooks: the first row of a sheet is its header. The sheet's stated dimension is not believed."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path

from clusteratlas.errors import InputError
from clusteratlas.sources import archives
from clusteratlas.sources.job import Job
from clusteratlas.sources.text import RESERVED

OLD_WORKBOOK = b"\xd0\xcf\x11\xe0"
Row = tuple[str | int | None, ...]


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook by its content, whatever it is called."""
    if archives.starts_like_zip(path):
        return archives.is_workbook(path) or path.suffix.lower() in {".xlsx", ".xlsm"}
    with path.open("rb") as stream:
        return stream.read(4) == OLD_WORKBOOK


def read_rows(job: Job, path: Path, label: str) -> tuple[tuple[str, ...], list[Row]]:
    """The header of the first sheet, and the rows below it as texts, each with its line at the end; empty rows
    are left out.

    Raises `InputError` for what is no readable workbook, and for one that unpacks to too much.
    """
    sheets = sheet_names(path, label)
    for name in sheets[1:]:
        job.warn("unknown sheet", label, f"sheet '{name}' was not read; only the first one is")
    return sheet_rows(path, label, sheets[0]) if sheets else ((), [])


def sheet_names(path: Path, label: str) -> list[str]:
    """The names of a workbook's sheets; raises `InputError` for what is no readable workbook."""
    from python_calamine import CalamineError, CalamineWorkbook

    if archives.starts_like_zip(path):
        archives.open_zip(path, label).close()
    try:
        with path.open("rb") as stream:
            return CalamineWorkbook.from_filelike(stream).sheet_names
    except (CalamineError, OSError, ValueError, zipfile.BadZipFile) as fault:
        raise _unreadable(fault, label) from fault


def sheet_rows(path: Path, label: str, sheet: str) -> tuple[tuple[str, ...], list[Row]]:
    """The header of a sheet, and the rows below it as texts, each with its line at the end; empty rows are left out."""
    lines = _lines(path, label, sheet)
    header = tuple(_names(lines[0])) if lines else ()
    rows = ((*(_cell(v) for v in line), number) for number, line in enumerate(lines[1:], start=2))
    return header, [row for row in rows if any(v is not None for v in row[:-1])]


def _lines(path: Path, label: str, sheet: str) -> list[list[object]]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with path.open("rb") as stream:
            found = CalamineWorkbook.from_filelike(stream).get_sheet_by_name(sheet)
            return found.to_python(skip_empty_area=False)
    except (CalamineError, OSError, ValueError) as fault:
        raise _unreadable(fault, label) from fault


def _unreadable(fault: Exception, label: str) -> InputError:
    return InputError(f"not a readable workbook ({fault})", where=label, remedy="download it again")


def _names(cells: list[object]) -> Iterator[str]:
    """Names that a table can bear, as of a text file; a repeated one is told apart by its place."""
    seen: set[str] = set()
    for place, cell in enumerate(cells, start=1):
        name = str(cell).strip()
        if not name or name.lower() in seen | RESERVED:
            name = f"column {place}"
        seen.add(name.lower())
        yield name


def _cell(value: object) -> str | None:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return None if value in (None, "") else str(value)
