"""Read WIOD's world tables: the publisher's workbooks, or the R package's data files."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from clusteratlas.errors import InputError
from clusteratlas.sources.archives import Input
from clusteratlas.sources.job import Job
from clusteratlas.sources.matrices import (
    FINAL_USE,
    INDUSTRY,
    OUTPUT,
    PRIMARY,
    TABLE,
    Edition,
    Side,
    add_matrix,
    iso,
)
from clusteratlas.sources.workbooks import is_workbook, sheet_names

USES = ("c37", "c38", "c39", "c41", "c42")
"""Households, non-profit bodies, government, investment, changes in inventories."""
TOTALS = {"r69": "output", "r60": "inputs"}
"""Rows that are sums. Others below the industries are taxes, adjustments, value added (r64) and transport margins."""
HEADER_ROWS = 12
R_FILES = (".rdata", ".rda")


def read(job: Job) -> None:
    """Read the files at ``job.path``; raises `InputError` when none of them is a world table."""
    with Input(job.path, job.name) as given:
        for member in given.members():
            label, suffix = given.label(member), PurePosixPath(member.name).suffix.lower()
            path = given.file(member, job.workdir)
            if suffix in R_FILES:
                _read_r(job, path, label, member.size)
            elif is_workbook(path):
                _read_workbook(job, path, label, member.size)
            else:
                job.warn("unknown file", label, "left aside: neither a workbook nor R data")
    if not job.selects:
        raise InputError(
            "no world table found here", where=str(job.path), remedy="give WIOT..xlsx or wiot_YYYY.RData"
        )


def _read_r(job: Job, path: Path, label: str, size: int) -> None:
    for name, table in _objects(path, label).items():
        missing = [
            part for part in ("inter", "final", "output", "countries", "industries") if part not in table
        ]
        if missing:
            raise InputError(
                f"'{name}' has no part '{missing[0]}'", where=label, remedy="give wiot_YYYY.RData"
            )
        countries, industries = [str(c) for c in table["countries"]], [str(i) for i in table["industries"]]
        rows = [Side(INDUSTRY, iso(c), i) for c in countries for i in industries]
        uses = [Side(FINAL_USE, iso(c), use) for c in countries for use in USES]
        edition = Edition("wiod-2013", _year(table, name, label), "USD million")
        cells = zip(table["inter"], table["final"], table["output"], strict=True)
        lines = (
            (n, side, [*a, *b, c])
            for n, (side, (a, b, c)) in enumerate(zip(rows, cells, strict=True), start=1)
        )
        add_matrix(
            job, job.account(label, TABLE, size), edition, [*rows, *uses, Side(OUTPUT, "", "output")], lines
        )


def _objects(path: Path, label: str) -> dict[str, dict[str, Any]]:
    import numpy as np
    import rdata

    try:
        with warnings.catch_warnings():
            warnings.simplefilter(
                "ignore"
            )  # it tells of R classes that it gives back as what they are made of
            found = rdata.read_rda(path)
    except Exception as fault:
        raise InputError(f"not readable R data ({fault})", where=label, remedy="download it again") from fault
    tables = {
        str(n): {str(k): np.asarray(v) for k, v in o.items()} for n, o in found.items() if hasattr(o, "items")
    }
    if not tables:
        raise InputError("it holds no table", where=label, remedy="give wiot_YYYY.RData")
    return tables


def _year(table: dict[str, Any], name: str, label: str) -> int:
    if "year" in table:
        return int(table["year"].ravel()[0])
    found = re.search(r"(?:19|20)\d\d", name) or re.search(r"(?:19|20)\d\d", label)
    if not found:
        raise InputError("neither the file nor its name tells the year", where=label, remedy="keep its name")
    return int(found[0])


def _read_workbook(job: Job, path: Path, label: str, size: int) -> None:
    """A sheet whose columns are headed by code, name, country and c-number, below each other, and its rows likewise."""
    for sheet in sheet_names(path, label):
        lines = _lines(path, sheet)
        at = _header(lines)
        if at is None:
            job.warn(
                "unknown sheet", label, f"sheet '{sheet}' was not read: no header of countries and codes"
            )
            continue
        places, codes = ([str(cell).strip() for cell in line] for line in lines[at : at + 2])
        columns = [_column(code, place) for code, place in zip(codes[4:], places[4:], strict=True)]
        edition = Edition("wiod-2013", _sheet_year(lines, label), "USD million")
        add_matrix(job, job.account(label, TABLE, size), edition, columns, _rows(lines, at))


def _lines(path: Path, sheet: str) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    with path.open("rb") as stream:
        return (
            CalamineWorkbook.from_filelike(stream).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        )


def _header(lines: list[list[Any]]) -> int | None:
    """The row of the columns' countries: two below it their codes begin with c, above it are their names and codes."""
    for at, line in enumerate(lines[:HEADER_ROWS]):
        known = [str(cell).strip() for cell in line[4:] if str(cell).strip()]
        if at >= 2 and len(known) > 2 and sum(len(cell) == 3 for cell in known) >= len(known) * 0.9:
            return at
    return None


def _column(code: str, place: str) -> Side | None:
    if place.upper() in ("TOT", "TOTAL") or not place:
        return Side(OUTPUT, "", "output")
    return Side(FINAL_USE if code in USES else INDUSTRY, iso(place), code)


def _rows(lines: list[list[Any]], at: int) -> Iterator[tuple[int, Side, list[object]]]:
    for number, line in enumerate(lines[at + 2 :], start=at + 3):
        place, code = str(line[2]).strip(), str(line[3]).strip()
        if not code:
            continue
        if code in TOTALS:
            side = Side(OUTPUT, "", TOTALS[code])
        else:
            side = Side(PRIMARY, "", code) if code.startswith("r") else Side(INDUSTRY, iso(place), code)
        yield number, side, list(line[4:])


def _sheet_year(lines: list[list[Any]], label: str) -> int:
    text = " ".join(str(cell) for line in lines[:3] for cell in line[:4])
    found = re.search(r"(?:19|20)\d\d", text)
    if found:
        return int(found[0])
    short = re.search(r"WIOT(\d\d)", label, re.IGNORECASE)
    if not short:
        raise InputError("neither the sheet nor its name tells the year", where=label, remedy="keep its name")
    return int(("19" if int(short[1]) > 50 else "20") + short[1])
