"""Emerging industries and new combinations on the site, on the sample: pages, files, interface and region agree."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import pytest
from django.test import Client

import clusteratlas
from clusteratlas.atlas.observatory.emergence import FLOOR


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_what_is_entered_was_no_specialisation_before_and_is_one_now(client: Client) -> None:
    found = json.loads(body(client, "/emerging-industries.json"))
    stages = {
        stage: [row for row in found["items"] if row["stage"] == stage] for stage in ("entered", "candidate")
    }
    assert all(stages.values())
    for row in stages["entered"]:
        assert row["location_quotient_start"] < 1 <= row["location_quotient_end"]
    for row in stages["candidate"]:
        assert row["location_quotient_start"] < row["location_quotient_end"] < 1
    assert min(row["jobs"] for row in found["items"]) >= FLOOR
    assert {row["stage"] for row in found["items"][: len(stages["entered"])]} == {"entered"}


def test_the_page_the_files_and_the_interface_tell_the_same(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(body(client, "/emerging-industries.csv?region=DE11"))))
    items = client.get("/api/v1/emerging-industries?region=DE11").json()["items"]
    assert [row["industry"] for row in rows] == [row["industry"] for row in items]
    said = body(client, "/emerging-industries/?region=DE11")
    assert f"{len(rows)} found" in said
    assert all(f"/categories/nace-divisions/{row['industry']}/" in said for row in rows)


def test_a_region_tells_what_it_takes_up(client: Client) -> None:
    items = client.get("/api/v1/emerging-industries?region=DE11").json()["items"]
    said = re.sub(r"<[^>]+>", "", body(client, "/regions/DE11/"))
    entered = [row["industry_name"] for row in items if row["stage"] == "entered"]
    assert f"Stuttgart newly specialises in {entered[0]}" in said


def test_a_region_of_ones_own_that_is_one_region_takes_up_what_that_region_does(client: Client) -> None:
    one = client.get("/api/v1/emerging-industries", {"region": "DE11"}).json()["items"]
    own = client.get("/api/v1/emerging-industries", {"region": "Here=DE11"}).json()["items"]
    assert one
    assert [row["region_name"] for row in own] == ["Here"] * len(one)
    assert [row | {"region": "", "region_name": ""} for row in own] == [
        row | {"region": "", "region_name": ""} for row in one
    ]


def test_regions_taken_as_one_have_the_jobs_of_both(client: Client, sample_root: Path) -> None:
    items = client.get("/api/v1/emerging-industries", {"region": "DE11,DE12"}).json()["items"]
    assert items
    with clusteratlas.open(sample_root) as atlas:
        _, last = atlas.emergence.years
        cells = atlas.statistics.cells.filter(period=last)
        for row in items:
            parts = [
                cells.filter(region=code, industry=row["industry"])["value"].item()
                for code in ("DE11", "DE12")
            ]
            assert row["jobs"] == pytest.approx(sum(parts))
    said = body(client, "/emerging-industries/?area=DE11%2CDE12")
    assert "Stuttgart + Karlsruhe" in said
    assert f"{len(items)} found" in said
    about = re.sub(r"<[^>]+>", "", body(client, "/areas/?area=DE11%2CDE12"))
    assert "Stuttgart + Karlsruhe newly specialises in" in about


def test_pairs_of_themes_are_more_often_together_than_by_chance(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(body(client, "/trends/combinations.csv"))))
    assert rows
    for row in rows:
        assert int(row["projects_since"]) > float(row["expected_since"])
        assert (row["is_new"] == "true") == (row["projects_before"] == "0")
    assert client.get("/api/v1/theme-combinations").json()["total"] == len(rows)
    said = body(client, "/trends/combinations/")
    assert rows[0]["name_a"] in said
    assert rows[0]["name_a"] in body(client, "/trends/")


def test_unusual_projects_are_recent_and_lead_to_their_pages(client: Client) -> None:
    found = json.loads(body(client, "/trends/combinations.json"))
    assert [row["novelty"] for row in found["unusual"]] == sorted(row["novelty"] for row in found["unusual"])
    first = found["unusual"][0]
    assert first["year"] >= found["since"]
    assert len(first["themes"]) >= 3
    assert first["project_id"] in body(client, "/trends/combinations/")


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/emerging-industries/?stage=enterd", 400, "entered"),
        ("/emerging-industries/?region=XX99", 404, "Give NUTS codes, such as AT33"),
        ("/emerging-industries/?industry=Q99", 404, "NACE division"),
        ("/emerging-industries/?regoin=DE11", 400, "region"),
        ("/trends/combinations/?page=9999", 404, "Go back"),
    ],
)
def test_mistakes_are_told(client: Client, path: str, status: int, told: str) -> None:
    assert told in body(client, path, status)
