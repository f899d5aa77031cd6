"""Moran's I and hot spots: against plain NumPy, against `esda` called directly, and on every kind of frame."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import hot_spots, morans_i, neighbours
from tests.support.engines import ENGINES, Engine, all_alike, by_key

LINE = [("A", "B"), ("B", "C"), ("C", "D"), ("D", "E"), ("E", "F"), ("F", "G"), ("G", "H")]
VALUES = {
    "region": [*"ABCDEFGH", "X", "Y"],
    "value": [90.0, 95.0, -5.0, 3.0, 2.0, 1.0, 2.0, None, 50.0, 7.0],
}


def plain_moran(values: dict[str, float], near: dict[str, list[str]]) -> float:
    regions = [r for r in values if any(n in values for n in near.get(r, []))]
    z = np.array([values[r] for r in regions]) - np.mean([values[r] for r in regions])
    w = np.array([[float(b in near[a]) for b in regions] for a in regions])
    w /= w.sum(axis=1, keepdims=True)
    return len(z) / w.sum() * (z @ w @ z) / (z @ z)


def plain_gi(values: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Ord and Getis (1995), equation 15, with the region itself among its neighbours."""
    n, mean, spread = len(values), values.mean(), values.std()
    w = w + np.eye(n)
    s, squares = w.sum(axis=1), (w**2).sum(axis=1)
    return (w @ values - s * mean) / (spread * np.sqrt((n * squares - s**2) / (n - 1)))


@pytest.fixture(scope="module")
def nuts2(shared_data: Path) -> dict[str, Any]:
    """The boundaries of NUTS 2 regions of 2021."""
    with gzip.open(shared_data / "nuts" / "NUTS_RG_20M_2021_4326.geojson.gz", "rt", encoding="utf-8") as file:
        whole = json.load(file)
    features = [f for f in whole["features"] if f["properties"]["LEVL_CODE"] == 2]
    return {"type": "FeatureCollection", "features": features}


@pytest.fixture(scope="module")
def figures(nuts2: dict[str, Any]) -> pl.DataFrame:
    """An invented figure that falls from north to south, with noise."""
    random = np.random.default_rng(7)
    rows = []
    for feature in nuts2["features"]:
        ring = feature["geometry"]["coordinates"][0]
        ring = ring[0] if feature["geometry"]["type"] == "MultiPolygon" else ring
        rows.append(
            (feature["properties"]["NUTS_ID"], float(np.mean([y for _, y in ring]) + random.normal(0, 6)))
        )
    return pl.DataFrame(rows, schema=["region", "value"], orient="row")


def test_neighbours_of_real_regions(nuts2: dict[str, Any]) -> None:
    near = neighbours(nuts2)
    assert len(near) == len(nuts2["features"])
    assert near["AT13"] == ["AT12"], "Vienna lies in Lower Austria"
    assert "DE21" in near["AT33"], "across the border"
    assert near["MT00"] == [], "an island"
    assert all(one in near[other] for one in near for other in near[one])


@pytest.mark.filterwarnings("ignore:The weights matrix is not fully connected")
def test_against_esda_on_real_boundaries(nuts2: dict[str, Any], figures: pl.DataFrame) -> None:
    import geopandas
    from esda.getisord import G_Local
    from esda.moran import Moran
    from libpysal.weights import Queen, w_subset

    shapes = geopandas.GeoDataFrame.from_features(nuts2["features"]).set_index("NUTS_ID").sort_index()
    queen = Queen.from_dataframe(shapes, ids=shapes.index.tolist(), silence_warnings=True)
    mainland = [r for r in queen.id_order if queen.neighbors[r]]
    weights = w_subset(queen, mainland, silence_warnings=True)
    known = dict(figures.iter_rows())
    values = np.array([known[r] for r in mainland])

    found = morans_i(figures, geometry=nuts2, permutations=99).row(0, named=True)
    theirs = Moran(values, weights, permutations=0)
    assert found["morans_i"] == pytest.approx(theirs.I, abs=1e-9)
    assert found["expected"] == pytest.approx(theirs.EI, abs=1e-9)
    assert found["p_value"] == 0.01, "no shuffle of 99 comes near"
    assert found["regions"] == len(mainland)
    assert found["islands"] == len(queen.islands) > 5

    spots = by_key(hot_spots(figures, geometry=nuts2, permutations=0).to_dicts(), "region")
    theirs = G_Local(values, weights, transform="B", star=1.0, permutations=0)
    ours = np.array([spots[r,]["z_score"] for r in mainland])
    np.testing.assert_allclose(ours, theirs.Zs, atol=1e-9)
    dense = np.array([[float(b in weights.neighbors[a]) for b in mainland] for a in mainland])
    np.testing.assert_allclose(ours, plain_gi(values, dense), atol=1e-9)
    kinds = {row["hot_spots"] for row in spots.values()}
    assert kinds == {"hot", "cold", "not significant", "island"}


def test_by_hand(engine: Engine) -> None:
    values = {r: v for r, v in zip(*VALUES.values(), strict=True) if v is not None}
    near: dict[str, list[str]] = {}
    for one, other in LINE:
        near.setdefault(one, []).append(other)
        near.setdefault(other, []).append(one)
    given = engine.frame(VALUES)
    [row] = engine.rows(morans_i(given, geometry=[*LINE, ("Y", "Y")], permutations=0))
    assert row["morans_i"] == pytest.approx(plain_moran(values, near), abs=1e-9)
    assert (row["regions"], row["islands"], row["left_out"], row["p_value"]) == (7, 1, 2, None)


def test_every_kind_of_frame_gives_the_same(engine: Engine) -> None:
    cells, where = VALUES | {"industry": ["x"] * 10}, [*LINE, ("Y", "Y")]
    polars = ENGINES["polars"]
    ours, theirs = (
        e.rows(
            hot_spots(e.frame(cells), geometry=where, industry="industry", permutations=99, significance=0.5)
        )
        for e in (engine, polars)
    )
    all_alike(ours, theirs, "region", "industry")
    kinds = {row["region"]: row["hot_spots"] for row in ours}
    assert (kinds["A"], kinds["Y"], kinds["X"], kinds["H"]) == ("hot", "island", "not judged", "not judged")


def test_without_rows(engine: Engine) -> None:
    empty = engine.frame({"region": [], "value": []})
    assert engine.rows(hot_spots(empty, geometry=LINE)) == []
    [row] = engine.rows(morans_i(empty, geometry=LINE))
    assert (row["morans_i"], row["regions"]) == (None, 0)


def test_a_seed_gives_the_same_again_and_leaves_numpy_alone() -> None:
    frame = pl.DataFrame(VALUES)
    np.random.seed(3)
    before = np.random.random()
    np.random.seed(3)
    one, same, other = (
        morans_i(frame, geometry=LINE, permutations=99, seed=s)["p_value"][0] for s in (1, 1, 2)
    )
    assert np.random.random() == before
    assert one == same
    assert one != other
    one, same, other = (
        hot_spots(frame, geometry=LINE, permutations=99, seed=s)["p_value"] for s in (1, 1, 2)
    )
    assert one.equals(same)
    assert not one.equals(other)


def test_each_industry_and_year_for_itself() -> None:
    one = pl.DataFrame(VALUES).with_columns(industry=pl.lit("x"), year=2010)
    other = one.with_columns(value=pl.col("value").reverse(), year=2011)
    together = morans_i(
        pl.concat([one, other]), geometry=LINE, permutations=9, industry="industry", period="year"
    )
    alone = [morans_i(f, geometry=LINE, permutations=9)["morans_i"][0] for f in (one, other)]
    assert together["year"].to_list() == [2010, 2011]
    assert together["morans_i"].to_list() == alone


def test_where_nothing_differs_nothing_is_said() -> None:
    same = pl.DataFrame({"region": list("ABC"), "value": [4.0, 4.0, 4.0]})
    assert morans_i(same, geometry=LINE)["morans_i"].to_list() == [None]
    assert set(hot_spots(same, geometry=LINE)["hot_spots"]) == {"not judged"}
    two = pl.DataFrame({"region": list("AB"), "value": [4.0, 5.0]})
    assert morans_i(two, geometry=LINE)["morans_i"].to_list() == [None]


PLACES = {"AT13": (48.2, 16.4), "SK01": (48.1, 17.1), "HU11": (47.5, 19.0), "PT17": (38.7, -9.1)}


def test_points() -> None:
    by_distance = neighbours(PLACES, within_km=200)
    assert by_distance == {"AT13": ["SK01"], "HU11": ["SK01"], "PT17": [], "SK01": ["AT13", "HU11"]}
    nearest = neighbours(PLACES, nearest=1)
    assert nearest == {"AT13": ["SK01"], "HU11": ["SK01"], "PT17": ["AT13"], "SK01": ["AT13"]}
    table = pl.DataFrame(
        [(r, *p) for r, p in PLACES.items()], schema=["region", "latitude", "longitude"], orient="row"
    )
    assert neighbours(table, nearest=1) == nearest
    assert neighbours(table.to_pandas(), within_km=200) == by_distance
    pairs = pl.DataFrame({"region": ["A", "B"], "neighbour": ["B", "C"]})
    assert neighbours(pairs) == {"A": ["B"], "B": ["A", "C"], "C": ["B"]}


def test_a_region_that_counts_an_island_as_its_nearest() -> None:
    """One-way neighbours: a region without neighbour of its own may be another's."""
    places = {"A": (0.0, 0.0), "B": (0.0, 1.0), "C": (0.0, 3.0), "D": (0.0, 3.5), "E": (0.0, 9.0)}
    frame = pl.DataFrame({"region": list(places), "value": [1.0, 2.0, 9.0, 8.0, 3.0]})
    found = morans_i(frame, geometry=places, nearest=1, permutations=0)
    assert found["regions"].to_list() == [5]
    near = neighbours(places, nearest=1)
    assert found["morans_i"][0] == pytest.approx(plain_moran(dict(frame.iter_rows()), near), abs=1e-9)


@pytest.mark.parametrize(
    ("given", "fault", "message"),
    [
        ({"geometry": PLACES}, UsageError, "one of nearest= and within_km="),
        ({"geometry": LINE, "nearest": 2}, UsageError, "go with points"),
        ({"geometry": PLACES, "nearest": 0}, UsageError, "nearest=0"),
        ({"geometry": {"A": (200.0, 1.0)}, "nearest": 1}, InputError, "'A' lies nowhere"),
        ({"geometry": {"A": "here"}, "nearest": 1}, InputError, "no latitude and longitude"),
        ({"geometry": "map.geojson"}, InputError, "these are no neighbours"),
        (
            {"geometry": [{"type": "Feature", "properties": {}}]},
            InputError,
            r"features\[0\]: there is no code",
        ),
        (
            {"geometry": [{"type": "Feature", "id": "A", "geometry": {}}]},
            InputError,
            "a shape cannot be read",
        ),
        ({"geometry": LINE, "value": "valeu"}, InputError, "did you mean 'value'"),
        ({"geometry": LINE, "value": "region2"}, InputError, "holds no numbers"),
        ({"geometry": LINE, "region": "twice"}, InputError, "a cell is there"),
        ({"geometry": LINE, "permutations": -1}, UsageError, "permutations=-1"),
        ({"geometry": LINE, "significance": 5}, UsageError, "significance=5"),
    ],
)
def test_what_is_wrong_is_told(given: dict[str, Any], fault: type[Exception], message: str) -> None:
    frame = pl.DataFrame(VALUES).with_columns(region2=pl.col("region"), twice=pl.lit("A"))
    with pytest.raises(fault, match=message):
        hot_spots(frame, **given)
