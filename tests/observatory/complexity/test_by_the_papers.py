"""Complexity against the formulas of the papers, written out by hand, and what must hold of it."""

from __future__ import annotations

import warnings

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import UsageError
from clusteratlas.observatory import Complexity, ComplexityWarning, complexity
from clusteratlas.observatory.economic_complexity import measures
from clusteratlas.observatory.economic_complexity.fitness import fitness
from clusteratlas.observatory.economic_complexity.spectrum import spectrum
from tests.observatory.complexity.trade import frame, made_up


def _nested(regions: int, industries: int) -> np.ndarray:
    """Region k makes the first industries only, the more the greater k."""
    steps = np.linspace(1, industries, regions).round()
    return (np.arange(industries) < steps[:, None]).astype(float)


def _of(m: np.ndarray) -> pl.DataFrame:
    """Values whose comparative advantages reach the threshold 0.01 just where ``m`` is 1."""
    return frame(m)


def test_a_nested_economy_is_ranked_by_diversity_and_rarity() -> None:
    found = complexity(_of(_nested(8, 12)), threshold=0.01)
    regions = found.eci.sort("diversity")
    assert regions["diversity"].is_sorted()
    assert regions["eci"].is_sorted()
    industries = found.pci.sort("ubiquity", descending=True)
    assert industries["pci"].is_sorted()


def test_the_outlook_is_the_formula_of_the_atlas() -> None:
    found = complexity(frame(made_up(14, 9, seed=2)))
    cells = found.cells.sort("region", "industry")
    m = cells["mcp"].to_numpy().reshape(14, 9).astype(float)
    pci = found.pci.sort("industry")["pci"].to_numpy()
    phi = measures.proximity(m)
    distance = np.array([[(1 - m[c]) @ phi[p] / phi[p].sum() for p in range(9)] for c in range(14)])
    index = [(1 - distance[c]) @ ((1 - m[c]) * pci) for c in range(14)]
    gain = np.zeros((14, 9))
    for c, p in zip(*np.nonzero(m == 0), strict=True):
        gain[c, p] = sum(phi[p, q] / phi[:, q].sum() * (1 - m[c, q]) * pci[q] for q in range(9))
        gain[c, p] -= (1 - distance[c, p]) * pci[p]
    np.testing.assert_allclose(cells["distance"], distance.ravel(), atol=1e-12)
    np.testing.assert_allclose(cells["complexity_outlook_gain"], gain.ravel(), atol=1e-12)
    regions = found.regions.sort("region")
    np.testing.assert_allclose(regions["complexity_outlook_index"], index, atol=1e-12)


def test_fitness_is_the_map_of_tacchella() -> None:
    found = complexity(frame(made_up(14, 9, seed=2)), iterations=7)
    m = found.cells["mcp"].to_numpy().reshape(14, 9).astype(float)
    f, q = np.ones(14), np.ones(9)
    for _ in range(7):
        f_new = np.array([sum(m[c, p] * q[p] for p in range(9)) for c in range(14)])
        q_new = np.array([1 / sum(m[c, p] / f[c] for c in range(14)) for p in range(9)])
        f, q = f_new / f_new.mean(), q_new / q_new.mean()
    np.testing.assert_allclose(found.regions.sort("region")["fitness"], f, rtol=1e-12)
    np.testing.assert_allclose(found.industries.sort("industry")["product_fitness"], q, rtol=1e-12)
    assert not found.networks["fitness_converged"].item()


def test_fitness_that_tends_to_zero_stays_a_number() -> None:
    found = fitness(_nested(8, 12), iterations=5000)
    assert np.isfinite(found.regions).all()
    assert np.isfinite(found.industries).all()
    assert (np.diff(found.regions) >= 0).all()


def test_converged_fitness_is_a_fixed_point() -> None:
    m = measures.specialised(measures.revealed_comparative_advantage(made_up(60, 25)), 1.0)
    found = fitness(m)
    assert found.converged
    again = m @ found.industries
    np.testing.assert_allclose(found.regions, again / again.mean(), atol=1e-6)


def test_eci_is_the_eigenvector_of_hidalgo_and_hausmann() -> None:
    m = measures.specialised(measures.revealed_comparative_advantage(made_up(30, 20)), 1.0)
    linked = (m / m.sum(axis=1)[:, None]) @ (m / m.sum(axis=0)).T
    found = spectrum(m)
    np.testing.assert_allclose(linked @ found.regions, found.second * found.regions, atol=1e-12)
    values = np.sort(np.linalg.eigvals(linked).real)
    np.testing.assert_allclose([found.second, found.third], [values[-2], values[-3]], atol=1e-12)


@pytest.mark.parametrize("shape", [(500, 350), (350, 500)])
def test_large_networks_have_the_same_eigenvector(shape: tuple[int, int]) -> None:
    # Above a size another method is used: it must find the same.
    m = measures.specialised(measures.revealed_comparative_advantage(made_up(*shape)), 1.0)
    found = spectrum(m)
    linked = (m / m.sum(axis=0)).T @ (m / m.sum(axis=1)[:, None])
    values = np.sort(np.linalg.eigvals(linked).real)
    np.testing.assert_allclose([found.second, found.third], [values[-2], values[-3]], atol=1e-12)
    np.testing.assert_allclose(linked @ found.industries, found.second * found.industries, atol=1e-11)


def test_standardisation() -> None:
    data = frame(made_up(30, 20))
    for ddof in (0, 1):
        found = complexity(data, ddof=ddof)
        for column in (found.eci["eci"], found.pci["pci"]):
            assert column.mean() == pytest.approx(0, abs=1e-12)
            assert column.std(ddof=ddof) == pytest.approx(1)


def test_by_the_growth_lab_eci_is_the_mean_pci_of_what_a_region_makes() -> None:
    found = complexity(frame(made_up(30, 20)), convention="growth-lab")
    made = found.cells.filter(pl.col("mcp") == 1).join(found.pci, on="industry")
    means = made.group_by("region").agg(pl.col("pci").mean()).join(found.eci, on="region")
    np.testing.assert_allclose(means["pci"], means["eci"], atol=1e-12)


def test_a_region_exactly_at_the_average_is_specialised() -> None:
    # 0.1 + 0.2 is not 0.3 in binary: rounding must not decide what "at least 1" means.
    data = pl.DataFrame(
        {"region": ["A", "A", "B", "B"], "industry": ["x", "y"] * 2, "value": [0.1, 0.7, 0.3, 2.1]}
    )
    assert complexity(data).cells["mcp"].to_list() == [1, 1, 1, 1]


def _ring(size: int) -> np.ndarray:
    """Each region makes two neighbouring industries: no region is above another."""
    return np.eye(size) + np.roll(np.eye(size), 1, axis=1)


@pytest.mark.parametrize("size", [5, 401])
def test_a_tie_is_warned_of(size: int) -> None:
    with pytest.warns(ComplexityWarning, match="nearly tie"):
        found = complexity(_of(_ring(size)))
    assert found.is_nearly_tied
    assert found.eigenvalue_gap == pytest.approx(0, abs=1e-9)


def test_a_network_in_parts_is_warned_of_and_the_largest_is_ranked() -> None:
    whole = np.zeros((12, 15))
    whole[:8, :12], whole[8:, 12:] = _nested(8, 12), _nested(4, 3)
    alone = complexity(_of(_nested(8, 12)), threshold=0.01)
    with pytest.warns(ComplexityWarning, match=r"falls into 2 parts; .* \(8 regions\)"):
        found = complexity(_of(whole), threshold=0.01)
    np.testing.assert_allclose(found.eci["eci"][:8], alone.eci["eci"], atol=1e-9)
    assert found.eci["eci"][8:].is_null().all()
    assert found.eigenvalue_gap == pytest.approx(alone.eigenvalue_gap)


def test_alike_regions_have_no_rank() -> None:
    found = complexity(_of(np.ones((4, 5))))
    assert found.regions["eci"].is_null().all()
    assert found.industries["pci"].is_null().all()
    assert found.cells["density"].to_list() == [1.0] * 20


@pytest.mark.parametrize(
    ("options", "said"),
    [({"threshold": 0}, "threshold"), ({"convention": "atlass"}, "atlas"), ({"iterations": 0}, "iterations")],
)
def test_options_that_make_no_sense(options: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        complexity(frame(made_up(5, 5)), **options)


def test_eci_and_pci_cost_nothing_else() -> None:
    found = complexity(frame(made_up(30, 20)))
    assert found.eci.columns == ["region", "diversity", "eci"]
    (network,) = (network for _, network in found._parts)
    assert "phi" not in vars(network)
    assert found.cells.height == 600
    assert "phi" in vars(network)


matrices = st.integers(0, 10_000).map(lambda seed: made_up(16, 10, seed, empty=0.2))


def _quiet(data: pl.DataFrame) -> Complexity:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ComplexityWarning)
        return complexity(data)


@settings(max_examples=40, deadline=None)
@given(matrices)
def test_what_holds_of_any_economy(values: np.ndarray) -> None:
    found = _quiet(frame(values))
    cells, regions = found.cells, found.regions
    assert cells["density"].is_between(-1e-12, 1 + 1e-12).all()
    assert found.proximity["proximity"].is_between(0, 1).all()
    ranked = regions.filter(pl.col("eci").is_not_null())
    spread = ranked["diversity"].std()
    if spread and ranked["eci"].std():
        assert np.corrcoef(ranked["diversity"], ranked["eci"])[0, 1] >= -1e-9
    made = cells.group_by("region").agg(pl.col("mcp").cast(pl.Int64).sum()).join(regions, on="region")
    assert made["mcp"].equals(made["diversity"])
    assert regions["fitness"].mean() == pytest.approx(1)


@settings(max_examples=25, deadline=None)
@given(matrices, st.floats(0.001, 1000))
def test_neither_scale_nor_order_nor_names_matter(values: np.ndarray, scale: float) -> None:
    data = frame(values)
    one = _quiet(data)
    other = _quiet(data.with_columns(pl.col("value") * scale).sample(fraction=1.0, shuffle=True, seed=1))
    if one.is_nearly_tied:
        return
    np.testing.assert_allclose(
        one.regions["eci"].fill_null(9), other.regions["eci"].fill_null(9), atol=1e-6, rtol=1e-6
    )
    np.testing.assert_allclose(one.cells["density"], other.cells["density"], atol=1e-9)
