"""Rows gathered by project are those of the table, whatever is asked for and in whatever order."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas.atlas.gathered import Gathered

KEYS = st.sampled_from(["", "a", "a:1", "a:10", "a:2", "é", "z"])
ROWS = st.lists(st.tuples(KEYS, st.one_of(st.none(), st.sampled_from("xyz")), st.integers(0, 9)))


@given(ROWS)
def test_each_key_has_its_rows_in_their_order(rows: list[tuple[str, str | None, int]]) -> None:
    rows.sort(key=lambda row: row[0])
    columns = list(zip(*rows, strict=True)) or [(), (), ()]
    kinds = (pa.string(), pa.string(), pa.int64())
    arrays = [pa.array(values, kind) for values, kind in zip(columns, kinds, strict=True)]
    gathered = Gathered(pa.Table.from_arrays(arrays, names=["project_id", "role", "line"]))
    for key in ("", "a", "a:1", "a:10", "a:2", "b", "é", "z", "zz"):
        assert gathered.get(key) == [{"role": role, "line": line} for one, role, line in rows if one == key]


def test_rows_of_several_pieces_are_one() -> None:
    pieces = [pa.table({"project_id": ["a", "b"], "n": [1, 2]}), pa.table({"project_id": ["b"], "n": [3]})]
    assert Gathered(pa.concat_tables(pieces)).get("b") == [{"n": 2}, {"n": 3}]
