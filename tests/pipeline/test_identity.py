"""A build joins the records of all publishers, keeps every one as it came, hears people, and keeps ids."""

from __future__ import annotations

import json
from datetime import date
from itertools import combinations
from pathlib import Path

import pytest

import clusteratlas
from clusteratlas.atlas.releases import Release
from clusteratlas.errors import ReleaseError
from clusteratlas.identity.decisions import Decision
from clusteratlas.pipeline.build import Given, build
from clusteratlas.pipeline.diff import diff
from clusteratlas.pipeline.verify import verify
from clusteratlas.sources.decisions import DecisionsFile
from tests.support.organisations import BOTH_NAMED, LONG, NAMED, SHORT, TECNALIA, WITH_PIC, by_name, by_pic


def said(left: str, right: str, verdict: str) -> Decision:
    return Decision(left, right, verdict, "Ana", date(2026, 1, 2), "I asked them")


def decided(*lines: Decision) -> DecisionsFile:
    return DecisionsFile(Path("decisions.csv"), "0" * 64, list(lines))


def rows(release: Release, query: str) -> list[tuple]:
    with clusteratlas.open(release.path) as atlas:
        return atlas.cursor.execute(query).fetchall()


def homes(release: Release) -> dict[str, str]:
    """The organisation of each published id."""
    return dict(
        rows(release, "SELECT DISTINCT published_organisation_id, organisation_id FROM organisation_record")
    )


def leads(release: Release) -> list[tuple]:
    return rows(
        release, "SELECT organisation_id, new_organisation_id, reason FROM organisation_redirect ORDER BY ALL"
    )


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> list[Given]:
    folder = tmp_path_factory.mktemp("inputs")
    return [by_pic(folder / "pics", WITH_PIC), by_name(folder / "names", BOTH_NAMED)]


@pytest.fixture(scope="module")
def release(given: list[Given], tmp_path_factory: pytest.TempPathFactory) -> Release:
    return build(given, tmp_path_factory.mktemp("built") / "atlas").release


def test_the_release_passes_its_check(release: Release):
    assert not [v for v in verify(release) if v.is_required and not v.passed]


def test_a_record_without_a_number_joins_the_pic_it_is_one_with(release: Release):
    assert homes(release)["curated:fundacion-tecnalia-research-innovation-es"] == TECNALIA
    found = rows(
        release,
        f"SELECT projects, participations, records FROM organisation WHERE organisation_id = '{TECNALIA}'",
    )
    assert found == [(2, 2, 2)]


def test_every_record_stays_as_it_came(release: Release):
    query = "SELECT name FROM organisation_record WHERE source = 'curated' ORDER BY name"
    assert [name for (name,) in rows(release, query)] == sorted(name for name, _ in BOTH_NAMED)


def test_two_pics_are_never_merged_and_are_listed(release: Release):
    assert homes(release)["pic:991111312"] != homes(release)["pic:991111409"]
    query = "SELECT kind, left_value, right_value FROM identity_conflict"
    assert rows(release, query) == [("pic", "991111312", "991111409")]


def test_why_records_are_one_is_told_column_by_column(release: Release):
    query = """SELECT verdict, who, score > 0.55, weight_name > 0, decided_on IS NOT NULL FROM identity_judgement
               WHERE left_organisation_id = right_organisation_id AND left_organisation_id = ?"""
    with clusteratlas.open(release.path) as atlas:
        found = atlas.cursor.execute(query, [TECNALIA]).fetchall()
    assert found == [("same", "model", True, True, True)]


def test_a_shared_vat_number_is_shown_and_merges_nobody(release: Release):
    query = (
        "SELECT organisation_id, kind, linked_organisation_id, linked_name, evidence FROM organisation_link"
    )
    assert rows(release, query) == [
        ("pic:991111118", "same VAT number", "pic:991111215", "ASTRONOMY INSTITUTE TWO", "ESS0811001G"),
        ("pic:991111215", "same VAT number", "pic:991111118", "EUSKAL KLUSTERRA ONE", "ESS0811001G"),
    ]


def test_an_id_that_a_publisher_uses_leads_to_its_organisation(release: Release):
    assert leads(release) == [
        (LONG, SHORT, "published id"),
        ("curated:fundacion-tecnalia-research-innovation-es", TECNALIA, "published id"),
    ]


def test_two_builds_are_alike(given: list[Given], release: Release, tmp_path: Path):
    found = diff(release, build(given, tmp_path / "atlas").release)
    assert found.is_equal, found.to_dict()


def test_ids_last_from_release_to_release(given: list[Given], tmp_path: Path):
    """First alone, then with a second name whose id would sort before; then held apart by a person; then one again."""
    root, alone = tmp_path / "atlas", by_name(tmp_path / "names", NAMED)
    first = build([given[0], alone], root).release
    assert homes(first)[LONG] == LONG
    joined = build(given, root).release
    assert homes(joined)[SHORT] == LONG
    assert (SHORT, LONG, "published id") in leads(joined)
    apart = build(given, root, decisions=decided(said(LONG, SHORT, "different"))).release
    assert homes(apart)[LONG] == LONG
    assert homes(apart)[SHORT] == SHORT
    assert (LONG, SHORT, "split") in leads(apart)
    again = build(
        given, root, decisions=decided(said(LONG, SHORT, "different"), said(SHORT, LONG, "revoked"))
    ).release
    assert homes(again)[SHORT] == homes(again)[LONG]
    merged = [row for row in leads(again) if row[2] == "merged"]
    assert [set(row[:2]) for row in merged] == [{LONG, SHORT}]
    assert diff(again, build(given, root).release).is_equal


def test_of_one_published_id_a_person_can_make_three_organisations(tmp_path: Path):
    """Ids last, and the part that keeps the published one is the same in every build."""
    pic, root = "pic:991111118", tmp_path / "atlas"
    names = ("EUSKAL KLUSTERRA ONE", "Another House Entirely", "Third Institute of Glass")
    inputs = [by_pic(tmp_path / "pics", [("991111118", name, "ES", "Bilbao", "") for name in names])]
    first = build(inputs, root).release
    query = "SELECT organisation_record_id, organisation_id FROM organisation_record ORDER BY 1"
    ids = [record for record, _ in rows(first, query)]
    assert len(ids) == 3
    lines = decided(*(said(*pair, "different") for pair in combinations(ids, 2)))
    apart = build(inputs, root, decisions=lines).release
    made = rows(apart, query)
    assert made[0][1] == pic
    assert len({organisation for _, organisation in made}) == 3
    assert leads(apart) == sorted((pic, organisation, "split") for _, organisation in made[1:])
    assert rows(build(inputs, root, decisions=lines).release, query) == made


def test_a_person_joins_what_no_name_tells_and_the_manifest_says_so(given: list[Given], tmp_path: Path):
    lines = decided(said("pic:991111409", "pic:991111312", "same"), said(TECNALIA, "curated:gone", "same"))
    made = build(given, tmp_path / "atlas", decisions=lines).release
    assert homes(made)["pic:991111409"] == "pic:991111312"
    told = "SELECT verdict, author, reason, decided_on FROM identity_judgement WHERE who = 'person'"
    assert rows(made, told) == [("same", "Ana", "I asked them", date(2026, 1, 2))]
    assert rows(made, "SELECT count(*) FROM identity_conflict") == [(0,)]
    said_of = made.manifest["identity"]["decisions"]
    assert (said_of["lines"], said_of["in_force"], said_of["about_no_record"]) == (2, 2, 1)


def test_the_release_before_can_be_named_and_must_be_one(
    given: list[Given], release: Release, tmp_path: Path
):
    made = build(given, tmp_path / "atlas", previous=release.path).release
    assert made.manifest["identity"]["previous_release"] == release.id
    with pytest.raises(ReleaseError):
        build(given, tmp_path / "other", previous=tmp_path / "nowhere")


def test_an_entry_of_a_register_is_found_and_its_parent_is_linked(given: list[Given], tmp_path: Path):
    """The entry gives its id and its parent; it is no organisation itself."""
    name = {
        "value": "Fundación Tecnalia Research & Innovation",
        "types": ["ror_display", "label"],
        "lang": "es",
    }
    parent = {"type": "parent", "id": "https://ror.org/03yrm5c26", "label": "Basque Research Alliance"}
    place = {"geonames_details": {"country_code": "ES", "name": "Donostia"}}
    entry = {
        "id": "https://ror.org/02fv8hj62",
        "names": [name],
        "locations": [place],
        "relationships": [parent],
        "status": "active",
        "types": ["facility"],
    }
    file = tmp_path / "ror.json"
    file.write_text(json.dumps([entry]), "utf-8")
    made = build([*given, Given("ror", file)], tmp_path / "atlas").release
    assert rows(made, "SELECT organisation_id, ror_id FROM organisation WHERE ror_id IS NOT NULL") == [
        (TECNALIA, "ror:02fv8hj62")
    ]
    assert rows(made, "SELECT linked_id, evidence FROM organisation_link WHERE kind = 'part of'") == [
        ("ror:03yrm5c26", "ror:02fv8hj62")
    ]
    assert len(homes(made)) == len(WITH_PIC) + len(BOTH_NAMED)
