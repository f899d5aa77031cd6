"""Filters narrow within a facet by *or*, across facets by *and*, and say what they do not know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from clusteratlas.atlas import Atlas
from clusteratlas.atlas.search import FACETS
from clusteratlas.errors import UsageError
from tests.atlas.search.small import small_atlas


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"country": "FR"}, "123"),
        ({"country": ["DE", "IT"]}, "12"),
        ({"country": ["DE", "IT"], "year": 2024}, "2"),
        ({"country": "fr"}, "123"),
        ({"country": "France"}, "123"),
        ({"coordinator_country": "FR"}, "23"),
        ({"coordinator-country": "DE"}, "1"),
        ({"region": "FR"}, "123"),
        ({"region": "FRK"}, "123"),
        ({"region": "FRK2"}, "123"),
        ({"region": "FRK26"}, "13"),
        ({"region": "FR716"}, "13"),
        ({"region": ["DE2", "ITC1"]}, "12"),
        ({"theme": "natural sciences"}, "1"),
        ({"theme": "/23"}, "1"),
        ({"theme": "/23/47/307"}, "1"),
        ({"theme": "Natural sciences/physical sciences"}, "1"),
        ({"theme": ["natural sciences", "social sciences/economics"]}, "13"),
        ({"cluster": "yes"}, "23"),
        ({"cluster": "Core"}, "3"),
        ({"cluster": ["core", "none"]}, "13"),
        ({"initiative": "valleys"}, "2"),
        ({"initiative": "Hydrogen valleys"}, "2"),
        ({"pillar": "other"}, "23"),
        ({"programme": "HORIZON"}, "1234"),
        ({"kind": "project"}, "1234"),
        ({"kind": "partnership"}, ""),
        ({"status": "closed"}, "3"),
        ({"scheme": "HORIZON-CSA"}, "34"),
        ({"organisation_type": "PRC"}, "12"),
        ({"sme_share": "26-50"}, "1"),
        ({"sme_share": "76-100"}, "2"),
        ({"sme_share": "unknown"}, "34"),
        ({"budget": "under-100k"}, "4"),
        ({"budget": "1m-2.5m"}, "1"),
        ({"budget": "unknown"}, "3"),
        ({"budget_min": 400_000}, "12"),
        ({"budget_min": "100k", "budget_max": "1m"}, "2"),
        ({"organisation": "pic:11"}, "12"),
        ({"organisation": "pic:999"}, ""),
        ({"topic": "HORIZON-CL4-2022-01"}, "1"),
        ({"call": "HORIZON-CL4-2022"}, "1"),
        ({"call": "HORIZON-CL4-2022-01"}, "1"),
        ({"year": 1999}, ""),
        ({"active": 2025}, "12"),
        ({"theme": None, "year": [], "country": ""}, "1234"),
    ],
)
def test_filter_lets_through(atlas: Atlas, filters: dict[str, Any], found: str) -> None:
    assert {i.removeprefix("cordis:") for i in atlas.search("", **filters).project_ids()} == set(found)


@pytest.mark.parametrize(
    ("filters", "says"),
    [
        ({"contry": "FR"}, "did you mean 'country'"),
        ({"country": "Frence"}, "did you mean France (FR)"),
        ({"country": "XX"}, "there is: "),
        ({"cluster": "cores"}, "did you mean 'core'"),
        ({"year": "last"}, "no value of the filter 'year'"),
        ({"theme": "natural science"}, "did you mean 'natural sciences'"),
        ({"budget": "huge"}, "no value of the filter 'budget'"),
        ({"budget_min": "much"}, "no amount"),
        ({"region": "QQ1"}, "no value of the filter 'region'"),
        ({"status": "SIGNE"}, "did you mean 'SIGNED'"),
    ],
)
def test_what_does_not_exist_is_named_with_the_nearest(
    atlas: Atlas, filters: dict[str, Any], says: str
) -> None:
    with pytest.raises(UsageError) as told:
        atlas.search("", **filters)
    assert says in str(told.value)


def test_every_facet_is_described_and_its_example_can_be_asked(atlas: Atlas) -> None:
    for facet in FACETS:
        assert facet.label
        assert facet.meaning
        assert facet.clause.count("{}") == 1
    assert len({facet.name for facet in FACETS}) == len(FACETS)
    assert atlas.search("", **{"budget-min": 1}).filters == {"budget_min": ("1",)}


def test_filters_written_in_the_query_are_filters(atlas: Atlas) -> None:
    result = atlas.search("photonics country:fr", country="DE")
    assert result.filters == {"country": ("DE", "FR")}
    assert result.query == "photonics"
    selected = {v.value for v in result.facet("country").values if v.is_selected}
    assert selected == {"DE", "FR"}


def test_a_wrong_filter_in_the_query_is_left_out_and_said(atlas: Atlas) -> None:
    result = atlas.search("photonics country:nowhere")
    assert result.total == 3
    assert any("'nowhere' is no value" in warning for warning in result.warnings)


def test_a_value_means_itself_where_another_differs_by_capitals_alone(tmp_path: Path) -> None:
    spelled = {"cordis:1": "/Industry 4.0", "cordis:2": "/industry 4.0"}
    themes = [{"project_id": one, "theme_code": path, "path": path} for one, path in spelled.items()]
    with small_atlas(tmp_path, themes=themes) as atlas:
        for one, path in spelled.items():
            assert [hit.project_id for hit in atlas.search("", theme=path.strip("/")).hits] == [one]
        assert atlas.search("", theme="INDUSTRY 4.0").total == 1
