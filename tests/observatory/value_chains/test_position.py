"""Upstreamness and downstreamness: the published ones, the definition summed by hand, and the inventory correction."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import InputOutput
from tests.observatory.value_chains.made_up import made_up


@pytest.mark.parametrize("year", [2000, 2008])
def test_positions_are_those_published_for_wiod(
    year: int, world: Callable[[int], InputOutput], published: pd.DataFrame
) -> None:
    io = world(year)
    found = io.upstreamness().merge(io.downstreamness(), validate="one_to_one")
    both = published[published["year"] == year].merge(found, validate="one_to_one")
    assert len(both) == 1435
    both = both[both["GO"] > 100]
    for ours, theirs in (("upstreamness", "GVC_Ui"), ("downstreamness", "GVC_Di")):
        assert both[ours].corr(both[theirs]) >= 0.995
        assert (both[ours] - both[theirs]).abs().median() <= 0.005


@pytest.mark.parametrize("scale", [1e-3, 1e6, 0.92])
def test_a_printed_table_keeps_its_positions_in_any_unit(
    world: Callable[[int], InputOutput], scale: float
) -> None:
    table = world(2000)
    scaled = InputOutput(
        table.flows * scale, table.final * scale, table.output * scale, table.countries, table.industries
    )
    for measure in ("upstreamness", "downstreamness"):
        same = getattr(table, measure)()[measure], getattr(scaled, measure)()[measure]
        np.testing.assert_allclose(*same, rtol=1e-9)
    assert len(scaled.balance()) == len(table.balance())
    assert scaled.national("DEU").unit == pytest.approx(scale)


def test_positions_are_the_sums_that_define_them() -> None:
    io = made_up(3, 4, seed=1)
    ways, steps = np.eye(12), np.zeros(12)
    share = io.flows / io.output[:, None]
    for step in range(1, 400):
        steps += step * ways @ (io.final.sum(axis=1) / io.output)
        ways = ways @ share
    np.testing.assert_allclose(io.upstreamness()["upstreamness"], steps, rtol=1e-9)
    carried, steps = io.value_added / io.output, np.zeros(12)
    for step in range(1, 400):
        steps += step * carried
        carried = io.coefficients.T @ carried
    np.testing.assert_allclose(io.downstreamness()["downstreamness"], steps, rtol=1e-9)


def test_mean_upstreamness_by_final_demand_is_mean_downstreamness_by_value_added() -> None:
    """Both are output over final demand (Antras and Chor 2018): a closed world."""
    io = made_up(2, 5, seed=2)
    up = np.average(io.upstreamness()["upstreamness"], weights=io.value_added)
    down = np.average(io.downstreamness()["downstreamness"], weights=io.final.sum(axis=1))
    assert up == pytest.approx(io.output.sum() / io.final.sum())
    assert down == pytest.approx(up)


def test_goods_put_in_store_are_treated_as_sold_like_the_rest() -> None:
    """Of 120 made, 20 are stored: of the 100 sold, 40 go to industry, so 48 of the 120 do."""
    given = {"transactions": [[0, 40], [0, 0]], "output": [120, 100], "industries": ["steel", "cars"]}
    stored = InputOutput(
        final_demand=[[60, 20], [100, 0]], final_uses=["households", "changes in inventories"], **given
    )
    assert stored.inventory == ["changes in inventories"]
    assert stored.inventory_correction()["factor"].tolist() == [1.2, 1.0]
    assert stored.upstreamness()["upstreamness"].tolist() == pytest.approx([1 + 48 / 120, 1])
    left = InputOutput(final_demand=[[60, 20], [100, 0]], final_uses=["h", "i"], inventory=None, **given)
    assert left.upstreamness()["upstreamness"].tolist() == pytest.approx([1 + 40 / 120, 1])


def test_inventories_are_found_by_name_or_by_the_negative_flows() -> None:
    flows, final = [[1.0, 2], [2, 1]], np.array([[3.0, 4, -1], [3, 4, 2]])
    unnamed = InputOutput(flows, final)
    assert unnamed.inventory == ["final use 3"]
    for name in ("INVNT", "P5M", "Changes in inventories and valuables", "INVEN", "P52"):
        assert InputOutput(flows, final, final_uses=["a", name, "c"]).inventory == [name]
    assert InputOutput(flows, abs(final), final_uses=["a", "b", "c"]).inventory == []
    with pytest.raises(UsageError, match="there is no final use 'd'"):
        InputOutput(flows, final, final_uses=["a", "b", "c"], inventory="d")


def test_an_industry_without_output_has_no_position_and_disturbs_none() -> None:
    with_none = InputOutput([[0, 50, 0], [0, 0, 0], [0, 0, 0]], [50, 100, 0])
    found = with_none.upstreamness()["upstreamness"]
    assert found[:2].tolist() == [1.5, 1.0]
    assert found.isna().tolist() == [False, False, True]
    assert with_none.downstreamness()["downstreamness"].isna().tolist() == [False, False, True]


@given(st.integers(0, 10_000), st.floats(1e-3, 1e3))
@settings(max_examples=25, deadline=None)
def test_positions_are_one_at_least_and_know_no_unit(seed: int, unit: float) -> None:
    io = made_up(2, 3, seed)
    up = io.upstreamness()["upstreamness"]
    assert up.min() >= 1
    assert io.downstreamness()["downstreamness"].min() >= 1
    scaled = InputOutput(io.flows * unit, io.final * unit, io.output * unit)
    np.testing.assert_allclose(scaled.upstreamness()["upstreamness"], up)


def test_every_way_of_giving_a_table_is_the_same_table() -> None:
    io = made_up(2, 3, seed=5)
    labels = io.rows.countries.tolist(), io.rows.names.tolist()
    wanted = io.upstreamness()["upstreamness"].tolist()
    names = [f"s{n}" for n in range(6)]
    by_hand = [
        InputOutput(io.flows.tolist(), io.final.tolist(), io.output.tolist(), *labels),
        InputOutput(pd.DataFrame(io.flows), pd.DataFrame(io.final), pd.Series(io.output), *labels),
        InputOutput(pl.DataFrame(io.flows, names), pl.DataFrame(io.final), pl.Series(io.output), *labels),
        InputOutput(io.flows, io.final.reshape(6, 2, -1), io.output[:, None], *labels),
        InputOutput(io.flows, io.final, None, io.countries, io.industries, [*io.final_uses] * 2),
        InputOutput(
            io.flows,
            io.final,
            None,
            io.countries,
            io.industries,
            zip(io.uses.countries, io.uses.names, strict=True),
        ),
    ]
    for one in by_hand:
        found = one.upstreamness()
        assert found["upstreamness"].to_list() == pytest.approx(wanted)
        assert list(found["country"]) == labels[0]
        assert list(found["industry"]) == labels[1]
    assert isinstance(by_hand[2].upstreamness(), pl.DataFrame)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"transactions": [[1, 2, 3]]}, "1 rows and 3 columns"),
        ({"transactions": [["a", 2], [1, 1]]}, "no numbers"),
        ({"transactions": [[float("nan"), 2], [1, 1]]}, "row 1, column 1"),
        ({"final_demand": [1]}, "1 rows for 2 industries"),
        ({"output": [1, 2, 3]}, "3 numbers for 2 rows"),
        ({"output": [1, -2]}, "output is negative: -2"),
        ({"industries": ["x", "x"]}, "more than once"),
        ({"industries": ["x", "y", "z"]}, "do not name 2 rows"),
        ({"final_uses": ["x", "y"]}, "do not name 1 columns"),
    ],
)
def test_what_is_no_table_is_refused_with_the_reason(change: dict[str, object], said: str) -> None:
    table = {"transactions": [[1, 2], [2, 1]], "final_demand": [3, 4], "industries": ["x", "y"]}
    with pytest.raises(InputError, match=said):
        InputOutput(**(table | change))
