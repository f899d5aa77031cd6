"""Separated text files as raw tables: a strict fast reader, and a patient one that mends or quarantines.

The fast reader is DuckDB's. Its answer counts only when its rows, with the line breaks inside them, add up to the
lines of the file; otherwise the patient reader takes the file line by line, so that one malformed line costs
that line and nothing else.
"""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb

from clusteratlas.errors import InputError
from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.sql import literal, quoted

FIELD_LIMIT = 64 * 1024**2
RECORD_LINES_LIMIT = 20_000
CHUNK = 1024**2
DELIMITERS = ";,\t|"
csv.field_size_limit(FIELD_LIMIT)


@dataclass(frozen=True)
class Text:
    """A text file: where it is, its encoding, separator, header and number of line feeds."""

    path: Path
    encoding: str
    delimiter: str
    header: tuple[str, ...]
    line_feeds: int
    ends_with_line_feed: bool


def inspect(path: Path, label: str) -> Text:
    """Look at a file before it is read: encoding, separator, header, lines.

    Raises `InputError` for an empty file, for binary junk and for a header that cannot be read.
    """
    line_feeds, nuls, last, encoding = _scan(path)
    if last == b"":
        raise InputError("the file is empty", where=label, remedy="download it again")
    if nuls:
        raise InputError("this is no text file (it holds zero bytes)", where=label, remedy="download it again")
    with path.open(encoding=encoding, errors="replace", newline="") as stream:
        head = stream.readline(FIELD_LIMIT)
    delimiter = max(DELIMITERS, key=head.count)
    try:
        header = tuple(c.strip() for c in next(csv.reader([head], delimiter=delimiter)))
    except (csv.Error, StopIteration) as fault:
        raise InputError(f"the header cannot be read ({fault})", where=f"{label}:1") from fault
    doubled = {c for c in header if header.count(c) > 1}
    if doubled:
        raise InputError(f"column '{min(doubled)}' stands twice in the header", where=f"{label}:1")
    return Text(path, encoding, delimiter, header, line_feeds, last == b"\n")


def _scan(path: Path) -> tuple[int, int, bytes, str]:
    decoder, encoding = codecs.getincrementaldecoder("utf-8")(), "utf-8-sig"
    line_feeds = nuls = 0
    last = b""
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            line_feeds += chunk.count(b"\n")
            nuls += chunk.count(b"\0")
            last = chunk[-1:]
            encoding = _still_utf8(decoder, chunk, encoding)
    return line_feeds, nuls, last, encoding


def _still_utf8(decoder: object, chunk: bytes, encoding: str) -> str:
    if encoding != "utf-8-sig":
        return encoding
    try:
        decoder.decode(chunk)
    except UnicodeDecodeError:
        return "cp1252"
    return encoding


def load(job: Job, text: Text, kind: str, account: FileAccount) -> str:
    """Load ``text`` into a raw table of text columns and the integer `_line`; returns the table's name.

    Every record of the file is in the table or in the quarantine; ``account`` says how many.
    """
    if text.encoding != "utf-8-sig":
        job.warn("encoding", account.file, "not UTF-8; read as Windows-1252")
    name = None if text.encoding != "utf-8-sig" else _load_strictly(job, text, kind)
    if name is None:
        name = _load_patiently(job, text, kind, account)
    loaded = job.connection.execute(f'SELECT count(*) FROM "{name}"').fetchall()[0][0]
    account.rows_in += loaded + account.quarantined
    return name


def _load_strictly(job: Job, text: Text, kind: str) -> str | None:
    """The whole file by DuckDB's reader; None when it refuses or when lines do not add up."""
    name = job.raw_name(kind)
    types = ", ".join(f"{literal(c)}: 'VARCHAR'" for c in text.header)
    try:
        job.connection.execute(
            f"""CREATE TABLE "{name}" AS SELECT * FROM read_csv($path, delim=$delimiter, quote='"', escape='"',
                header=true, auto_detect=false, strict_mode=true, null_padding=false,
                max_line_size={FIELD_LIMIT}, columns={{{types}}})""",
            {"path": str(text.path), "delimiter": text.delimiter},
        )
    except duckdb.Error:
        job.connection.execute(f'DROP TABLE IF EXISTS "{name}"')
        return None
    if _number_lines(job, name, text):
        return name
    job.connection.execute(f'DROP TABLE IF EXISTS "{name}"')
    return None


def _number_lines(job: Job, name: str, text: Text) -> bool:
    """Add `_line`; False when rows and the line feeds within them do not add up to the file's lines."""
    run = job.connection.execute
    rows = run(f'SELECT count(*) FROM "{name}"').fetchall()[0][0]
    inner = text.line_feeds - rows - (1 if text.ends_with_line_feed else 0)
    if inner == 0:
        run(f'ALTER TABLE "{name}" ADD COLUMN _line INTEGER')
        run(f'UPDATE "{name}" SET _line = rowid + 2')
        return True
    content = "concat_ws('', " + ", ".join(quoted(c) for c in text.header) + ")"
    feeds = f"length({content}) - length(replace({content}, chr(10), ''))"
    counted = run(f'SELECT sum({feeds}) FROM "{name}"').fetchall()[0][0]
    if counted != inner:
        return False
    run(f'ALTER TABLE "{name}" ADD COLUMN _line INTEGER')
    run(
        f"""UPDATE "{name}" SET _line = numbered.line FROM (
              SELECT rowid AS id, rowid + 2 + coalesce(sum({feeds}) OVER (
                ORDER BY rowid ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS line FROM "{name}"
            ) AS numbered WHERE "{name}".rowid = numbered.id"""
    )
    return True


def _load_patiently(job: Job, text: Text, kind: str, account: FileAccount) -> str:
    rows = [(*(v or None for v in values), line) for values, line in _records(job, text, account)]
    return job.make_raw(kind, text.header, rows)


def _records(job: Job, text: Text, account: FileAccount) -> Iterator[tuple[list[str], int]]:
    """Records with the line on which each begins; malformed ones are mended, or go to the quarantine."""
    with text.path.open(encoding=text.encoding, errors="replace", newline="") as stream:
        stream.readline()
        lines = _Lines(_physical_lines(stream))
        while lines.current is not None:
            first, block = lines.number, [lines.take()]
            if block[0].strip():
                values = _complete(block, lines, text)
                yield from _settled(job, text, account, first, "".join(block), values)


class _Lines:
    """Physical lines, one looked at ahead of time."""

    def __init__(self, lines: Iterator[str]) -> None:
        self._lines, self.number = lines, 2
        self.current = next(lines, None)

    def take(self) -> str:
        taken, self.current = self.current, next(self._lines, None)
        self.number += 1
        return taken


def _complete(block: list[str], lines: _Lines, text: Text) -> list[str] | None:
    """Add physical lines to ``block`` until its quotes are closed; its fields, or None when it is malformed."""
    quotes = block[0].count('"')
    values = _strict(block[0], text)
    while values is None and lines.current is not None and len(block) < RECORD_LINES_LIMIT:
        if _begins_record(lines.current, text):
            return None
        block.append(lines.take())
        quotes += block[-1].count('"')
        values = _strict("".join(block), text) if quotes % 2 == 0 else None
    return values


def _physical_lines(stream: object) -> Iterator[str]:
    buffered = ""
    while chunk := stream.read(CHUNK):
        *lines, buffered = (buffered + chunk).split("\n")
        for line in lines:
            yield line + "\n"
    if buffered:
        yield buffered


def _strict(record: str, text: Text) -> list[str] | None:
    """The fields of a well-formed record; None when quotes or the number of fields are wrong."""
    content = record[:-1] if record.endswith("\n") else record
    content = content[:-1] if content.endswith("\r") else content
    if content.count('"') % 2:
        return None
    try:
        parsed = list(csv.reader(_feed(content), delimiter=text.delimiter, strict=True))
    except csv.Error:
        return None
    return parsed[0] if len(parsed) == 1 and len(parsed[0]) == len(text.header) else None


def _feed(content: str) -> list[str]:
    return content.splitlines(keepends=True) if "\n" in content or "\r" in content else [content]


def _begins_record(line: str, text: Text) -> bool:
    """Whether a physical line is a record by itself, or starts like one: a quoted key, then more quoted fields."""
    if len(text.header) < 3:
        return False
    start = re.match(r'^"[^"]{1,80}"' + re.escape(text.delimiter) + r'"', line)
    if start:
        return line.count(f'"{text.delimiter}"') >= 2
    return len(text.header) > 4 and not line.startswith('"') and _strict(line, text) is not None


def _settled(
    job: Job, text: Text, account: FileAccount, line: int, raw: str, values: list[str] | None
) -> Iterator[tuple[list[str], int]]:
    if values is not None:
        yield values, line
        return
    mended = _mend(raw, text)
    if mended is None:
        job.reject(account, line, _fault(raw, text), raw)
        return
    job.warn("mended", account.file, "quotes inside a field were not doubled; mended", example=f"line {line}")
    yield mended, line


def _mend(record: str, text: Text) -> list[str] | None:
    """Fields of a record whose every field is quoted but whose inner quotes are not doubled, or None."""
    content = record.rstrip("\r\n")
    if not (content.startswith('"') and content.endswith('"') and len(content) > 1):
        return None
    fields = content[1:-1].split(f'"{text.delimiter}"')
    if len(fields) != len(text.header):
        return None
    return [_unquote(f) for f in fields]


def _unquote(field: str) -> str:
    """Undo doubled quotes, and take away a pair that wraps a whole field."""
    plain = field.replace('""', '"')
    return plain[1:-1] if len(plain) > 1 and plain[0] == plain[-1] == '"' else plain


def _fault(record: str, text: Text) -> str:
    try:
        rows = list(csv.reader(_feed(record), delimiter=text.delimiter))
    except csv.Error as fault:
        return f"malformed: {fault}"
    if record.count('"') % 2:
        return "malformed: a quote is opened and not closed"
    found = len(rows[0]) if rows else 0
    return f"{found} fields where the header has {len(text.header)}"
