"""The page of types of regions says what the observatory finds."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path

import polars as pl
import pytest
from django.test import Client

import clusteratlas
from clusteratlas import observatory


def test_every_region_is_in_the_group_that_the_observatory_finds(client: Client, sample_root: Path) -> None:
    answer = client.get("/charts/region-types.csv?set=ecosystems&groups=5&year=2014")
    rows = csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig")))
    shown = {row["code"]: int(row["group"]) for row in rows}
    with clusteratlas.open(sample_root) as atlas:
        totals = atlas.statistics.totals("ecosystems")
    is_cell = (pl.col("period") == 2014) & (pl.col("value") > 0) & ~pl.col("region").str.ends_with("ZZ")
    jobs = totals.filter(is_cell & ~pl.col("industry").str.starts_with("("))
    found = observatory.typology(jobs.select("region", "industry", "value"), 5, draws=0)
    assert shown == dict(found.regions.select("region", "typology").rows())


def test_the_page_tells_groups_examples_and_how_firm_they_are(client: Client) -> None:
    page = unescape(client.get("/region-types/?groups=4").content.decode())
    block = page.split('id="groups-title"')[1].split("</table>")[0]
    assert len(re.findall(r'<th scope="row">', block)) == 4
    assert len(re.findall(r'href="/regions/\w{4}/"', block)) == 12
    assert "adjusted Rand index" in page
    assert "silhouette" in page


def test_numbers_of_groups_that_are_none_are_answered_with_what_is_possible(client: Client) -> None:
    for wrong in ("1", "99", "many", "-2", "3.5"):
        answer = client.get("/region-types/", {"groups": wrong})
        assert answer.status_code == 400
        assert "2 to 10" in answer.content.decode()
    assert client.get("/region-types/?set=nace").status_code == 400


def test_a_region_of_ones_own_takes_the_place_of_its_parts_and_is_told_its_group(client: Client) -> None:
    own = {"area": "Tyrol, both=AT33,ITH1", "groups": "5", "year": "2014"}
    rows = rows_of(client, "/region-types.csv", own)
    assert {"AT33", "ITH1"} & {row["code"] for row in rows} == set()
    (mine,) = [row for row in rows if row["name"] == "Tyrol, both"]
    parts = rows_of(client, "/region-types.csv", {"groups": "5", "year": "2014"})
    jobs = {row["code"]: float(row["persons_employed"]) for row in parts}
    assert float(mine["persons_employed"]) == pytest.approx(jobs["AT33"] + jobs["ITH1"])
    assert len(rows) == len(parts) - 1
    page = unescape(client.get("/region-types/", own).content.decode())
    assert f"Tyrol, both</a> is in group {mine['group']}" in page


def test_a_region_typed_in_is_found_in_its_group(client: Client) -> None:
    page = unescape(client.get("/region-types/?groups=5&year=2014&more=Tirol").content.decode())
    rows = rows_of(client, "/region-types.csv", {"groups": "5", "year": "2014"})
    group = next(row["group"] for row in rows if row["code"] == "AT33")
    assert f"Tirol</a> is in group {group}" in page
    assert client.get("/region-types/?more=Nowhere").status_code == 400
    assert client.get("/region-types/?area=ZZ99").status_code == 404


def rows_of(client: Client, path: str, asked: dict[str, str]) -> list[dict[str, str]]:
    answer = client.get(path, asked)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
