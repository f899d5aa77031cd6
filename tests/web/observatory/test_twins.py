"""Pages of the observatory as files: the same rows as JSON and as CSV, at the page's own address."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest
from django.test import Client

PAGES = {
    "/categories": ("category_set", "category_id", "name"),
    "/categories/ecosystems": ("name", "value", "imputed_share"),
    "/categories/ecosystems/tourism": ("code", "name", "value", "persons_employed", "stars"),
    "/categories/own?category=nace:C10%2BC11": ("code", "name", "value"),
    "/map": ("code", "name", "value", "imputed_share"),
    "/compare?area=AT33&area=ITH1": ("item", "group", "value"),
    "/compare?category=ecosystems:tourism&category=ecosystems:digital": ("item", "group", "value"),
    "/region-types": ("code", "group", "silhouette"),
    "/value-chains": ("industry", "name", "upstreamness", "downstreamness"),
}


def twin(client: Client, page: str, ending: str) -> str:
    path, mark, query = page.partition("?")
    answer = client.get(f"{path}.{ending}{mark}{query}")
    assert answer.status_code == 200, page
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return body.decode("utf-8-sig")


def listed(client: Client, page: str) -> list[dict[str, Any]]:
    """The rows of the JSON: what stands behind where they come from."""
    said = json.loads(twin(client, page, "json"))
    assert said["release"]
    assert said["credit"]
    return list(said.values())[-1]


@pytest.mark.parametrize("page", PAGES)
def test_a_page_has_the_same_rows_as_json_and_as_csv(client: Client, page: str) -> None:
    items = listed(client, page)
    rows = list(csv.DictReader(io.StringIO(twin(client, page, "csv"))))
    first = PAGES[page][0]
    assert set(PAGES[page]) <= set(rows[0])
    assert [row[first] for row in rows] == [row[first] for row in items]
    assert len(rows) > 1


def test_choices_of_the_page_hold_for_its_twin(client: Client) -> None:
    by_focus = listed(client, "/map?category=ecosystems:digital&indicator=focus")
    assert by_focus == listed(client, "/charts/category-map?category=ecosystems:digital&indicator=focus")
    assert by_focus != listed(client, "/map?category=ecosystems:digital")


@pytest.mark.parametrize(
    ("path", "status", "remedy"),
    [
        ("/compare.csv", 400, "area=AT33"),
        ("/map.csv?yaer=2014", 400, "year"),
        ("/categories/ecosystms.json", 404, "ecosystems"),
        ("/categories/ecosystems/tourims.csv", 404, "tourism"),
        ("/region-types.csv?groups=99", 400, "2 to 10"),
    ],
)
def test_what_cannot_be_answered_says_what_can(client: Client, path: str, status: int, remedy: str) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert remedy in answer.content.decode()
