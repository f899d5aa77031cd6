"""The fast reader: a whole text file by DuckDB, believed only when every byte of the file is accounted for."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from clusteratlas.sources.job import Job
from clusteratlas.sources.sql import literal, quoted
from clusteratlas.sources.text import FIELD_LIMIT, Text

# A line within a field that begins like a record of its own: a stray quote may have swallowed one.
KEYED_LINE = r'[\r\n]"?[0-9]{3,12}"?'


def read_strictly(job: Job, text: Text, kind: str) -> str | None:
    """The whole file as a raw table with `_line`; None when DuckDB refuses it, or its rows do not make up the file."""
    if text.encoding != "utf-8" or text.marks.zeros:
        return None
    name = job.raw_name(kind)
    try:
        _read(job, text, name)
        if _is_whole(job, text, name):
            return name
    except (duckdb.InvalidInputException, duckdb.IOException, duckdb.ConversionException, UnicodeEncodeError):
        pass  # the patient reader will say what is wrong, and where
    job.connection.execute(f"DROP TABLE IF EXISTS {quoted(name)}")
    return None


def _read(job: Job, text: Text, name: str) -> None:
    types = ", ".join(f"{literal(c)}: 'VARCHAR'" for c in text.header)
    job.connection.execute(
        f"""CREATE TABLE {quoted(name)} AS SELECT * FROM read_csv($path, delim=$delimiter, quote='"', escape='"',
            header=true, auto_detect=false, strict_mode=true, null_padding=false, compression='none',
            hive_partitioning=false, max_line_size={FIELD_LIMIT}, columns={{{types}}})""",
        {"path": literally(text.path), "delimiter": text.delimiter},
    )


def literally(path: Path) -> str:
    """A path as DuckDB takes it: there it is a pattern, and a folder called year=2024 a column; neither is meant."""
    return re.sub(r"([*?\[])", r"[\1]", str(path.absolute()))


def _is_whole(job: Job, text: Text, name: str) -> bool:
    """Whether the rows make up the file, line by line and byte by byte; gives them their `_line` on the way."""
    rows, size = _measure(job, text, name)
    marks = text.marks
    inner = marks.line_feeds - rows - (1 if marks.ends_with_line_feed else 0)
    if inner < 0 or not _bytes_add_up(job, text, name, rows, size, inner):
        return False
    return _number_plainly(job, name) if inner == 0 else _number_by_content(job, text, name, inner)


def _measure(job: Job, text: Text, name: str) -> tuple[int, int]:
    lengths = " + ".join(f"coalesce(sum(strlen({quoted(c)})), 0)" for c in text.header)
    return job.connection.execute(f"SELECT count(*), {lengths} FROM {quoted(name)}").fetchall()[0]


def _bytes_add_up(job: Job, text: Text, name: str, rows: int, size: int, inner: int) -> bool:
    """Whether header, fields, separators, quotes and line ends are as long together as the file."""
    marks, columns = text.marks, len(text.header)
    with text.path.open("rb") as stream:
        header = stream.read(text.header_bytes)
    ends = (marks.line_feeds - inner - 1) * (2 if header.endswith(b"\r\n") else 1)
    quotes = marks.quotes - header.count(b'"')
    outside = marks.size - text.header_bytes - size - rows * (columns - 1) - ends
    # Each quote inside a field stands twice in the file, once in the field.
    every_field_quoted = (quotes - 2 * columns * rows) / 2
    if outside == quotes - every_field_quoted:
        return True
    return outside == quotes - _count_in_fields(job, text, name, '"')


def _content(text: Text) -> str:
    return "concat_ws('', " + ", ".join(quoted(c) for c in text.header) + ")"


def _count_in_fields(job: Job, text: Text, name: str, mark: str) -> int:
    found = f"strlen(c) - strlen(replace(c, {literal(mark)}, ''))"
    query = f"SELECT coalesce(sum({found}), 0) FROM (SELECT {_content(text)} AS c FROM {quoted(name)})"
    return job.connection.execute(query).fetchall()[0][0]


def _number_plainly(job: Job, name: str) -> bool:
    job.connection.execute(f"ALTER TABLE {quoted(name)} ADD COLUMN _line INTEGER")
    job.connection.execute(f"UPDATE {quoted(name)} SET _line = rowid + 2")
    return True


def _number_by_content(job: Job, text: Text, name: str, inner: int) -> bool:
    """Number records some of which span lines; False when their line feeds are not those of the file."""
    run, table, spanning = job.connection.execute, quoted(name), quoted(f"{name}_spanning")
    has_feed = " OR ".join(f"contains({quoted(c)}, chr(10))" for c in text.header)
    swallowed = literal(KEYED_LINE + re.escape(text.delimiter))
    run(
        f"""CREATE TEMP TABLE {spanning} AS
            SELECT id, strlen(c) - strlen(replace(c, chr(10), '')) AS feeds,
              regexp_matches(c, {swallowed}) AS is_suspicious
            FROM (SELECT rowid AS id, {_content(text)} AS c FROM {table} WHERE {has_feed})"""
    )
    counted, suspicious = run(
        f"SELECT coalesce(sum(feeds), 0), count(*) FILTER (is_suspicious) FROM {spanning}"
    ).fetchall()[0]
    is_whole = counted == inner and not suspicious
    if is_whole:
        run(f"ALTER TABLE {table} ADD COLUMN _line INTEGER")
        run(
            f"""UPDATE {table} SET _line = numbered.line FROM (
                  SELECT r.rowid AS id, r.rowid + 2 + coalesce(sum(feeds) OVER (
                    ORDER BY r.rowid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS line
                  FROM {table} r LEFT JOIN {spanning} s ON s.id = r.rowid
                ) AS numbered WHERE {table}.rowid = numbered.id"""
        )
    run(f"DROP TABLE {spanning}")
    return is_whole
