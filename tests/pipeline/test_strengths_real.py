"""Strengths from the publisher's own table: nothing lost between its cells and the categories, nothing twice."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

import clusteratlas
from clusteratlas import observatory, taxonomies
from clusteratlas.pipeline.build import Given, build

FILE = Path(__file__).parents[3] / "shared/data/eurostat/sbs_r_nuts06_r2.tsv.gz"
YEARS = list(range(2008, 2016))
WHOLE_AND_UNCHANGED = ("AT", "CZ", "DK", "SE", "SK")
"""Countries whose NUTS 2 regions are what they were in 2008, and that have no figures outside of regions."""
PARTS = """
  SELECT year, sum(value) FROM observation o JOIN industry i USING (classification, industry_code)
  WHERE i.level = 'division' AND o.level = 2 AND measure = 'persons_employed' AND nuts_code LIKE $country || '%'
  GROUP BY year HAVING sum(value) > 0 ORDER BY year"""

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not FILE.exists(), reason="the publisher's files are not at ../shared/data"),
]


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory):
    """A release of the whole table."""
    root = tmp_path_factory.mktemp("atlas")
    build([Given("eurostat", FILE)], root)
    return clusteratlas.open(root)


@pytest.fixture(scope="module")
def strengths(atlas) -> pl.DataFrame:
    """Every row of one profile."""
    return atlas.cursor.sql("SELECT * FROM cluster_strength WHERE profile = 'eccp-nodes'").pl()


def test_every_year_and_region_is_of_today(strengths: pl.DataFrame):
    assert sorted(strengths["year"].unique()) == YEARS
    for code in strengths["region_code"].unique():
        assert taxonomies.regions()[code].is_current
        assert taxonomies.regions()[code].level == 2
    by_year = strengths.group_by("year").agg(pl.col("region_code").n_unique()).sort("year")
    assert by_year.filter(year=2014)["region_code"][0] > 280


@pytest.mark.parametrize("country", WHOLE_AND_UNCHANGED)
def test_divisions_add_up_to_what_is_published_and_estimated(atlas, strengths: pl.DataFrame, country: str):
    expected = dict(atlas.cursor.execute(PARTS, {"country": country}).fetchall())
    ours = strengths.filter(pl.col("region_code").str.starts_with(country), category_set="nace-divisions")
    found = dict(ours.group_by("year").agg(pl.col("value").sum()).rows())
    assert {year: value for year, value in expected.items() if year in found} == pytest.approx(found)
    assert len(found) >= len(YEARS) - 1


def test_no_region_counts_twice_where_versions_meet(strengths: pl.DataFrame):
    """Finland's figures of 2010 are published in the old and in the new regions."""
    ours = strengths.filter(pl.col("region_code").str.starts_with("FI"), category_set="nace-divisions")
    found = dict(ours.group_by("year").agg(pl.col("value").sum()).rows())
    assert found[2010] == pytest.approx((found[2009] + found[2011]) / 2, rel=0.05)


@pytest.mark.parametrize("category_set", taxonomies.category_sets())
def test_sums_over_regions_are_the_weighted_sums_of_divisions(strengths: pl.DataFrame, category_set: str):
    links = pl.DataFrame(taxonomies.crosswalk_frame("NACE Rev. 2", category_set))
    divisions = strengths.filter(category_set="nace-divisions")
    weighted = (
        divisions.join(links, left_on="category_id", right_on="industry")
        .group_by("category", "year")
        .agg(expected=(pl.col("value") * pl.col("weight")).sum())
    )
    ours = (
        strengths.filter(category_set=category_set).group_by("category_id", "year").agg(pl.col("value").sum())
    )
    both = weighted.join(ours, left_on=["category", "year"], right_on=["category_id", "year"])
    assert both.height == weighted.height == ours.height
    assert both["value"].to_list() == pytest.approx(both["expected"].to_list(), rel=1e-9)


def test_quotients_and_stars_of_a_year_are_those_of_the_observatory(strengths: pl.DataFrame):
    names = {"region": "region_code", "industry": "category_id"}
    ours = strengths.filter(category_set="ecosystems", year=2014).sort(names.values())
    totals = ours.select("region_code", value="region_total").unique()
    stars = observatory.stars(
        ours.select(*names.values(), "value"), "eccp-nodes", **names, totals=totals
    ).sort(names.values())
    # Persons are kept to six decimals: a quotient of a millionth of a person is known no better than that.
    for stored, computed in (("location_quotient", "specialisation_value"), ("focus", "focus_value")):
        gap = (ours[stored] - stars[computed]).abs()
        assert (gap <= ours[stored] * (1e-7 + 5e-7 / ours["value"]) + 1e-12).all()
    assert ours["cluster_class"].to_list() == stars["cluster_class"].to_list()


def test_estimates_stay_within_what_the_sums_allow(atlas):
    is_inside = "value BETWEEN lower - 0.5 AND upper + 0.5"
    query = f"SELECT count(*), count(*) FILTER ({is_inside}) FROM observation WHERE imputed"
    every, inside = atlas.cursor.execute(query).fetchall()[0]
    assert every > 20_000
    assert inside == every


def test_shares_are_shares(strengths: pl.DataFrame):
    for name in ("focus", "share_of_category", "imputed_share", "unknown_share"):
        values = strengths[name].drop_nulls()
        assert values.min() >= 0
        assert values.max() <= 1 + 1e-9
