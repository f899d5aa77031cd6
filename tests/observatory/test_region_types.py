"""Types of regions: groups that are there are found, whatever the kind of frame and the order of rows."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest
from sklearn.cluster import AgglomerativeClustering
from sklearn.metrics import adjusted_rand_score

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import location_quotient, typology
from tests.support.engines import ENGINES, Engine, all_alike

KINDS = {"sea": ["fish", "ships"], "ore": ["mines", "metal"], "sun": ["hotels", "boats"]}
CATEGORIES = [*(c for pair in KINDS.values() for c in pair), "rest"]


def invented(each: int = 12, noise: float = 0.15) -> pl.DataFrame:
    """Regions of three kinds, each strong in two categories, of different size."""
    random = np.random.default_rng(5)
    rows = []
    for kind, strong in KINDS.items():
        for n in range(each - 2 * list(KINDS).index(kind)):
            size = random.uniform(1, 20)
            for category in CATEGORIES:
                base = 1000 if category == "rest" else 200 if category in strong else 20
                rows.append((f"{kind}{n:02d}", category, size * base * (1 + noise * random.uniform(-1, 1))))
    return pl.DataFrame(rows, schema=["region", "industry", "value"], orient="row")


def test_the_kinds_that_are_there_are_found() -> None:
    found = typology(invented(), 3)
    kinds = found.regions.with_columns(kind=pl.col("region").str.head(3))
    assert sorted(kinds.select("kind", "typology").unique().rows()) == [("ore", 2), ("sea", 1), ("sun", 3)]
    assert found.groups["regions"].to_list() == [12, 10, 8]
    apart = [set(text.split(", ")[:2]) for text in found.groups["set_apart_by"]]
    assert apart == [set(strong) for strong in KINDS.values()]
    assert found.silhouette > 0.5
    assert found.adjusted_rand == pytest.approx(1)
    strong = found.profile.filter(typology=1, industry="fish").row(0, named=True)
    assert strong["share_specialised"] == 1
    assert strong["specialisation"] > strong["elsewhere"]


def test_a_second_implementation_agrees() -> None:
    """Specialisations from our location quotients, groups from scikit-learn."""
    cells = invented(noise=0.9)
    found = typology(cells, 5)
    quotients = location_quotient(cells)
    quotient = pl.col("location_quotient")
    enough = pl.col("value") >= 0.01 * pl.col("value").sum().over("region")
    mark = pl.when(enough & (quotient > 1)).then((quotient - 1) / (quotient + 1)).otherwise(0.0)
    wide = quotients.with_columns(mark=mark).pivot("industry", index="region", values="mark").sort("region")
    theirs = AgglomerativeClustering(5, linkage="ward").fit_predict(wide.drop("region").to_numpy())
    assert adjusted_rand_score(theirs, found.regions["typology"].to_numpy()) == pytest.approx(1)


def test_every_kind_of_frame_gives_the_same(engine: Engine) -> None:
    cells, polars = invented(noise=0.8), ENGINES["polars"]
    ours = typology(engine.frame(cells.reverse().to_arrow()), 4, draws=0)
    theirs = typology(cells, 4, draws=0)
    all_alike(engine.rows(ours.regions), polars.rows(theirs.regions), "region")
    all_alike(engine.rows(ours.groups), polars.rows(theirs.groups), "typology")
    all_alike(engine.rows(ours.profile), polars.rows(theirs.profile), "typology", "industry")
    assert ours.silhouette == pytest.approx(theirs.silhouette)


def test_without_groups_the_index_says_so() -> None:
    random = np.random.default_rng(1)
    names = [(f"R{r:02d}", c) for r in range(40) for c in CATEGORIES]
    cells = pl.DataFrame(names, schema=["region", "industry"], orient="row").with_columns(
        value=pl.Series(random.uniform(50, 150, len(names)))
    )
    found = typology(cells, 7, draws=20)
    assert found.silhouette < 0.3
    assert found.adjusted_rand < 0.7
    assert found.adjusted_rand == typology(cells, 7, draws=20).adjusted_rand
    assert typology(cells, 7, draws=0).adjusted_rand is None


def test_a_category_below_the_floor_is_no_specialisation() -> None:
    cells = pl.DataFrame(
        {"region": list("AABBCC"), "industry": ["tiny", "rest"] * 3, "value": [8.0, 992, 0.0, 1000, 0.0, 500]}
    )
    with pytest.raises(InputError, match="2 groups of 1 kinds"):
        typology(cells.filter(region="B"), 2)
    found = typology(cells, 2, floor=0.001).profile.filter(industry="tiny")
    assert found["specialisation"].max() > 0.3
    low = typology(cells, 2, floor=0.01).profile.filter(industry="tiny")
    assert low["specialisation"].max() == 0


def test_a_region_without_values_belongs_to_no_group() -> None:
    nothing = pl.DataFrame({"region": ["zzz", "zzz"], "industry": ["fish", "rest"], "value": [0.0, None]})
    found = typology(pl.concat([invented(), nothing], how="vertical"), 3)
    assert found.regions.filter(region="zzz").select("typology", "silhouette").row(0) == (None, None)
    assert found.groups["regions"].sum() == 30


def test_what_cannot_be_grouped_is_told() -> None:
    with pytest.raises(UsageError, match="a whole number from 2"):
        typology(invented(), 1)
    with pytest.raises(InputError, match="99 groups of"):
        typology(invented(), 99)
    with pytest.raises(InputError, match="ask for fewer"):
        typology(invented().clear(), 2)
