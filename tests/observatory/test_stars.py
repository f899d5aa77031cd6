"""Stars: what each profile finds, on every kind of frame, and what it cannot judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from clusteratlas.errors import UsageError
from clusteratlas.observatory import star_profile, star_profiles, stars
from tests.support.engines import ENGINES, Engine, all_alike, by_key

CELLS = {
    "region": ["A", "A", "B", "B", "C", "C", "D"],
    "industry": ["x", "y", "x", "y", "x", "y", "x"],
    "value": [90.0, 10.0, 5.0, 195.0, 50.0, None, 0.0],
    "establishments": [9, 2, 1, 20, 5, 3, 0],
    "productivity": [1.0, 2.0, 3.0, None, 5.0, 6.0, 7.0],
    "imputed_share": [0.0, 0.5, 0.0, 0.0, 1.0, 0.0, 0.0],
}
PROFILES = [p.name for p in star_profiles()]


@pytest.fixture(scope="module")
def us_states(shared_data: Path) -> pl.DataFrame:
    """The traded clusters of the 50 states of 2016, as published."""
    file = shared_data / "clusters" / "us_states_clusters_2016.csv"
    return pl.read_csv(file, null_values=["NA"]).filter("traded_b")


def us_stars(published: pl.DataFrame) -> pl.DataFrame:
    """Our stars beside the published flags."""
    columns = {"cluster_name_t": "industry", "emp_tl": "value", "est_tl": "establishments"}
    cells = published.rename({"region_name_t": "region", **columns})
    nation = cells.group_by("industry").agg((pl.col("value") / pl.col("cluster_emp_per_tf")).max())
    return stars(cells, "us-cmp", reference=nation)


def test_every_published_strong_flag_of_the_states_is_found(us_states: pl.DataFrame) -> None:
    found = us_stars(us_states)
    assert found.height == 2550
    assert found["strong_b"].sum() == 512
    assert ((found["cluster_class"] != "none") == found["strong_b"]).all()
    assert ((found["cluster_class"] == "strong10") == found["strong10_b"]).all()


def test_published_quotients_and_their_ranks_are_found(us_states: pl.DataFrame) -> None:
    found = us_stars(us_states)
    gap = (found["strong_value"] - found["lq_tf"]).abs()
    assert gap.median() < 1e-7
    assert gap.quantile(0.99) < 1e-5
    ranked = found.filter(pl.col("lq_tf_rank_i").is_not_null()).with_columns(
        ours=pl.col("strong_value").rank("min", descending=True).over("industry")
    )
    assert (ranked["ours"] == ranked["lq_tf_rank_i"]).all()


@pytest.mark.parametrize("profile", PROFILES)
def test_every_kind_of_frame_gives_the_same(engine: Engine, profile: str) -> None:
    table = pa.table(CELLS)
    ours = engine.rows(stars(engine.frame(table), profile))
    polars = ENGINES["polars"]
    all_alike(ours, polars.rows(stars(polars.frame(table), profile)), "region", "industry")


def test_nodes_by_hand(engine: Engine) -> None:
    rows = by_key(engine.rows(stars(engine.frame(CELLS))), "region", "industry")
    assert rows["A", "x"]["specialisation_value"] == pytest.approx((90 / 100) / (145 / 350))
    assert rows["A", "x"]["focus_value"] == pytest.approx(0.9)
    assert rows["A", "x"]["specialisation_met"] is True
    assert (rows["A", "x"]["stars"], rows["A", "x"]["cluster_class"]) == (2, "node")
    assert (rows["A", "y"]["stars"], rows["A", "y"]["cluster_class"]) == (1, "none")
    assert rows["A", "y"]["imputed_share"] == 0.5
    unknown = rows["C", "y"]
    assert (unknown["stars"], unknown["cluster_class"]) == (None, "not judged")
    assert unknown["focus_met"] is None
    assert unknown["not_judged"] == "specialisation, focus"


def test_without_rows(engine: Engine) -> None:
    given = {"region": [], "industry": [], "value": []}
    for profile in PROFILES:
        assert engine.rows(stars(engine.frame(given), profile)) == []


def test_an_absent_column_is_not_judged_and_never_counts_as_failed(engine: Engine) -> None:
    cells = {key: CELLS[key] for key in ("region", "industry", "value")}
    for row in engine.rows(stars(engine.frame(cells), "panorama-2016")):
        assert row["productivity_met"] is None
        assert row["growth_met"] is None
        assert row["cluster_class"] == "not judged"
        assert row["not_judged"].endswith("productivity, growth")
        assert row["stars_judged"] <= 2
    polars = stars(pl.DataFrame(cells), "us-cmp")
    judged = polars.filter(pl.col("strong_met").is_not_null())
    strong = judged.filter("strong_met", "employment_met")
    assert strong.select("region", "industry", "stars", "cluster_class").sort("region").rows() == [
        ("B", "y", None, "not judged"),
        ("C", "x", None, "not judged"),
    ]
    assert set(judged.filter(~pl.col("strong_met"))["cluster_class"]) == {"none"}


def test_the_top_tenth_is_rounded_up_and_ties_are_in() -> None:
    def top(values: list[float]) -> list[float]:
        cells = {
            "region": [f"R{i}" for i in range(len(values))],
            "industry": ["x"] * len(values),
            "value": values,
        }
        own = profile_of([{"top_share": 0.1, "certainty": "source"}])
        found = stars(pl.DataFrame(cells), own)
        return sorted(found.filter("size_met")["value"].to_list())

    assert top([float(i) for i in range(1, 11)]) == [10]
    assert top([float(i) for i in range(1, 12)]) == [10, 11]
    assert len(top([float(i) for i in range(1, 260)])) == 26
    assert top([1, 2, 3, 9, 9, 9, 4, 5, 6, 7]) == [9, 9, 9]
    assert top([5.0]) == [5]
    assert top([5.0, *[0.0] * 50]) == [5], "regions without the category do not compete"


def profile_of(thresholds: list[dict[str, Any]], **criterion: Any) -> dict[str, Any]:
    """A profile of one criterion."""
    one = {"name": "size", "indicator": "value", "role": "star", "thresholds": thresholds} | criterion
    classes = [{"name": "big", "stars": 1, "certainty": "source"}]
    return {"name": "own", "title": "My own", "source": "me", "criteria": [one], "classes": classes}


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="did you mean 'eccp-nodes'"):
        star_profile("eccp-node")
