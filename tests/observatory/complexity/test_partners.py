"""Peers and complementary regions: what must hold of them."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import (
    complementarity,
    complementary_industries,
    complexity,
    peer_industries,
    peers,
)
from clusteratlas.observatory.complements import offers
from tests.observatory.complexity.trade import frame, long, made_up
from tests.support.engines import ENGINES, Engine, all_alike

CALLS = {
    peers: ("region",),
    peer_industries: ("region", "industry"),
    complementarity: ("region",),
    complementary_industries: ("region", "industry"),
}
economies = st.integers(0, 10_000).map(lambda seed: made_up(14, 9, seed))


@pytest.mark.parametrize("call", CALLS)
def test_same_answer(call, engine: Engine) -> None:
    columns = long(made_up(12, 7))
    wanted = call(ENGINES["polars"].frame(columns), "R003").to_dicts()
    assert wanted
    all_alike(engine.rows(call(engine.frame(columns), "R003")), wanted, *CALLS[call])


@pytest.mark.parametrize("call", CALLS)
def test_each_period_alone(call) -> None:
    first, second = frame(made_up(12, 7, seed=1)), frame(made_up(12, 7, seed=2))
    both = pl.concat([first.with_columns(year=2012), second.with_columns(year=2015)])
    found = call(both, "R003", period="year")
    assert found.schema["year"] == both.schema["year"]
    later = found.filter(pl.col("year") == 2015).drop("year")
    assert later.equals(call(second, "R003"))


@pytest.mark.parametrize("call", CALLS)
def test_a_region_that_is_not_there(call, engine: Engine) -> None:
    with pytest.raises(InputError, match=r"no region 'R03'.*did you mean 'R003'"):
        call(engine.frame(long(made_up(12, 7))), "R03")
    with pytest.raises(InputError, match="the frame is empty"):
        call(engine.frame({"region": [], "industry": [], "value": []}), "A")


@pytest.mark.parametrize("call", CALLS)
def test_a_region_without_values_cannot_be_asked_for_and_is_no_answer(call) -> None:
    values = made_up(12, 7)
    values[5] = 0
    with pytest.raises(InputError, match="'R005' has no values"):
        call(frame(values), "R005")
    assert "R005" not in call(frame(values), "R003")["region"]


@pytest.mark.parametrize("call", CALLS)
def test_one_region_alone(call) -> None:
    assert call(frame(made_up(1, 7)), "R000").height == 0


@settings(max_examples=30, deadline=None)
@given(economies)
def test_peers_sum_and_are_symmetric(values: np.ndarray) -> None:
    data = frame(values)
    found, parts = peers(data, "R000"), peer_industries(data, "R000")
    sums = parts.group_by("region").agg(pl.col("contribution").sum()).join(found, on="region")
    np.testing.assert_allclose(sums["contribution"], sums["similarity"], atol=1e-12)
    assert found["similarity"].is_between(0, 1 + 1e-12).all()
    assert found["similarity"].is_sorted(descending=True)
    other = found["region"][0]
    back = peers(data, other).filter(pl.col("region") == "R000")
    assert back["similarity"].item() == pytest.approx(found["similarity"][0])
    assert back["size_ratio"].item() == pytest.approx(1 / found["size_ratio"][0])


def test_a_twin_is_the_first_peer_whatever_its_size() -> None:
    values = made_up(12, 7)
    values[8] = 3 * values[2]
    first = peers(frame(values), "R002").row(0, named=True)
    assert first["region"] == "R008"
    assert first["similarity"] == pytest.approx(1)
    assert first["size_ratio"] == pytest.approx(3)
    assert "R008" not in peers(frame(values), "R002", within=2.5)["region"]
    with pytest.raises(UsageError, match="within"):
        peers(frame(values), "R002", within=0.5)


def test_peers_against_krugman() -> None:
    values = made_up(12, 7)
    shares = values / values.sum(axis=1, keepdims=True)
    found = peers(frame(values), "R000").sort("region")
    krugman = np.abs(shares[1:] - shares[0]).sum(axis=1)
    np.testing.assert_allclose(found["similarity"], 1 - krugman / 2, atol=1e-12)


def test_what_makes_peers_alike_is_not_what_all_have() -> None:
    # Every region is half retail; A and B share ships.
    data = pl.DataFrame(
        {
            "region": [*"AABBCC"],
            "industry": ["retail", "ships", "retail", "ships", "retail", "wine"],
            "value": [50.0, 50, 50, 50, 50, 50],
        }
    )
    found = peers(data, "A")
    assert found.row(0, named=True)["industries"] == "ships"
    assert found["industries"][1] == ""


@settings(max_examples=30, deadline=None)
@given(economies)
def test_complementarity_sums_and_mirrors(values: np.ndarray) -> None:
    data = frame(values)
    found, parts = complementarity(data, "R000"), complementary_industries(data, "R000")
    sums = parts.group_by("region").agg(pl.col("contribution").sum()).join(found, on="region")
    assert sums.height == found.height
    np.testing.assert_allclose(sums["contribution"], sums["complementarity"], atol=1e-12)
    assert found["complementarity"].is_between(0, 1 + 1e-12, closed="right").all()
    assert (parts["location_quotient_here"] < 1).all()
    assert (parts["location_quotient_there"] >= 1 - 1e-9).all()
    for other in found["region"][:2]:
        mirrored = complementarity(data, other).filter(pl.col("region") == "R000")
        there = found.filter(pl.col("region") == other)
        if mirrored.height:
            assert mirrored["complementarity"].item() == pytest.approx(there["complementarity_back"].item())
            assert mirrored["mutual"].item() == pytest.approx(there["mutual"].item())
        else:
            assert there["complementarity_back"].item() == 0


def test_complementarity_is_the_formula() -> None:
    values = made_up(14, 9, seed=2)
    cells = complexity(frame(values)).cells.sort("region", "industry")
    m = cells["mcp"].to_numpy().reshape(14, 9).astype(float)
    u = m.sum(axis=0)
    phi = np.array([[(m[:, i] @ m[:, j]) / max(u[i], u[j]) for j in range(9)] for i in range(9)])
    np.fill_diagonal(phi, 0)
    density = np.array([sum(phi[i, j] * m[0, j] for j in range(9)) / phi[i].sum() for i in range(9)])
    whole = ((1 - m[0]) * density).sum()
    wanted = {f"R{s:03}": ((1 - m[0]) * m[s] * density).sum() / whole for s in range(1, 14)}
    found = dict(complementarity(frame(values), "R000").select("region", "complementarity").rows())
    assert found == pytest.approx({region: c for region, c in wanted.items() if c > 0})


def test_a_region_with_everything_needs_no_one() -> None:
    values = made_up(12, 7, empty=0.0)
    values[4] = values.sum(axis=0) - values[4]
    assert complexity(frame(values)).regions.filter(pl.col("region") == "R004")["diversity"].item() == 7
    assert complementarity(frame(values), "R004").height == 0
    assert "R004" in complementarity(frame(values), "R000")["region"]


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 13), st.integers(0, 8))
def test_a_partner_with_more_of_what_is_missing_is_no_worse(seed: int, partner: int, gained: int) -> None:
    # Holding relatedness still: a partner that gains an industry the region lacks is at least as complementary.
    found = offers(made_up(14, 9, seed), 1.0)
    before = found.of(0).sum(axis=1)[partner]
    m = found.m.copy()
    m[partner, gained] = 1.0
    after = (m * found.weights[0]).sum(axis=1)[partner]
    assert after >= before
    if found.m[0, gained] == 0 and found.m[partner, gained] == 0 and found.density[0, gained] > 0:
        assert after > before
