"""Build the chain: every step held, no region in vain."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import build_chain, chain_steps

CELLS = st.dictionaries(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from("uvwxyz")),
    st.sampled_from([0.0, 0.5, 1.0, 2.5]),
    min_size=1,
)


def _frame(cells: dict[tuple[str, str], float]) -> pl.DataFrame:
    rows = [(region, step, value) for (region, step), value in sorted(cells.items())]
    return pl.DataFrame(rows, ["region", "step", "value"], orient="row")


@given(CELLS)
def test_every_step_that_anyone_has_is_held_and_no_region_is_idle(
    cells: dict[tuple[str, str], float],
) -> None:
    start = sorted(cells)[0][0]
    chain = build_chain(_frame(cells), start)
    regions = [region for region in chain["region"].to_list() if region is not None]
    holds = {r: {s for (q, s), value in cells.items() if q == r and value >= 1} for r in regions}
    anyone = {step for (_, step), value in cells.items() if value >= 1}
    assert regions[0] == start
    assert set().union(*holds.values()) == anyone
    for region in regions[1:]:
        assert not holds[region] <= set().union(*(has for other, has in holds.items() if other != region))
    lacking = {step for _, step in cells} - anyone
    assert (chain["region"][-1] is None) == bool(lacking)
    if lacking:
        assert set(chain["adds"][-1].split("; ")) == lacking
    named = [step for adds in chain["adds"].to_list() for step in adds.split("; ") if step]
    assert sorted(named) == sorted({step for _, step in cells})


def test_the_region_that_adds_most_comes_first_then_the_strongest() -> None:
    chain = build_chain(
        _frame({("A", "u"): 2, ("B", "v"): 2, ("B", "w"): 2, ("C", "x"): 1, ("D", "x"): 5}), "A"
    )
    assert chain.select("region", "adds").rows() == [("A", "u"), ("B", "v; w"), ("D", "x")]


def test_steps_tell_what_is_lacking_and_who_has_it() -> None:
    steps = chain_steps(
        _frame({("A", "u"): 2, ("A", "v"): 0.5, ("B", "v"): 2, ("C", "v"): 3, ("C", "w"): 0.1}), "A"
    )
    assert steps.rows() == [
        ("u", 2.0, True, 1, ""),
        ("v", 0.5, False, 2, "C; B"),
        ("w", None, False, 0, ""),
    ]


def test_an_unknown_region_and_wrong_columns_are_told() -> None:
    with pytest.raises(UsageError, match="there is no region 'Z'"):
        build_chain(_frame({("A", "u"): 1}), "Z")
    with pytest.raises(InputError, match="there is no column 'step'"):
        build_chain(pl.DataFrame({"region": ["A"], "value": [1.0]}))
