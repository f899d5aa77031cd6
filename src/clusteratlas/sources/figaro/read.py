"""Read FIGARO's tables: as a matrix or flat, or as Eurostat's database holds them; a file, a folder or a zip."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
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
WORLD = ("W2", "DOM")
"""The area of primary inputs: in files, and in the database."""
UNIT = "EUR million"
DATABASE_KEY = re.compile(r"((?:\w+,)+\w+)\\TIME_PERIOD\t")
"""How the first line of the database's TSV begins: the parts of the key of a series."""
BY_CELL = """
  SELECT *, (row_number() OVER () + 1)::INTEGER AS _line
  FROM read_csv($path, header=true, all_varchar=true, null_padding=true, strict_mode=false, parallel=false)"""
REMEDY = "give an industry by industry or product by product table; supply and use tables are not read"


@dataclass(frozen=True)
class Flat:
    """The columns of a file of one line a cell; ``year`` is None where only the file's name tells it."""

    from_area: str
    from_code: str
    to_area: str
    to_code: str
    value: str
    year: str | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The columns that name the two sides of a cell."""
        return self.from_area, self.from_code, self.to_area, self.to_code


def read(job: Job) -> None:
    """Read the files at ``job.path``; raises `InputError` when none of them is a table."""
    read_csv_files(
        job, _read_file, "give FIGARO's CSV files, matrix or flat, or naio_10_fcp_ii of Eurostat's database"
    )


def edition_of(label: str) -> Edition:
    """The table that a file holds, by the publisher's name of it; raises `InputError` when it tells no year.

    >>> edition_of("matrix_eu-ic-io_ind-by-ind_24ed_2021.csv").table_name
    'figaro-24ed'
    """
    years = YEAR.findall(PurePosixPath(label).name) or YEAR.findall(label)
    if not years:
        raise InputError(
            "its name tells no year",
            where=label,
            remedy="keep the publisher's name, ..._ind-by-ind_24ed_2021.csv",
        )
    return Edition(_table_name(label), int(years[-1]), UNIT)


def flat_columns(names: list[str]) -> Flat | None:
    """The columns of a flat file by its header; None when this is not the header of one.

    ``rowIi`` and ``colIi`` name industries, ``rowPp`` and ``colPp`` products; Eurostat's database says ``c_orig``,
    ``ind_ava``, ``c_dest`` and ``ind_use``.

    >>> flat_columns(["icioiRow", "icioiCol", "refArea", "rowIi", "counterpartArea", "colIi", "obsValue"]).to_code
    'colIi'
    """
    if {"c_orig", "c_dest", "TIME_PERIOD", "OBS_VALUE"} <= set(names):
        sides = [name for name in names if re.fullmatch(r"(ind|prd)_(ava|use)", name)]
        if len(sides) == 2:
            ava, use = sorted(sides, key=lambda name: name.endswith("use"))
            return Flat("c_orig", ava, "c_dest", use, "OBS_VALUE", "TIME_PERIOD")
    rows, columns = (
        [name for name in names if re.fullmatch(side + r"[A-Z]\w?", name)] for side in ("row", "col")
    )
    if {"refArea", "counterpartArea", "obsValue"} <= set(names) and len(rows) == len(columns) == 1:
        year = next((name for name in ("refPeriod", "timePeriod", "TIME_PERIOD") if name in names), None)
        return Flat("refArea", rows[0], "counterpartArea", columns[0], "obsValue", year)
    return None


def _table_name(label: str) -> str:
    issue = re.search(r"(\d\d)ed", label)
    kind = "-products" if re.search(r"prod-by-prod|_fcp_pp", label) else ""
    return f"figaro{kind}" + (f"-{issue[0]}" if issue else "")


def _read_file(job: Job, path: Path, label: str, size: int) -> None:
    lines = text_rows(path)
    _, header = next(lines, (0, []))
    names = [name.strip() for name in header]
    key = DATABASE_KEY.match(",".join(header))
    flat = flat_columns([*key[1].split(","), "TIME_PERIOD", "OBS_VALUE"] if key else names)
    if flat is not None:
        _read_flat(job, path, label, size, flat, tuple(key[1].split(",")) if key else ())
    elif len(names) > 2 and any(_column(name).kind == FINAL_USE for name in names[1:]):
        columns: list[Side | None] = [_column(name) for name in names[1:]]
        buyers = {side.code for side in columns if side and side.kind == INDUSTRY}
        add_matrix(
            job, job.account(label, TABLE, size), edition_of(label), columns, _rows(lines, buyers, label)
        )
    else:
        raise InputError(
            "the header is neither of FIGARO's matrix nor of its flat form", where=label, remedy=REMEDY
        )


def _rows(
    lines: Iterator[tuple[int, list[str]]], buyers: set[str], label: str
) -> Iterator[tuple[int, Side, list[object]]]:
    for line, cells in lines:
        side = _row(cells[0].strip())
        if side.kind == INDUSTRY and side.code not in buyers:
            raise _not_square(side.code, label)
        yield line, side, list(cells[1:])


def _not_square(code: str, label: str) -> InputError:
    return InputError(f"row '{code}' has no column: what sells is not what buys", where=label, remedy=REMEDY)


def _row(name: str) -> Side:
    country, _, code = name.partition("_")
    return Side(PRIMARY, "", code) if country in WORLD else Side(INDUSTRY, iso(country), code)


def _column(name: str) -> Side:
    country, _, code = name.partition("_")
    return Side(FINAL_USE if USE.match(code) else INDUSTRY, iso(country), code)


def _read_flat(job: Job, path: Path, label: str, size: int, flat: Flat, key: tuple[str, ...]) -> None:
    """One line a cell, or with a ``key`` one line a series and a column a year. DuckDB reads the lines."""
    account, name = job.account(label, TABLE, size), job.raw_name("flat")
    run = job.connection.execute
    year = f"TRY_CAST(trim({quoted(flat.year)}) AS INTEGER)" if flat.year else str(edition_of(label).year)
    ends = dict(zip(("from_area", "from_code", "to_area", "to_code"), flat.codes, strict=True))
    run(
        f"""CREATE TABLE {quoted(name)} AS
            SELECT {", ".join(f"nullif(trim({quoted(column)}), '') AS {end}" for end, column in ends.items())},
              TRY_CAST(trim({quoted(flat.value)}) AS DOUBLE) AS value, trim({quoted(flat.value)}) AS said,
              {year} AS year, _line
            FROM ({_by_year(key) if key else BY_CELL})""",
        {"path": str(path)},
    )
    _check_square(job, name, label)
    nothing = "coalesce(value = 0, said IN ('', ':'))" if flat.value == "OBS_VALUE" else "value = 0"
    blank, account.rows_in = run(
        f"""SELECT count(*) FILTER ({nothing}), count(*) FILTER (({nothing}) IS NOT true) FROM {quoted(name)}"""
    ).fetchall()[0]
    if blank:
        job.warn("no flow", label, "cells that are 0 or blank: no flow, and no row", count=blank)
    unread = f"""(value IS NULL OR NOT isfinite(value) OR year IS NULL OR from_area IS NULL OR from_code IS NULL
      OR to_area IS NULL OR to_code IS NULL) AND ({nothing}) IS NOT true"""
    for line, *cells in run(
        f"SELECT _line, {', '.join(ends)}, said FROM {quoted(name)} WHERE {unread}"
    ).fetchall():
        reason = f"a code or the year is missing, or '{flat.value}' is no number"
        job.reject(account, line, reason, ",".join(c or "" for c in cells))
    areas = run(f"SELECT DISTINCT unnest([from_area, to_area]) FROM {quoted(name)}").fetchall()
    codes = [(area, "" if area in WORLD else iso(area)) for (area,) in areas if area]
    places = job.make_raw("area", ["area", "iso"], ((area, code, 0) for area, code in codes))
    primary = ", ".join(literal(area) for area in WORLD)
    job.add(
        TABLE,
        f"""
        SELECT {literal(_table_name(label))} AS table_name, year, {literal(UNIT)} AS unit,
          CASE WHEN from_area IN ({primary}) THEN '{PRIMARY}' ELSE '{INDUSTRY}' END AS from_kind,
          f.iso AS from_country, from_code,
          CASE WHEN regexp_matches(to_code, '^{USE.pattern}') THEN '{FINAL_USE}' ELSE '{INDUSTRY}' END AS to_kind,
          t.iso AS to_country, to_code, value,
          {literal(job.source)} AS source, {literal(label)} AS source_file, cell._line AS source_line
        FROM {quoted(name)} cell JOIN {quoted(places)} f ON f.area = from_area
        JOIN {quoted(places)} t ON t.area = to_area WHERE value <> 0 AND NOT ({unread})""",
    )


def _by_year(key: tuple[str, ...]) -> str:
    """The database's TSV as one row a cell; a flag after a value (`12.5 p`) is left out."""
    parts = ", ".join(
        f"split_part(_key, ',', {at}) AS {quoted(part)}" for at, part in enumerate(key, start=1)
    )
    return f"""
      SELECT {parts}, _year AS "TIME_PERIOD", split_part(trim(_cell), ' ', 1) AS "OBS_VALUE", _line
      FROM (UNPIVOT (
        SELECT (row_number() OVER () + 1)::INTEGER AS _line, columns(*) FROM read_csv($path, delim='\t', header=true,
          quote='', all_varchar=true, parallel=false)
      ) ON columns('^ *[0-9]+ *$') INTO NAME _year VALUE _cell) AS cells (_line, _key, _year, _cell)"""


def _check_square(job: Job, name: str, label: str) -> None:
    primary = ", ".join(literal(area) for area in WORLD)
    only_sold = job.connection.execute(
        f"""SELECT min(from_code) FROM {quoted(name)} WHERE from_area NOT IN ({primary})
            AND from_code NOT IN (SELECT to_code FROM {quoted(name)} WHERE to_code IS NOT NULL)"""
    ).fetchall()[0][0]
    if only_sold is not None:
        raise _not_square(only_sold, label)
