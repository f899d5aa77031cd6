"""Bulk TSV into cells: a line is a series, a column a period. A malformed line or cell costs itself alone."""

from __future__ import annotations

import duckdb

from clusteratlas.sources.eurostat.cells import fault, is_blank, number, parsed, reject_malformed
from clusteratlas.sources.eurostat.layouts import Wide
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.patient import physical_lines
from clusteratlas.sources.sql import quoted
from clusteratlas.sources.strict import literally
from clusteratlas.sources.text import FIELD_LIMIT, Text


def load_wide(job: Job, text: Text, layout: Wide, account: FileAccount) -> str:
    """The cells of a file as a raw table: `_line`, `d_<dimension>` ..., `period`, `value`, `flag`.

    Each cell is in the table or in the quarantine. A line whose cells cannot be told apart counts as one.
    """
    series = _series(job, text, layout, account)
    cells = job.raw_name("cells")
    dimensions = ", ".join(
        f"keys[{i}] AS {quoted(f'd_{name}')}" for i, name in enumerate(layout.dimensions, start=1)
    )
    job.connection.execute(
        f"""CREATE TABLE {quoted(cells)} AS
            SELECT _line, {dimensions}, period, {number("p.mark")} AS value, nullif(p.flag, '') AS flag,
              {is_blank()} AS is_blank, {fault()} AS fault,
              CASE WHEN fault IS NOT NULL THEN cell END AS cell
            FROM (SELECT *, {parsed("cell")} AS p FROM (
              SELECT _line, keys, unnest(cells[2:]) AS cell, unnest($periods::VARCHAR[]) AS period
              FROM {quoted(series)}))""",
        {"periods": list(layout.periods)},
    )
    job.connection.execute(f"DROP TABLE {quoted(series)}")
    _warn_of_blank(job, cells, account)
    reject_malformed(job, cells, account)
    return cells


def _series(job: Job, text: Text, layout: Wide, account: FileAccount) -> str:
    """The lines that can be told into cells, each series once: `_line`, `keys`, `cells`; counts what came in."""
    if not text.marks.ends_with_line_feed:
        job.warn("no line end", account.file, "the last line has no end: the file may be cut off")
    lines, series = _lines(job, text, account), job.raw_name("series")
    job.connection.execute(
        f"""CREATE TABLE {quoted(series)} AS
            SELECT _line, cells, list_transform(string_split(cells[1], ','), lambda k: trim(k)) AS keys
            FROM (SELECT _line, string_split(text, chr(9)) AS cells FROM {quoted(lines)})"""
    )
    job.connection.execute(f"DROP TABLE {quoted(lines)}")
    _reject_lines(job, series, layout, account)
    count = job.connection.execute(f"SELECT count(*) FROM {quoted(series)}").fetchall()[0][0]
    account.rows_in += count * len(layout.periods)
    _reject_repeated(job, series, layout, account)
    return series


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


def _warn_of_blank(job: Job, cells: str, account: FileAccount) -> None:
    count, line = job.connection.execute(
        f"SELECT count(*), min(_line) FROM {quoted(cells)} WHERE is_blank"
    ).fetchall()[0]
    if count:
        message = "blank cells, read as missing"
        job.warn("blank cell", account.file, message, example=f"line {line}", count=count)
