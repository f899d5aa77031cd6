"""ROR: entries of both layouts as an authority of names; every record accounted for."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError
from clusteratlas.pipeline.build import Given, build
from clusteratlas.sources import json_records
from tests.support.reading import Reading, read_source

DUMP = Path(__file__).parents[3] / "shared/data/identity/ror-records-latest.jsonl.gz"
real = pytest.mark.skipif(not DUMP.exists(), reason="the records are not at ../shared/data/identity")
ID = "https://ror.org/0abcdef12"


def entry_2(**changes: Any) -> dict[str, Any]:
    """An entry in the layout of today."""
    return {
        "admin": {
            "created": {"date": "2018-11-14"},
            "last_modified": {"date": "2025-03-26", "schema_version": "2.1"},
        },
        "domains": ["harbour.example.org"],
        "established": 1898,
        "external_ids": [
            {"type": "fundref", "preferred": "501100000002", "all": ["501100000001", "501100000002"]},
            {"type": "wikidata", "preferred": None, "all": ["Q42"]},
        ],
        "id": ID,
        "links": [
            {"type": "wikipedia", "value": "https://en.wikipedia.org/wiki/Harbour"},
            {"type": "website", "value": "https://harbour.example.org"},
        ],
        "locations": [
            {
                "geonames_id": 1,
                "geonames_details": {
                    "country_code": "FI",
                    "country_subdivision_name": "Southwest Finland",
                    "name": "Turku",
                    "lat": 60.45,
                    "lng": 22.27,
                },
            }
        ],
        "names": [
            {"lang": None, "types": ["acronym"], "value": "HIT"},
            {"lang": "fi", "types": ["label"], "value": "Turun satamainstituutti"},
            {"lang": "en", "types": ["ror_display", "label"], "value": "Harbour Institute of Turku"},
            {"lang": None, "types": ["alias"], "value": "Port Institute"},
        ],
        "relationships": [
            {"label": "University of Turku", "type": "parent", "id": "https://ror.org/05vghhr25"},
            {"label": "A laboratory", "type": "child", "id": "https://ror.org/0zzzzzz99"},
        ],
        "status": "active",
        "types": ["education", "facility"],
        **changes,
    }


def entry_1(**changes: Any) -> dict[str, Any]:
    """The same entry in the layout before."""
    return {
        "id": ID,
        "name": "Harbour Institute of Turku",
        "types": ["Education", "Facility"],
        "established": 1898,
        "relationships": [
            {"type": "Parent", "label": "University of Turku", "id": "https://ror.org/05vghhr25"},
            {"type": "Child", "label": "A laboratory", "id": "https://ror.org/0zzzzzz99"},
        ],
        "addresses": [
            {"lat": 60.45, "lng": 22.27, "state": None, "city": "Turku"}
            | {"geonames_city": {"geonames_admin1": {"name": "Southwest Finland"}}}
        ],
        "links": ["https://harbour.example.org"],
        "aliases": ["Port Institute"],
        "acronyms": ["HIT"],
        "status": "active",
        "labels": [{"label": "Turun satamainstituutti", "iso639": "fi"}],
        "country": {"country_name": "Finland", "country_code": "FI"},
        "external_ids": {
            "FundRef": {"preferred": "501100000002", "all": ["501100000001", "501100000002"]},
            "Wikidata": {"preferred": None, "all": ["Q42"]},
            "GRID": {"preferred": "grid.1", "all": "grid.1"},
        },
        **changes,
    }


def read(path: Path, *entries: Any) -> Reading:
    (path / "ror.json").write_text(json.dumps(list(entries)), "utf-8")
    return read_source("ror", path / "ror.json")


def rows(reading: Reading) -> list[dict[str, Any]]:
    return reading.rows["organisation_authority"]


def test_an_entry_has_names_with_language_and_kind(tmp_path: Path):
    (row,) = rows(read(tmp_path, entry_2()))
    assert (row["authority_id"], row["name"], row["acronyms"]) == (
        "ror:0abcdef12",
        "Harbour Institute of Turku",
        "HIT",
    )
    assert {(n["name"], n["language"], n["kind"]) for n in json.loads(row["names"])} == {
        ("HIT", None, "acronym"),
        ("Turun satamainstituutti", "fi", "label"),
        ("Harbour Institute of Turku", "en", "label"),
        ("Port Institute", None, "alias"),
    }
    assert (row["country_code"], row["subdivision"], row["city"]) == ("FI", "Southwest Finland", "Turku")
    assert (row["latitude"], row["longitude"], row["established_year"]) == (60.45, 22.27, 1898)
    assert (row["website_url"], row["domains"]) == ("https://harbour.example.org", "harbour.example.org")
    assert (row["status"], row["kinds"]) == ("active", "education | facility")
    assert row["parents"] == "ror:05vghhr25"
    assert [r["type"] for r in json.loads(row["relations"])] == ["parent", "child"]
    assert json.loads(row["external_ids"])["fundref"] == ["501100000002", "501100000001"]
    assert (row["updated_on"], row["url"]) == (date(2025, 3, 26), ID)


def test_both_layouts_say_the_same(tmp_path: Path):
    (today,), (before,) = rows(read(tmp_path, entry_2())), rows(read(tmp_path, entry_1()))
    different = {name for name in today if today[name] != before[name]}
    assert different == {"names", "domains", "external_ids", "updated_on"}
    listed = [{(n["name"], n["kind"]) for n in json.loads(row["names"])} for row in (today, before)]
    assert listed[0] == listed[1]
    assert json.loads(before["external_ids"]) == {**json.loads(today["external_ids"]), "grid": ["grid.1"]}


def test_of_two_records_of_an_entry_the_newer_layout_stays(tmp_path: Path):
    reading = read(tmp_path, entry_2(), entry_1(name="Old"), entry_2(status="inactive"))
    assert [(r["status"], r["source_line"]) for r in rows(reading)] == [("inactive", 3)]
    assert sorted((line, why) for line, why, _ in reading.rejected) == [
        (1, "entry 'ror:0abcdef12' is taken from ror.json:3"),
        (2, "entry 'ror:0abcdef12' is taken from ror.json:1"),
    ]


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("text", "it is no JSON object"),
        (None, "it is no JSON object"),
        ({"name": "No id"}, "its id is none of ROR"),
        (entry_2(id="https://example.org/0abcdef12"), "its id is none of ROR"),
        (entry_2(names=[]), "it has no name"),
        (
            entry_1(id="https://ror.org/0bbbbbb22", name=None, aliases=None, labels=None, acronyms=[]),
            "it has no name",
        ),
    ],
)
def test_what_is_no_entry_is_quarantined(tmp_path: Path, record, reason):
    reading = read(tmp_path, entry_2(), record)
    assert [(line, why[: len(reason)]) for line, why, _ in reading.rejected] == [(2, reason)]
    assert len(rows(reading)) == 1


def test_the_dump_comes_in_many_wrappings(tmp_path: Path):
    two = [entry_2(), entry_1(id="https://ror.org/0bbbbbb22")]
    lines = "\n".join(json.dumps({"source_path": "x", "record": one}) for one in two)
    (tmp_path / "a.jsonl").write_text(lines, "utf-8")
    (tmp_path / "b.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    with zipfile.ZipFile(tmp_path / "c.zip", "w") as archive:
        archive.writestr("v2.1-ror-data.json", json.dumps(two, indent=2))
        archive.writestr("v2.1-ror-data.csv", "id,name\n")
    for name in ("a.jsonl", "b.jsonl.gz", "c.zip"):
        reading = read_source("ror", tmp_path / name)
        assert [r["authority_id"] for r in rows(reading)] == ["ror:0abcdef12", "ror:0bbbbbb22"], name
        assert reading.warnings["unknown file"] == (name == "c.zip")


def test_a_file_without_an_entry_is_refused(tmp_path: Path):
    (tmp_path / "x.json").write_text("{}")
    with pytest.raises(InputError, match="no record of ROR found here"):
        read_source("ror", tmp_path / "x.json")


def test_an_authority_lives_in_a_release_without_being_a_participant(tmp_path: Path):
    (tmp_path / "ror.json").write_text(json.dumps([entry_2()]), "utf-8")
    built = build([Given("ror", tmp_path / "ror.json")], tmp_path / "atlas")
    counts = built.release.manifest["tables"]
    assert (counts["organisation_authority"], counts["organisation"], counts["project"]) == (1, 0, 0)


# Records of a file, one by one.
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.lists(VALUES, max_size=8), st.integers(1, 40), st.sampled_from([None, 1]))
@settings(max_examples=150, deadline=None)
def test_a_list_is_read_as_json_reads_it_whatever_the_chunk(tmp_path_factory, listed, chunk, indent):
    path = tmp_path_factory.mktemp("json") / "list.json"
    path.write_text(json.dumps(listed, ensure_ascii=False, indent=indent), "utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_records, "CHUNK", chunk)
        found = list(json_records.records(path))
    assert [(r.place, r.value) for r in found] == list(enumerate(listed, start=1))
    assert not any(r.fault for r in found)


def test_a_list_that_is_cut_off_gives_what_is_whole_and_says_so(tmp_path: Path):
    path = tmp_path / "list.json"
    path.write_text('[{"a": 1}, {"a": 2}, {"a": ')
    found = list(json_records.records(path))
    assert [r.value for r in found if not r.fault] == [{"a": 1}, {"a": 2}]
    assert found[-1].fault.startswith("not JSON from here on")
    path.write_text('[{"a": 1},')
    assert [r.fault for r in json_records.records(path)] == ["", "the list is cut off"]


def test_a_broken_line_costs_itself(tmp_path: Path):
    path = tmp_path / "lines.jsonl"
    path.write_text('{"a": 1}\n{"a": \n\n{"a": 3}\n')
    found = list(json_records.records(path))
    assert [(r.place, r.value) for r in found if not r.fault] == [(1, {"a": 1}), (4, {"a": 3})]
    assert [r.place for r in found if r.fault] == [2]


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_entries_of_any_shape_are_loaded_or_quarantined(tmp_path_factory, data):
    """A field replaced by anything: `read_source` itself fails when a record is neither loaded nor set aside."""
    made = []
    for number, make in enumerate((entry_1, entry_2), start=1):
        one = make(id=f"https://ror.org/0aaaaaa1{number}")
        field = data.draw(st.sampled_from(sorted(set(one) - {"id"})))
        made.append({**one, field: data.draw(VALUES)})
    path = tmp_path_factory.mktemp("ror")
    reading = read(path, *made, entry_2())
    assert reading.rows_in == 3
    assert len(rows(reading)) + len(reading.rejected) == 3


@real
def test_every_real_record_is_accounted_for():
    reading = read_source("ror", DUMP)
    found = rows(reading)
    assert (reading.rows_in, len(found), len(reading.rejected)) == (51_370, 51_370, 0)
    with gzip.open(DUMP, "rt", encoding="utf-8") as lines:
        wanted = [json.loads(line)["record"] for line in lines]
    for row, record in zip(found, wanted, strict=True):
        assert row["authority_id"] == f"ror:{record['id'].removeprefix('https://ror.org/')}"
        names = (
            {n["value"] for n in record["names"]}
            if "names" in record
            else {record["name"], *record["aliases"]}
        )
        assert {" ".join(n.split()) for n in names} <= {n["name"] for n in json.loads(row["names"])}
        parents = {r["id"] for r in record["relationships"] if r["type"].lower() == "parent"}
        assert {
            f"https://ror.org/{p.removeprefix('ror:')}" for p in (row["parents"] or "").split()
        } == parents
        assert row["country_code"]
