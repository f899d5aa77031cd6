"""`/api/v1/`: the same answers as the atlas gives, mistakes that say what to do, open to every origin."""

from __future__ import annotations

import re

import pytest
from django.test import Client

import clusteratlas
from clusteratlas.atlas.search import FACETS
from clusteratlas.pipeline.schema import tables
from tests.support.release import SCRIPT_TITLE

ONE = "cordis:101900003"


def get(client: Client, path: str, status: int = 200, **headers: str):
    response = client.get(f"/api/v1/{path}", headers=headers)
    assert response.status_code == status, response.content
    return response.json()


def test_the_search_answers_as_the_atlas_does(client: Client, tiny_root) -> None:
    answer = get(client, "projects?q=photnics&country=DE&country=FR&sort=newest&page_size=3&page=2")
    with clusteratlas.open(tiny_root) as atlas:
        expected = atlas.search("photnics", country=["DE", "FR"], sort="newest", page_size=3, page=2)
        assert answer == expected.to_dict()
    assert answer["correction"]["corrected"] == "photonics"


def test_without_statistics_lists_are_empty_and_mistakes_still_are_mistakes(client: Client) -> None:
    for query in ("", "?region=DE12&category=tourism", "?year=2020", "?category=nace:C10"):
        answer = get(client, f"cluster-strengths{query}")
        assert (answer["total"], answer["items"]) == (0, [])
    assert get(client, "observations")["items"] == []
    answer = get(client, "indicators/focus")
    assert (answer["name"], answer["year"], answer["values"]) == ("focus", None, [])
    for wrong in ("category_set=ecosystem", "category=turism", "region=XX99", "profile=eccp"):
        assert get(client, f"cluster-strengths?{wrong}", 404)["detail"]


def test_a_project_is_its_profile(client: Client, tiny_root) -> None:
    with clusteratlas.open(tiny_root) as atlas:
        assert get(client, f"projects/{ONE}") == atlas.project(ONE).to_dict()
    assert get(client, f"projects/{ONE}")["title"] == SCRIPT_TITLE


@pytest.mark.parametrize(
    "path",
    [
        "organisations",
        "organisations?q=light&country=DE",
        "organisations/pic:900000001",
        "countries",
        "countries/DE",
        "regions?level=3",
        "regions/DEG03",
        "pillars",
        "pillars/excellence",
        "initiatives",
        "initiatives/innosup-1",
        "programmes",
        "calls",
        "themes",
        "releases",
        "sources",
        "quality",
        "filters",
        "tables",
        "tables/participation",
        "search/suggest?q=photon",
    ],
)
def test_every_endpoint_has_something_to_say(client: Client, path: str) -> None:
    answer = get(client, path)
    assert answer
    assert "items" not in answer or answer["total"] >= len(answer["items"]) > 0


def test_every_table_can_be_paged_through(client: Client, tiny_root) -> None:
    with clusteratlas.open(tiny_root) as atlas:
        for name in tables():
            total = len(atlas.table(name))
            first = get(client, f"tables/{name}/rows?page_size=20")
            assert first["total"] == total
            assert len(first["items"]) == min(20, total)
            for row in first["items"]:
                assert list(row) == list(tables()[name].columns)
        pages = [get(client, f"tables/participation/rows?page_size=40&page={n}")["items"] for n in (1, 2, 3)]
        ids = [row["participation_id"] for page in pages for row in page]
        assert ids == [row[0] for row in atlas.table("participation").fetchall()]


def test_filters_are_those_of_the_site(client: Client) -> None:
    assert [one["name"] for one in get(client, "filters")] == [facet.name for facet in FACETS]
    described = client.get("/api/v1/openapi.json").json()["paths"]["/api/v1/projects"]["get"]["parameters"]
    assert {facet.name for facet in FACETS} < {one["name"] for one in described}


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("projects/cordis:1", 404, "no project"),
        ("organisations/pic:1", 404, "no organisation"),
        ("countries/ZZ", 404, "ZZ"),
        ("regions/ZZ99", 404, "ZZ99"),
        ("initiatives/nope", 404, "nope"),
        ("tables/projct", 404, "did you mean 'project'?"),
        ("tables/nope/rows", 404, "nothing is at"),
        ("nope", 404, "nothing is at"),
        ("projects?contry=DE", 400, "did you mean 'country'?"),
        ("projects?country=XX", 400, "'XX' is no value"),
        ("projects?sort=newst", 400, "did you mean 'newest'?"),
        ("countries?a=1", 400, "no parameter"),
        ("projects?page=0", 422, "query.asked.page"),
        ("projects?page_size=1000", 422, "page_size"),
        ("projects?q=" + "x" * 501, 422, "500"),
        ("projects?facets=maybe", 422, "facets"),
        ("organisations?sort=nope", 422, "sort"),
        ("regions?level=9", 422, "level"),
        ("search/suggest", 422, "q"),
        ("tables/project/rows?page_size=501", 422, "500"),
    ],
)
def test_mistakes_are_problems_that_say_what_to_do(client: Client, path: str, status: int, told: str) -> None:
    response = client.get(f"/api/v1/{path}")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    problem = response.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["remedy"]
    assert told.split(".")[-1] in f"{problem['where']} {problem['detail']} {problem['remedy']}"


def test_a_region_of_an_older_version_is_found(client: Client) -> None:
    assert get(client, "regions/FR716")["code"] == "FRK26"


def test_it_is_open_to_every_origin_and_only_for_reading(client: Client) -> None:
    response = client.get("/api/v1/countries", headers={"Origin": "https://example.org"})
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    asked = client.options("/api/v1/countries")
    assert asked.status_code == 204
    assert "GET" in asked.headers["Access-Control-Allow-Methods"]
    for method in (client.post, client.put, client.patch, client.delete):
        refused = method("/api/v1/countries")
        assert refused.status_code == 405
        assert refused.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert refused.json()["status"] == 405
    assert client.head("/api/v1/countries").status_code == 200
    assert "Access-Control-Allow-Origin" not in client.get("/").headers


def test_what_did_not_change_is_not_sent_again(client: Client) -> None:
    first = client.get("/api/v1/countries")
    assert "max-age" in first.headers["Cache-Control"]
    again = client.get("/api/v1/countries", headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert not again.content


def test_the_reference_page_names_every_endpoint_and_needs_nothing_from_elsewhere(client: Client) -> None:
    html = client.get("/api/v1/docs").content.decode()
    described = client.get("/api/v1/openapi.json").json()
    for path, operations in described["paths"].items():
        assert f"GET {path}" in html
        for parameter in operations["get"]["parameters"]:
            assert f"<code>{parameter['name']}</code>" in html
    assert not re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(?!/)', html)
    assert not re.findall(r"<script(?![^>]*src=)", html)
    assert client.get("/api/v1/docs/").status_code in (301, 302)


def test_every_example_of_the_reference_can_be_opened(client: Client) -> None:
    html = client.get("/api/v1/docs").content.decode()
    for example in re.findall(r'Example: <a href="([^"]+)"', html):
        assert client.get(example).status_code == 200, example


def test_the_description_says_what_every_field_means(client: Client) -> None:
    schemas = client.get("/api/v1/openapi.json").json()["components"]["schemas"]
    row = schemas["ParticipationRow"]["properties"]
    assert list(row) == list(tables()["participation"].columns)
    for field in tables()["participation"].fields:
        assert row[field.name]["description"].startswith(field.meaning)
    assert "(EUR)" in row["eu_contribution_eur"]["description"]
