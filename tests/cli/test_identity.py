"""`clusteratlas identity`: reasons read by a person, a review that loses nothing, decisions that are taken back."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from clusteratlas.identity.decisions import in_force
from clusteratlas.sources.decisions import read_decisions
from tests.support.organisations import LONG, SHORT, TECNALIA

TWINS = ("pic:991111312", "pic:991111409")
NAMED = "curated:fundacion-tecnalia-research-innovation-es"


@pytest.fixture(scope="session")
def joined(joined_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the release: a command opens it with settings of its own."""
    return shutil.copytree(joined_root, tmp_path_factory.mktemp("identity") / "atlas", symlinks=True)


@pytest.fixture
def review(run: Callable, joined: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable:
    """Review with these answers, a line each; gives what was shown."""

    def reviewed(*answers: str, author: str = "Ana") -> str:
        monkeypatch.setattr("sys.stdin", io.StringIO("".join(f"{answer}\n" for answer in answers)))
        file = tmp_path / "decisions.csv"
        return run("identity", "review", "--release", joined, "--decisions", file, "--author", author).out

    return reviewed


def held(folder: Path) -> list[tuple[tuple[str, str], str, str]]:
    return [
        (d.pair, d.verdict, d.reason) for d in in_force(read_decisions(folder / "decisions.csv").decisions)
    ]


def test_the_pair_on_which_most_hangs_comes_first_side_by_side(review: Callable):
    shown = review("quit")
    assert shown.index("two organisations now") < shown.index("POLSKI KLASTER LOTNICZY")
    assert "same name but for capitals" in shown
    assert "not joined: they have different PICs (991111312, 991111409)" in shown


def test_answers_are_written_at_once_and_end_of_input_ends_it(review: Callable, tmp_path: Path):
    review("s they have one address")
    assert held(tmp_path) == [(TWINS, "same", "they have one address")]


def test_what_is_decided_is_not_asked_again_and_skipping_decides_nothing(review: Callable, tmp_path: Path):
    first = review("skip", "different", "quit")
    again = review("quit")
    assert "1 of 3" in first
    assert "1 of 2" in again
    assert "POLSKI KLASTER LOTNICZY" in again
    assert len(held(tmp_path)) == 1


def test_undo_goes_back_to_the_pair(review: Callable, tmp_path: Path):
    shown = review("same", "undo", "maybe", "unsure", "quit")
    assert "'maybe' is no answer" in shown
    assert shown.count("1 of 3") == 2
    assert held(tmp_path) == [(TWINS, "unsure", "")]
    assert len(read_decisions(tmp_path / "decisions.csv").decisions) == 3


def test_deciding_and_undoing_by_ids(run: Callable, joined: Path, tmp_path: Path):
    file = tmp_path / "decisions.csv"
    options = ("--decisions", file, "--author", "Ana")
    assert run("identity", "decide", LONG, SHORT, "different", *options, "--release", joined).code == 0
    assert (
        run("identity", "decide", LONG, "curated:nobody-at", "same", *options, "--release", joined).code == 6
    )
    assert run("identity", "decide", LONG, SHORT, "equal", *options, "--release", joined).code == 3
    assert held(tmp_path) == [((SHORT, LONG), "different", "")]
    assert run("identity", "undo", SHORT, LONG, *options).out.startswith("Taken back")
    assert held(tmp_path) == []
    assert run("identity", "undo", *options).code == 2


def test_an_organisation_is_explained_in_words_and_as_data(run: Callable, joined: Path):
    text = run("identity", "explain", NAMED, "--release", joined)
    assert f"{NAMED} is part of {TECNALIA} now" in text.err
    assert "same name but for accents" in text.out
    told = run("identity", "explain", TECNALIA, "--release", joined, "--format", "json").json
    assert {form["published_organisation_id"] for form in told["forms"]} == {TECNALIA, NAMED}
    assert [p["programme_id"] for p in told["programmes"]] == ["COSME", "HORIZON"]
    assert run("identity", "explain", "pic:1", "--release", joined).code == 6


def test_a_build_refuses_a_decisions_file_with_a_mistake(run: Callable, tmp_path: Path):
    file = tmp_path / "decisions.csv"
    file.write_text("left,right,verdict,author,date\na,b,perhaps,Ana,2026-01-02\n", "utf-8")
    ran = run("build", "--source", "curated", "--out", tmp_path / "atlas", "--decisions", file)
    assert ran.code == 3
    assert "decisions.csv, line 2: 'perhaps' is no verdict" in ran.err
