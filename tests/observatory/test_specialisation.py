"""Location quotients against what the US Cluster Mapping Project published, and against other implementations."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas import observatory
from clusteratlas.errors import InputError, UsageError
from tests.support.engines import Engine, all_alike, by_key

JOBS = {
    "region": ["A", "A", "B", "B"],
    "industry": ["x", "y", "x", "y"],
    "value": [30.0, 10.0, 10.0, 50.0],
}
ROLES = {"region": "region_code_t", "industry": "cluster_code_t", "value": "emp_tl"}


def test_quotient_on_every_kind_of_frame(engine: Engine) -> None:
    result = engine.rows(observatory.location_quotient(engine.frame(JOBS)))
    quotients = [1.875, 5 / 12, 5 / 12, 50 / 36]
    wanted = [
        {"region": r, "industry": i, "value": v, "location_quotient": q}
        for r, i, v, q in zip(*JOBS.values(), quotients, strict=True)
    ]
    all_alike(result, wanted, "region", "industry")


@pytest.fixture(scope="module")
def states(shared_data: Path) -> pl.DataFrame:
    """The traded clusters of the US states in 2016, with the published quotients."""
    rows = pl.read_csv(
        shared_data / "clusters" / "us_states_clusters_2016.csv",
        schema_overrides={"region_code_t": pl.String},
        null_values=["NA"],
    )
    return rows.filter(pl.col("cluster_type") == "traded")


@pytest.fixture(scope="module")
def nation(states: pl.DataFrame) -> pl.DataFrame:
    """The national totals that the published shares of the nation imply."""
    implied = (pl.col("emp_tl") / pl.col("cluster_emp_per_tf")).median().alias("emp_tl")
    totals = states.group_by("cluster_code_t").agg(implied)
    assert round(totals["emp_tl"].sum()) == 45_242_109
    return totals


def test_quotients_are_those_published_for_us_states(states: pl.DataFrame, nation: pl.DataFrame) -> None:
    found = observatory.location_quotient(states, reference=nation, **ROLES)
    gap = (found["location_quotient"] - found["lq_tf"]).abs()
    assert len(gap) == 2_550
    assert gap.null_count() == 0
    assert gap.median() <= 1e-7
    assert gap.quantile(0.99) <= 1e-5


def test_ranks_are_those_published_for_us_states(states: pl.DataFrame, nation: pl.DataFrame) -> None:
    found = observatory.location_quotient(states, reference=nation, **ROLES)
    rank = pl.col("location_quotient").rank("min", descending=True).over("cluster_code_t")
    ranked = found.with_columns(rank.alias("rank"))
    published = ranked.filter(pl.col("lq_tf_rank_i").is_not_null())
    assert published["rank"].to_list() == published["lq_tf_rank_i"].to_list()
    # The publisher ranks no state without jobs in the cluster.
    assert ranked.filter(pl.col("lq_tf_rank_i").is_null())["emp_tl"].to_list() == [0] * 56


def test_regions_with_withheld_cells_take_their_published_totals(
    states: pl.DataFrame, nation: pl.DataFrame
) -> None:
    total = (pl.col("emp_tl") / pl.col("region_emp_per_tf")).median().alias("emp_tl")
    totals = states.group_by("region_code_t").agg(total)
    kept = states.filter(pl.int_range(pl.len()) % 3 != 0)
    found = observatory.location_quotient(kept, reference=nation, totals=totals, **ROLES)
    gap = (found["location_quotient"] - found["lq_tf"]).abs()
    assert gap.median() <= 1e-7
    assert gap.quantile(0.99) <= 1e-5


COUNTS = st.lists(st.integers(0, 500), min_size=12, max_size=12)


@settings(max_examples=60, deadline=None)
@given(COUNTS)
def test_quotient_by_hand(values: list[int]) -> None:
    frame = pd.DataFrame({"region": list("AAABBBCCCDDD"), "industry": list("xyz") * 4, "value": values})
    wide = frame.pivot(index="region", columns="industry", values="value").to_numpy(dtype=float)
    with np.errstate(all="ignore"):
        wanted = (wide / wide.sum(1, keepdims=True)) / (wide.sum(0) / wide.sum())
    found = observatory.location_quotient(frame)["location_quotient"].to_numpy()
    np.testing.assert_allclose(found, np.where(np.isfinite(wanted), wanted, np.nan).ravel(), rtol=1e-12)


@settings(max_examples=60, deadline=None)
@given(COUNTS)
def test_quotients_weighted_by_the_regions_shares_average_to_one(values: list[int]) -> None:
    frame = pl.DataFrame({"region": list("AAABBBCCCDDD"), "industry": list("xyz") * 4, "value": values})
    found = observatory.location_quotient(frame).with_columns(e=pl.col("value").sum().over("region"))
    means = found.group_by("industry").agg(
        mean=(pl.col("location_quotient") * pl.col("e")).sum() / max(sum(values), 1),
        there=pl.col("value").sum() > 0,
    )
    assert means.filter("there")["mean"].to_list() == pytest.approx([1.0] * means["there"].sum())


def panel(periods: int = 2) -> pd.DataFrame:
    rng = np.random.default_rng(5)
    rows = [(f"R{r}", f"I{i}", 2000 + t) for r in range(9) for i in range(7) for t in range(periods)]
    frame = pd.DataFrame(rows, columns=["region", "industry", "period"])
    return frame.assign(value=rng.integers(0, 60, len(frame)).astype(float))


@pytest.mark.filterwarnings("ignore")  # of ecomplexity, about pandas
def test_quotient_is_the_rca_of_ecomplexity() -> None:
    from ecomplexity import ecomplexity

    names = {"time": "period", "loc": "region", "prod": "industry", "val": "value"}
    theirs = ecomplexity(panel(), names)[["region", "industry", "period", "rca"]]
    both = observatory.location_quotient(panel(), period="period").merge(theirs)
    assert len(both) == len(panel())
    np.testing.assert_allclose(both["location_quotient"], both["rca"], rtol=1e-9)


def test_quotient_is_the_rca_of_economic_complexity() -> None:
    from economic_complexity import rca

    frame = panel(periods=1)
    theirs = rca(frame.pivot(index="region", columns="industry", values="value"))
    found = observatory.location_quotient(frame).pivot(
        index="region", columns="industry", values="location_quotient"
    )
    np.testing.assert_allclose(found.to_numpy(), theirs.to_numpy(), rtol=1e-9)


def test_industries_absent_from_the_reference_are_named(engine: Engine) -> None:
    reference = pl.DataFrame({"industry": ["x"], "value": [5]})
    with pytest.raises(InputError, match="there is no industry y") as told:
        observatory.location_quotient(engine.frame(JOBS), reference=reference)
    assert told.value.where == "reference"


def test_reference_may_be_of_the_same_kind(engine: Engine) -> None:
    reference = engine.frame({"industry": ["x", "y", "z"], "value": [10.0, 80.0, 10.0]})
    found = engine.rows(observatory.location_quotient(engine.frame(JOBS), reference=reference))
    assert by_key(found, "region", "industry")["A", "x"]["location_quotient"] == pytest.approx(7.5)


@pytest.mark.parametrize("sparse", [False, True])
def test_duplicates_are_found_however_sparse_the_cells(sparse: bool) -> None:
    rows = 3_000
    code = np.arange(rows) * (10_007 if sparse else 1)
    frame = pl.DataFrame({"region": code, "industry": code % 97 * 1_000_003, "value": np.ones(rows)})
    assert len(observatory.location_quotient(frame)) == rows
    with pytest.raises(InputError, match=f"region {code[1234]}, industry"):
        observatory.location_quotient(pl.concat([frame, frame[1234:1235]]))


def test_standardised_quotient_by_hand() -> None:
    frame = panel(periods=1)
    found = observatory.standardised_location_quotient(frame, samples=4000)
    logs = observatory.location_quotient(frame).assign(
        log=lambda f: np.log(f["location_quotient"].replace(0, np.nan))
    )
    groups = logs.groupby("industry")["log"]
    wanted = (logs["log"] - groups.transform("mean")) / groups.transform("std")
    score = "standardised_location_quotient"
    np.testing.assert_allclose(found[score], wanted, rtol=1e-9)
    rng = np.random.default_rng(0)
    for _, rows in found.dropna().groupby("industry"):
        z = rows[score].to_numpy()
        drawn = rng.choice(z, (4000, len(z)))
        plain = np.percentile(drawn, 95, axis=1, method="inverted_cdf").mean()
        assert rows[f"{score}_cut_off"].nunique() == 1
        assert rows[f"{score}_cut_off"].iloc[0] == pytest.approx(plain, abs=0.05)
        assert rows[f"{score}_is_above"].to_list() == (z > rows[f"{score}_cut_off"]).to_list()


def test_standardised_quotients_seed_and_bounds() -> None:
    one, same, other = (
        observatory.standardised_location_quotient(panel(1), samples=20, seed=n) for n in (1, 1, 2)
    )
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)
    with pytest.raises(UsageError, match="percentile=100"):
        observatory.standardised_location_quotient(panel(1), percentile=100)
