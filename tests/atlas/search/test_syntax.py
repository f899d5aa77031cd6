"""Whatever a visitor types is read; what is malformed is repaired, and the repair is said."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import hypothesis.strategies as st
import pytest
from hypothesis import example, given, settings

from clusteratlas.atlas import Atlas, search
from clusteratlas.atlas.search.syntax import parse
from clusteratlas.atlas.search.tree import And, Not, Or, Phrase, Prefix, Word, written
from clusteratlas.atlas.search.words import split

MODULES = [f"clusteratlas.atlas.search.{module.name}" for module in pkgutil.iter_modules(search.__path__)]
QUERY = st.text(
    st.one_of(st.sampled_from("\"()-+*:| ANDORNOTphotonics“”\\'%_;<>&^~[]{}/"), st.characters()), max_size=120
)


def read(text: str):
    return parse(text, split, lambda name: name in {"country", "year"})


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0


@pytest.mark.parametrize(
    ("text", "node"),
    [
        ("", None),
        ("a b", None),
        ("hydrogen", Word("hydrogen")),
        ("hydrogen AND valley", And((Word("hydrogen"), Word("valley")))),
        ("hydrogen valley OR coal", Or((And((Word("hydrogen"), Word("valley"))), Word("coal")))),
        ("hydrogen -coal", And((Word("hydrogen"), Not(Word("coal"))))),
        ("NOT NOT coal", Word("coal")),
        ("low-carbon", Phrase("low carbon")),
        ("photon*", Prefix("photon")),
        ("“green deal”", Phrase("green deal")),
        ("title:(green OR blue)", Or((Word("green", "title"), Word("blue", "title")))),
        ("unknown:word", Phrase("unknown word")),
        ("coal coal", Word("coal")),
        ("and or not", Word("not")),
    ],
)
def test_reading(text: str, node: object) -> None:
    if text == "a b":
        assert written(read(text).node) == "b"
    else:
        assert read(text).node == node


@pytest.mark.parametrize(
    ("text", "same_as", "repair"),
    [
        ('"green deal', '"green deal"', "quotation mark was not closed"),
        ("(green OR blue", "green OR blue", "parenthesis was not closed"),
        ("green) blue", "green blue", "closing parenthesis without an opening one"),
        ("green AND", "green", "AND without words"),
        ("OR green", "green", "OR without words"),
        ("green NOT", "green", "NOT without a word"),
        ("(" * 40 + "green", "", "parentheses deeper than"),
        ("a*", "a", "too short for a beginning"),
        ("x " * 200, "x", "only the first"),
    ],
)
def test_repairs_are_said(text: str, same_as: str, repair: str) -> None:
    parsed = read(text)
    assert any(repair in said for said in parsed.repairs) or not repair
    assert parsed.node == read(same_as).node or same_as == ""


@settings(max_examples=400, deadline=None)
@given(QUERY)
@example("(" * 500)
@example("-" * 500)
@example("NOT " * 120)
@example('"' * 500)
@example("title:" * 80)
@example("country:" * 60)
@example("x" * 10_000)
@example("\x00\ud7ff\U0010ffff İ ß ﬁ")
@example("'; DROP TABLE project; --")
@example('") OR 1=1 --')
@example(".*+?[a-z]{1000}")
def test_reading_never_fails_and_can_be_written_again(text: str) -> None:
    once = written(read(written(read(text).node)).node)
    assert written(read(once).node) == once or len(once) > 500


@settings(max_examples=150, deadline=None)
@given(QUERY)
@example("'; DROP TABLE project; --")
@example('title:"<script>" country:\'; --')
@example("(" * 300 + "photonics" + ")" * 20)
@example("x" * 500)
@example('ﬁ İstanbul* "İ ß" 漢字 -漢*')
@example('"a|b (c" "(x*" "[" "\\\\"')
@example(" ".join(f"w{i}" for i in range(120)))
@example(" OR ".join(f'"hydrogen w{i}"' for i in range(20)))
def test_searching_never_fails(atlas: Atlas, text: str) -> None:
    result = atlas.search(text[:500])
    assert 0 <= result.total <= 4
    assert result.explanation
    for hit in result.hits:
        assert "".join(piece for piece, _ in hit.title_parts) == hit.title
    assert atlas.suggest(text) is not None


def test_ten_thousand_characters_are_read_as_far_as_allowed() -> None:
    parsed = read("photonics " * 1_000)
    assert any("first 500 characters" in said for said in parsed.repairs)
