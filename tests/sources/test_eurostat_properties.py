"""Cells and files of any kind against a second, naive reading written here: the same figures, nothing lost."""

from __future__ import annotations

import math
import string
import tempfile
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError
from clusteratlas.sources.eurostat.cells import fault, flag, value
from tests.support.reading import read_source

BAD = "bad"


def naive_number(text: str) -> float | None:
    """The number that a text is, by its signs, digits and point; None when it is none."""
    mantissa, _, exponent = text.replace("E", "e").partition("e")
    if "e" in text.lower() and not (
        exponent.lstrip("+-").isdecimal() and len(exponent.lstrip("+-")) >= len(exponent) - 1
    ):
        return None
    body = mantissa[1:] if mantissa[:1] in ("+", "-") else mantissa
    whole, _, fraction = body.partition(".")
    digits = whole + fraction
    if not digits or any(sign not in string.digits for sign in digits + exponent.lstrip("+-")):
        return None
    return float(text)


def naive_cell(cell: str) -> tuple[float | None, str | None] | str:
    """Value and flags of a cell, taken apart from its end; `BAD` when it is neither number nor missing."""
    text = cell.strip(" \t\r")
    if not text:
        return None, None
    for cut in range(len(text), max(-1, len(text) - 5), -1):
        mark, flags = text[:cut].rstrip(" \t\r"), text[cut:]
        if not all(letter in string.ascii_letters for letter in flags):
            break
        if mark == ":":
            return None, flags or None
        number = naive_number(mark)
        if number is not None:
            return (number, flags or None) if math.isfinite(number) else BAD
    return BAD


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        yield connection


def parsed(connection: duckdb.DuckDBPyConnection, cell: str) -> tuple[float | None, str | None] | str:
    number, flags, wrong = connection.execute(
        f"SELECT {value('cell')}, {flag('cell')}, {fault('cell')} FROM (SELECT ? AS cell, '2010' AS period)",
        [cell],
    ).fetchall()[0]
    return BAD if wrong else (number, flags)


numbers = st.one_of(
    st.integers(-(10**12), 10**12).map(str),
    st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**9), max_value=10**9).map(
        str
    ),
    st.floats(allow_nan=False, allow_infinity=False).map(repr),
)
blanks = st.text(" \t\r", max_size=2)
marks = st.one_of(numbers, st.just(":"), st.just(""), st.text(":.+-eE0123456789", max_size=8))
flags = st.text("bcdefinprsuzxC", max_size=5)
cells = st.one_of(
    st.builds(lambda a, m, b, f, c: a + m + b + f + c, blanks, marks, blanks, flags, blanks),
    st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12),
    st.sampled_from(
        ["NaN", "inf", "-inf", "1_000", "1,5", "0x10", "1e999", "1e", "1 e5", "٣", "1\u00a0b", "--1"]
    ),
)


@settings(max_examples=600, deadline=None)
@given(cell=cells)
def test_a_cell_is_what_the_naive_reading_says(connection, cell: str):
    assert parsed(connection, cell) == naive_cell(cell), repr(cell)


@settings(max_examples=300, deadline=None)
@given(number=st.floats(allow_nan=False, allow_infinity=False), flags=st.text("bcdep", max_size=3))
def test_a_number_comes_back_to_its_last_digit(connection, number: float, flags: str):
    assert parsed(connection, f"{number!r} {flags}") == (number, flags or None)


def naive_file(lines: list[str], periods: list[str]) -> tuple[dict[tuple, tuple], int]:
    """The well-formed cells by line and period, and how many units came in (cells; 1 for an unreadable line)."""
    found, came_in, seen = {}, 0, set()
    for number, line in enumerate(lines, start=2):
        if not line.strip(" "):
            continue
        key, *row = line.split("\t")
        keys = tuple(part.strip(" ") for part in key.split(","))
        if len(row) != len(periods) or len(keys) != 2 or "" in keys:
            came_in += 1
            continue
        came_in += len(row)
        if keys in seen:
            continue
        seen.add(keys)
        for period, cell in zip(periods, row, strict=True):
            if naive_cell(cell) != BAD:
                found[number, int(period)] = naive_cell(cell)
    return found, came_in


keys = st.one_of(
    st.sampled_from(["C,AT", "C,DE", "C10,AT", "C10, FR71", "G,EU28"]),
    st.text("AC1, ", max_size=6),
)
simple = st.one_of(cells.filter(lambda c: not set(c) & set("\t\r\n")), st.sampled_from(["1 ", ": ", "2.5 b"]))
lines = st.builds(lambda key, row: "\t".join([key, *row]), keys, st.lists(simple, min_size=1, max_size=4))


@settings(max_examples=120, deadline=None)
@given(lines=st.lists(lines.filter(lambda t: len(t.splitlines()) == 1), max_size=6), ends=st.booleans())
def test_a_file_is_what_the_naive_reading_says(lines: list[str], ends: bool):
    periods = ["2010", "2009"]
    text = "\n".join(["nace_r2,geo\\time\t2010 \t2009 ", *lines]) + ("\n" if ends else "")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.tsv"
        path.write_bytes(text.encode())
        reading = read_source("eurostat", path)
    expected, came_in = naive_file(lines, periods)
    found = {(r["source_line"], r["year"]): (r["value"], r["flag"]) for r in reading.observations}
    assert found == expected
    assert reading.rows_in == came_in


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_any_change_of_a_byte_loses_nothing(data):
    """The reading balances its account, or says which file it cannot read: it never breaks."""
    content = bytearray(
        b"nace_r2,geo\\time\t2010 \t2009 \n" + b"C,AT\t1 b\t: c\nC,DE\t2.5\t-3 \nC10,FR\t7 \t8 \n"
    )
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "table.tsv"
        path.write_bytes(bytes(content))
        try:
            reading = read_source("eurostat", path)
        except InputError as refusal:
            said = str(refusal)
        else:
            said = path.name if reading.rows_in == len(reading.observations) + len(reading.rejected) else ""
    assert path.name in said
