"""keep.eu: the workbook's two sheets joined, the documents of single projects, and the facts that bite."""

from __future__ import annotations

import csv
import gzip
import json
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError
from clusteratlas.pipeline.build import Given, build
from clusteratlas.sources.keep.found import Found, Key
from clusteratlas.sources.keep.joining import join
from clusteratlas.taxonomies import country_code, region_named
from tests.support.keep import (
    NEW,
    OLD,
    PARTNER_COLUMNS,
    PROJECT_COLUMNS,
    document,
    export,
    new_partner,
    new_project,
    partner,
    project,
    small_export,
)
from tests.support.reading import Reading, read_source

NUMBER, ACRONYM, TITLE = "Project ID (2021-2027 only)", "Project acronym", "Project name in English"
NAME, BUDGET = "Organisation in English", "Partner's total eligible budget / expenditure"
SHARED = Path(__file__).parents[3] / "shared/data/interreg"
real = pytest.mark.skipif(not SHARED.exists(), reason="the Interreg files are not at ../shared/data")


@pytest.fixture
def read(tmp_path: Path):
    """Read a workbook of the given projects and partners."""

    def reading(projects: list[dict], partners: list[dict], **columns: Any) -> Reading:
        return read_source("keep", export(tmp_path / "keep.xlsx", projects, partners, **columns))

    return reading


def of(reading: Reading, table: str, *columns: str) -> list[tuple[Any, ...]]:
    return [tuple(row[c] for c in columns) for row in reading.rows.get(table, [])]


def test_a_project_has_what_the_export_says(read):
    (row,) = read([project()], []).rows["project"]
    assert row["project_id"].startswith("keep:2014-2020-interreg-vb-north-sea/coben-")
    assert (row["acronym"], row["title"]) == ("COBEN", "Community Benefits of Energy")
    assert (str(row["start_date"]), str(row["end_date"])) == ("2016-01-01", "2019-12-31")
    assert (row["total_cost_eur"], row["eu_contribution_eur"]) == (2349367.02, 1174683.51)
    assert (row["programme_id"], row["legal_basis_code"]) == ("INTERREG", OLD)
    assert row["objective"] == "What it is about."
    assert (row["source"], row["source_file"], row["source_line"]) == (
        "keep",
        "keep.xlsx/Search results, projects",
        2,
    )


def test_a_partner_has_what_the_export_says(read):
    reading = read([new_project()], [new_partner(**{"Partner’s ID if not PIC": "FI02458963"})])
    (row,) = reading.rows["participation"]
    assert row["project_id"] == reading.rows["project"][0]["project_id"]
    assert (row["organisation_id"], row["pic"], row["other_id"]) == (
        "pic:999903125",
        "999903125",
        "FI02458963",
    )
    assert (row["organisation_name"], row["other_names"], row["department"]) == (
        "University of Turku",
        "Turun yliopisto",
        "Computing Science",
    )
    assert (row["role"], row["country_code"], row["nuts_code"]) == ("coordinator", "FI", "FI1C1")
    assert (row["city"], row["postal_code"]) == ("Turku", "20014")
    assert (row["total_cost_eur"], row["eu_contribution_eur"]) == (300000, 240000)
    assert row["net_eu_contribution_eur"] == 240000


def test_themes_are_rows(read):
    found = of(read([project()], []), "project_theme", "scheme", "theme_code")
    assert found == [("keep", "Clustering and economic cooperation"), ("keep", "Renewable energy")]


def test_partners_join_by_number_since_2021_and_by_acronym_before(read):
    """The same acronym in another programme, and another project of the same name with a number, change nothing."""
    other = "2014 - 2020 INTERREG V-A Greece - Italy"
    numbered = {NUMBER: "CB0200999"}
    reading = read(
        [project(), project(Programme=other), new_project(), new_project(**numbered)],
        [
            partner(),
            partner(Programme=other, **{NAME: "Bari"}),
            new_partner(),
            new_partner(**numbered, **{NAME: "Riga"}),
        ],
    )
    assert not reading.rejected
    ids = dict(of(reading, "project", "source_line", "project_id"))
    assert len(set(ids.values())) == 4
    assert of(reading, "participation", "source_line", "project_id") == list(ids.items())


def test_a_zero_budget_and_no_budget_are_two_things(read):
    budgets = [0, "0.00", None, "N.a.", "n/a", 12.5]
    reading = read([project()], [partner(**{NAME: f"P{i}", BUDGET: b}) for i, b in enumerate(budgets)])
    assert [v for (v,) in of(reading, "participation", "total_cost_eur")] == [0, 0, None, None, None, 12.5]
    zero, none = (
        project(**{ACRONYM: a, "Project's total budget / expenditure": b}) for a, b in (("A", 0), ("B", ""))
    )
    assert of(read([zero, none], []), "project", "total_cost_eur") == [(0,), (None,)]


def test_a_budget_of_the_project_is_not_shared_out_over_its_partners(read):
    partners = [
        partner(**{NAME: f"P{i}", BUDGET: "N.a.", "ERDF contribution (2014-2020 only)": None}) for i in (1, 2)
    ]
    reading = read([project()], partners)
    assert of(reading, "participation", "total_cost_eur", "eu_contribution_eur") == [(None, None)] * 2


@pytest.mark.parametrize("nothing", ["N.a.", "n/a", "NA", "None", "", "  ", "n.a.", None])
def test_nothing_is_nothing_however_it_is_spelled(read, nothing):
    empty = dict.fromkeys(
        ("Department", "Town", "Postal code", "Website", "Partner’s ID if not PIC"), nothing
    )
    reading = read(
        [project(**{"Description in English": nothing, "Project end": nothing, "Theme 2": nothing})],
        [
            partner(
                **empty, **{"Organisation in language 2": nothing, "Participant Identification Code": nothing}
            )
        ],
    )
    (row,) = reading.rows["participation"]
    for name in ("department", "city", "postal_code", "website_url", "other_id", "other_names", "pic"):
        assert row[name] is None, name
    assert of(reading, "project", "objective", "end_date") == [(None, None)]
    assert len(reading.rows["project_theme"]) == 1
    assert "unreadable value" not in reading.warnings


def test_without_a_pic_name_and_country_make_the_organisation(read):
    partners = [
        partner(),
        partner(**{NAME: "UNIVERSITY  of Oldenburg"}),
        partner(**{"Country": "Austria", "Country code": "AT"}),
        new_partner(**{"Participant Identification Code": "12345"}),
    ]
    reading = read([project(), new_project()], partners)
    ids = [i for (i,) in of(reading, "participation", "organisation_id")]
    assert ids == [
        "keep:university-of-oldenburg-de",
        "keep:university-of-oldenburg-de",
        "keep:university-of-oldenburg-at",
        "keep:university-of-turku-fi",
    ]
    assert reading.rows["participation"][3]["pic"] == "12345"
    assert reading.warnings["unreadable value"] == 1


def test_an_acronym_of_two_projects_joins_nobody_silently(read):
    second = project(**{TITLE: "Another thing altogether", "Project start": "2018-05-01"})
    reading = read([project(), second], [partner(), partner(**{ACRONYM: "coben", NAME: "X"})])
    ids = [i for (i,) in of(reading, "project", "project_id")]
    assert len(set(ids)) == 2
    assert "participation" not in reading.rows
    assert [(line, "stands for 2 projects" in why) for line, why, _ in reading.rejected] == [
        (2, True),
        (3, True),
    ]
    backwards = read([second, project()], [])
    assert sorted(ids) == sorted(i for (i,) in of(backwards, "project", "project_id"))


def test_of_a_project_imported_again_the_later_row_stays(read):
    again = new_project(**{TITLE: "Smart ports, revised", "Project's EU funding": 5})
    partners = [new_partner(), new_partner(**{NAME: "Riga"}), new_partner(**{BUDGET: 7})]
    reading = read([new_project(), project(), again], partners)
    assert [(r["title"], r["source_line"]) for r in reading.rows["project"]] == [
        ("Smart ports, revised", 4),
        ("Community Benefits of Energy", 3),
    ]
    assert of(reading, "participation", "organisation_name", "total_cost_eur") == [
        ("Riga", 300000),
        ("University of Turku", 7),
    ]
    assert [(line, why) for line, why, _ in reading.rejected] == [
        (2, "imported again: the project is taken from keep.xlsx/Search results, projects:4"),
        (2, "imported again: the partner is taken from keep.xlsx/Search results, partners:4"),
    ]


def test_a_partner_named_twice_in_a_project_imported_once_is_kept_twice(read):
    assert len(read([project()], [partner(), partner(**{BUDGET: 1})]).rows["participation"]) == 2


def test_of_two_exports_the_later_one_gives_project_and_partners(tmp_path: Path):
    export(tmp_path / "2024.xlsx", [project()], [partner(), partner(**{NAME: "Left since"})])
    export(tmp_path / "2025.xlsx", [project(**{"Project's EU funding": 9})], [partner()])
    reading = read_source("keep", tmp_path)
    folder = tmp_path.name
    assert of(reading, "project", "eu_contribution_eur") == [(9,)]
    assert of(reading, "participation", "organisation_name", "source_file") == [
        ("University of Oldenburg", f"{folder}/2025.xlsx/Search results, partners")
    ]
    assert len(reading.rejected) == 3


def test_partners_without_a_key_or_a_name_are_set_aside_with_the_reason(read):
    nobody = dict.fromkeys((NAME, "Organisation in language 2"))
    reading = read([project()], [partner(**{ACRONYM: None}), partner(**nobody), partner(Programme="N.a.")])
    assert {line: why for line, why, _ in reading.rejected} == {
        2: "no programme, or neither number nor acronym of the project: whose partner is it?",
        3: "neither a name nor a PIC of the partner",
        4: "no programme, or neither number nor acronym of the project: whose partner is it?",
    }


def test_a_partner_with_only_a_pic_is_known_by_it(read):
    nobody = dict.fromkeys((NAME, "Organisation in language 2"))
    assert of(read([new_project()], [new_partner(**nobody)]), "participation", "organisation_id") == [
        ("pic:999903125",)
    ]


def test_partners_of_projects_that_are_not_there_are_kept_and_told(read):
    reading = read([project()], [new_partner()])
    assert reading.warnings["unknown project"] == 1
    (expected,) = read([new_project()], []).rows["project"]
    assert of(reading, "participation", "project_id") == [(expected["project_id"],)]


def test_headers_are_known_by_either_apostrophe_and_other_blanks(read):
    typed = [c.replace("’", "'").replace(" / ", "/").upper() for c in PARTNER_COLUMNS]
    curly = [c.replace("'", "’").replace(" ", "\u00a0") for c in PROJECT_COLUMNS]
    spelled = dict(zip(PARTNER_COLUMNS, typed, strict=True))
    curled = dict(zip(PROJECT_COLUMNS, curly, strict=True))
    reading = read(
        [{curled[k]: v for k, v in new_project().items()}],
        [{spelled[k]: v for k, v in new_partner(**{"Partner’s ID if not PIC": "FI1"}).items()}],
        project_columns=curly,
        partner_columns=typed,
    )
    assert of(reading, "participation", "other_id", "eu_contribution_eur") == [("FI1", 240000)]
    assert of(reading, "project", "total_cost_eur") == [(2349367.02,)]
    assert set(reading.warnings) == {"unknown sheet"}


def test_a_wrong_dimension_hides_no_row(tmp_path: Path):
    whole = small_export(tmp_path / "keep.xlsx")
    wrong = tmp_path / "wrong.xlsx"
    with zipfile.ZipFile(whole) as given_, zipfile.ZipFile(wrong, "w") as made:
        for name in given_.namelist():
            content = given_.read(name)
            if name.startswith("xl/worksheets/sheet"):
                start, _, rest = content.partition(b'<dimension ref="')
                content = start + b'<dimension ref="A1"' + rest.partition(b'"')[2] if rest else content
                assert b'ref="A1"' in content
            made.writestr(name, content)
    reading = read_source("keep", wrong)
    assert (len(reading.rows["project"]), len(reading.rows["participation"])) == (2, 4)


def test_a_missing_column_is_named_with_the_nearest(tmp_path: Path):
    columns = [c.replace("Lead partner", "Lead partners?") for c in PARTNER_COLUMNS]
    with pytest.raises(
        InputError, match=r"column 'lead partner' is missing \(did you mean 'lead partners\?'\?\)"
    ):
        read_source("keep", export(tmp_path / "keep.xlsx", [project()], [partner()], partner_columns=columns))


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"NUTS3 code (or equivalent)": "SE331", "NUTS3 name": None}, "SE331"),
        ({"NUTS3 code (or equivalent)": "N.a.", "NUTS3 name": "Västerbottens län"}, "SE331"),
        ({"NUTS3 code (or equivalent)": None, "NUTS3 name": None, "NUTS2 name": "Övre Norrland"}, "SE33"),
        ({"NUTS3 code (or equivalent)": None, "NUTS3 name": "Nowhere", "NUTS2 name": None}, None),
    ],
)
def test_regions_are_known_by_code_or_by_name(read, told, code):
    place = {"Country": "Sweden", "Country code": "SE", **told}
    reading = read([project()], [partner(**place)])
    assert of(reading, "participation", "nuts_code") == [(code,)]
    assert ("unknown word" in reading.warnings) == (code is None)


def test_programmes_at_the_outer_borders_are_told_apart(read):
    names = ["2014 - 2020 Romania - Moldova ENI CBC", "2007 - 2013 Bulgaria - Serbia IPA CBC", OLD]
    reading = read([project(Programme=name) for name in names], [])
    assert of(reading, "project", "programme_id") == [("ENI",), ("IPA",), ("INTERREG",)]


# Documents.
def written(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_a_document_tells_project_and_partnerships(tmp_path: Path):
    reading = read_source("keep", written(tmp_path / "29209.json", document()))
    (row,) = reading.rows["project"]
    assert (row["project_id"], row["acronym"], row["title"]) == ("keep:29209", "SmartUp", "Smart ports")
    assert (row["total_cost_eur"], row["url"]) == (1500000, "https://keep.eu/projects/29209/")
    columns = ("position", "role", "organisation_id", "organisation_name", "other_names")
    assert of(reading, "participation", *columns, "total_cost_eur", "eu_contribution_eur", "latitude") == [
        (1, "coordinator", "pic:999903125", "University of Turku", "Turun yliopisto", 500000, 400000, None),
        (2, "participant", "keep:harbour-ltd-ee", "Harbour Ltd", "Sadam OÜ", 0, None, 59.43),
    ]
    assert of(reading, "participation", "other_id", "is_sme")[1] == ("EE10137319 | 10137319", True)
    assert [c for (c,) in of(reading, "project_theme", "theme_code")] == [
        "SME and entrepreneurship",
        "Clustering and economic cooperation",
    ]


def test_a_document_replaces_the_row_of_the_export(tmp_path: Path):
    export(
        tmp_path / "z.xlsx",
        [new_project(), project()],
        [new_partner(), new_partner(**{NAME: "X"}), partner()],
    )
    written(tmp_path / "a.json", document())
    reading = read_source("keep", tmp_path)
    assert {i for (i,) in of(reading, "project", "publisher_id")} == {"29209", None}
    assert Counter(i for (i,) in of(reading, "participation", "source_file")) == {
        f"{tmp_path.name}/a.json": 2,
        f"{tmp_path.name}/z.xlsx/Search results, partners": 1,
    }
    assert len(reading.rejected) == 3


@pytest.mark.parametrize("shape", ["list", "lines", "results"])
def test_several_documents_in_a_file(tmp_path: Path, shape: str):
    two = [document(), document(id=5, project_id=None, acronym="B")]
    content = {"list": two, "results": {"results": two}, "lines": "\n".join(map(json.dumps, two))}[shape]
    reading = read_source("keep", written(tmp_path / "all.json", content))
    assert [i for (i,) in of(reading, "project", "project_id")] == ["keep:29209", "keep:5"]
    assert len(reading.rows["participation"]) == 4


def test_documents_that_tell_nothing_are_set_aside(tmp_path: Path):
    written(tmp_path / "a.json", document())
    written(tmp_path / "b.json", "{cut off")
    written(tmp_path / "c.json", [3, {"title": "no id"}])
    reading = read_source("keep", tmp_path)
    assert len(reading.rows["project"]) == 1
    reasons = [why for _, why, _ in reading.rejected]
    assert [why.partition(": ")[2][:12] for why in reasons] == [
        "not JSON (Ex",
        "it is no JSO",
        "it has no id",
    ]


def test_a_malformed_document_costs_itself_and_not_the_others_of_its_file(tmp_path: Path):
    one, two = document(), document(id=5, project_id=None, acronym="B")
    lines = [json.dumps(one), '{"id": 4, cut', json.dumps(two)]
    reading = read_source("keep", written(tmp_path / "all.jsonl", "\n".join(lines)))
    assert [i for (i,) in of(reading, "project", "project_id")] == ["keep:29209", "keep:5"]
    assert [(line, raw) for line, _, raw in reading.rejected] == [(2, '{"id": 4, cut\n')]

    whole = json.dumps([one, two])
    reading = read_source("keep", written(tmp_path / "cut.json", whole[:-30]))
    assert [i for (i,) in of(reading, "project", "project_id")] == ["keep:29209"]
    assert "not JSON from here on" in reading.rejected[0][1]


def test_partners_of_a_project_that_was_imported_again_under_another_id_are_not_left_behind(tmp_path: Path):
    written(tmp_path / "a.json", document())
    written(tmp_path / "b.json", document(id=30001))
    reading = read_source("keep", tmp_path)
    assert of(reading, "project", "project_id") == [("keep:30001",)]
    assert (
        of(reading, "participation", "project_id", "source_file")
        == [("keep:30001", f"{tmp_path.name}/b.json")] * 2
    )
    assert len(reading.rejected) == 3
    assert not reading.warnings


def test_what_a_document_says_and_cannot_be_read_is_told(tmp_path: Path):
    odd = document(end_date="soon", total_budget="some")
    odd["partnerships"][0] |= {"co_financing_eur": "much", "pic": "12"}
    odd["partnerships"][0]["partner"]["country"] = {"name": "Atlantis"}
    reading = read_source("keep", written(tmp_path / "odd.json", odd))
    assert reading.warnings["unreadable value"] == 4
    assert reading.warnings["unknown word"] == 1


def test_what_is_not_of_keep_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="neither a workbook nor JSON"):
        read_source("keep", written(tmp_path / "notes.txt", "hello"))
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"nothing of keep\.eu found here"):
        read_source("keep", tmp_path / "empty")


# Nothing is lost.
WORDS = st.sampled_from(
    ["", "N.a.", "COBEN", "coben ", "SmartUp", "CB0100123", OLD, NEW, "Title", "0.00", "?", "é"]
)
KEYS = st.builds(
    Key,
    *[st.sampled_from([None, OLD, NEW])],
    *[st.sampled_from([None, "1", "2"]), st.sampled_from([None, "A", "a", "B"])],
    *[st.sampled_from([None, "T", "U"]), st.sampled_from([None, None, None, "7", "8"])],
)
FOUND = st.builds(
    lambda key, origin, line, name: Found({"organisation_name": name}, key, origin, origin, line, ""),
    *[KEYS, st.sampled_from(["x", "y"]), st.integers(2, 99), st.sampled_from(["P", "Q"])],
)


@given(st.lists(FOUND, max_size=8), st.lists(FOUND, max_size=8))
@settings(max_examples=300, deadline=None)
def test_every_row_is_joined_or_set_aside_once(projects, partners):
    joined = join(projects, partners)
    kept = [f for _, f in (*joined.projects, *joined.partners)]
    after = Counter(map(id, [*kept, *(f for f, _ in joined.aside)]))
    assert after == Counter(map(id, [*projects, *partners]))
    ids = [project_id for project_id, _ in joined.projects]
    assert len(set(ids)) == len(ids)


@given(st.lists(FOUND, max_size=8))
@settings(max_examples=200, deadline=None)
def test_ids_do_not_depend_on_the_order_of_rows(projects):
    forth, back = (sorted(i for i, _ in join(rows, []).projects) for rows in (projects, projects[::-1]))
    assert forth == back


CELLS = st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 30), WORDS)


@given(st.lists(CELLS, max_size=5))
@settings(max_examples=25, deadline=None)
def test_changed_cells_lose_no_row(tmp_path_factory, changes):
    """`read_source` itself fails when a row is neither loaded nor set aside."""
    projects, partners = (
        [project(), new_project(), project()],
        [partner(), new_partner(), partner(), new_partner()],
    )
    for of_projects, row, column, word in changes:
        rows, columns = (projects, PROJECT_COLUMNS) if of_projects else (partners, PARTNER_COLUMNS)
        rows[row % len(rows)][columns[column % len(columns)]] = word
    path = tmp_path_factory.mktemp("keep") / "keep.xlsx"
    blank_rows = sum(not any(str(v or "").strip() for v in r.values()) for r in (*projects, *partners))
    assert read_source("keep", export(path, projects, partners)).rows_in == 7 - blank_rows


def test_a_release_holds_project_partners_records_and_themes(tmp_path: Path):
    built = build([Given("keep", small_export(tmp_path / "keep.xlsx"))], tmp_path / "atlas")
    counts = built.release.manifest["tables"]
    assert (counts["project"], counts["participation"], counts["project_theme"]) == (2, 4, 4)
    assert counts["organisation_record"] == 4
    assert all(c["passed"] for c in built.release.manifest["checks"])


# The publishers' own names of regions.
@real
def test_regions_of_real_partners_are_known_by_their_names():
    with gzip.open(SHARED / "se_interregbarometern.json.gz", "rt", encoding="utf-8") as file:
        names = [row["nuts3"] for row in json.load(file) if row["nuts3"]]
    assert len(names) == 1189
    assert all(region_named(name, "SE", 3) for name in names)


@real
def test_regions_of_the_real_totals_are_known_by_their_names():
    with (SHARED / "keep_2014_2020_by_nuts3.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    unknown = [
        r["NAME_LATN"] for r in rows if not region_named(r["NAME_LATN"], country_code(r["CNTR_CODE"]), 3)
    ]
    assert len(rows) == 1514
    assert len(unknown) <= 3, unknown
