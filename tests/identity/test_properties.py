"""What must hold for any records: order, kinds of frame, odd texts, missing cells."""

from __future__ import annotations

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas import identity
from clusteratlas.errors import InputError

WORDS = st.sampled_from(
    ["Universität", "Wien", "GmbH", "Institut", "(BOKU)", "Graz", "S.p.A.", "Ωmega", "*", "Я", "N/A"]
)
NAMES = st.one_of(st.none(), st.text(max_size=20), st.lists(WORDS, max_size=5).map(" ".join))
COUNTRIES = st.sampled_from(["AT", "EL", None, ""])
PICS = st.sampled_from([None, "999902967", "999902968"])
ROWS = st.lists(st.tuples(st.sampled_from("ab"), NAMES, COUNTRIES, PICS), max_size=8)
SCHEMA = {
    "record_id": pl.String,
    "source": pl.String,
    "name": pl.String,
    "country": pl.String,
    "pic": pl.String,
}


def frame(rows: list[tuple[str | None, ...]]) -> pl.DataFrame:
    return pl.DataFrame([(str(n), *row) for n, row in enumerate(rows)], schema=SCHEMA, orient="row")


@settings(max_examples=25, deadline=None)
@given(rows=ROWS, order=st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(rows: list[tuple[str | None, ...]], order: object) -> None:
    records = frame(rows)
    mixed = list(records.iter_rows())
    order.shuffle(mixed)
    again = identity.resolve(pl.DataFrame(mixed, schema=SCHEMA, orient="row"))
    found = identity.resolve(records)
    assert dict(found.iter_rows()) == dict(again.iter_rows())
    assert sorted(found["record_id"]) == sorted(records["record_id"])
    assert found["organisation_id"].null_count() == 0


@settings(max_examples=15, deadline=None)
@given(rows=ROWS)
def test_no_organisation_holds_two_pics(rows: list[tuple[str | None, ...]]) -> None:
    records = frame(rows)
    held = records.join(identity.resolve(records), on="record_id").drop_nulls("pic")
    assert (held.group_by("organisation_id").agg(pl.col("pic").n_unique())["pic"] == 1).all()


def test_an_empty_frame_gives_an_empty_answer() -> None:
    assert identity.resolve(frame([])).shape == (0, 2)
    assert len(identity.judge(frame([]))) == 0
    assert len(identity.conflicts(frame([]))) == 0


def test_a_record_alone_is_an_organisation() -> None:
    ((_, found),) = identity.resolve(frame([("a", "Kerry Weavers Guild", "IE", None)])).iter_rows()
    assert found.startswith("org:")


def test_copies_of_a_record_are_one_organisation() -> None:
    found = identity.resolve(frame([("a", "Kerry Weavers Guild", "IE", None)] * 30))
    assert found["organisation_id"].n_unique() == 1


def test_records_without_a_name_stay_apart() -> None:
    rows = [("a", None, "IE", None), ("a", "N/A", "IE", None), ("b", "unknown", "IE", None)]
    assert identity.resolve(frame(rows))["organisation_id"].n_unique() == 3


def test_a_record_id_that_stands_twice_is_refused() -> None:
    records = frame([("a", "x", "IE", None)] * 2).with_columns(record_id=pl.lit("7"))
    with pytest.raises(InputError, match="'7' stands twice"):
        identity.resolve(records)


def test_the_same_kind_of_frame_comes_back() -> None:
    records = frame([("a", "Universität Wien", "AT", None), ("b", "UNIVERSITAET WIEN", "AT", None)])
    expected = dict(identity.resolve(records).iter_rows())
    assert dict(identity.resolve(records.lazy()).collect().iter_rows()) == expected
    as_pandas = identity.resolve(records.to_pandas())
    assert isinstance(as_pandas, pd.DataFrame)
    assert dict(zip(as_pandas["record_id"], as_pandas["organisation_id"], strict=True)) == expected
    as_arrow = identity.resolve(records.to_arrow())
    assert isinstance(as_arrow, pa.Table)
    assert dict(zip(*as_arrow.to_pydict().values(), strict=True)) == expected
    as_relation = identity.resolve(duckdb.from_arrow(records.to_arrow()))
    assert dict(as_relation.fetchall()) == expected
