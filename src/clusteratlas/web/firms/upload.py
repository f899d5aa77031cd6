"""A visitor's panel: taken into memory within limits, read cell by cell, never written anywhere."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from typing import Any

import polars as pl
from django.core.files.uploadedfile import InMemoryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload

from clusteratlas.errors import InputError
from clusteratlas.observatory.firms.panel import FACTS, MEASURES, MOST_AMOUNT, ROLES

MOST_BYTES = 5_000_000
MOST_ROWS = 100_000
MOST_COLUMNS = 60
LONGEST_CELL = 200
YEARS = (1000, 2200)
NUMBERS = ("year", "birth_year", *MEASURES)
TRUTHS = {"1": 1.0, "true": 1.0, "yes": 1.0, "0": 0.0, "false": 0.0, "no": 0.0, "": None}


class InMemory(FileUploadHandler):
    """Keeps an upload in memory, and gives up on one that is larger than `MOST_BYTES`."""

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """A file begins."""
        super().new_file(*args, **kwargs)
        self.held = io.BytesIO()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Hold a part of it."""
        if start + len(raw_data) > MOST_BYTES:
            self.held.close()
            raise StopUpload(connection_reset=True)
        self.held.write(raw_data)

    def file_complete(self, file_size: int) -> InMemoryUploadedFile:
        """The whole file, in memory."""
        self.held.seek(0)
        return InMemoryUploadedFile(
            self.held, self.field_name, self.file_name, self.content_type, file_size, self.charset
        )


def read_panel(data: bytes, columns: Mapping[str, str]) -> pl.DataFrame:
    """The panel in a CSV file (comma, semicolon or tab) under the names of roles; other columns are passed over.

    ``columns``: what the visitor calls a role, where not by its name. Raises `InputError` that names line and column.

    >>> read_panel(b"id;year;employees\\na;2020;1,5\\n", {"firm": "id"}).rows()
    [('a', 2020, 1.5)]
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"larger than {MOST_BYTES // 1_000_000} MB", remedy="use the command: clusteratlas firms"
        )
    lines, separator = _lines(data)
    places = _places(lines[0], columns)
    found: dict[str, list[Any]] = {role: [] for role in places}
    for number, row in enumerate(lines[1:], start=2):
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(lines[0]):
            raise InputError(
                f"line {number} has {len(row)} cells, the first line has {len(lines[0])}",
                remedy="mend that line",
            )
        for role, place in places.items():
            found[role].append(_cell(row[place].strip(), role, number, separator))
    kinds = {role: pl.Float64 if role in (*NUMBERS, *FACTS) else pl.String for role in places}
    frame = pl.DataFrame(found, schema=kinds)
    whole = [role for role in ("year", "birth_year") if role in frame.columns]
    return frame.with_columns(pl.col(role).cast(pl.Int64) for role in whole)


def _lines(data: bytes) -> tuple[list[list[str]], str]:
    """The rows of the file, and what parts their cells."""
    if b"\0" in data:
        raise InputError("this is no text", remedy="save the table as CSV in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError("this is no text in UTF-8", remedy="save the table as CSV in UTF-8") from None
    head = text.partition("\n")[0]
    separator = max(",;\t", key=head.count)
    try:
        lines = []
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            lines.append(row)
            if len(lines) > MOST_ROWS + 1:
                raise InputError(
                    f"more than {MOST_ROWS:,} rows", remedy="use the command: clusteratlas firms"
                )
    except csv.Error as fault:
        raise InputError(f"this is no CSV ({fault})", remedy="save the table as CSV in UTF-8") from None
    if len(lines) < 2:
        raise InputError("there is no row below the first line", remedy="give a row for each firm and year")
    if len(lines[0]) > MOST_COLUMNS:
        raise InputError(f"more than {MOST_COLUMNS} columns", remedy="leave out those that are not asked for")
    return lines, separator


def _places(header: list[str], columns: Mapping[str, str]) -> dict[str, int]:
    """The column of each role."""
    names = [name.strip() for name in header]
    known = [name.lower() for name in names]
    found = {}
    for role in ROLES:
        wanted = (columns.get(role) or role).strip().lower()
        if wanted in known:
            found[role] = known.index(wanted)
        elif columns.get(role) or role in ("firm", "year"):
            listed = ", ".join(names[:12])
            raise InputError(
                f"there is no column '{columns.get(role) or role}'", remedy=f"the first line has {listed}"
            )
    return found


def _cell(text: str, role: str, line: int, separator: str) -> Any:
    if len(text) > LONGEST_CELL:
        raise InputError(f"line {line}: the cell of {role} is longer than {LONGEST_CELL} letters")
    if role == "merger" and text.lower() in TRUTHS:
        return TRUTHS[text.lower()]
    if role not in (*NUMBERS, *FACTS):
        return text or None
    if text.lower() in ("", "na", "nan", "null", ":"):
        return None
    plain = text.replace(" ", "").replace("\u202f", "").replace("\xa0", "")
    plain = plain.replace(",", ".") if separator != "," else plain
    try:
        number = float(plain)
    except ValueError:
        raise InputError(
            f"line {line}: {role} '{text[:30]}' is no number", remedy="leave unknown cells empty"
        ) from None
    _check_number(number, text[:30], role, line)
    return number


def _check_number(number: float, text: str, role: str, line: int) -> None:
    """Raise `InputError` that names the line for what is no year or no amount of a firm."""
    if role not in ("year", "birth_year"):
        if not abs(number) < MOST_AMOUNT:
            raise InputError(
                f"line {line}: {role} '{text}' is too large", remedy="give amounts in thousands or millions"
            )
        return
    first, last = YEARS
    if not first <= number <= last:
        raise InputError(f"line {line}: {role} '{text}' is no year", remedy=f"years are {first} to {last}")
    if number % 1:
        raise InputError(f"line {line}: {role} '{text}' is no year", remedy="give whole numbers")
