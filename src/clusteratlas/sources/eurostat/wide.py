"""Bulk TSV: a line is a series, a column a period. A malformed line or cell costs itself alone."""

from __future__ import annotations

import duckdb

from clusteratlas.sources.eurostat.cells import fault, flag, is_blank, reject_malformed, value, warn_of_flags
from clusteratlas.sources.eurostat.layouts import Wide
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.patient import physical_lines
from clusteratlas.sources.sql import literal, quoted
from clusteratlas.sources.strict import literally
from clusteratlas.sources.text import FIELD_LIMIT, Text


def load_wide(job: Job, text: Text, layout: Wide, account: FileAccount) -> tuple[str, bool]:
    """The series of a file as a raw table: `_line`, `d_<dimension>` ..., and `cells`, a list of texts in the order
    of the years (see `cells_of`); and whether any cell is malformed.

    Each cell is in the table or in the quarantine. A line whose cells cannot be told apart counts as one.
    Cells are parsed where they are read: here to find what is wrong, and when the release is written.
    """
    if not text.marks.ends_with_line_feed:
        job.warn("no line end", account.file, "the last line has no end: the file may be cut off")
    lines, split = _lines(job, text, account), job.raw_name("split")
    job.connection.execute(
        f"""CREATE TABLE {quoted(split)} AS
            SELECT _line, cells, list_transform(string_split(cells[1], ','), lambda k: trim(k)) AS keys
            FROM (SELECT _line, string_split(text, chr(9)) AS cells FROM {quoted(lines)}
              WHERE trim(text) <> '')"""
    )
    job.connection.execute(f"DROP TABLE {quoted(lines)}")
    _reject_lines(job, split, layout, account)
    count = job.connection.execute(f"SELECT count(*) FROM {quoted(split)}").fetchall()[0][0]
    account.rows_in += count * len(layout.periods)
    _reject_repeated(job, split, layout, account)
    series = _in_order_of_years(job, split, layout)
    job.connection.execute(f"DROP TABLE {quoted(split)}")
    return series, _check_cells(job, series, layout, account)


def cells_of(series: str, layout: Wide, *, has_faults: bool = True) -> str:
    """SQL for the cells of a table of series that has `cells`: its other columns, `period`, `value`, `flag`.

    With ``has_faults`` malformed cells, which are in the quarantine, are left out: to look costs a second a million.
    """
    condition = f"WHERE ({fault('cell')}) IS NULL" if has_faults else ""
    return f"""SELECT * EXCLUDE (cell), {value("cell")} AS value, {flag("cell")} AS flag
      FROM ({_texts(series, layout)}) {condition}"""


def _texts(series: str, layout: Wide) -> str:
    periods = ", ".join(literal(period) for period in sorted(layout.periods))
    return f"SELECT * EXCLUDE (cells), unnest(cells) AS cell, unnest([{periods}]) AS period FROM {quoted(series)}"


def _in_order_of_years(job: Job, split: str, layout: Wide) -> str:
    """The series with a column for each dimension; publishers order the years both ways."""
    series = job.raw_name("series")
    dimensions = ", ".join(
        f"keys[{i}] AS {quoted(f'd_{name}')}" for i, name in enumerate(layout.dimensions, start=1)
    )
    places = {period: place for place, period in enumerate(layout.periods, start=2)}
    cells = ", ".join(f"cells[{places[period]}]" for period in sorted(places))
    job.connection.execute(
        f"CREATE TABLE {quoted(series)} AS SELECT _line, {dimensions}, [{cells}] AS cells FROM {quoted(split)}"
    )
    return series


def _check_cells(job: Job, series: str, layout: Wide, account: FileAccount) -> bool:
    """Quarantine malformed cells, and tell whether there are any; count blank ones and unknown flags, which stay."""
    before = account.quarantined
    odd = job.raw_name("odd")
    job.connection.execute(
        f"""CREATE TABLE {quoted(odd)} AS
            SELECT _line, period, cell, {flag("cell")} AS flag, {is_blank("cell")} AS is_blank,
              {fault("cell")} AS fault
            FROM ({_texts(series, layout)}) WHERE flag IS NOT NULL OR is_blank OR fault IS NOT NULL"""
    )
    reject_malformed(job, odd, account)
    warn_of_flags(job, odd, account)
    count, line = job.connection.execute(
        f"SELECT count(*), min(_line) FROM {quoted(odd)} WHERE is_blank"
    ).fetchall()[0]
    if count:
        job.warn(
            "blank cell", account.file, "blank cells, read as missing", example=f"line {line}", count=count
        )
    job.connection.execute(f"DROP TABLE {quoted(odd)}")
    return account.quarantined > before


def _lines(job: Job, text: Text, account: FileAccount) -> str:
    """The lines below the header as a raw table of `text` and `_line`."""
    marks = text.marks
    if text.encoding == "utf-8" and not marks.zeros and not marks.carriage_returns:
        name = job.raw_name("lines")
        try:
            if _read_lines(job, text, name):
                return name
        except (duckdb.InvalidInputException, duckdb.IOException, UnicodeEncodeError):
            pass  # line by line, then
        job.connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
    plain = ((line.rstrip("\r\n"), number) for number, line in physical_lines(job, text, account))
    return job.make_raw("lines", ["text"], ((line, n) for line, n in plain if line.strip()))


def _read_lines(job: Job, text: Text, name: str) -> bool:
    """Let DuckDB read the lines; False when they do not make up the file, line by line and byte by byte."""
    job.connection.execute(
        f"""CREATE TABLE {quoted(name)} AS SELECT * FROM read_csv($path, delim=chr(31), quote='', escape='',
            header=false, skip=1, auto_detect=false, strict_mode=true, null_padding=false, compression='none',
            hive_partitioning=false, max_line_size={FIELD_LIMIT}, columns={{'text': 'VARCHAR'}})""",
        {"path": literally(text.path)},
    )
    rows, size = job.connection.execute(
        f"SELECT count(*), coalesce(sum(strlen(text)), 0) FROM {quoted(name)}"
    ).fetchall()[0]
    feeds = text.marks.line_feeds - 1
    is_whole = rows == feeds + (0 if text.marks.ends_with_line_feed else 1)
    if not is_whole or size + feeds != text.marks.size - text.header_bytes:
        return False
    job.connection.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN _line INTEGER")
    job.connection.execute(f"UPDATE {quoted(name)} SET _line = rowid + 2")
    return True


def _reject_lines(job: Job, series: str, layout: Wide, account: FileAccount) -> None:
    """Move lines that cannot be told into a series and its cells into the quarantine."""
    dimensions, periods = len(layout.dimensions), len(layout.periods)
    fault = f"""CASE
      WHEN len(cells) <> {periods + 1}
        THEN len(cells) - 1 || ' cells where the header has {periods} periods'
      WHEN len(keys) <> {dimensions}
        THEN len(keys) || ' dimensions where the header has {dimensions}'
      WHEN list_contains(keys, '')
        THEN 'dimension ''' || list_extract($names::VARCHAR[], list_position(keys, '')) || ''' is empty' END"""
    found = job.connection.execute(
        f"""SELECT _line, fault, array_to_string(cells, chr(9)) FROM (
              SELECT *, {fault} AS fault FROM {quoted(series)}) WHERE fault IS NOT NULL ORDER BY _line""",
        {"names": list(layout.dimensions)},
    ).fetchall()
    for line, reason, content in found:
        job.reject(account, line, reason, content)
    account.rows_in += len(found)
    _delete(job, series, [line for line, *_ in found])


def _reject_repeated(job: Job, series: str, layout: Wide, account: FileAccount) -> None:
    """Move the cells of a series that another line has given already into the quarantine."""
    found = job.connection.execute(
        f"""SELECT s._line, first, array_to_string(keys, ','), cells[2:] FROM {quoted(series)} s JOIN (
              SELECT keys, min(_line) AS first FROM {quoted(series)} GROUP BY keys HAVING count(*) > 1) USING (keys)
            WHERE s._line > first ORDER BY s._line"""
    ).fetchall()
    for line, first, key, cells in found:
        for period, cell in zip(layout.periods, cells, strict=True):
            reason = f"the series stands already in line {first}"
            job.reject(account, line, reason, f"{key}\t{period}: {cell}")
    _delete(job, series, [line for line, *_ in found])


def _delete(job: Job, series: str, lines: list[int]) -> None:
    if lines:
        job.connection.execute(
            f"DELETE FROM {quoted(series)} WHERE _line IN (SELECT unnest($lines::INTEGER[]))",
            {"lines": lines},
        )
