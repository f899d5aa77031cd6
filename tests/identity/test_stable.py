"""Ids that last: kept by the larger part, given up to a PIC, and every id given up leads on."""

from __future__ import annotations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.identity.stable import COLUMNS, redirects, stable_ids

MEMBER = {
    "cluster": pl.Int64,
    "published_id": pl.String,
    "pic": pl.String,
    "rows": pl.Int64,
    "record_id": pl.String,
}
RECORD = dict.fromkeys(("record_id", "published_id", "organisation_id"), pl.String)
NONE_BEFORE = pl.DataFrame(schema=RECORD)
NO_REDIRECTS = pl.DataFrame(schema=dict.fromkeys(COLUMNS, pl.String))


def members(*rows: tuple) -> pl.DataFrame:
    """Rows of `MEMBER`; the first record goes by the published id where none is named."""
    made = [row if len(row) == len(MEMBER) else (*row, row[1]) for row in rows]
    return pl.DataFrame(made, schema=MEMBER, orient="row")


def records(**organisation: str) -> pl.DataFrame:
    return pl.DataFrame([(n, n, o) for n, o in organisation.items()], schema=RECORD, orient="row")


def leads(now: pl.DataFrame, before: pl.DataFrame, carried: pl.DataFrame = NO_REDIRECTS) -> list[tuple]:
    return redirects(now, before, carried, "before").select(COLUMNS[:3]).rows()


def test_a_pic_is_the_id_of_what_holds_it():
    assert stable_ids(members((0, "keep:a", None, 9), (0, "pic:2", "2", 1)), {"keep:a": "keep:a"}) == {
        0: "pic:2"
    }


def test_of_two_pics_the_one_it_went_by_before():
    joined = members((0, "pic:1", "1", 1), (0, "pic:2", "2", 1))
    assert stable_ids(joined) == {0: "pic:1"}
    assert stable_ids(joined, {"pic:1": "pic:2", "pic:2": "pic:2"}) == {0: "pic:2"}


def test_the_part_to_which_an_id_was_published_keeps_it():
    parts = members((0, "a", None, 1), (1, "b", None, 5))
    assert stable_ids(parts, {"a": "a", "b": "a"}) == {0: "a", 1: "b"}


def test_else_the_larger_part_keeps_it():
    parts = members((0, "b", None, 1), (1, "c", None, 5))
    assert stable_ids(parts, {"b": "a", "c": "a"}) == {0: "b", 1: "a"}


def test_an_id_that_another_organisation_keeps_is_not_given_twice():
    parts = members((0, "a", None, 1), (1, "c", None, 5))
    made = stable_ids(parts, {"c": "a"})
    assert made[1] == "a"
    assert made[0].startswith("org:")


THREE = [(0, "p", None, 1, "p#1"), (1, "p", None, 1, "p#2"), (2, "p", None, 1, "p#3")]


@settings(deadline=None)
@given(st.permutations(THREE), st.sampled_from([{}, {"p": "p"}, {"p": "x"}]))
def test_three_clusters_of_one_published_id_keep_apart_whatever_their_order(rows, before):
    made = stable_ids(members(*rows), before)
    assert len(set(made.values())) == 3
    assert made[0] == before.get("p", "p")
    assert made == stable_ids(members(*THREE), before)


def test_an_id_made_of_a_record_that_is_taken_gives_way_to_the_next():
    taken = stable_ids(members(*THREE))[2]
    made = stable_ids(members(*THREE, (3, "q", None, 9)), {"q": taken})
    assert made[3] == taken
    assert len(set(made.values())) == 4


PUBLISHED = st.sampled_from(["a", "b", "c", "d", "pic:1", "pic:2"])


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 3), PUBLISHED, st.integers(1, 5))),
    st.dictionaries(st.sampled_from("abcd"), st.sampled_from(["a", "b", "x", "pic:1"])),
)
def test_every_cluster_has_an_id_of_its_own_and_keeps_it(rows, before):
    one = {published: (cluster, published, published[4:] or None, n) for cluster, published, n in rows}
    if not one:
        return
    made = stable_ids(members(*one.values()), before)
    assert set(made) == {cluster for cluster, *_ in one.values()}
    assert len(set(made.values())) == len(made)
    again = stable_ids(members(*one.values()), {published: made[c] for published, (c, *_) in one.items()})
    assert again == made


def test_a_merge_leads_on_and_stays_so():
    before, now = records(a="a", b="b"), records(a="a", b="a")
    assert leads(now, before) == [("b", "a", "merged")]
    carried = redirects(now, before, NO_REDIRECTS, "first")
    assert redirects(now, now, carried, "second").equals(carried)


def test_a_chain_leads_to_its_end():
    carried = redirects(records(a="a", b="a"), records(a="a", b="b"), NO_REDIRECTS, "first")
    now = records(a="c", b="c", c="c")
    assert leads(now, records(a="a", b="a", c="c"), carried) == [("a", "c", "merged"), ("b", "c", "merged")]


def test_a_split_is_told_beside_what_stays():
    assert leads(records(a="a", b="b"), records(a="a", b="a")) == [("a", "b", "split")]


def test_a_merge_taken_back_leads_nowhere_else():
    carried = redirects(records(a="a", b="a"), records(a="a", b="b"), NO_REDIRECTS, "first")
    assert leads(records(a="a", b="b"), records(a="a", b="a"), carried) == [("a", "b", "split")]


def test_a_published_id_leads_to_its_organisation_without_a_release_before():
    assert leads(records(a="p", p="p"), NONE_BEFORE) == [("a", "p", "published id")]


def test_what_is_no_longer_there_leads_nowhere():
    assert leads(records(a="a"), records(a="a", b="b")) == []
