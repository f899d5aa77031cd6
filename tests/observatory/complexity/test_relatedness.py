"""Relatedness of industries: each method by its formula, on every engine."""

from __future__ import annotations

import economic_complexity
import numpy as np
import pandas as pd
import polars as pl
import pytest

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import complexity, relatedness
from clusteratlas.observatory.economic_complexity import measures
from tests.observatory.complexity.trade import frame, long, made_up
from tests.support.engines import ENGINES, Engine, all_alike

METHODS = ["conditional probability", "cosine", "association", "probability", "correlation"]


def _matrix(pairs: pl.DataFrame) -> np.ndarray:
    wide = pairs.sort("industry", "other_industry").pivot(
        "other_industry", index="industry", values="relatedness"
    )
    return wide.select(sorted(wide.columns[1:])).to_numpy()


@pytest.mark.parametrize("method", METHODS)
def test_same_answer(method: str, engine: Engine) -> None:
    given = long(made_up(12, 7))
    wanted = relatedness(ENGINES["polars"].frame(given), method=method).to_dicts()
    found = engine.rows(relatedness(engine.frame(given), method=method))
    all_alike(found, wanted, "industry", "other_industry")


def test_flows_on_every_engine(engine: Engine) -> None:
    given = {"industry": ["a", "a", "b"], "other_industry": ["b", "c", "a"], "value": [30.0, 70.0, 10.0]}
    found = engine.rows(relatedness(engine.frame(given), method="input-output"))
    by_pair = {(row["industry"], row["other_industry"]): row["relatedness"] for row in found}
    # All that b buys comes from a; all that c buys comes from a; b and c do not deal.
    assert by_pair == {
        ("a", "b"): 1,
        ("b", "a"): 1,
        ("a", "c"): 1,
        ("c", "a"): 1,
        ("b", "c"): 0,
        ("c", "b"): 0,
    }


def test_flows_take_the_largest_of_four_shares() -> None:
    flows = np.array([[10, 30, 60], [20, 50, 30], [5, 5, 90]], float)
    given = pl.DataFrame(
        {"industry": [*"aaabbbccc"], "other_industry": [*"abcabcabc"], "value": flows.ravel()}
    )
    found = _matrix(relatedness(given, method="input-output"))
    a_to_b, b_to_a = flows[0, 1], flows[1, 0]
    wanted = max(a_to_b / 100, a_to_b / 85, b_to_a / 100, b_to_a / 35)
    assert found[0, 1] == pytest.approx(wanted)


@pytest.mark.parametrize("method", METHODS)
def test_both_directions_are_the_same(method: str) -> None:
    found = _matrix(relatedness(frame(made_up(30, 12)), method=method))
    np.testing.assert_allclose(found, found.T, atol=1e-12)


def test_by_definition() -> None:
    values = made_up(30, 12)
    m = measures.specialised(measures.revealed_comparative_advantage(values), 1.0)
    off = ~np.eye(12, dtype=bool)
    both = np.array([[sum(m[r, i] and m[r, j] for r in range(30)) for j in range(12)] for i in range(12)])
    u = m.sum(axis=0)
    wanted = {
        "conditional probability": np.minimum(both / u, both / u[:, None]),
        "association": both / 30 / (np.outer(u, u) / 30**2),
        "co-occurrence": both / 30 / (np.outer(u, u) / 30**2),
        "correlation": np.corrcoef(values.T),
    }
    for method, matrix in wanted.items():
        found = _matrix(relatedness(frame(values), method=method))
        np.testing.assert_allclose(found[off], matrix[off], rtol=1e-10, err_msg=method)


def test_cosine_is_the_geometric_mean_of_economic_complexity() -> None:
    data = frame(made_up(30, 12)).to_pandas()
    matrix = economic_complexity.rca(data.pivot(index="region", columns="industry", values="value"))
    m = matrix.ge(1).astype(int)
    cosine = m.T.dot(m) / np.sqrt(np.outer(m.sum(), m.sum()))
    found = relatedness(data, method="cosine").set_index(["industry", "other_industry"])["relatedness"]
    wanted = cosine.rename_axis(index="one", columns="two").stack()
    pd.testing.assert_series_equal(found, wanted.reindex(found.index), check_names=False)


def test_probability_expects_as_many_pairs_as_there_are() -> None:
    # The expected co-occurrences of all pairs sum to the observed ones.
    values = made_up(30, 12)
    m = measures.specialised(measures.revealed_comparative_advantage(values), 1.0)
    both = measures.co_occurrences(m)
    off = ~np.eye(12, dtype=bool)
    found = _matrix(relatedness(frame(values), method="probability"))
    there = off & (both > 0)
    expected = both[there] / found[there]
    assert expected.sum() <= both[off].sum() * (1 + 1e-9)
    s = np.where(off, both, 0).sum(axis=1)
    total = s.sum()
    i, j = np.argwhere(there)[0]
    drawn = s[i] / total * s[j] / (total - s[i]) + s[j] / total * s[i] / (total - s[j])
    assert found[i, j] == pytest.approx(both[i, j] / (total / 2 * drawn))


def test_the_proximity_of_complexity_is_the_conditional_probability() -> None:
    data = frame(made_up(30, 12))
    one = complexity(data).proximity.rename({"proximity": "relatedness"})
    assert one.equals(relatedness(data))


def test_an_industry_that_nobody_is_specialised_in_is_related_to_nothing_known() -> None:
    values = made_up(12, 7)
    values[:, 3] = 0
    found = relatedness(frame(values))
    nowhere = (pl.col("industry") == "I003") | (pl.col("other_industry") == "I003")
    assert found.filter(nowhere)["relatedness"].null_count() == 12
    assert found.filter(~nowhere)["relatedness"].null_count() == 0


def test_own_names_and_periods() -> None:
    data = frame(made_up(12, 7)).rename({"region": "nuts", "industry": "nace", "value": "jobs"})
    both = pl.concat([data.with_columns(year=2012), data.with_columns(year=2015)])
    found = relatedness(both, region="nuts", industry="nace", value="jobs", period="year")
    assert found.columns == ["nace", "other_nace", "year", "relatedness"]
    assert found.height == 84


@pytest.mark.parametrize("method", [*METHODS, "input-output"])
def test_empty_frames(method: str, engine: Engine) -> None:
    key = "other_industry" if method == "input-output" else "region"
    assert engine.rows(relatedness(engine.frame({"industry": [], key: [], "value": []}), method=method)) == []


def test_mistakes() -> None:
    with pytest.raises(UsageError, match="did you mean 'cosine'"):
        relatedness(frame(made_up(5, 5)), method="cosin")
    with pytest.raises(InputError, match="no column 'other_industry'"):
        relatedness(frame(made_up(5, 5)), method="input-output")
