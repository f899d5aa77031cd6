"""The organisations behind a search are those of its projects, each number counted a second time with Polars."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

import clusteratlas
from clusteratlas.atlas import Atlas
from clusteratlas.errors import ClusteratlasError, UsageError


@pytest.fixture(scope="module")
def tiny(tiny_root: Path) -> Iterator[Atlas]:
    with clusteratlas.open(tiny_root) as opened:
        yield opened


def by_hand(atlas: Atlas, project_ids: list[str]) -> pl.DataFrame:
    """The organisations of some projects, from the table of participations."""
    return (
        atlas.table("participation")
        .pl()
        .filter(pl.col("project_id").is_in(project_ids))
        .group_by("organisation_id")
        .agg(
            projects=pl.col("project_id").n_unique(),
            coordinations=pl.col("project_id").filter(pl.col("role") == "coordinator").n_unique(),
            participations=pl.len(),
            participations_with_amount=pl.col("net_eu_contribution_eur").count(),
            net_eu_contribution_eur=pl.col("net_eu_contribution_eur").sum(),
        )
        .sort("organisation_id")
    )


@pytest.mark.parametrize(
    ("text", "filters"), [("", {}), ("photonics", {}), ("", {"country": "FR"}), ("nowhere1", {})]
)
def test_each_number_is_that_of_the_table(tiny: Atlas, text: str, filters: dict[str, str]) -> None:
    found = tiny.search(text, **filters)
    behind = found.organisations_behind()
    expected = by_hand(tiny, found.project_ids())
    told = behind.pl().select(expected.columns).sort("organisation_id")
    told = told.with_columns(pl.col("net_eu_contribution_eur").fill_null(0.0))
    assert told.cast(expected.schema).equals(expected)
    assert behind.total == found.organisations == len(expected)


def test_ranks_are_what_they_are_called_and_pages_hold_all(tiny: Atlas) -> None:
    found = tiny.search("")
    for sort, column in (("projects", "projects"), ("coordinations", "coordinations")):
        values = found.organisations_behind(sort=sort).to_arrow()[column].to_pylist()
        assert values == sorted(values, reverse=True)
    money = found.organisations_behind(sort="money").to_arrow()["net_eu_contribution_eur"].to_pylist()
    known = [value for value in money if value is not None]
    assert known == sorted(known, reverse=True)
    assert money[len(known) :] == [None] * (
        len(money) - len(known)
    )  # not published is not zero: it comes last
    names = found.organisations_behind(sort="name").to_arrow()["name"].to_pylist()
    assert names == sorted(names, key=str.lower)
    first = found.organisations_behind(page_size=3)
    pages = [found.organisations_behind(page=n + 1, page_size=3).items for n in range(first.pages)]
    assert [one.organisation_id for page in pages for one in page] == first.to_arrow()[
        "organisation_id"
    ].to_pylist()


def test_filters_are_about_the_organisations(tiny: Atlas) -> None:
    found = tiny.search("", country="DE")
    everyone = found.organisations_behind()
    assert set(everyone.countries) > {"DE"}  # projects with a German partner have others too
    assert sum(everyone.countries.values()) == everyone.total
    german = found.organisations_behind(country="DE")
    assert german.total == everyone.countries["DE"]
    assert german.countries == everyone.countries  # what could be chosen instead
    assert {one.country_code for one in german.items} == {"DE"}
    both = found.organisations_behind(country=["DE", "FR"])
    assert both.total == everyone.countries["DE"] + everyone.countries["FR"]
    firms = found.organisations_behind(activity_type="PRC", is_sme=True)
    assert firms.total
    assert all(one.is_sme and one.activity_type == "PRC" for one in firms.items)
    rest = found.organisations_behind(activity_type="PRC", is_sme=False)
    assert firms.total + rest.total == everyone.types["PRC"]
    assert all(one.region_code.startswith("DEG") for one in found.organisations_behind(region="DEG0").items)


@pytest.mark.parametrize(
    ("wish", "remedy"),
    [
        ({"contry": "DE"}, "country"),
        ({"sort": "mony"}, "money"),
        ({"activity_type": "XXX"}, "PRC"),
        ({"region": "DE99"}, "DE"),
        ({"region": "HR04"}, "HR05"),
        ({"country": "XX"}, "AD"),
        ({"page": 0}, "1"),
        ({"page_size": 1000}, "200"),
    ],
)
def test_what_cannot_be_asked_is_refused_with_a_remedy(tiny: Atlas, wish: dict, remedy: str) -> None:
    with pytest.raises(ClusteratlasError) as fault:
        tiny.search("").organisations_behind(**wish)
    assert remedy in fault.value.remedy


def test_the_sum_of_money_says_how_many_projects_state_one(atlas: Atlas) -> None:
    found = atlas.search("")
    assert (found.total, found.projects_with_amount) == (4, 3)
    assert found.to_dict()["projects_with_amount"] == 3


def test_a_region_that_never_was_is_not_a_beginning_of_others(tiny: Atlas) -> None:
    with pytest.raises(UsageError, match="no region 'DEG1'"):
        tiny.organisations(region="DEG1")
    with pytest.raises(UsageError, match="HR04 was split"):
        tiny.organisations(region="HR04")
    assert tiny.organisations(region="DEG0").total == 3
