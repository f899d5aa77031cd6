"""Text files of any kind, whole or broken: nothing vanishes, nothing is invented, one fault costs one record."""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusteratlas.errors import ClusteratlasError
from clusteratlas.sources import tabular
from clusteratlas.sources.job import Job
from clusteratlas.sources.patient import read_patiently
from clusteratlas.sources.strict import read_strictly
from clusteratlas.sources.text import decode

NUMBERS = itertools.count()


@dataclass
class Reading:
    """What became of a file: rows with their lines, rejected texts with their lines, records that came in."""

    rows: list[tuple[tuple[str | None, ...], int]]
    rejected: list[tuple[int, str, str]]
    rows_in: int
    warnings: dict[str, int]

    @property
    def values(self) -> list[tuple[str | None, ...]]:
        return [values for values, _ in self.rows]


@pytest.fixture(scope="module")
def desk() -> Iterator[tuple[duckdb.DuckDBPyConnection, Path]]:
    """A database and a folder that all readings of this module share."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as connection:
        yield connection, Path(folder)


def read(desk, content: bytes, how=tabular.load) -> Reading | None:
    connection, folder = desk
    path = folder / "file.csv"
    path.write_bytes(content)
    job = Job("cordis", path, connection, folder, f"raw{next(NUMBERS)}")
    account = job.account("file.csv", "project")
    text = tabular.inspect(path, "file.csv")
    name = how(job, text, "any") if how is read_strictly else how(job, text, "any", account)
    if name is None:
        return None
    found = job.connection.execute(f'SELECT * FROM "{name}" ORDER BY rowid').fetchall()
    job.connection.execute(f'DROP TABLE "{name}"')
    job.connection.close()
    return Reading(
        [(row[:-1], row[-1]) for row in found],
        [(r.source_line, r.reason, r.raw_text) for r in job.rejected],
        account.rows_in,
        {w.code: w.count for w in job.warnings.values()},
    )


# Well-formed files: both readers give what was written, with the line on which each record begins.
FIELDS = st.text(
    st.one_of(
        st.sampled_from('";,|\t\n\r \'aé€"\u2028\x85\x1c\ufeff'),
        st.characters(exclude_categories=("Cs",), exclude_characters="\0"),
    ),
    max_size=8,
)


@st.composite
def well_formed(draw: st.DrawFn) -> tuple[bytes, list[tuple[tuple[str | None, ...], int]]]:
    width = draw(st.integers(2, 5))
    delimiter = draw(st.sampled_from(";,\t|"))
    end = draw(st.sampled_from(["\n", "\r\n"]))
    rows = draw(st.lists(st.tuples(*[FIELDS] * width), max_size=6))
    text = delimiter.join(f"name{i}" for i in range(width)) + end
    expected = []
    for row in rows:
        expected.append((tuple(v or None for v in row), 1 + text.count("\n")))
        text += delimiter.join(_written(draw, value, delimiter) for value in row) + end
    if draw(st.booleans()) and rows and rows[-1][-1]:
        text = text.removesuffix(end)
    return (b"\xef\xbb\xbf" if draw(st.booleans()) else b"") + text.encode(), expected


def _written(draw: st.DrawFn, value: str, delimiter: str) -> str:
    must = value.startswith('"') or any(c in value for c in (delimiter, "\n", "\r"))
    return '"' + value.replace('"', '""') + '"' if must or draw(st.booleans()) else value


@given(well_formed())
@settings(max_examples=120, deadline=None)
def test_readers_agree_on_well_formed_files(desk, written):
    content, expected = written
    patient = read(desk, content, read_patiently)
    assert patient.rows == expected
    assert not patient.rejected
    fast = read(desk, content, read_strictly)
    assert fast is None or fast.rows == expected
    assert read(desk, content).rows_in == len(expected)


def test_the_fast_reader_takes_what_publishers_write(desk):
    rows = "".join(f'"{n}";"a ""word"" of\nthree; lines\n";"é"\n' for n in range(100, 150))
    content = f'"id";"text";"more"\n{rows}'.encode()
    fast = read(desk, content, read_strictly)
    assert fast is not None
    assert fast.rows == read(desk, content, read_patiently).rows
    assert fast.rows[1] == (("101", 'a "word" of\nthree; lines\n', "é"), 5)


@pytest.mark.parametrize(
    "body",
    [
        '"1" ;"2";"3"\n"4";"5";"6"\n',  # DuckDB drops the space
        ' "1";"2";"3"\n',  # ... and this one, with the quotes
        '"1";"2";"3";\n',  # ... and this separator
        '"1";"2";"3"\n\n"4";"5";"6"\n',  # ... and this line
        '"1";"a\nb";"3"\n\n\n"4";"5";"6"\n',
    ],
)
def test_what_the_fast_reader_leaves_out_is_noticed(desk, body):
    content = f'"a";"b";"c"\n{body}'.encode()
    assert read(desk, content, read_strictly) is None
    assert not read(desk, content).rejected


def test_two_stray_quotes_swallow_no_records(desk):
    rows = [f"{n};name {n};text {n};more {n}" for n in range(1001, 1021)]
    rows[3] = rows[3].replace("more", '"more')
    rows[9] += '"'
    content = ("id;name;text;more\n" + "\n".join(rows) + "\n").encode()
    reading = read(desk, content)
    untouched = [tuple(r.split(";")) for i, r in enumerate(rows) if i not in (3, 9)]
    assert set(untouched) <= set(reading.values)
    assert reading.rows_in == 20


# Broken files.
QUOTED = [
    ("101192901", "HORIZON-CL5", "A title; with a separator", "12.50"),
    ("101069359", "ERC-2023-STG", 'A "quoted" word', ""),
    ("101095303", "HORIZON-EIE", "two\nlines of text", "3"),
    ("101075659", "Ünï-cödé", "ελληνικά, français", "2073781,25"),
    ("101119806", "", "", "0"),
    ("101112867", "MISS-2022", 'ends with a quote"', "7"),
    ("101159708", "WIDERA", "one\r\nmore\n\nline", "8"),
    ("101131479", "MSCA", "x" * 300, "9"),
]
ROWS = [("id", "code", "title", "cost"), *QUOTED, *((str(int(a) + 5), b, c, d) for a, b, c, d in QUOTED)]


def quoted_file() -> list[bytes]:
    return [(";".join('"' + v.replace('"', '""') + '"' for v in row) + "\n").encode() for row in ROWS]


def partly_quoted_file() -> list[bytes]:
    return [(";".join(_sparingly(v) for v in row) + "\n").encode() for row in ROWS]


def _sparingly(value: str) -> str:
    return '"' + value.replace('"', '""') + '"' if any(c in value for c in '";\n\r') else value


BYTES = st.one_of(st.sampled_from(b'";\n\r\0,a1\xe9\xff '), st.integers(0, 255))
CHANGES = st.tuples(
    st.sampled_from(["insert", "delete", "replace", "cut"]),
    st.integers(0, 10_000),
    st.binary(max_size=0) | BYTES,
)


def broken(records: list[bytes], changes: list) -> tuple[bytes, list[int]]:
    """The records with changes applied, and the numbers of those that stayed as they were."""
    records, touched = list(records), set()
    for kind, place, byte in changes:
        index, offset = _place(records, place)
        if index is None:
            break
        record, byte = records[index], bytes([byte]) if isinstance(byte, int) else b"\n"
        touched.add(index)
        # A changed line end changes where the next record begins.
        if offset >= len(record) - 1 and kind != "insert":
            touched.add(index + 1)
        if kind == "cut":
            records[index:] = [record[:offset]]
            break
        after = record[offset + (kind != "insert") :]
        records[index] = record[:offset] + (b"" if kind == "delete" else byte) + after
    kept = [i for i in range(1, len(records)) if i not in touched]
    return b"".join(records), kept


def _place(records: list[bytes], place: int) -> tuple[int | None, int]:
    body = sum(len(r) for r in records[1:])
    place = place % body if body else 0
    for index, record in enumerate(records[1:], start=1):
        if place < len(record):
            return index, place
        place -= len(record)
    return None, 0


def letters(texts: list[str | None]) -> Counter[str]:
    return Counter(c for t in texts if t for c in t if c.isalnum())


@pytest.mark.parametrize("make", [quoted_file, partly_quoted_file])
@given(changes=st.lists(CHANGES, min_size=1, max_size=4))
@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_a_fault_costs_its_record_and_nothing_else(desk, make, changes):
    records = make()
    content, kept = broken(records, changes)
    reading = read(desk, content)
    assert reading.rows_in == len(reading.rows) + len(reading.rejected)
    expected = Counter(tuple(v or None for v in ROWS[i]) for i in kept)
    assert not expected - Counter(reading.values), "an untouched record is not what it was"
    body = content[len(records[0]) :]
    was = letters([decode(line) for line in body.split(b"\n")])
    assert was == letters([v for row in reading.values for v in row] + [t for _, _, t in reading.rejected])


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_junk_is_refused_with_a_message_or_read(desk, junk):
    with contextlib.suppress(ClusteratlasError):
        reading = read(desk, junk)
        assert reading.rows_in == len(reading.rows) + len(reading.rejected)
