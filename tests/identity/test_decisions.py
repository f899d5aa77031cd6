"""People's decisions: read with the line of every mistake, the last on a pair holds, written as they are read."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas.errors import InputError
from clusteratlas.identity.decisions import COLUMNS, VERDICTS, Decision, in_force, parse_decisions, written
from clusteratlas.sources.decisions import add_decisions, read_decisions

HEADER = "left,right,verdict,author,date,reason\n"
DAY = date(2026, 1, 2)


def said(left: str, right: str, verdict: str) -> Decision:
    return Decision(left, right, verdict, "Ana", DAY)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("left,right,verdict,date\n", "column 'author' is missing"),
        (HEADER + "pic:1,keep:a,equal,Ana,2026-01-02,\n", "d.csv, line 2: 'equal' is no verdict"),
        (HEADER + "# a remark\npic:1,keep:a,same,Ana,2 May,\n", "d.csv, line 3: '2 May' is no date"),
        (HEADER + "pic:1,,same,Ana,2026-01-02,\n", "'right' is empty"),
        (HEADER + "pic:1,keep:a,same,,2026-01-02,\n", "'author' is empty"),
        (HEADER + "pic:1,pic:1,same,Ana,2026-01-02,\n", "set against itself"),
        (
            HEADER + 'a,b,same,Ana,2026-01-02,"open\nc,d,same,Ana,2026-01-02,\n',
            "d.csv, line 2: this is no line",
        ),
        (HEADER + 'a,b,same,Ana,2026-01-02,"two\nlines"\n', "d.csv, line 2: this is no line of CSV"),
        (HEADER + 'a,b,same,Ana,2026-01-02,"a" word\n', "d.csv, line 2: this is no line of CSV"),
        (HEADER + f"a,b,same,Ana,2026-01-02,{'x' * 131_073}\n", "d.csv, line 2: "),
        (
            HEADER + "a,b,same,Ana,2026-01-02,one\u2028two\n",
            "d.csv, line 2: 'one\u2028two' is too long or holds",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(text: str, fault: str):
    with pytest.raises(InputError) as told:
        parse_decisions(text, "d.csv")
    assert fault in str(told.value)


@pytest.mark.parametrize("sign", ["\n", "\r", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029", "\0"])
def test_what_could_not_be_read_again_is_not_written(tmp_path, sign: str):
    for reason in (f"one{sign}two", f"one{sign}", f"{sign}one"):
        with pytest.raises(InputError):
            add_decisions(tmp_path / "d.csv", [Decision("a", "b", "same", "Ana", DAY, reason)])
    assert not (tmp_path / "d.csv").exists()


def test_lines_may_end_as_on_windows():
    text = (HEADER + "a,b,same,Ana,2026-01-02,\n\n# a remark\nc,d,unsure,Bo,2026-01-02,\n").replace(
        "\n", "\r\n"
    )
    assert [(d.pair, d.reason) for d in parse_decisions(text)] == [(("a", "b"), ""), (("c", "d"), "")]


def test_the_last_word_on_a_pair_holds_whoever_was_named_first():
    lines = [said("a", "b", "same"), said("c", "d", "unsure"), said("b", "a", "different")]
    assert in_force(lines) == [lines[2], lines[1]]


TEXT = st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp"]), min_size=1, max_size=20).map(
    str.strip
)
IDS = TEXT.filter(lambda text: text and not text.startswith("#"))


@given(st.lists(st.tuples(IDS, IDS, st.sampled_from(VERDICTS), IDS, st.dates(date(1990, 1, 1)), TEXT)))
def test_what_is_written_is_read_again(rows: list[tuple]):
    made = [Decision(*row) for row in rows if row[0] != row[1]]
    assert parse_decisions(HEADER + written(made)) == made


def test_a_file_is_added_to_and_never_overwritten(tmp_path):
    path = tmp_path / "new" / "decisions.csv"
    add_decisions(path, [said("a", "b", "same")])
    path.write_text(
        path.read_text().rstrip("\n") + "\n# by hand\nc,d,unsure,Bo,2026-01-03,without an end", "utf-8"
    )
    add_decisions(path, [said("a", "b", "revoked")])
    assert path.read_text("utf-8").splitlines() == [
        ",".join(COLUMNS),
        "a,b,same,Ana,2026-01-02,",
        "# by hand",
        "c,d,unsure,Bo,2026-01-03,without an end",
        "a,b,revoked,Ana,2026-01-02,",
    ]
    assert [d.pair for d in in_force(read_decisions(path).decisions)] == [("c", "d")]


def test_a_file_that_is_named_must_be_there(tmp_path):
    with pytest.raises(InputError):
        read_decisions(tmp_path / "none.csv")
