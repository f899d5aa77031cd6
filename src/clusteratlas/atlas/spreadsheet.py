"""XLSX files: typed cells, no formulas, and what to do where a sheet or a cell is too small."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import IO, TYPE_CHECKING, Any

from clusteratlas.atlas.values import cell, defused, python_column

if TYPE_CHECKING:
    import pyarrow as pa

CELL_LIMIT = 32_767
"""Characters that a cell holds; a longer text is cut and says so."""
SHEET_ROWS = 1_048_576
"""Rows that a sheet holds, the header included; what is more goes on in further sheets."""
SAFE_INTEGER = 10**15
"""From here on a spreadsheet rounds whole numbers; they are written as text."""


def write_xlsx(
    reader: pa.RecordBatchReader,
    stream: IO[bytes],
    title: str = "rows",
    about: Mapping[str, Any] | None = None,
) -> int:
    """Write all rows of ``reader`` as a workbook; returns how many there were.

    Rows are written as they come and not kept, so that memory does not grow with them.
    """
    import xlsxwriter

    options = {"constant_memory": True, "default_date_format": "yyyy-mm-dd", "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        sheets = _Sheets(book, title, reader.schema.names)
        for batch in reader:
            columns = [python_column(column) for column in batch.columns]
            for row in zip(*columns, strict=True):
                sheets.add(row)
        sheets.add_about(about or {})
    return sheets.rows


class _Sheets:
    """The sheets of one workbook, a new one begun whenever the last is full."""

    def __init__(self, book: Any, title: str, names: list[str]) -> None:
        self.book, self.title, self.names, self.rows, self._count = book, title, names, 0, 0
        self._bold = book.add_format({"bold": True})
        self._stamp = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        self._begin()

    def _begin(self) -> None:
        self._count, self._at = self._count + 1, 1
        suffix = f" ({self._count})" if self._count > 1 else ""
        # A sheet's name has at most 31 characters, and not all of them.
        name = re.sub(r"[\[\]:*?/\\']", " ", self.title)[: 31 - len(suffix)] + suffix
        self._sheet = sheet = self.book.add_worksheet(name)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(self.names):
            sheet.set_column(at, at, min(40, max(10, len(column) + 2)))
            sheet.write_string(0, at, defused(column), self._bold)
        self._writers: dict[type, Callable[[int, int, Any], Any]] = {
            str: self._write_text,
            bool: sheet.write_boolean,
            int: self._write_number,
            float: self._write_number,
            date: self._write_date,
            datetime: self._write_moment,
        }

    def add(self, row: tuple[Any, ...]) -> None:
        """Write one row."""
        if self._at == SHEET_ROWS:
            self._begin()
        at, writers = self._at, self._writers
        for column, value in enumerate(row):
            if value is not None:
                writers.get(type(value), self._write_other)(at, column, value)
        self._at, self.rows = at + 1, self.rows + 1

    def _write_text(self, row: int, column: int, value: str) -> None:
        self._sheet.write_string(row, column, fitted(defused(value)))

    def _write_number(self, row: int, column: int, value: float) -> None:
        if math.isfinite(value) and (isinstance(value, float) or abs(value) < SAFE_INTEGER):
            self._sheet.write_number(row, column, value)
        elif isinstance(value, int):
            self._sheet.write_string(row, column, str(value))

    def _write_date(self, row: int, column: int, value: date) -> None:
        # Spreadsheets know no day before 1900.
        if value.year < 1900:
            self._sheet.write_string(row, column, value.isoformat())
        else:
            self._sheet.write_datetime(row, column, value)

    def _write_moment(self, row: int, column: int, value: datetime) -> None:
        if value.year < 1900:
            self._sheet.write_string(row, column, value.isoformat())
        else:
            self._sheet.write_datetime(row, column, value, self._stamp)

    def _write_other(self, row: int, column: int, value: Any) -> None:
        value = cell(value)
        if isinstance(value, int | float):
            self._write_number(row, column, value)
        elif value is not None:
            self._sheet.write_string(row, column, fitted(str(value)))

    def add_about(self, about: Mapping[str, Any]) -> None:
        """A sheet that says what the rows are: licence, query, release."""
        if not about:
            return
        sheet = self.book.add_worksheet("about")
        sheet.set_column(0, 0, 18)
        sheet.set_column(1, 1, 100)
        for row, (key, value) in enumerate(about.items()):
            sheet.write_string(row, 0, str(key), self._bold)
            sheet.write_string(row, 1, fitted(str(cell(value))))


def fitted(text: str) -> str:
    """A text that fits in a cell, its end replaced by a note when it does not.

    >>> fitted("short"), len(fitted("x" * 40_000))
    ('short', 32767)
    """
    # Spreadsheets count UTF-16 units, of which some characters take two.
    if 2 * len(text) <= CELL_LIMIT or len(text.encode("utf-16-le")) <= 2 * CELL_LIMIT:
        return text
    note = f"… [cut: {len(text):,} characters; CSV, JSON and Parquet have them all]"
    kept = text.encode("utf-16-le")[: 2 * (CELL_LIMIT - len(note))]
    return kept.decode("utf-16-le", "ignore") + note
