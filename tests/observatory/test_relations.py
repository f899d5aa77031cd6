"""DuckDB's relations read in numbers: cells there twice are found exactly, sums are those of a group-by."""

from collections import Counter

import duckdb
import narwhals.stable.v2 as nw
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError
from clusteratlas.observatory import location_quotient, relations
from clusteratlas.observatory.relations import read_cells

KEYS = ["region", "industry", "period"]
CELL = st.tuples(
    st.sampled_from(["A", "B", "é"]), st.integers(-3, 4), st.sampled_from([2008, 20_300_101, -(2**40)])
)


def relation(cells: list[tuple[object, ...]], values: list[float | None]) -> nw.LazyFrame:
    columns = [*zip(*cells, strict=True)]
    kinds = (pa.string(), pa.int32(), pa.int64())
    table = pa.table({k: pa.array(list(c), t) for k, c, t in zip(KEYS, columns, kinds, strict=True)})
    given_cells = table.append_column("value", pa.array(values, pa.float64()))  # noqa: F841 - DuckDB finds it by its name
    connection = duckdb.connect()
    connection.execute("create table cells as from given_cells")
    return nw.from_native(connection.table("cells"))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(CELL, st.none() | st.integers(0, 9)), min_size=1))
def test_twice_and_sums_of_a_relation(rows: list[tuple[tuple[object, ...], float | None]]) -> None:
    cells, values = [cell for cell, _ in rows], [value for _, value in rows]
    found = read_cells(relation(cells, values), KEYS, "value", [("region", "period")])
    assert found.has_twice is (len(set(cells)) < len(cells))
    wanted: Counter[tuple[object, ...]] = Counter()
    for (region, _, period), value in rows:
        wanted[region, period] += value or 0
    assert sorted(v for v in found.sums["region", "period"].ravel() if v) == sorted(
        v for v in wanted.values() if v
    )


@pytest.mark.parametrize("most", ["MOST_BITS", "MOST_SUMS"])
def test_too_many_possible_cells_are_left_to_the_engine(monkeypatch: pytest.MonkeyPatch, most: str) -> None:
    monkeypatch.setattr(relations, most, 1)
    data = relation([("A", 1, 2008), ("B", 2, 2009)], [1, 2])
    assert read_cells(data, KEYS, "value", [("region", "period")]) is None
    assert [row[-1] for row in location_quotient(data.to_native(), period="period").fetchall()] == [1, 1]


@pytest.mark.parametrize("wrong", [-1.0, float("inf")])
def test_a_wrong_value_in_a_relation_is_told(wrong: float) -> None:
    data = relation([("A", 1, 2008), ("B", 2, 2008)], [wrong, 2]).to_native()
    with pytest.raises(InputError, match=r"column 'value' is (negative|infinite) in 1 rows"):
        location_quotient(data, period="period")


def test_a_value_that_is_no_number_counts_as_none_in_a_relation() -> None:
    data = relation([("A", 1, 2008), ("A", 2, 2008), ("B", 2, 2008)], [10, float("nan"), 10]).to_native()
    assert [
        row[-1] for row in location_quotient(data, period="period").order("region, industry").fetchall()
    ] == [
        2,
        None,
        2,
    ]


@pytest.mark.parametrize(
    ("kind", "there", "later"),
    [
        ("varchar", "'A'", ["'C'", "'a'"]),
        ("bigint", "7", ["6", "9", "-9223372036854775807", "9223372036854775807"]),
        ("utinyint", "1", ["0", "3", "255"]),
        ("date", "'2020-01-01'", ["'1900-01-01'"]),
        ("integer", "5000000", ["1"]),
    ],
)
@pytest.mark.parametrize("column", ["region", "industry", "period"])
def test_a_row_that_comes_after_the_reading_stays_and_has_no_quotient(
    kind: str, there: str, later: list[str], column: str
) -> None:
    kinds = {"region": "varchar", "industry": "varchar", "period": "bigint"}
    columns = ", ".join(f"{n} {kind if n == column else usual}" for n, usual in kinds.items())
    known = {"region": "'A'", "industry": "'x'", "period": "1", column: there}
    connection = duckdb.connect()
    connection.execute(f"create table cells ({columns}, value double)")
    connection.execute(f"insert into cells values ({', '.join(known.values())}, 1)")
    found = location_quotient(connection.table("cells"), period="period")
    for other in later:
        connection.execute(f"insert into cells values ({', '.join((known | {column: other}).values())}, 1)")
    assert sorted(row[-1] or 0 for row in found.fetchall()) == [0] * len(later) + [1]


def test_whole_numbers_far_apart_and_close_together() -> None:
    connection = duckdb.connect()
    connection.execute("create table cells (region bigint, industry utinyint, period smallint, value int)")
    regions = (-(2**63), -1, 2**63 - 1)
    rows = [
        (r, i, p, 1 + n % 3) for r in regions for i in (0, 255) for n, p in enumerate((-5, 7), int(r < 0))
    ]
    connection.executemany("insert into cells values (?, ?, ?, ?)", rows)
    quotients = location_quotient(connection.table("cells"), period="period").fetchall()
    assert [row[-1] for row in quotients] == [1.0] * 12
