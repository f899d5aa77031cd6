"""Read FIGARO's tables: CSV, as a matrix or flat, in a folder or a zip of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from clusteratlas.errors import InputError
from clusteratlas.sources.job import Job
from clusteratlas.sources.matrices import (
    FINAL_USE,
    INDUSTRY,
    PRIMARY,
    TABLE,
    Edition,
    Side,
    add_matrix,
    iso,
    read_csv_files,
    text_rows,
)
from clusteratlas.sources.sql import literal, quoted

YEAR = re.compile(r"(?<!\d)(20[0-4]\d)(?!\d)")
USE = re.compile(r"P(3|5)[0-9A-Z]*(_S1[345])?$")
WORLD = "W2"
FLAT = ("refArea", "rowIi", "counterpartArea", "colIi", "obsValue")


def read(job: Job) -> None:
    """Read the files at ``job.path``; raises `InputError` when none of them is a table."""
    read_csv_files(job, _read_file, "give FIGARO's CSV files, matrix or flat")


def edition_of(label: str) -> Edition:
    """The table that a file holds, by the publisher's name of it; raises `InputError` when it tells no year.

    >>> edition_of("matrix_eu-ic-io_ind-by-ind_24ed_2021.csv").table_name
    'figaro-24ed'
    """
    name = PurePosixPath(label).name
    years = YEAR.findall(name)
    if not years:
        raise InputError(
            "its name tells no year",
            where=label,
            remedy="keep the publisher's name, ..._ind-by-ind_24ed_2021.csv",
        )
    issue = re.search(r"(\d\d)ed", name)
    kind = "-products" if "prod-by-prod" in name else ""
    return Edition(f"figaro{kind}" + (f"-{issue[0]}" if issue else ""), int(years[-1]), "EUR million")


def _read_file(job: Job, path: Path, label: str, size: int) -> None:
    lines = text_rows(path)
    _, header = next(lines, (0, []))
    names = [name.strip() for name in header]
    if set(FLAT) <= set(names):
        _read_flat(job, path, label, size)
    elif len(names) > 2 and any(_column(name).kind == FINAL_USE for name in names[1:]):
        columns: list[Side | None] = [_column(name) for name in names[1:]]
        add_matrix(job, job.account(label, TABLE, size), edition_of(label), columns, _rows(lines))
    else:
        raise InputError(
            "the header is neither of FIGARO's matrix nor of its flat form",
            where=label,
            remedy="give an industry by industry table as CSV; supply and use tables are not read",
        )


def _rows(lines: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, Side, list[object]]]:
    for line, cells in lines:
        yield line, _row(cells[0].strip()), list(cells[1:])


def _row(name: str) -> Side:
    country, _, code = name.partition("_")
    return Side(PRIMARY, "", code) if country == WORLD else Side(INDUSTRY, iso(country), code)


def _column(name: str) -> Side:
    country, _, code = name.partition("_")
    return Side(FINAL_USE if USE.match(code) else INDUSTRY, iso(country), code)


def _read_flat(job: Job, path: Path, label: str, size: int) -> None:
    """One line a cell: refArea, rowIi, counterpartArea, colIi, obsValue. DuckDB reads the lines."""
    account, edition, name = job.account(label, TABLE, size), edition_of(label), job.raw_name("flat")
    run = job.connection.execute
    run(
        f"""CREATE TABLE {quoted(name)} AS
            SELECT {", ".join(f"trim({quoted(c)}) AS {quoted(c)}" for c in FLAT)},
              TRY_CAST(trim("obsValue") AS DOUBLE) AS value, (row_number() OVER () + 1)::INTEGER AS _line
            FROM read_csv($path, header=true, all_varchar=true, null_padding=true, strict_mode=false,
            parallel=false)""",
        {"path": str(path)},
    )
    account.rows_in = run(f"SELECT count(*) FROM {quoted(name)} WHERE value IS DISTINCT FROM 0").fetchall()[
        0
    ][0]
    nothing = run(f"SELECT count(*) FROM {quoted(name)} WHERE value = 0").fetchall()[0][0]
    if nothing:
        job.warn("no flow", label, "cells that are 0 or blank: no flow, and no row", count=nothing)
    unread = """(value IS NULL OR NOT isfinite(value) OR "refArea" IS NULL OR "rowIi" IS NULL
      OR "counterpartArea" IS NULL OR "colIi" IS NULL) AND value IS DISTINCT FROM 0"""
    for line, *cells in run(
        f"SELECT _line, {', '.join(map(quoted, FLAT))} FROM {quoted(name)} WHERE {unread}"
    ).fetchall():
        job.reject(
            account, line, "a code is missing, or 'obsValue' is no number", ",".join(c or "" for c in cells)
        )
    areas = run(
        f'SELECT DISTINCT "refArea" FROM {quoted(name)} UNION SELECT DISTINCT "counterpartArea" FROM {quoted(name)}'
    )
    codes = [(area, "" if area == WORLD else iso(area)) for (area,) in areas.fetchall() if area]
    places = job.make_raw("area", ["area", "iso"], ((area, code, 0) for area, code in codes))
    job.add(
        TABLE,
        f"""
        SELECT {literal(edition.table_name)} AS table_name, {edition.year} AS year, {literal(edition.unit)} AS unit,
          CASE "refArea" WHEN '{WORLD}' THEN '{PRIMARY}' ELSE '{INDUSTRY}' END AS from_kind,
          f.iso AS from_country, "rowIi" AS from_code,
          CASE WHEN regexp_matches("colIi", '^{USE.pattern}') THEN '{FINAL_USE}' ELSE '{INDUSTRY}' END AS to_kind,
          t.iso AS to_country, "colIi" AS to_code, value,
          {literal(job.source)} AS source, {literal(label)} AS source_file, cell._line AS source_line
        FROM {quoted(name)} cell JOIN {quoted(places)} f ON f.area = "refArea" JOIN {quoted(places)} t ON t.area =
        "counterpartArea" WHERE value <> 0 AND NOT ({unread})""",
    )
