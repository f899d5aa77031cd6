"""Growth of terms: by hand, beside scikit-learn, and what must hold whatever the counts."""

from __future__ import annotations

import math

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm
from sklearn.linear_model import PoissonRegressor

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import trends

YEARS = [2022, 2023, 2024, 2025]


def counts(**terms: list[int]) -> pl.DataFrame:
    """Counts of terms in `YEARS`."""
    rows = [(term, year, n) for term, ns in terms.items() for year, n in zip(YEARS, ns, strict=False)]
    return pl.DataFrame(rows, schema=["term", "period", "projects"], orient="row")


def totals(*of: int) -> pl.DataFrame:
    """All projects of `YEARS`."""
    return pl.DataFrame({"period": YEARS[: len(of)], "projects": list(of)})


def noise(number: int = 60, seed: int = 0) -> dict[str, list[int]]:
    """Terms whose share does not change, with chance."""
    random = np.random.default_rng(seed)
    return {f"n{i:02}": random.poisson([20, 30, 30, 25]).tolist() for i in range(number)}


def row(frame: pl.DataFrame, term: str) -> dict:
    """The row of a term."""
    return frame.row(by_predicate=pl.col("term") == term, named=True)


def test_two_years_by_hand() -> None:
    """4 of 100, then 12 of 100: three times the share; the score is 4 and its information 16 x 1/4."""
    found = row(trends.growth(counts(a=[4, 12]), totals(100, 100)), "a")
    assert found["growth_unshrunk"] == pytest.approx(2.0, abs=1e-6)
    assert found["p_value"] == pytest.approx(norm.sf(4 / math.sqrt(16 / 4)), rel=1e-9)
    assert (found["share_first"], found["share_last"]) == (0.04, 0.12)


@pytest.mark.parametrize("said", [[3, 5, 9, 20], [40, 30, 20, 12], [7, 1, 9, 4]])
def test_the_slope_is_that_of_a_poisson_regression(said: list[int]) -> None:
    held = [900, 1500, 1400, 1100]
    found = row(trends.growth(counts(a=said), totals(*held)), "a")
    model = PoissonRegressor(alpha=0, tol=1e-10, max_iter=2000)
    model.fit(np.array([[0.0], [1], [2], [3]]), np.array(said) / np.array(held), sample_weight=held)
    assert math.log1p(found["growth_unshrunk"]) == pytest.approx(model.coef_[0], abs=1e-4)


def test_growth_is_drawn_towards_none_and_its_bounds_hold_it() -> None:
    found = trends.growth(counts(a=[2, 8, 16, 30], **noise()), totals(1000, 1500, 1500, 1250))
    grown = row(found, "a")
    assert 0 < grown["lower"] < grown["growth"] < grown["upper"]
    assert grown["growth"] < grown["growth_unshrunk"]
    assert (found["lower"] <= found["growth"]).all()
    assert (found["growth"] <= found["upper"]).all()


def test_bounds_cover_what_they_say() -> None:
    """Slopes drawn from a mixture that the prior can learn: about 90 % lie between their bounds."""
    random = np.random.default_rng(3)
    slopes = np.where(random.random(600) < 0.8, random.normal(0, 0.03, 600), random.normal(0, 0.6, 600))
    held = np.array([4000, 5000, 5000, 4500])
    times = np.arange(4) - 1.5
    drawn = {
        f"t{i:03}": random.poisson(0.008 * held * np.exp(b * times)).tolist() for i, b in enumerate(slopes)
    }
    found = trends.growth(counts(**drawn), totals(*held.tolist())).sort("term")
    inside = (np.log1p(found["lower"].to_numpy()) <= slopes) & (slopes <= np.log1p(found["upper"].to_numpy()))
    assert 0.85 < inside.mean() < 0.97


def test_few_calls_are_false_among_terms_that_do_not_change() -> None:
    calls = [
        trends.growth(counts(**noise(300, seed)), totals(1000, 1500, 1500, 1250))["trend"].to_list()
        for seed in range(4)
    ]
    assert sum(call != "steady" for one in calls for call in one) <= 3


def test_emerging_growing_and_fading() -> None:
    said = counts(small=[2, 10, 20, 40], large=[60, 120, 180, 260], less=[60, 40, 20, 5], **noise())
    found = trends.growth(said, totals(1000, 1500, 1500, 1250))
    assert [row(found, one)["trend"] for one in ("small", "large", "less")] == [
        "emerging",
        "growing",
        "fading",
    ]


def test_a_year_with_more_calls_of_one_kind_makes_no_trend() -> None:
    """The term is only said in kind b, whose projects double: within kind b its share stays the same."""
    said = pl.DataFrame({"term": "a", "period": [2022, 2023], "group": "b", "projects": [20, 40]})
    held = pl.DataFrame(
        {"period": [2022, 2023] * 2, "group": ["a", "a", "b", "b"], "projects": [500, 500, 200, 400]}
    )
    assert row(trends.growth(said, held, group="group"), "a")["growth_unshrunk"] == pytest.approx(0, abs=1e-9)
    plain = trends.growth(said.drop("group"), held.group_by("period").agg(pl.col("projects").sum()))
    assert row(plain, "a")["growth_unshrunk"] > 0.5


def test_expected_projects_by_hand() -> None:
    """Shares 60 of 600 in b and 10 of 1000 in a: 2022 expects 200 x 0.1 + 500 x 0.01."""
    said = pl.DataFrame(
        {"term": "x", "period": [2022, 2023, 2023], "group": ["b", "b", "a"], "projects": [20, 40, 10]}
    )
    held = pl.DataFrame(
        {"period": [2022, 2023] * 2, "group": ["a", "a", "b", "b"], "projects": [500, 500, 200, 400]}
    )
    assert trends.expected(said, held, group="group")["expected"].to_list() == pytest.approx([25.0, 45.0])


COUNTS = st.lists(st.lists(st.integers(0, 40), min_size=4, max_size=4), min_size=1, max_size=6)


@settings(max_examples=25, deadline=None)
@given(said=COUNTS, share=st.integers(1, 9), volumes=st.lists(st.integers(1, 9), min_size=4, max_size=4))
def test_a_constant_share_is_never_emerging(said: list[list[int]], share: int, volumes: list[int]) -> None:
    """Whatever the other terms do, and however the programme ramps up."""
    rest = {f"t{i}": ns for i, ns in enumerate(said) if sum(ns)}
    found = trends.growth(
        counts(same=[share * v for v in volumes], **rest), totals(*(100 * v for v in volumes))
    )
    same = row(found, "same")
    assert same["trend"] == "steady"
    assert same["growth"] == pytest.approx(0, abs=1e-6)


@settings(max_examples=15, deadline=None)
@given(factors=st.lists(st.integers(1, 20), min_size=4, max_size=4))
def test_the_volume_of_a_year_changes_no_rate(factors: list[int]) -> None:
    """A share that doubles each year doubles, however many projects each year has."""
    said = [2**i * f for i, f in enumerate(factors)]
    found = trends.growth(counts(a=said, b=[3 * f for f in factors]), totals(*(200 * f for f in factors)))
    assert row(found, "a")["growth_unshrunk"] == pytest.approx(1.0, abs=1e-6)
    assert row(found, "b")["growth"] == pytest.approx(0.0, abs=1e-6)


def test_the_order_of_rows_changes_nothing() -> None:
    said, held = counts(a=[2, 5, 9, 14], **noise(20)), totals(1000, 1500, 1500, 1250)
    first = trends.growth(said, held)
    shuffled = trends.growth(said.sample(fraction=1, shuffle=True, seed=1), held.reverse())
    assert first.equals(shuffled)


def test_more_projects_tell_more_of_the_same_share() -> None:
    few = row(trends.growth(counts(a=[2, 3, 4, 6]), totals(100, 100, 100, 100)), "a")
    many = row(trends.growth(counts(a=[20, 30, 40, 60]), totals(1000, 1000, 1000, 1000)), "a")
    assert many["p_value"] < few["p_value"]
    assert many["growth_unshrunk"] == pytest.approx(few["growth_unshrunk"], abs=1e-6)


def test_mistakes_are_explained() -> None:
    said, held = counts(a=[1, 2]), totals(10, 10)
    with pytest.raises(InputError, match="no column 'term'"):
        trends.growth(said.rename({"term": "word"}), held)
    with pytest.raises(InputError, match="twice"):
        trends.growth(pl.concat([said, said]), held)
    with pytest.raises(InputError, match="more 'projects'"):
        trends.growth(counts(a=[11, 2]), held)
    with pytest.raises(InputError, match="know nothing of period 2023"):
        trends.growth(said, totals(10))
    with pytest.raises(InputError, match="holds no numbers"):
        trends.growth(said.with_columns(pl.col("period").cast(str)), held)
    with pytest.raises(UsageError, match="one period"):
        trends.growth(counts(a=[1]), totals(10))
    with pytest.raises(UsageError, match="confidence"):
        trends.growth(said, held, confidence=2)


def test_no_terms_give_no_rows() -> None:
    assert trends.growth(counts(a=[1, 2]).head(0), totals(10, 10)).height == 0


def test_q_values_as_benjamini_and_hochberg() -> None:
    p = np.random.default_rng(1).random(50) ** 2
    order, m = np.argsort(p), len(p)
    by_hand = [min(m * p[order[j]] / (j + 1) for j in range(i, m)) for i in range(m)]
    assert trends.q_values(p)[order] == pytest.approx(np.minimum(by_hand, 1))
    assert np.isnan(trends.q_values([0.1, np.nan])).tolist() == [False, True]
