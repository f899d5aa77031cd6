"""Trends of a release agree with a second computation from its own tables, and with the observatory's functions."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import clusteratlas
from clusteratlas.atlas import Atlas
from clusteratlas.observatory import trends
from clusteratlas.taxonomies.slugs import slug


@pytest.fixture(scope="module")
def atlas(sample_root: Path) -> Iterator[Atlas]:
    """The package's own sample."""
    with clusteratlas.open(sample_root) as opened:
        yield opened


def test_every_theme_has_the_projects_that_its_publishers_say(atlas: Atlas) -> None:
    published: dict[str, set[str]] = {}
    themes = (
        "SELECT project_id, title FROM project_theme WHERE scheme <> 'target-country' AND title IS NOT NULL"
    )
    for row in atlas.rows(themes):
        published.setdefault(f"theme:{slug(row['title'])}", set()).add(row["project_id"])
    held: dict[str, set[str]] = {}
    for row in atlas.rows("SELECT * FROM project_trend WHERE starts_with(trend_id, 'theme:')"):
        held.setdefault(row["trend_id"], set()).add(row["project_id"])
    assert held == {name: projects for name, projects in published.items() if len(projects) >= 3}


def test_the_projects_of_a_term_say_it(atlas: Atlas) -> None:
    texts = {
        row["project_id"]: row["said"].lower()
        for row in atlas.rows(
            "SELECT project_id, concat_ws(' ', title, keywords, objective, summary) AS said FROM project"
        )
    }
    found = [row["project_id"] for row in atlas.trends.projects("term:hydrogen")]
    assert set(found) == {
        one for one, said in texts.items() if "hydrogen" in said.replace("-", " ").split()
    } | {one for one in found if "hydrogen" in texts[one]}


def test_years_add_up_to_projects(atlas: Atlas) -> None:
    rows = atlas.rows(
        "SELECT trend_id, t.projects, sum(y.projects) AS dated, sum(y.expected) AS expected FROM trend t "
        "JOIN trend_year y USING (trend_id) GROUP BY ALL"
    )
    assert all(row["dated"] <= row["projects"] for row in rows)
    assert all(row["expected"] == pytest.approx(row["dated"]) for row in rows)


def test_growth_is_that_of_the_function_on_the_counts_by_year_alone(atlas: Atlas) -> None:
    """Not the same numbers, since parts of programmes are told apart; but the same signs where it is sure."""
    first, last = atlas.trends.span
    window = "SELECT trend_id AS term, year AS period, projects, year_projects FROM trend_year"
    years = pl.DataFrame(atlas.rows(f"{window} WHERE year BETWEEN $1 AND $2", [first, last]))
    held = years.select("period", projects="year_projects").unique()
    plain = trends.growth(years.drop("year_projects"), held)
    both = plain.join(pl.DataFrame(atlas.trends.listed(page_size=10_000)[1]).select("trend_id", told="growth_unshrunk"),
                      left_on="term", right_on="trend_id").drop_nulls()  # fmt: skip
    assert both.height > 300
    assert both.select(pl.corr("growth_unshrunk", "told", method="spearman")).item() > 0.7


def test_regions_are_compared_with_their_size(atlas: Atlas) -> None:
    for row in atlas.trends.early_regions("term:hydrogen"):
        assert row["projects"] > 0
        assert row["lower"] <= row["ratio"] <= row["upper"]
