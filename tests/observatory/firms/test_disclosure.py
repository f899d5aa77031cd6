"""What is hidden stays hidden: whoever solves the totals finds no hidden cell, and no firm can be narrowed down."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.linalg import null_space
from scipy.optimize import linprog

from clusteratlas.errors import UsageError
from clusteratlas.observatory import firms
from clusteratlas.observatory.firms.disclosure import PRIMARY, DisclosureRules, suppress, unsafe

MANY = settings(max_examples=60, deadline=None)
FEW = settings(max_examples=6, deadline=None)


def with_totals(cells: np.ndarray) -> np.ndarray:
    """A table with its totals as last row and column."""
    wide = np.column_stack([cells, cells.sum(axis=1)])
    return np.vstack([wide, wide.sum(axis=0)])


def equations(shape: tuple[int, int]) -> np.ndarray:
    """What everyone knows: each row and each column adds up to its last cell."""
    known = []
    for axis, lines in enumerate(shape):
        for line in range(lines):
            coefficients = np.zeros(shape)
            at = (line, slice(None)) if axis == 0 else (slice(None), line)
            coefficients[at] = 1
            coefficients[(line, -1) if axis == 0 else (-1, line)] = -1
            known.append(coefficients.ravel())
    return np.array(known)


def ranges(table: np.ndarray, hidden: np.ndarray) -> list[tuple[float, float, float]]:
    """For each hidden cell: its number, the least and the most that it can be (linear programs)."""
    known = equations(table.shape)
    unknown = np.flatnonzero(hidden.ravel())
    shown = np.where(hidden > 0, 0, table).ravel()
    found = []
    for place, cell in enumerate(unknown):
        goal = np.zeros(len(unknown))
        goal[place] = 1
        ends = []
        for sign in (1, -1):
            solved = linprog(sign * goal, A_eq=known[:, unknown], b_eq=-known @ shown)
            ends.append(np.inf if solved.status == 3 else solved.x[place])
        found.append((float(table.ravel()[cell]), ends[0], ends[1]))
    return found


def is_free(hidden: np.ndarray) -> bool:
    """Whether no hidden cell follows from the shown ones by adding and subtracting (the null space of the unknowns)."""
    unknown = np.flatnonzero(hidden.ravel())
    if not len(unknown):
        return True
    return bool((np.abs(null_space(equations(hidden.shape)[:, unknown])).max(axis=1, initial=0) > 1e-9).all())


counts = st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
    lambda shape: st.lists(
        st.one_of(st.integers(0, 4), st.integers(0, 60)),
        min_size=shape[0] * shape[1],
        max_size=shape[0] * shape[1],
    ).map(lambda cells: np.array(cells).reshape(shape))
)


@given(counts)
@MANY
def test_no_hidden_cell_follows_by_subtraction(cells: np.ndarray) -> None:
    table = with_totals(cells)
    assert is_free(suppress(table, (table > 0) & (table < 3)))


def test_a_lone_hidden_cell_is_seen_through() -> None:
    assert not is_free(np.array([[1, 0, 0], [0, 0, 0], [0, 0, 0]]))
    assert not is_free(np.array([[1, 1, 0], [0, 1, 0], [0, 0, 0]]))


@given(counts)
@FEW
def test_no_hidden_count_follows_from_the_totals(cells: np.ndarray) -> None:
    table = with_totals(cells)
    primary = (table > 0) & (table < 3)
    hidden = suppress(table, primary)
    assert (hidden[primary] == PRIMARY).all()
    for number, least, most in ranges(table, hidden):
        assert most - least >= 0.99, (number, least, most)


@given(counts, st.randoms(use_true_random=False))
@FEW
def test_no_hidden_amount_can_be_narrowed_down(cells: np.ndarray, random: object) -> None:
    table = with_totals(cells)
    amounts = with_totals(
        cells * np.array([random.choice([1.0, 20.0, 500.0]) for _ in cells.ravel()]).reshape(cells.shape)
    )
    primary = (table > 0) & (table < 3)
    hidden = suppress(table, primary, amounts, width=0.1)
    for number, least, most in ranges(amounts, hidden):
        assert most > least, (number, least, most)


def test_a_textbook_table() -> None:
    # Few firms in one cell: one more in its row, one in its column, and the one where these meet.
    table = with_totals(np.array([[20, 50, 10], [8, 19, 22], [17, 32, 2]]))
    hidden = suppress(table, table < 3)
    assert (hidden > 0).sum() == 4
    assert hidden[-1].sum() == hidden[:, -1].sum() == 0
    # The cheapest rectangle through the cell of 2: 2 + 8 + 17 + 22 = 49 firms; 2 + 10 + 17 + 20 or more elsewhere.
    assert {tuple(map(int, at)) for at in np.argwhere(hidden > 0)} in (
        {(2, 2), (2, 0), (0, 2), (0, 0)},
        {(2, 2), (2, 0), (1, 2), (1, 0)},
    )


def test_one_cell_alone_takes_its_totals_with_it() -> None:
    table = with_totals(np.array([[2, 0], [0, 9]]))
    hidden = suppress(table, (table > 0) & (table < 3))
    assert (hidden[[0, 0, 2], [0, 2, 0]] > 0).all()


def test_the_rules_of_dominance() -> None:
    five = np.array([5])

    def breaks(largest: list[float], whole: float, **rules: object) -> bool:
        return bool(unsafe(five, np.array([whole]), np.array([largest]), DisclosureRules(**rules))[0])

    assert breaks([86, 5], 100, within=None)
    assert not breaks([85, 5], 100, within=None)
    assert breaks([50, 36], 100, dominance=(2, 0.85), within=None)
    # p %: 80 + 13 of 100 leave 7, less than a tenth of 80: the second could tell the first to within 10 %.
    assert breaks([80, 13], 100, dominance=None, within=0.1)
    assert not breaks([80, 12], 100, dominance=None, within=0.1)
    assert not unsafe(np.array([0]), np.array([0.0]), np.array([[0.0, 0.0]]), DisclosureRules())[0]


@pytest.mark.parametrize("wrong", [{"least": 0}, {"dominance": (0, 0.5)}, {"width": 1.0}, {"within": -1}])
def test_rules_that_are_none(wrong: dict) -> None:
    with pytest.raises(UsageError):
        DisclosureRules(**wrong)


panels = st.lists(
    st.tuples(st.sampled_from("NSEW"), st.sampled_from("xyz"), st.integers(10, 400), st.floats(0.5, 2)),
    min_size=1,
    max_size=60,
)


@given(panels)
@FEW
def test_a_tabulation_keeps_its_secrets(rows: list[tuple[str, str, int, float]]) -> None:
    panel = pl.DataFrame(
        [
            {"firm": n, "year": year, "region": region, "industry": industry, "employees": size}
            for n, (region, industry, before, factor) in enumerate(rows)
            for year, size in ((2017, before), (2020, round(before * factor)))
        ]
    )
    open_ = firms.tabulate(panel, rules=DisclosureRules(least=1, dominance=None, within=None))
    told = firms.tabulate(panel)
    names = [[*sorted({row[i] for row in rows}), "total"] for i in (0, 1)]
    for column in ("firms", "employees", "high_growth_firms", "gazelle_firms"):
        truth, hidden = (np.zeros((len(names[0]), len(names[1]))) for _ in range(2))
        for frame, matrix in ((open_, truth), (told, hidden)):
            for row in frame.rows(named=True):
                at = names[0].index(row["region"]), names[1].index(row["industry"])
                matrix[at] = row[column] if frame is open_ else row[column] is None
        assert is_free(hidden), column
        for number, least, most in ranges(truth, hidden) if column == "firms" else ():
            assert most - least >= 0.99, (number, least, most)


def test_totals_add_up_and_places_are_kept() -> None:
    panel = pl.DataFrame(
        [
            {"firm": f"{r}{i}{n}", "year": y, "region": r, "industry": i, "employees": 20 + n * (y == 2020)}
            for r in "NS"
            for i in "xy"
            for n in range(10)
            for y in (2017, 2020)
        ]
        + [
            {"firm": f"?{n}", "year": 2020, "region": None, "industry": "x", "employees": 20}
            for n in range(5)
        ]
    )
    clusters = pl.DataFrame(
        {"industry": ["x", "x", "y"], "category": ["ships", "boats", "mills"], "weight": [0.6, 0.4, 1]}
    )
    table = firms.tabulate(panel, by=("region", "category"), clusters=clusters)
    cells = {(r["region"], r["category"]): r["firms"] for r in table.rows(named=True)}
    assert cells["unknown", "ships"] == 5
    assert cells["N", "mills"] == 10
    assert cells["total", "total"] == 45
    assert cells["total", "ships"] == 25
    assert firms.tabulate(panel, by="region").sort("region")["firms"].to_list() == [20, 20, 45, 5]
    with pytest.raises(UsageError, match="3 columns"):
        firms.tabulate(panel, by=("region", "industry", "firm"))


def test_a_table_of_too_many_cells_is_refused_before_it_is_made() -> None:
    firms_there = range(2_100)
    panel = pl.DataFrame(
        {
            "firm": [*firms_there] * 2,
            "year": [2017] * 2_100 + [2020] * 2_100,
            "employees": [20] * 4_200,
            "region": [f"r{n}" for n in firms_there] * 2,
            "industry": [f"i{n}" for n in firms_there] * 2,
        }
    )
    with pytest.raises(UsageError, match="a table of 2,100 by 2,100 cells, more than 4,000,000"):
        firms.tabulate(panel)


def test_a_table_that_would_take_very_long_to_guard_says_so() -> None:
    counts = with_totals(np.ones((600, 600)))
    with pytest.raises(UsageError, match="360,000 cells of a table of 600 by 600") as told:
        suppress(counts, counts < 3)
    assert "coarser columns" in told.value.remedy
