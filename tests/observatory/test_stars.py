"""Stars: what each profile finds, on every kind of frame, and what it cannot judge."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError, UsageError
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


def test_growth_is_counted_over_the_years_of_the_profile(engine: Engine) -> None:
    cells = {
        "region": ["A", "A", "B", "B", "C"],
        "industry": ["x"] * 5,
        "year": [2010, 2012, 2010, 2012, 2012],
        "value": [100.0, 121.0, 0.0, 50.0, 70.0],
    }
    own = profile_of([{"at_least": 0.1, "certainty": "source"}], indicator="growth", years=2)
    found = by_key(engine.rows(stars(engine.frame(cells), own, period="year")), "region", "year")
    assert found["A", 2012]["size_value"] == pytest.approx(0.1)
    assert found["A", 2012]["size_met"] is True, "equal to the threshold, however it was added up"
    unknown = [("A", 2010), ("B", 2010), ("B", 2012), ("C", 2012)]
    assert all(found[key]["size_met"] is None for key in unknown)


def test_periods_are_judged_each_for_itself() -> None:
    one, other = pl.DataFrame(CELLS), pl.DataFrame(CELLS).with_columns(value=pl.col("value") * 3 + 1)
    both = pl.concat([one.with_columns(year=2010), other.with_columns(year=2011)])
    together = stars(both, "eco-2008", period="year").to_dicts()
    apart = [
        {**row, "year": year}
        for year, cells in ((2010, one), (2011, other))
        for row in stars(cells, "eco-2008").to_dicts()
    ]
    all_alike(together, [{k: row[k] for k in together[0]} for row in apart], "region", "industry", "year")


def test_a_regions_whole_employment_counts_where_the_categories_are_only_a_part() -> None:
    cells = pl.DataFrame({"region": ["A", "B"], "industry": ["x", "x"], "value": [10.0, 10.0]})
    whole = pl.DataFrame({"region": ["A", "B"], "value": [100.0, 900.0]})
    found = stars(cells, totals=whole).sort("region")
    assert found["specialisation_value"].to_list() == pytest.approx([0.1 / 0.02, (1 / 90) / 0.02])
    assert found["focus_value"].to_list() == pytest.approx([0.1, 1 / 90])
    assert stars(cells, totals=whole.to_pandas()).sort("region").equals(found)
    with pytest.raises(InputError, match="no region B"):
        stars(cells, totals=whole.head(1))


def test_rows_come_back_as_they_were_given() -> None:
    """Order, index and other columns stay."""
    cells = pl.DataFrame(CELLS).reverse().with_columns(note=pl.lit("n"))
    assert stars(cells, "us-cmp").select(cells.columns).equals(cells)
    frame = cells.to_pandas().set_index("region", drop=False)
    found = stars(frame, "eco-2008")
    assert list(found.index) == list(frame.index)
    assert str(found["size_met"].dtype) == "boolean"
    assert str(found["stars"].dtype) == "Int64"


def test_columns_by_other_names() -> None:
    cells = pl.DataFrame(CELLS).rename({"establishments": "firms", "region": "nuts"})
    found = stars(cells, "us-cmp", region="nuts", columns={"establishments": "firms"})
    wanted = stars(pl.DataFrame(CELLS), "us-cmp")
    assert found.sort("nuts", "industry")["stars"].equals(wanted.sort("region", "industry")["stars"])
    assert found["imputed_share"].sum() == wanted["imputed_share"].sum() == 1.5
    with pytest.raises(UsageError, match="did you mean 'establishments'"):
        stars(cells, "us-cmp", region="nuts", columns={"establishment": "firms"})
    with pytest.raises(InputError, match="did you mean 'firms'"):
        stars(cells, "us-cmp", region="nuts", columns={"establishments": "firm"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"value": [-1.0] * 7}, "negative"),
        ({"value": ["much"] * 7}, "holds no numbers"),
        ({"region": ["A"] * 7, "industry": ["x"] * 7}, "a cell is there"),
        ({"productivity": ["high"] * 7}, "'productivity' holds no numbers"),
        ({"stars": [1] * 7}, "'stars' would be written over"),
    ],
)
def test_wrong_frames_are_told(engine: Engine, change: dict[str, Any], message: str) -> None:
    with pytest.raises(InputError, match=message):
        stars(engine.frame(CELLS | change), "panorama-2016")


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from("ABCDEFGHIJKL"), st.sampled_from("xyz"), st.integers(0, 60)),
        unique_by=lambda c: c[:2],
        max_size=36,
    )
)
def test_a_second_implementation_agrees(cells: list[tuple[str, str, int]]) -> None:
    """The criteria of two profiles, written plainly with NumPy for each category."""
    frame = pl.DataFrame(cells, schema=["region", "industry", "value"], orient="row").cast(
        {"value": pl.Float64}
    )
    eco = {(r["region"], r["industry"]): r for r in stars(frame, "eco-2008").to_dicts()}
    every = sum(c[2] for c in cells)
    for industry in {c[1] for c in cells}:
        here = [c for c in cells if c[1] == industry]
        regional = {c[0]: sum(o[2] for o in cells if o[0] == c[0]) for c in here}
        category = sum(c[2] for c in here)
        sizes = np.array([c[2] for c in here if c[2] > 0], dtype=float)
        for region, _, value in here:
            row = eco[region, industry]
            if not regional[region] or not category:
                assert row["specialisation_met"] is None
                continue
            quotient = (value / regional[region]) / (category / every)
            assert row["specialisation_value"] == pytest.approx(quotient)
            assert row["specialisation_met"] == (quotient >= 2 - 1e-9)
            top = np.quantile(sizes, 0.9)
            assert row["size_threshold"] == pytest.approx(top)
            assert row["size_met"] == (value >= top - 1e-9 * top)
            assert row["stars"] == 0, "nobody has 1,000 jobs here"


def test_nobody_gains_a_star_by_losing_jobs() -> None:
    """More jobs in one place, all else alike: no fewer stars there for its size."""
    cells = pl.DataFrame(CELLS)
    more = cells.with_columns(value=pl.when(pl.col("region") == "C").then(400.0).otherwise("value"))
    before, after = (stars(f, "panorama-2016").sort("region", "industry")["size_met"] for f in (cells, more))
    assert after[4]
    assert not before[4]
