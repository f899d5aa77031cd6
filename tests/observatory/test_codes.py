"""Cells there twice are found exactly, whatever the keys look like."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.observatory import bits, codes
from clusteratlas.observatory.codes import all_codes, joint

KEYS = ["region", "industry", "period"]
CELL = st.tuples(
    st.sampled_from(["A", "B", "é"]), st.integers(-3, 4), st.sampled_from([2008, 20_300_101, -(2**40)])
)


def table(cells: list[tuple[object, ...]]) -> pa.Table:
    columns = zip(*cells, strict=True) if cells else [[], [], []]
    kinds = (pa.string(), pa.int32(), pa.int64())
    return pa.table({k: pa.array(list(c), t) for k, c, t in zip(KEYS, columns, kinds, strict=True)})


@settings(max_examples=60, deadline=None)
@given(st.lists(CELL))
def test_twice_in_memory(cells: list[tuple[object, ...]]) -> None:
    found = joint(all_codes(table(cells).columns)).first_twice()
    if len(set(cells)) == len(cells):
        assert found is None
    else:
        assert cells.count(cells[found]) > 1


TEXTS = st.lists(
    st.sampled_from(["AT33", "AT34", "ITH1", "\0\0\0\0", "\0\0\0A", "éé", "", "AT", "Österreich"])
)
LAYOUTS = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int32(), pa.string())]


@settings(max_examples=100, deadline=None)
@given(TEXTS, st.sampled_from(LAYOUTS), st.integers(0, 3), st.booleans())
def test_equal_texts_have_equal_numbers_and_others_do_not(
    texts: list[str], layout: pa.DataType, cut: int, is_parted: bool
) -> None:
    column = pa.array(texts, layout)[cut:]
    column = pa.chunked_array([column[:2], column[2:]], column.type) if is_parted else column
    found, texts = codes.codes(column), texts[cut:]
    assert len(found.numbers) == len(texts)
    assert (
        len(set(zip(texts, found.numbers.tolist(), strict=True)))
        == len(set(texts))
        == len(set(found.numbers))
    )
    assert all(0 <= number < found.count for number in found.numbers)


@settings(max_examples=60, deadline=None)
@given(st.lists(CELL))
def test_twice_in_a_relation(cells: list[tuple[object, ...]]) -> None:
    given_cells = table(cells)
    relation = duckdb.from_arrow(given_cells)
    assert bits.any_twice(relation, KEYS) is (len(set(cells)) < len(cells))
    assert bits.any_twice(relation, ["region"]) is (len({cell[0] for cell in cells}) < len(cells))


def test_a_relation_with_too_many_possible_cells_is_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bits, "MOST_BITS", 3)
    assert bits.any_twice(duckdb.from_arrow(table([("A", 1, 2008), ("B", 2, 2009)])), KEYS) is None
