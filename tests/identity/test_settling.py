"""Clusters under decisions: a person's word first, two PICs never joined by a machine, nothing held apart joined."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas.identity.decisions import Decision
from clusteratlas.identity.settling import Settled, settle

TEXTS = ("record_id", "published_id", "source", "pic", "resolved")


def frame(*rows: tuple) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=dict.fromkeys(TEXTS, pl.String), orient="row")


def judged(*rows: tuple) -> pl.DataFrame:
    columns = ("left_record_id", "right_record_id", "verdict")
    return pl.DataFrame(
        [(left, right, "same", score) for left, right, score in rows],
        schema={**dict.fromkeys(columns, pl.String), "score": pl.Float64},
        orient="row",
    )


def said(left: str, right: str, verdict: str) -> Decision:
    return Decision(left, right, verdict, "Ana", date(2026, 1, 2))


def groups(settled: Settled) -> set[frozenset[str]]:
    made = settled.clusters.group_by("cluster").agg("record_id")
    return {frozenset(records) for records in made["record_id"].to_list()}


def test_without_decisions_the_resolution_stands():
    records = frame(("a", "a", "s", None, "x"), ("b", "b", "t", None, "x"), ("c", "c", "t", None, "y"))
    assert groups(settle(records, judged(("a", "b", 0.9)))) == {frozenset("ab"), frozenset("c")}


def test_records_of_one_source_under_one_published_id_are_one():
    records = frame(("p#1", "p", "s", "1", "x"), ("p#2", "p", "s", "1", "y"), ("p#3", "p", "other", "1", "z"))
    assert groups(settle(records, judged())) == {frozenset({"p#1", "p#2"}), frozenset({"p#3"})}


def test_a_person_joins_two_pics_and_a_machine_does_not():
    records = frame(("p", "pic:1", "s", "1", "x"), ("q", "pic:2", "s", "2", "x"))
    assert groups(settle(records, judged(("p", "q", 0.9)))) == {frozenset("p"), frozenset("q")}
    decided = settle(records, judged(), [said("pic:1", "pic:2", "same")])
    assert groups(decided) == {frozenset("pq")}


def test_what_a_person_joins_to_one_pic_is_not_joined_to_another_any_more():
    records = frame(("p", "pic:1", "s", "1", "x"), ("q", "pic:2", "s", "2", "y"), ("k", "k", "t", None, "y"))
    decided = settle(records, judged(("k", "q", 0.9)), [said("k", "pic:1", "same")])
    assert groups(decided) == {frozenset("pk"), frozenset("q")}
    assert [(r.kind, {r.left_value, r.right_value}) for r in decided.refused] == [("pic", {"1", "2"})]


def test_held_apart_each_keeps_those_most_like_it():
    """a-b and c-d are surely one, b-c less so: a person says that a is not d."""
    records = frame(*((one, one, "s", None, "x") for one in "abcd"))
    pairs = judged(("a", "b", 0.99), ("c", "d", 0.98), ("b", "c", 0.6))
    decided = settle(records, pairs, [said("a", "d", "different")])
    assert groups(decided) == {frozenset("ab"), frozenset("cd")}
    assert [r.kind for r in decided.refused] == ["person"]


def test_a_single_record_can_be_taken_out_of_a_published_id():
    records = frame(("p#1", "p", "s", "1", "x"), ("p#2", "p", "s", "1", "x"))
    decided = settle(records, judged(), [said("p#1", "p#2", "different")])
    assert groups(decided) == {frozenset({"p#1"}), frozenset({"p#2"})}


@pytest.mark.parametrize("published", [["p"] * 4, list("abcd")])
def test_what_is_set_apart_tears_nothing_else(published: list[str]):
    """The first of four is set apart from all others, which stay one: by their published id, or as resolved."""
    records = frame(*((one, other, "s", None, "x") for one, other in zip("abcd", published, strict=True)))
    apart = [said("a", one, "different") for one in "bcd"]
    assert groups(settle(records, judged(), apart)) == {frozenset("a"), frozenset("bcd")}


def test_three_set_apart_under_one_published_id_share_the_rest_by_order():
    records = frame(*((one, "p", "s", None, "x") for one in "abcd"))
    apart = [said(*pair, "different") for pair in ("ab", "bc", "ac", "ad")]
    assert groups(settle(records, judged(), apart)) == {frozenset("a"), frozenset("bd"), frozenset("c")}


def test_of_two_people_who_contradict_each_other_nobody_joins():
    records = frame(*((one, one, "s", None, one) for one in "abc"))
    lines = [said("a", "b", "same"), said("b", "c", "same"), said("a", "c", "different")]
    decided = settle(records, judged(), lines)
    assert groups(decided) == {frozenset("ab"), frozenset("c")}
    assert [r.kind for r in decided.refused] == ["person"]


def test_a_decision_about_nothing_is_told():
    line = said("a", "gone", "same")
    assert settle(frame(("a", "a", "s", None, None)), judged(), [line]).unknown == [line]


@st.composite
def cases(draw) -> tuple[pl.DataFrame, pl.DataFrame, list[Decision]]:
    names = [str(n) for n in range(draw(st.integers(2, 7)))]
    pics = [draw(st.sampled_from([None, None, "1", "2"])) for _ in names]
    resolved = [draw(st.sampled_from("xyz")) for _ in names]
    rows = [(n, f"pic:{p}" if p else n, "s", p, r) for n, p, r in zip(names, pics, resolved, strict=True)]
    pair = st.lists(st.sampled_from(names), min_size=2, max_size=2, unique=True)
    pairs = [(*sorted(draw(pair)), draw(st.floats(0.55, 1))) for _ in range(draw(st.integers(0, 6)))]
    lines = [
        said(*draw(pair), draw(st.sampled_from(["same", "different"])))
        for _ in range(draw(st.integers(0, 4)))
    ]
    return frame(*rows), judged(*pairs), lines


@given(cases())
def test_whatever_is_asked_nothing_held_apart_is_joined(case):
    records, pairs, lines = case
    last = {line.pair: line for line in lines}
    made = groups(settle(records, pairs, lines))
    for line in last.values():
        if line.verdict == "different":
            assert not any({line.left, line.right} <= group for group in made)
    pics = dict(records.select("record_id", "pic").iter_rows())
    if not any(line.verdict == "same" for line in last.values()):
        assert all(len({pics[one] for one in group} - {None}) <= 1 for group in made)


@given(cases())
def test_the_order_of_records_changes_nothing(case):
    records, pairs, lines = case
    assert groups(settle(records, pairs, lines)) == groups(settle(records.reverse(), pairs.reverse(), lines))
