"""SQL macros of readers: shortcuts that say the same as the plain way."""

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas.sources import values
from clusteratlas.sources.sql import install_macros


@pytest.fixture(scope="module")
def connection():
    with duckdb.connect() as connection:
        install_macros(connection)
        yield connection


@given(st.text(st.sampled_from(" .\t\n\u00a0\u2003ab!~é")))
def test_long_texts_are_trimmed_as_all_others(connection, text):
    trimmed, plain = connection.execute("SELECT trimmed($1), trim($1)", [text]).fetchall()[0]
    assert trimmed == plain


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("39.47,-0.37", (39.47, -0.37)),
        ("90,-180", (90.0, -180.0)),
        ("90.1,0", (None, None)),
        ("0,180.1", (None, None)),
        ("nan,0", (None, None)),
        ("0,inf", (None, None)),
        ("48.2", (None, None)),
        ("north,16.3", (None, None)),
        ("", (None, None)),
        (None, (None, None)),
    ],
)
def test_a_place_is_read_whole_or_not_at_all(connection, text, point):
    read = connection.execute("SELECT of_point($1, 1), of_point($1, 2), as_point($1)", [text]).fetchall()[0]
    assert read[:2] == point
    assert read[2] == (text if point[0] is not None else None)


@given(
    st.integers(-(10**12), 10**12),
    st.sampled_from([",", ".", " ", "\u00a0", "\u202f"]),
    st.sampled_from(["", ",5", ".5", ".25", ",25"]),
)
def test_an_amount_is_read_the_same_from_a_table_as_from_a_workbook(connection, whole, thousands, rest):
    text = f"{whole:,}".replace(",", thousands) + rest
    if rest[:1] == thousands:
        return
    (read,) = connection.execute("SELECT as_money($1)", [text]).fetchall()[0]
    plain = values.amount(text)
    assert read == (None if plain is None else float(plain))


def test_what_is_no_amount_is_none(connection):
    for text in ("1.2345.678,9", "12,34,56", "1.234,5.6", "about 5", "12.34.56", "-", "1.234.", None):
        assert connection.execute("SELECT as_money($1)", [text]).fetchall() == [(None,)], text
