"""The patient reader: record by record, so that a malformed one costs itself and nothing else."""

from __future__ import annotations

import csv
import re
from collections import deque
from collections.abc import Iterator

from clusteratlas.sources.job import FileAccount, Job
from clusteratlas.sources.text import FIELD_LIMIT, Text, decode

RECORD_LINES_LIMIT = 200_000
BLOCK_LINES_LIMIT = 2_000
_LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
_BLANK = " \t\r\n"

Numbered = tuple[int, str]


def read_patiently(job: Job, text: Text, kind: str, account: FileAccount) -> str:
    """The file as a raw table with `_line`; malformed records are mended, or go to the quarantine."""
    rows = ((*(v or None for v in values), line) for values, line in _settled(job, text, account))
    return job.make_raw(kind, text.header, rows)


def _settled(job: Job, text: Text, account: FileAccount) -> Iterator[tuple[list[str], int]]:
    for line, raw, values in records(text, physical_lines(job, text, account)):
        account.rows_in += 1
        if values is None and (values := mend(raw, text)):
            job.warn("mended", account.file, "malformed quotes; mended", example=f"line {line}")
        if values is None:
            job.reject(account, line, _fault(raw, text), raw)
        else:
            yield values, line


def physical_lines(job: Job, text: Text, account: FileAccount) -> Iterator[Numbered]:
    """Lines with their ends and numbers, the header left out; what was wrong with their letters is noted."""
    feed = "\r" if text.marks.carriage_returns > 2 * text.marks.line_feeds else "\n"
    number = 1
    for place, line in enumerate(_decoded(job, text, account)):
        if "\0" in line:
            line = line.replace("\0", "")
            job.warn("zero bytes", account.file, "zero bytes taken out", example=f"line {number}")
        if place:
            yield number, line
        number += feed in line


def _decoded(job: Job, text: Text, account: FileAccount) -> Iterator[str]:
    if text.encoding != "utf-8":
        job.warn("encoding", account.file, f"not UTF-8; read as {text.encoding.upper()}")
        with text.path.open(encoding=text.encoding, errors="replace", newline="") as stream:
            yield from iter(lambda: stream.readline(FIELD_LIMIT), "")
        return
    number = 0
    with text.path.open("rb") as stream:
        while raw := stream.readline(FIELD_LIMIT):
            line, number = decode(raw), number + 1
            if not raw.isascii() and line.encode("utf-8") != raw:
                message = "lines that are not UTF-8; read as Windows-1252"
                job.warn("encoding", account.file, message, example=f"line {number}")
            line = line.removeprefix("\ufeff") if number == 1 else line
            yield from _LINES.findall(line) if "\r" in line.rstrip("\r\n") else [line]


class Lines:
    """Physical lines that can be put back; those given since `begin` are in ``taken``."""

    def __init__(self, lines: Iterator[Numbered]) -> None:
        self._lines, self._back = lines, deque[Numbered]()
        self.taken: list[Numbered] = []
        self.limit = RECORD_LINES_LIMIT

    def begin(self, limit: int = RECORD_LINES_LIMIT) -> None:
        """Forget the lines that were taken; give no more than ``limit`` from here."""
        self.taken, self.limit = [], limit

    def put_back(self, kept: int) -> None:
        """Put back all taken lines but the first ``kept``."""
        self._back.extendleft(reversed(self.taken[kept:]))
        del self.taken[kept:]

    def __iter__(self) -> Lines:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= self.limit:
            raise StopIteration
        numbered = self._back.popleft() if self._back else next(self._lines)
        self.taken.append(numbered)
        return numbered[1]


def records(text: Text, physical: Iterator[Numbered]) -> Iterator[tuple[int, str, list[str] | None]]:
    """Each record: the line on which it begins, its text, and its fields, or None when it is malformed."""
    lines = Lines(physical)
    while True:
        lines.begin()
        values = _next(lines, text)
        if not lines.taken:
            return
        if values is None or _has_swallowed(lines.taken, text):
            values = None
            lines.put_back(1)
            if lines.taken[0][1].strip(_BLANK):
                _take_rest(lines, text)
        raw = "".join(line for _, line in lines.taken)
        if values is not None or raw.strip(_BLANK):
            yield lines.taken[0][0], raw, values


def _next(lines: Lines, text: Text) -> list[str] | None:
    """The fields of the next record; None when its quotes or the number of its fields are wrong."""
    try:
        values = next(csv.reader(lines, delimiter=text.delimiter, strict=True), None)
    except csv.Error:
        return None
    return values if values and len(values) == len(text.header) else None


def _take_rest(lines: Lines, text: Text) -> None:
    """Take the lines that go on with a malformed record: all up to one on which another record begins."""
    block = lines.taken
    while len(block) < BLOCK_LINES_LIMIT:
        lines.begin(BLOCK_LINES_LIMIT)
        values = _next(lines, text)
        ended = not lines.taken or values is not None or _begins_like_a_record(lines.taken[0][1], text)
        lines.put_back(0 if ended else 1)
        if ended:
            break
        block += lines.taken
    lines.taken = block


def _begins_like_a_record(line: str, text: Text) -> bool:
    """A quoted key and then another quoted field, or a number and then a separator."""
    delimiter = re.escape(text.delimiter)
    return bool(re.match(rf'"[^"\r\n]{{1,80}}"{delimiter}"|"?\d{{3,12}}"?{delimiter}', line))


def _has_swallowed(taken: list[Numbered], text: Text) -> bool:
    """Whether lines within a record are whole records, keyed by a number: two stray quotes have joined them."""
    keyed = re.compile(rf'"?\d{{3,12}}"?{re.escape(text.delimiter)}')
    return len(text.header) > 2 and any(
        keyed.match(line) and _next(Lines(iter([(number, line)])), text) for number, line in taken[1:]
    )


def mend(record: str, text: Text) -> list[str] | None:
    """The fields of a malformed record, where its separators leave no doubt what they are; None otherwise."""
    content = record.rstrip("\r\n")
    delimiter = re.escape(text.delimiter)
    fields: list[str] = []
    if len(content) > 1 and content[0] == '"' == content.rstrip(text.delimiter + " ")[-1:]:
        inner = re.sub(rf'"[ \t{delimiter}]*$', "", content[1:])
        fields = re.split(rf'"[ \t]*{delimiter}[ \t]*"', inner)
    if len(fields) != len(text.header) and "\n" not in content:
        fields = content.split(text.delimiter)
    while len(fields) > len(text.header) and not fields[-1].strip():
        fields.pop()
    return [_unquote(f) for f in fields] if len(fields) == len(text.header) else None


def _unquote(field: str) -> str:
    """Undo doubled quotes, and take away a pair that wraps a whole field."""
    plain = field.replace('""', '"')
    return plain[1:-1] if len(plain) > 1 and plain[0] == plain[-1] == '"' else plain


def _fault(record: str, text: Text) -> str:
    try:
        rows = list(csv.reader([record], delimiter=text.delimiter, strict=True))
    except csv.Error as fault:
        reason = "a quote is opened and not closed" if "end of data" in str(fault) else str(fault)
        return f"malformed: {reason}"
    found = len(rows[0]) if rows else 0
    return f"{found} fields where the header has {len(text.header)}"
