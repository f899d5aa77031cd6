"""Read WIOD's world tables, of 2013 or 2016: the publisher's workbooks, or data files of R."""

from __future__ import annotations

import re
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
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

HEADER_ROWS = 12
R_FILES = (".rdata", ".rda")
ARRAYS = ".npz"
PARTS = ("inter", "final", "output", "countries", "industries")
UNIT = "USD million"
REMEDY = "give WIOT..xlsx, WIOT..xlsb, wiot_YYYY.RData or WIOTYYYY_October16_ROW.RData"
R_COLUMN = re.compile(r"([A-Za-z]{3})\.?(\d{1,2})$")


@dataclass(frozen=True)
class Release:
    """How a release of WIOD numbers its columns: ``uses`` by number, and the names of rows that are sums."""

    table_name: str
    industries: int
    uses: dict[int, str]
    totals: dict[str, str]

    def side(self, place: str, number: int, code: str) -> Side:
        """What column ``number`` of a country is; ``code`` is what it is called if it is an industry."""
        if number in self.uses:
            return Side(FINAL_USE, iso(place), self.uses[number])
        if number > self.industries:
            return Side(OUTPUT, "", "output")
        return Side(INDUSTRY, iso(place), code)

    def below(self, code: str) -> Side:
        """What a row below the industries is: a sum, or a primary input."""
        return Side(OUTPUT, "", self.totals[code]) if code in self.totals else Side(PRIMARY, "", code)


OF_2013 = Release(
    "wiod-2013",
    35,
    {number: f"c{number}" for number in (37, 38, 39, 41, 42)},
    {"r69": "output", "r60": "inputs"},
)
"""Uses: households, non-profit bodies, government, investment, changes in inventories. r64 is value added."""
OF_2016 = Release(
    "wiod-2016",
    56,
    {57: "CONS_h", 58: "CONS_np", 59: "CONS_g", 60: "GFCF", 61: "INVEN"},
    {"GO": "output", "II_fob": "inputs"},
)


def read(job: Job) -> None:
    """Read the files at ``job.path``; raises `InputError` when none of them is a world table."""
    if job.path.suffix.lower() == ARRAYS and job.path.is_file():  # a zip by itself
        _add_arrays(job, job.path, job.name, job.path.stat().st_size)
        return
    with Input(job.path, job.name) as given:
        for member in given.members():
            label, suffix = given.label(member), member.suffix
            path = given.file(member, job.workdir)
            if suffix in R_FILES:
                _read_r(job, path, label, member.size)
            elif suffix == ARRAYS:
                _add_arrays(job, path, label, member.size)
            elif is_workbook(path):
                _read_workbook(job, path, label, member.size)
            else:
                job.warn("unknown file", label, "left aside: neither a workbook, R data nor arrays")
    if not job.selects:
        raise InputError("no world table found here", where=str(job.path), remedy=REMEDY)


def _read_r(job: Job, path: Path, label: str, size: int) -> None:
    for name, table in _objects(path, label).items():
        if {"IndustryCode", "Country", "RNr"} <= set(table):
            _add_data_frame(job, table, label, size)
        else:
            _add_parts(job, name, table, label, size)


def _add_parts(job: Job, name: str, table: dict[str, Any], label: str, size: int) -> None:
    """A list of matrices, as the package `wiod` ships the release of 2013."""
    missing = [part for part in PARTS if part not in table]
    if missing:
        raise InputError(f"'{name}' has no part '{missing[0]}'", where=label, remedy=REMEDY)
    countries, industries = [str(c) for c in table["countries"]], [str(i) for i in table["industries"]]
    rows = [Side(INDUSTRY, iso(c), i) for c in countries for i in industries]
    asked = {"inter": (len(rows), len(rows)), "final": (len(rows), len(countries) * len(OF_2013.uses))}
    for part, shape in {**asked, "output": (len(rows),)}.items():
        if table[part].squeeze().shape != shape:
            told = f"'{part}' is {' x '.join(map(str, table[part].shape))}, not {' x '.join(map(str, shape))}"
            raise InputError(
                f"{told}, for {len(countries)} countries and {len(industries)} industries", where=label
            )
    uses = [Side(FINAL_USE, iso(c), use) for c in countries for use in OF_2013.uses.values()]
    edition = Edition(OF_2013.table_name, _year(table, name, label), UNIT)
    cells = zip(table["inter"], table["final"], table["output"].ravel(), strict=True)
    lines = (
        (n, side, [*a, *b, c]) for n, (side, (a, b, c)) in enumerate(zip(rows, cells, strict=True), start=1)
    )
    columns = [*rows, *uses, Side(OUTPUT, "", "output")]
    add_matrix(job, job.account(label, TABLE, size), edition, columns, lines)


def _add_data_frame(job: Job, table: dict[str, Any], label: str, size: int) -> None:
    """A data frame, as WIOD publishes the release of 2016 for R: a column AUT1 for the first industry of Austria."""
    import numpy as np

    codes, places = ([str(cell).strip() for cell in table[part]] for part in ("IndustryCode", "Country"))
    numbers = [int(number) for number in table["RNr"]]
    called = {n: code for n, code in zip(numbers, codes, strict=True) if n <= OF_2016.industries}
    columns: list[Side | None] = []
    values = []
    for name, cells in table.items():
        found = R_COLUMN.match(name)
        if found:
            columns.append(OF_2016.side(found[1], int(found[2]), called.get(int(found[2]), found[2])))
        elif name == "TOT":
            columns.append(Side(OUTPUT, "", "output"))
        else:
            continue
        values.append(np.nan_to_num(np.asarray(cells, dtype=float)))
    if not values:
        raise InputError("no column is named as AUT1 is", where=label, remedy=REMEDY)
    below = [number > OF_2016.industries for number in numbers]
    sides = [
        OF_2016.below(code) if is_below else Side(INDUSTRY, iso(place), code)
        for code, place, is_below in zip(codes, places, below, strict=True)
    ]
    edition = Edition(OF_2016.table_name, _year(table, "wiot", label), UNIT)
    lines = zip(range(1, len(sides) + 1), sides, np.column_stack(values).tolist(), strict=True)
    add_matrix(job, job.account(label, TABLE, size), edition, columns, lines)


def _add_arrays(job: Job, path: Path, label: str, size: int) -> None:
    """The same parts as arrays of NumPy."""
    import numpy as np

    try:
        with np.load(path, allow_pickle=False) as found:
            parts = {part: found[part] for part in PARTS if part in found}
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as fault:
        raise InputError("it holds no arrays that can be read", where=label, remedy=REMEDY) from fault
    _add_parts(job, PurePosixPath(label).stem, parts, label, size)


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
        raise InputError("it holds no table", where=label, remedy=REMEDY)
    return tables


def _year(table: dict[str, Any], name: str, label: str) -> int:
    for part in ("year", "Year"):
        if part in table:
            return int(table[part].ravel()[0])
    found = re.search(r"(?:19|20)\d\d", name) or re.search(r"(?:19|20)\d\d", PurePosixPath(label).name)
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
        codes, _, places, numbers = ([str(cell).strip() for cell in line] for line in lines[at - 2 : at + 2])
        release = OF_2016 if "c61" in numbers else OF_2013
        is_named = release is OF_2016
        columns = [
            _column(release, number, place, code if is_named else number)
            for number, place, code in zip(numbers[4:], places[4:], codes[4:], strict=True)
        ]
        edition = Edition(release.table_name, _sheet_year(lines, sheet, label), UNIT)
        add_matrix(job, job.account(label, TABLE, size), edition, columns, _rows(release, lines, at))


def _lines(path: Path, sheet: str) -> list[list[Any]]:
    from python_calamine import CalamineWorkbook

    with path.open("rb") as stream:
        return (
            CalamineWorkbook.from_filelike(stream).get_sheet_by_name(sheet).to_python(skip_empty_area=False)
        )


def _header(lines: list[list[Any]]) -> int | None:
    """The row of the columns' countries: below it their codes begin with c, above it are their names and codes."""
    for at, line in enumerate(lines[:HEADER_ROWS]):
        known = [str(cell).strip() for cell in line[4:] if str(cell).strip()]
        if at >= 2 and len(known) > 2 and sum(len(cell) == 3 for cell in known) >= len(known) * 0.9:
            below = [str(cell).strip() for cell in (lines[at + 1 : at + 2] or [[]])[0][4:]]
            if sum(bool(re.match(r"c\d+$", cell)) for cell in below) >= len(known) * 0.9:
                return at
    return None


def _column(release: Release, number: str, place: str, code: str) -> Side:
    found = re.match(r"c(\d+)$", number)
    if place.upper() in ("TOT", "TOTAL", "") or not found:
        return Side(OUTPUT, "", "output")
    return release.side(place, int(found[1]), code)


def _rows(release: Release, lines: list[list[Any]], at: int) -> Iterator[tuple[int, Side, list[object]]]:
    for number, line in enumerate(lines[at + 2 :], start=at + 3):
        named, _, place, code = (str(cell).strip() for cell in line[:4])
        if not code:
            continue
        if release is OF_2016:
            is_below = place.upper() in ("TOT", "TOTAL", "")
            code = named
        else:
            is_below = code.startswith("r")
        yield number, release.below(code) if is_below else Side(INDUSTRY, iso(place), code), list(line[4:])


def _sheet_year(lines: list[list[Any]], sheet: str, label: str) -> int:
    if re.fullmatch(r"(?:19|20)\d\d", sheet.strip()):
        return int(sheet)
    name = PurePosixPath(label).name
    text = " ".join(str(cell) for line in lines[:3] for cell in line[:4])
    for told, pattern in (
        (name, r"WIOT((?:19|20)\d\d)"),
        (text, r"((?:19|20)\d\d)"),
        (sheet, r"((?:19|20)\d\d)"),
    ):
        if found := re.search(pattern, told, re.IGNORECASE):
            return int(found[1])
    short = re.search(r"WIOT(\d\d)", name, re.IGNORECASE)
    if not short:
        raise InputError("neither the sheet nor its name tells the year", where=label, remedy="keep its name")
    return int(("19" if int(short[1]) > 50 else "20") + short[1])
