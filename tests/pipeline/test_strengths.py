"""Strengths of regions: figures are added up without loss, estimated within bounds, and brought to today's regions."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import clusteratlas
from clusteratlas import observatory, taxonomies
from clusteratlas.atlas.observatory.adding import add_up
from clusteratlas.pipeline.build import Given, build
from clusteratlas.pipeline.reporter import Reporter
from clusteratlas.pipeline.strengths import indicators, regions, write_strengths
from clusteratlas.pipeline.strengths.step import LINKS
from clusteratlas.taxonomies import parse_category_set

DIVISIONS = taxonomies.members("B-N_S95_X_K", level="division")
YEARS = (2014, 2013, 2012)
OWN = "category,industry,weight,name\nlight,C26,0.5,Light\nlight,C27,,\nwood,C16,,\n"

# region, persons employed in each division: the first six as they are, then what is special about the region
REGIONS = {"AT11": 40, "AT12": 90, "AT13": 200, "CZ01": 70, "HU10": 100, "CY00": 50}


def published(region: str, division: str, year: int) -> int:
    """An invented figure that depends on region, division and year, so that no two regions are alike."""
    number = DIVISIONS.index(division)
    return (
        REGIONS[region] * (1 + (number * 7 + len(region) + REGIONS[region] // 10) % 11)
        + (year - 2012) * number
    )


def cell(region: str, division: str, year: int) -> str:
    """A cell as Eurostat writes it: Cyprus withholds a division of every year, Austria has
    no figures in 2012 and an impossible one in 2014."""
    if region == "CY00" and division == "C27":
        return ": c"
    if region.startswith("AT") and year == 2012:
        return ": "
    if (region, division, year) == ("AT11", "J60", 2014):
        return "-5 "
    return f"{published(region, division, year)} "


def table() -> str:
    """A table in the publisher's old layout: regions, and the totals of Cyprus, which is one region."""
    lines = ["nace_r2,indic_sb,geo\\time\t" + "\t".join(f"{year} " for year in YEARS)]
    for division in DIVISIONS:
        for region in REGIONS:
            cells = "\t".join(cell(region, division, year) for year in YEARS)
            lines.append(f"{division},V16110,{region}\t{cells}")
        lines.append(f"{division},V16110,FRZZ\t" + "\t".join("7 " for _ in YEARS))
        nation = "\t".join(f"{published('CY00', division, year)} " for year in YEARS)
        lines.append(f"{division},V16110,CY\t{nation}")
        lines.append(f"{division},V16110,CY0\t{nation}")
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def atlas(tmp_path_factory: pytest.TempPathFactory):
    """A release of the invented table, with a category set of one's own."""
    folder = tmp_path_factory.mktemp("strengths")
    file = folder / "sbs_r_nuts06_r2.tsv"
    file.write_text(table(), "utf-8")
    own = parse_category_set(OWN, "Own sectors", "own.csv")
    build([Given("eurostat", file)], folder / "atlas", Told(), [own])
    return clusteratlas.open(folder / "atlas")


class Told(Reporter):
    """A reporter that keeps what it is told."""

    told: list[tuple[int, int]] = []  # noqa: RUF012 - one for the module

    def advance(self, name: str, done: int, total: int) -> None:
        if name == "cluster strengths":
            self.told.append((done, total))


def frame(atlas, query: str) -> pl.DataFrame:
    return atlas.cursor.sql(query).pl()


def strengths(atlas, category_set: str, profile: str = "eccp-nodes") -> pl.DataFrame:
    found = frame(atlas, f"SELECT * FROM cluster_strength WHERE category_set = '{category_set}'")
    return found.filter(profile=profile)


def test_each_set_year_and_profile_is_there_once(atlas):
    keys = ["category_set", "category_id", "year", "profile", "region_code"]
    found = frame(atlas, "SELECT * FROM cluster_strength")
    assert found.select(keys).is_duplicated().sum() == 0
    assert set(found["category_set"]) == {*taxonomies.category_sets(), "own-sectors"}
    assert set(found["profile"]) == {"eccp-nodes", "eco-2008"}
    assert set(found["year"]) == set(YEARS)
    assert set(found["region_code"]) == {"AT11", "AT12", "AT13", "CZ01", "HU11", "HU12", "CY00"}


def test_progress_is_told_to_the_end(atlas):
    done = [done for done, _ in Told.told]
    assert done == sorted(done)
    assert Told.told[-1][0] == Told.told[-1][1]


@pytest.mark.parametrize("category_set", [*taxonomies.category_sets(), "own-sectors"])
def test_sums_over_regions_are_the_weighted_sums_of_industries(atlas, category_set):
    """Nothing is lost or counted twice on the way from divisions to categories."""
    links = atlas.cursor.sql(LINKS.replace("release.", ""), params={"classification": "NACE Rev. 2"}).pl()
    divisions = (
        strengths(atlas, "nace-divisions").group_by("category_id", "year").agg(all=pl.col("value").sum())
    )
    weighted = (
        links.filter(category_set=category_set)
        .join(divisions, left_on="industry", right_on="category_id")
        .group_by("category", "year")
        .agg(expected=(pl.col("all") * pl.col("weight")).sum())
    )
    found = strengths(atlas, category_set).group_by("category_id", "year").agg(value=pl.col("value").sum())
    both = weighted.join(found, left_on=["category", "year"], right_on=["category_id", "year"], how="full")
    assert both["expected"].to_list() == pytest.approx(both["value"].to_list())


def test_divisions_are_as_published(atlas):
    found = strengths(atlas, "nace-divisions").filter(region_code="CZ01")
    assert found.height == len(DIVISIONS) * len(YEARS)
    assert found["value"].to_list() == [
        published("CZ01", division, year) for division, year in found.select("category_id", "year").rows()
    ]
    assert set(found["nuts_version"]) == {2024}
    assert set(found["dataset"]) == {"sbs_r_nuts06_r2"}


def test_an_impossible_figure_is_none(atlas):
    found = strengths(atlas, "nace-divisions").filter(region_code="AT11", category_id="J60")
    assert found["year"].to_list() == [2013]


def test_a_region_that_was_divided_is_divided_by_its_share(atlas):
    found = strengths(atlas, "nace-divisions").filter(year=2014, category_id="C10").sort("region_code")
    halves = found.filter(pl.col("region_code").str.starts_with("HU"))
    whole = published("HU10", "C10", 2014)
    assert halves["value"].to_list() == pytest.approx([0.765 * whole, 0.235 * whole])
    assert halves["conversion_basis"].to_list() == ["employment", "employment"]
    assert found.filter(region_code="CZ01")["conversion_basis"].to_list() == ["whole"]


def test_a_withheld_cell_is_estimated_within_its_bounds_and_marked(atlas):
    kept = frame(atlas, "SELECT * FROM observation WHERE imputed ORDER BY nuts_code, year")
    assert set(kept["nuts_code"]) == {"CY00"}
    assert set(kept["source"]) == {"clusteratlas"}
    for row in kept.to_dicts():
        assert row["lower"] <= row["value"] <= row["upper"]
        assert row["value"] == pytest.approx(published("CY00", "C27", row["year"]), abs=1)
    estimated = strengths(atlas, "nace-divisions").filter(region_code="CY00", category_id="C27")
    assert estimated["imputed_share"].to_list() == [1.0] * len(YEARS)
    electronics = strengths(atlas, "own-sectors").filter(region_code="CY00", category_id="light", year=2014)
    half, whole = 0.5 * published("CY00", "C26", 2014), estimated.filter(year=2014)["value"][0]
    assert electronics["imputed_share"].to_list() == [pytest.approx(whole / (whole + half))]


def test_the_withheld_cell_stays_beside_its_estimate(atlas):
    query = "SELECT imputed, count(*) AS n, count(value) AS v FROM observation WHERE flag = 'c' GROUP BY ALL"
    assert {(row["imputed"], row["n"], row["v"]) for row in frame(atlas, query).to_dicts()} == {
        (False, 3, 0),
        (True, 3, 3),
    }


def test_location_quotients_are_those_of_the_observatory(atlas):
    """Of divisions, which make up the whole of a region, by the function that analysts use."""
    names = {"region": "region_code", "industry": "category_id", "period": "year"}
    found = strengths(atlas, "nace-divisions").sort(names.values())
    given = found.select(*names.values(), "value")
    expected = observatory.location_quotient(given, **names).sort(names.values())
    assert found["location_quotient"].to_list() == pytest.approx(expected["location_quotient"].to_list())


@pytest.mark.parametrize("profile", ["eccp-nodes", "eco-2008"])
def test_stars_are_those_of_the_observatory(atlas, profile):
    names = {"region": "region_code", "industry": "category_id"}
    found = strengths(atlas, "own-sectors", profile).filter(year=2014).sort(names.values())
    totals = found.select("region_code", value="region_total").unique()
    given = found.select(*names.values(), "value")
    expected = observatory.stars(given, profile, **names, totals=totals).sort(names.values())
    for name in ("stars", "stars_judged", "cluster_class"):
        assert found[name].to_list() == expected[name].to_list()
    for criterion in observatory.star_profile(profile).criteria:
        met = [criterion.name in names.split(", ") for names in found["criteria_met"]]
        assert met == expected[f"{criterion.name}_met"].to_list()


def test_what_could_not_be_brought_to_todays_regions_is_in_the_manifest(atlas):
    assert atlas.release.manifest["unconverted"] == [
        {
            "dataset": "sbs_r_nuts06_r2",
            "code": "FRZZ",
            "version": 2013,
            "reason": "extra-regio",
            "rows": len(DIVISIONS) * len(YEARS),
            "value": len(DIVISIONS) * len(YEARS) * 7.0,
        }
    ]


def test_growth_is_that_since_the_first_year_where_none_lies_long_ago(atlas):
    found = strengths(atlas, "nace-divisions").filter(category_id="C28").sort("region_code", "year")
    for row in found.to_dicts():
        code, year = row["region_code"], row["year"]
        if year == min(YEARS) or code.startswith("AT"):
            assert row["growth"] is None
            assert row["growth_from"] is None
        elif code in REGIONS:
            since = year - min(YEARS)
            rate = (published(code, "C28", year) / published(code, "C28", min(YEARS))) ** (1 / since) - 1
            assert row["growth"] == pytest.approx(rate)
            assert row["growth_from"] == min(YEARS)


CELLS = st.lists(
    st.tuples(st.sampled_from("ABC"), st.sampled_from("xyz"), st.sampled_from([1, 2]), st.floats(0, 1e6)),
    min_size=1,
    unique_by=lambda row: row[:3],
)
WEIGHTS = st.lists(
    st.tuples(st.sampled_from("xyz"), st.sampled_from("pq"), st.floats(0.01, 0.5)),
    min_size=1,
    unique_by=lambda row: row[:2],
)


def as_cells(rows) -> pl.DataFrame:
    """Rows of region, industry, year and value as cells of which nothing is estimated."""
    table = pl.DataFrame(rows, ["region", "industry", "period", "value"], orient="row")
    return table.with_columns(value=pl.col("value").cast(pl.Float64), imputed_share=pl.lit(0.0))


@settings(deadline=None)
@given(CELLS, WEIGHTS)
def test_adding_up_loses_nothing_and_says_what_is_missing(rows, links):
    cells = as_cells(rows)
    weights = pl.DataFrame(links, ["industry", "category", "weight"], orient="row")
    found = add_up(cells, weights, indicators.REST)
    assert found["value"].sum() == pytest.approx(sum(value for *_, value in rows))
    found = found.filter(pl.col("category") != indicators.REST)
    expected = sum(value * weight for _, i, _, value in rows for j, _, weight in links if i == j)
    assert found["value"].sum() == pytest.approx(expected)
    for row in found.to_dicts():
        every = {(i, r): value for r, i, period, value in rows if period == row["period"]}
        weight = {i: w for i, c, w in links if c == row["category"]}
        whole = sum(v * weight.get(i, 0) for (i, _), v in every.items())
        industries = {i for i, r in every if r == row["region"]}
        missing = sum(v * weight.get(i, 0) for (i, _), v in every.items() if i not in industries)
        if whole > 0:
            assert row["unknown_share"] == pytest.approx(missing / whole, abs=1e-9)


def test_growth_is_not_told_when_it_rests_on_other_divisions():
    links = pl.DataFrame({"industry": ["x", "y"], "category": ["k", "k"], "weight": [1.0, 1.0]})
    cells = as_cells(
        [
            ("A", "x", 1, 10),
            ("A", "x", 2, 10),
            ("A", "y", 2, 10),
            *(("B", i, p, 10) for i in "xy" for p in (1, 2)),
        ]
    )
    values = add_up(cells, links, indicators.REST)
    found = indicators.with_indicators(values)
    growth = {row["region"]: row["growth"] for row in found.filter(period=2).to_dicts()}
    assert growth == {"A": None, "B": 0}


def numbered(rows) -> pl.DataFrame:
    """Cells of NUTS 2 regions: code, version, year, value of a single division."""
    table = pl.DataFrame(rows, ["region", "nuts_version", "period", "value"], orient="row")
    return table.with_columns(
        value=pl.col("value").cast(pl.Float64), industry=pl.lit("C10"), imputed=pl.lit(False)
    )


def brought(rows) -> list[tuple]:
    """Region, year and value in the current version."""
    ready, _ = regions.current(numbered(rows))
    return ready.select("region", "period", "value").rows()


def test_parts_of_one_region_are_added_up_when_all_are_known():
    assert brought([("FI13", 2006, 2008, 3), ("FI1A", 2006, 2008, 4)]) == [("FI1D", 2008, 7)]
    assert brought([("FI13", 2006, 2008, 3), ("FI1A", 2006, 2008, None), ("CZ01", 2013, 2008, 1)]) == [
        ("CZ01", 2008, 1)
    ]


def test_a_region_is_not_counted_a_second_time_under_its_old_code():
    rows = [("FI13", 2006, 2010, 3), ("FI1A", 2006, 2010, 4), ("FI1D", 2024, 2010, 8)]
    assert brought(rows) == [("FI1D", 2010, 8)]


def test_what_lies_outside_all_regions_is_left_out_and_listed():
    ready, left = regions.current(
        numbered([("FRZZ", 2013, 2010, 3), ("FR71", 2013, 2010, 4), ("XX99", None, 2010, 5)])
    )
    assert ready.select("region", "value").rows() == [("FRK2", 4)]
    assert left.select("code", "reason", "value").rows() == [
        ("XX99", "unknown code", 5),
        ("FRZZ", "extra-regio", 3),
    ]


def test_estimates_keep_their_part_when_regions_are_put_together():
    cells = numbered([("FI13", 2006, 2008, 3), ("FI1A", 2006, 2008, 1), ("CZ01", 2013, 2008, 1)])
    ready, _ = regions.current(cells.with_columns(imputed=pl.col("region") != "FI13"))
    assert ready.select("region", "imputed_share").rows() == [("CZ01", 1), ("FI1D", 0.25)]


def test_a_release_without_statistics_has_an_empty_table(tmp_path: Path):
    from tests.support.release import tiny_release

    release = tiny_release(tmp_path)
    assert frame(clusteratlas.open(release), "SELECT count(*) AS n FROM cluster_strength")["n"][0] == 0


@pytest.mark.parametrize("name", ["regions", "indicators"])
def test_examples_in_the_docstrings(name):
    module = importlib.import_module(f"clusteratlas.pipeline.strengths.{name}")
    assert not doctest.testmod(module).failed


def test_breaks_and_explained_figures_are_marked_in_the_regions_of_today() -> None:
    from clusteratlas.pipeline.strengths.marks import with_marks

    published = pl.DataFrame(
        {
            "region": ["FR71", "FR71", "DE21", "DE21"],
            "nuts_version": [2013] * 4,
            "industry": ["F43"] * 4,
            "period": [2008, 2009, 2008, 2009],
            "flag": [None, "bu", "i", None],
        }
    )
    ready = pl.DataFrame(
        {
            "region": ["FRK2", "FRK2", "DE21", "DE21"],
            "industry": ["F43"] * 4,
            "period": [2008, 2009, 2008, 2009],
            "value": [10.0] * 4,
        }
    )
    found = with_marks(ready, published).sort("region", "period")
    assert found.select("region", "period", "is_doubtful", "is_break").rows() == [
        ("DE21", 2008, True, False),
        ("DE21", 2009, False, False),
        ("FRK2", 2008, False, False),
        ("FRK2", 2009, False, True),
    ]


def test_two_builds_are_alike_to_the_last_digit(sample_root: Path):
    """Thousands of figures are added up by several threads: the order in which these come must not show."""
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{sample_root / 'atlas.duckdb'}' AS built (READ_ONLY)")
        connection.execute("ATTACH ':memory:' AS release")
        chosen = {
            "industry": "true",
            "crosswalk": "true",
            "category": "category_set = 'ecosystems'",
            "observation": "NOT imputed",
        }
        for name, where in chosen.items():
            connection.execute(f"CREATE TABLE release.{name} AS FROM built.{name} WHERE {where}")
        write_strengths(connection)
        there = "FROM {}.cluster_strength WHERE category_set = 'ecosystems'"
        again, before = (there.format(schema) for schema in ("release", "built"))
        assert connection.sql(before).aggregate("count(*)").fetchall()[0][0] > 10_000
        assert connection.sql(f"({again} EXCEPT ALL {before})").fetchall() == []
