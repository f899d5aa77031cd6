"""Pages, files, feeds and endpoints of trends on the package's own sample."""

from __future__ import annotations

import json
from urllib.parse import urlsplit
from xml.etree import ElementTree

import pytest
from django.test import Client

from tests.support.pages import rows, text

ATOM = "{http://www.w3.org/2005/Atom}"
ONE = "/trends/term/hydrogen"


def test_the_overview_says_that_the_numbers_are_small(client: Client) -> None:
    said = text(client, "/trends/")
    assert "Small numbers" in said
    assert "by clearly more than chance would explain" in said


def test_the_list_is_filtered_and_downloaded_as_filtered(client: Client) -> None:
    query = "kind=theme&sort=projects"
    listed = rows(client, f"/trends.csv?{query}")
    assert {row["kind"] for row in listed} == {"theme"}
    counts = [int(row["projects"]) for row in listed]
    assert counts == sorted(counts, reverse=True)
    assert f"{len(listed):,} themes and terms" in text(client, f"/trends/?{query}")
    assert len(listed) == len(
        json.loads(b"".join(client.get(f"/trends.json?{query}").streaming_content))["trends"]
    )


def test_a_term_shows_its_bounds_years_and_projects(client: Client) -> None:
    about = client.get(f"{ONE}.json").json()
    said = text(client, f"{ONE}/")
    assert f"projects with it {about['projects']} " in said
    assert "likely between" in said
    assert sum(year["projects"] for year in about["years"]) <= about["projects"]
    assert len(about["project_list"]) == about["projects"] == len(rows(client, f"{ONE}.csv"))
    for row in about["project_list"]:
        assert client.get(f"/projects/{row['project_id']}/").status_code == 200


def test_the_drawing_says_each_year_in_words(client: Client) -> None:
    about, html = client.get(f"{ONE}.json").json(), client.get(f"{ONE}/").content.decode()
    for year in about["years"]:
        if year["year"] >= 2022:
            assert f"<title>{year['year']}: {year['projects']} of {year['year_projects']} projects" in html


def test_feeds_hold_the_newest_projects(client: Client) -> None:
    answer = client.get(f"{ONE}.atom")
    assert answer["Content-Type"].startswith("application/atom+xml")
    entries = ElementTree.fromstring(answer.content).findall(f"{ATOM}entry")
    listed = client.get(f"{ONE}.json").json()["project_list"]
    found = [urlsplit(one.find(f"{ATOM}id").text).path for one in entries]
    assert found == [f"/projects/{row['project_id']}/" for row in listed[:50]]
    assert client.get("/trends.atom").status_code == 200


def test_the_interface_gives_the_same(client: Client) -> None:
    page = client.get("/api/v1/trends?kind=term&q=hydro&sort=projects").json()
    assert page["total"] == len(page["items"])
    assert all("hydro" in row["name"].lower() for row in page["items"])
    one = client.get("/api/v1/trends/term:hydrogen").json()
    listed = next(row for row in page["items"] if row["trend_id"] == "term:hydrogen")
    assert {name: one[name] for name in listed} == listed
    assert client.get("/api/v1/trends?kind=subject").status_code == 422
    assert client.get("/api/v1/trends/term:nowhere").status_code == 404


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/trends/?kind=terms", "is no value of 'kind'"),
        ("/trends/?knid=term", "there is no filter 'knid'"),
        ("/trends/?page=0", "no such page"),
    ],
)
def test_mistakes_are_explained(client: Client, path: str, said: str) -> None:
    assert said.lower() in text(client, path, 400).lower()


def test_what_is_not_there_is_not_found(client: Client) -> None:
    assert "no theme or term 'term:nowhere'" in text(client, "/trends/term/nowhere/", 404)
    assert client.get("/trends/?page=900").status_code == 404
