"""Boundaries and changes of NUTS regions, from small files and from the publisher's own."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
import xlsxwriter
from python_calamine import CalamineWorkbook

from clusteratlas import taxonomies
from clusteratlas.errors import InputError
from clusteratlas.pipeline.build import Given, build
from tests.support.reading import read_source

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared/data/nuts"
real = pytest.mark.skipif(not DATA.exists(), reason="the publisher's files are not at ../shared/data")

SQUARE = {"type": "Polygon", "coordinates": [[[4, 45], [5, 45], [5, 46], [4, 45]]]}


def feature(code: str | None, geometry: Any = SQUARE) -> dict[str, Any]:
    properties = {"NUTS_ID": code, "LEVL_CODE": 2, "NAME_LATN": "A region"} if code else {}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def geojson(path: Path, *features: Any) -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": list(features)}))
    return path


def workbook(path: Path, sheets: dict[str, list[list[str]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return path


def test_a_boundary_stands_for_the_region_of_today(tmp_path: Path):
    path = geojson(
        tmp_path / "NUTS_RG_10M_2013_4326.geojson", feature("FR71"), feature("EL30"), feature("HR04")
    )
    rows = read_source("gisco", path).rows["region_boundary"]
    assert [(r["nuts_code"], r["region_code"], r["level"], r["country_code"]) for r in rows] == [
        ("FR71", "FRK2", 2, "FR"),
        ("EL30", "EL30", 2, "GR"),
        ("HR04", None, 2, "HR"),
    ]
    assert {(r["nuts_version"], r["scale"]) for r in rows} == {(2013, "10M")}
    assert json.loads(rows[0]["geometry"]) == SQUARE
    assert [r["source_line"] for r in rows] == [1, 2, 3]


def test_a_broken_region_costs_itself(tmp_path: Path):
    path = geojson(
        tmp_path / "NUTS_RG_20M_2021_4326.geojson",
        feature("AT11"),
        feature(None),
        feature("AT12", None),
        feature("AT13", {"type": "Point", "coordinates": [4, 45]}),
        feature("AT21", {"type": "Polygon", "coordinates": [[[4, 45], [5, 45]]]}),
        feature("AT22", {"type": "Polygon", "coordinates": [[[4, 45], [5, "x"], [5, 46], [4, 45]]]}),
        feature("AT11"),
        "no feature",
    )
    found = read_source("gisco", path)
    assert [r["nuts_code"] for r in found.rows["region_boundary"]] == ["AT11"]
    assert [(line, reason) for line, reason, _ in found.rejected] == [
        (2, "it has no NUTS_ID"),
        (3, "its geometry is no area (none)"),
        (4, "its geometry is no area (Point)"),
        (5, "its coordinates are malformed"),
        (6, "its coordinates are malformed"),
        (7, "region AT11 stands already in place 1"),
        (8, "it has no NUTS_ID"),
    ]


def test_a_file_without_a_version_in_its_name_is_read_by_its_codes(tmp_path: Path):
    found = read_source("gisco", geojson(tmp_path / "map.geojson", feature("FR71"), feature("EL51")))
    assert {r["nuts_version"] for r in found.rows["region_boundary"]} == {2013}
    assert found.warnings == {"version": 1}


METRES = {"type": "Polygon", "coordinates": [[[4e6, 3e6], [4e6, 2e6], [5e6, 2e6], [4e6, 3e6]]]}


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("NUTS_RG_20M_2021_3035.geojson", json.dumps({"features": [feature("AT11")]}), "_4326"),
        ("map.geojson", json.dumps({"features": [feature("AT11", METRES)]}), "not in degrees"),
        ("NUTS_RG_20M_2021_4326.geojson", '{"features": [', "not readable as GeoJSON"),
        ("NUTS_RG_20M_2021_4326.geojson", '{"type": "Topology"}', "no GeoJSON of NUTS regions"),
        ("NUTS_RG_20M_2021_4326.geojson", "<html>", "neither boundaries nor changes"),
        ("NUTS2016-NUTS2021.xlsx", "PK\x03\x04 and no more", "archive|workbook"),
    ],
)
def test_what_is_no_boundary_is_refused_in_words(tmp_path: Path, name: str, content: str, said: str):
    (tmp_path / name).write_text(content)
    with pytest.raises(InputError, match=said):
        read_source("gisco", tmp_path / name)


def test_a_newer_workbook_brings_its_changes(tmp_path: Path):
    head = ["Code 2024", "Code 2027", "Label", "Change", "Explanation (new = old)"]
    path = workbook(
        tmp_path / "NUTS2024-NUTS2027.xlsx",
        {
            "Version": [["1.0", "2026"]],
            "NUTS2024-NUTS2027": [
                ["Code 2024", "Code 2027", "Country", "Change"],
                ["AA", "AA", "A country", ""],
                ["AA003", "", "Three", "merged"],
            ],
            "Changes NUTS-3": [
                head,
                ["AA001", "AA005", "One", "recoded"],
                ["AA002", "AA006 (part)", "Two", "merged"],
                ["", "AA006", "Both", "new region", "AA006 = AA002 + AA003"],
                ["", "AA007", "Seven", "new region", ""],
                ["AA004", "", "Four", "discontinued; split into AA007 and AA008", ""],
                ["", "AA008", "Eight", "new region", ""],
                ["AA009", "AA009", "Nine", "renamed", ""],
                [],
                ["", "", "a remark", "see below", ""],
            ],
        },
    )
    found = read_source("gisco", path)
    changes = [
        (r["old_code"], r["new_code"], r["change"], r["source_line"]) for r in found.rows["region_change"]
    ]
    assert changes == [
        ("AA001", "AA005", "recoded", 2),
        ("AA002", "AA006", "merged", 3),
        ("AA003", "AA006", "new region", 4),
        ("", "AA007", "new region", 5),
        ("AA004", "AA007", "discontinued; split into AA007 and AA008", 6),
        ("AA004", "AA008", "discontinued; split into AA007 and AA008", 6),
        ("", "AA008", "new region", 7),
        ("AA009", "AA009", "renamed", 8),
    ]
    assert {(r["from_version"], r["to_version"]) for r in found.rows["region_change"]} == {(2024, 2027)}
    assert found.rejected == [(10, "no code of a region", " |  | see below | ")]


def test_a_release_has_both_beside_what_comes_with_the_package(tmp_path: Path):
    folder = tmp_path / "nuts"
    folder.mkdir()
    geojson(folder / "NUTS_RG_20M_2016_4326.geojson", feature("AT11"), feature("NO01"), feature("HR04"))
    geojson(folder / "NUTS_RG_20M_2021_4326.geojson", feature("AT11"))
    head = ["Code 2024", "Code 2027", "Label", "Change"]
    workbook(folder / "n.xlsx", {"Changes NUTS-2": [head, ["AT11", "AT15", "Burgenland", "recoded"]]})
    built = build([Given("gisco", folder)], tmp_path / "atlas")
    with duckdb.connect(str(built.release.database), read_only=True) as connection:
        ours, theirs = connection.execute(
            "SELECT count(*) FILTER (source IS NULL), count(*) FILTER (source = 'gisco') FROM region_change"
        ).fetchall()[0]
        stands = connection.execute(
            "SELECT nuts_code, nuts_version, region_code FROM region_boundary ORDER BY ALL"
        ).fetchall()
    assert ours == sum(len(changes) for changes in taxonomies.region_changes().values())
    assert theirs == 1
    assert stands == [
        ("AT11", 2016, None),
        ("AT11", 2021, "AT11"),
        ("HR04", 2016, None),
        ("NO01", 2016, None),
    ]


@real
@pytest.mark.parametrize("year", [2016, 2021])
def test_every_boundary_of_the_publisher_is_there_as_published(year: int):
    path = DATA / f"NUTS_RG_20M_{year}_4326.geojson.gz"
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        published = {f["properties"]["NUTS_ID"]: f for f in json.load(stream)["features"]}
    found = {r["nuts_code"]: r for r in read_source("gisco", path).rows["region_boundary"]}
    assert found.keys() == published.keys()
    for code, one in published.items():
        assert found[code]["level"] == one["properties"]["LEVL_CODE"]
        assert json.loads(found[code]["geometry"])["coordinates"] == one["geometry"]["coordinates"]


@real
@pytest.mark.parametrize("path", sorted(DATA.glob("correspondence/*.xls*")), ids=lambda p: p.stem)
def test_every_code_that_went_or_came_is_told_by_its_workbook(path: Path):
    """Old codes that are no longer in use and new ones that were not before, by the sheet of all codes."""
    changes = read_source("gisco", path).rows["region_change"]
    told = {code for r in changes for code in (r["old_code"], r["new_code"])} - {""}
    codes = [set(), set()]
    book = CalamineWorkbook.from_path(path)
    for name in (n for n in book.sheet_names if "NUTS-" in n or len(book.sheet_names) == 1):
        rows = [[str(cell).strip() for cell in row] for row in book.get_sheet_by_name(name).to_python()]
        head = next(i for i, row in enumerate(rows) if any(cell.startswith("Code ") for cell in row))
        first = next(i for i, cell in enumerate(rows[head]) if cell.startswith("Code "))
        for row in rows[head + 1 :]:
            for side in (0, 1):
                codes[side].add(row[first + side].removesuffix("(part)").strip().replace("GR", "EL"))
    moved = {code for code in codes[0] ^ codes[1] if code.isalnum()}
    assert moved
    assert moved <= told
