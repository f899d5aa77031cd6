"""Read the OECD's ICIO tables: one CSV matrix a year, in a folder or a zip of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath

from clusteratlas.errors import InputError
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
    read_csv_files,
    text_rows,
)

USES = {"HFCE", "HC", "NPISH", "NPS", "GGFC", "GFCF", "INVNT", "INV", "DPABR", "NONRES", "FD", "DIRP", "P33"}
USES |= {"DISC", "CONS_ABR"}
TOTALS = {"OUT", "TOTAL", "OUTPUT"}
PRIMARIES = {"TLS", "TAXSUB", "VA", "VALU"}
YEAR = re.compile(r"(19[89]\d|20[0-4]\d)")
EDITION = re.compile(r"ICIO(20[12]\d)", re.IGNORECASE)


def read(job: Job) -> None:
    """Read the files at ``job.path``; raises `InputError` when none is a table, or two are the same year's."""
    read_csv_files(job, partial(_read_file, {}), "give the OECD's CSV files, such as 2018_SML.csv")


def _read_file(read_before: dict[Edition, str], job: Job, path: Path, label: str, size: int) -> None:
    years = YEAR.findall(PurePosixPath(label).name)  # ICIO2021_2018.csv: the edition, then the year
    if not years:
        raise InputError(
            "its name tells no year", where=label, remedy="keep the publisher's name, 2018_SML.csv"
        )
    lines = text_rows(path)
    _, header = next(lines, (0, []))
    columns = [_column(name) for name in header[1:]]
    if not any(side.kind == FINAL_USE for side in columns) or len(columns) < 3:
        raise InputError(
            "the header names no industries and final uses", where=label, remedy="give an ICIO table as CSV"
        )
    edition = Edition(_table_name(label, columns), int(years[-1]), "USD million")
    if edition in read_before:
        raise InputError(
            f"this is {edition.table_name} of {edition.year}, and so is {read_before[edition]}",
            where=label,
            remedy=f"give one of them, or name the edition of each: ICIO2021_{edition.year}.csv",
        )
    read_before[edition] = label
    add_matrix(job, job.account(label, TABLE, size), edition, columns, _rows(lines))


def _table_name(label: str, columns: list[Side]) -> str:
    issue = EDITION.search(PurePosixPath(label).name)
    extended = any(re.match(r"(CN|MX)[1-9]$", side.country) for side in columns)
    return "icio" + (f"-{issue[1]}" if issue else "") + ("-extended" if extended else "")


def _rows(lines: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, Side, list[object]]]:
    for line, cells in lines:
        yield line, _row(cells[0].strip()), list(cells[1:])


def _row(name: str) -> Side:
    upper = name.upper()
    if upper in TOTALS:
        return Side(OUTPUT, "", "output")
    country, _, code = name.partition("_")
    if upper in PRIMARIES:
        return Side(PRIMARY, "", upper)
    if (
        country.upper() in PRIMARIES
    ):  # taxes on what comes from one country: TLS_AUS, AUS_TAXSUB in older editions
        return Side(PRIMARY, iso(code), country.upper())
    kind = PRIMARY if code.upper() in PRIMARIES else INDUSTRY
    return Side(kind, iso(country), code)


def _column(name: str) -> Side:
    name = name.strip()
    if name.upper() in TOTALS:
        return Side(OUTPUT, "", "output")
    country, _, code = name.partition("_")
    if country.upper() in USES:  # HFCE_AUS in the edition of 2016; DISC, a discrepancy of no country
        return Side(FINAL_USE, iso(code) if code else "", country)
    return Side(FINAL_USE if code.upper() in USES else INDUSTRY, iso(country), code)
