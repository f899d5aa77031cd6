"""Downloads: exactly the result that the page shows, in files that are what their names say, safe in a spreadsheet."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest
from django.test import Client

import clusteratlas
from clusteratlas.web.data import downloads
from tests.support.release import FORMULA_TITLE, SCRIPT_TITLE

QUERIES = (
    ("", {}),
    ("q=photnics", {"text": "photnics"}),
    (
        "q=photonics&country=DE&country=FR&sort=oldest",
        {"text": "photonics", "country": ["DE", "FR"], "sort": "oldest"},
    ),
    ("cluster=yes&sort=budget", {"cluster": "yes", "sort": "budget"}),
    ("q=nothingiscalledso", {"text": "nothingiscalledso"}),
)
COLUMNS = ("project_id", "acronym", "title", "cluster", "coordinator_name", "topic_code", "url")


def body(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert response.status_code == 200, path
    return b"".join(response.streaming_content) if response.streaming else response.content


def disposition(client: Client, path: str) -> str:
    response = client.get(path)
    response.close()
    return response.headers["Content-Disposition"]


def rows(client: Client, path: str) -> list[dict[str, Any]]:
    """The rows of a download, whatever its format."""
    content, ending = body(client, path), path.split("?")[0].rsplit(".", 1)[-1]
    if ending == "csv":
        return list(csv.DictReader(io.StringIO(content.decode(), newline="")))
    if ending == "json":
        return json.loads(content)["projects"]
    if ending == "jsonl":
        return [json.loads(line) for line in content.decode().splitlines()]
    if ending == "parquet":
        return pl.read_parquet(io.BytesIO(content)).to_dicts()
    head, *cells = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True)
    return [dict(zip(head, row, strict=True)) for row in cells]


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "jsonl", "parquet"])
@pytest.mark.parametrize(("query", "asked"), QUERIES)
def test_a_download_is_the_search(
    client: Client, tiny_root: Path, query: str, asked: dict, ending: str
) -> None:
    with clusteratlas.open(tiny_root) as atlas:
        expected = atlas.search(asked.get("text", ""), **{k: v for k, v in asked.items() if k != "text"})
        assert [
            row["project_id"] for row in rows(client, f"/projects.{ending}?{query}")
        ] == expected.project_ids()


def test_pages_and_views_do_not_cut_a_download(client: Client) -> None:
    assert len(rows(client, "/projects.csv?page=1&page_size=5&view=map")) == 30


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "parquet"])
def test_rows_hold_what_people_ask_for(client: Client, ending: str) -> None:
    one = next(r for r in rows(client, f"/projects.{ending}") if r["project_id"] == "cordis:101900004")
    assert set(COLUMNS) < set(one)
    assert float(one["eu_contribution_eur"]) == 1_250_000
    assert str(one["start_date"]).startswith("2021-03-01")
    unknown = next(r for r in rows(client, f"/projects.{ending}") if r["project_id"] == "cordis:101900007")
    assert unknown["eu_contribution_eur"] in (None, "")


def test_formulas_are_defused_where_a_spreadsheet_opens_them(client: Client) -> None:
    titles = {
        ending: {r["title"] for r in rows(client, f"/projects.{ending}")}
        for ending in ("csv", "xlsx", "json", "parquet")
    }
    for ending in ("csv", "xlsx"):
        assert "'" + FORMULA_TITLE in titles[ending]
        assert FORMULA_TITLE not in titles[ending]
    for ending in ("json", "parquet"):
        assert FORMULA_TITLE in titles[ending]
    assert all(SCRIPT_TITLE in found for found in titles.values())
    book = openpyxl.load_workbook(io.BytesIO(body(client, "/projects.xlsx")))
    assert not [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]


def test_numbers_and_dates_are_numbers_and_dates_in_a_spreadsheet(client: Client) -> None:
    book = openpyxl.load_workbook(io.BytesIO(body(client, "/projects.xlsx?sort=budget")))
    head, first = list(book.worksheets[0].iter_rows(max_row=2))
    cells = dict(zip([cell.value for cell in head], first, strict=True))
    assert cells["eu_contribution_eur"].data_type == "n"
    assert cells["start_date"].is_date


def test_the_name_says_what_is_in_the_file(client: Client) -> None:
    name = disposition(client, "/projects.csv?q=Pôle+photonics&country=FR")
    assert name.startswith('attachment; filename="clusteratlas-projects-pole-photonics-country-fr-2')
    assert name.endswith('.csv"')
    odd = disposition(client, "/projects.csv?q=%22%0d%0aX-Evil:%201%2f..%2f")
    assert odd.count('"') == 2
    assert "\n" not in odd
    assert "/" not in odd


def test_licence_release_and_query_travel_along(client: Client) -> None:
    said = json.loads(body(client, "/projects.json?q=photonics"))
    assert "CC BY 4.0" in said["credit"]
    assert said["total"] == len(said["projects"])
    assert "photonics" in said["explanation"]
    book = openpyxl.load_workbook(io.BytesIO(body(client, "/projects.xlsx?q=photonics")))
    facts = dict(book["about"].iter_rows(values_only=True))
    assert "CC BY 4.0" in facts["credit"]
    assert facts["release"] == said["release"]
    metadata = pq.read_schema(io.BytesIO(body(client, "/projects.parquet?q=photonics"))).metadata
    assert b"CC BY 4.0" in metadata[b"credit"]


@pytest.mark.parametrize(
    "path", ["/projects.csv?contry=FR", "/projects.csv?country=XX", "/projects.xlsx?sort=nope"]
)
def test_a_mistake_is_a_page_that_says_so(client: Client, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 400
    assert "Content-Disposition" not in response.headers
    assert "did you mean" in response.content.decode().lower() or b"here is" in response.content


def test_a_spreadsheet_that_would_be_too_large_is_refused(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloads, "CELLS_OF_A_SHEET", 50)
    response = client.get("/projects.xlsx")
    assert response.status_code == 400
    assert b"CSV or Parquet" in response.content
    assert body(client, "/projects.csv")


@pytest.mark.parametrize(
    ("path", "count"),
    [
        ("/projects/cordis:101900003.csv", 2),
        ("/organisations.csv?country=DE", 3),
        ("/organisations.csv?is_cluster=no&q=optics", 1),
        ("/countries.csv", None),
        ("/regions.csv?level=3", None),
        ("/initiatives.csv", None),
        ("/data/releases.csv", 1),
        ("/data/dictionary.csv", None),
        ("/data/quality.csv", 7),
        ("/data/sources.csv", 1),
    ],
)
def test_lists_have_csv_twins(client: Client, path: str, count: int | None) -> None:
    found = rows(client, path)
    assert len(found) == count if count is not None else found
    assert all(None not in row and None not in row.values() for row in found)


@pytest.mark.parametrize(
    ("path", "filters"),
    [
        ("/organisations/pic:900000003.csv", {"organisation": "pic:900000003"}),
        ("/countries/DE.csv", {"country": "DE"}),
        ("/regions/DEG0.csv", {"region": "DEG0"}),
        ("/initiatives/supply-chain-technologies.csv", {"initiative": "supply-chain-technologies"}),
    ],
)
def test_the_list_in_a_profile_is_a_search(client: Client, tiny_root: Path, path: str, filters: dict) -> None:
    with clusteratlas.open(tiny_root) as atlas:
        expected = atlas.search("", **filters).project_ids()
    assert expected
    assert [row["project_id"] for row in rows(client, path)] == expected


@pytest.mark.parametrize(
    "path",
    [
        "/projects/cordis:101900003.json",
        "/organisations/pic:900000001.json",
        "/countries/DE.json",
        "/regions/DEG03.json",
        "/initiatives/supply-chain-technologies.json",
        "/initiatives/excellence.json",
        "/initiatives.json",
        "/data/dictionary.json",
        "/data/quality.json",
        "/data/sources.json",
    ],
)
def test_profiles_have_json_twins_with_their_origin(client: Client, path: str) -> None:
    answer = json.loads(body(client, path))
    assert "CC BY 4.0" in answer["about"]["credit"]
    assert len(answer) > 1


def test_a_json_twin_is_the_profile(client: Client, tiny_root: Path) -> None:
    answer = json.loads(body(client, "/projects/cordis:101900003.json"))
    answer.pop("about")
    with clusteratlas.open(tiny_root) as atlas:
        assert answer == atlas.project("cordis:101900003").to_dict()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/projects/cordis:1.json", 404),
        ("/organisations/pic:1.csv", 404),
        ("/countries/ZZ.csv", 404),
        ("/regions/ZZ99.json", 404),
        ("/initiatives/nope.csv", 404),
        ("/data/tables/nope.csv", 404),
        ("/organisations.csv?contry=DE", 400),
        ("/organisations.csv?is_sme=perhaps", 400),
        ("/organisations.csv?sort=nope", 400),
        ("/regions.csv?level=9", 400),
        ("/projects/%00.json", 404),
    ],
)
def test_what_is_not_there_is_told(client: Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


@pytest.mark.parametrize("ending", ["csv", "xlsx", "json", "jsonl", "parquet"])
def test_whole_tables_can_be_taken(client: Client, tiny_root: Path, ending: str) -> None:
    content = body(client, f"/data/tables/participation.{ending}")
    with clusteratlas.open(tiny_root) as atlas:
        expected = [row[0] for row in atlas.table("participation").project("participation_id").fetchall()]
    if ending == "json":
        assert [r["participation_id"] for r in json.loads(content)["participation"]] == expected
    else:
        assert [
            r["participation_id"] for r in rows(client, f"/data/tables/participation.{ending}")
        ] == expected
