"""Kohesio: one row is an operation with one beneficiary; amounts stay with the operation."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError
from clusteratlas.pipeline.build import Given, build
from tests.support.kohesio import COLUMNS, ENTITY, operation, small_table, table
from tests.support.reading import Reading, read_source


@pytest.fixture
def read(tmp_path: Path):
    def reading(*rows: dict[str, str]) -> Reading:
        return read_source("kohesio", table(tmp_path / "SE_2014-2020.csv", rows))

    return reading


def only(reading: Reading, name: str) -> dict[str, Any]:
    (row,) = reading.rows[name]
    return row


def test_an_operation_is_a_project(read):
    row = only(read(operation()), "project")
    assert (row["project_id"], row["publisher_record"]) == ("kohesio:Q101", "20201234")
    assert (row["title"], row["objective"]) == (
        "Growing the life science cluster",
        "What it is &amp; is not about.",
    )
    assert (row["start_date"], row["end_date"]) == (date(2016, 9, 4), date(2019, 12, 31))
    assert (row["total_cost_eur"], row["eu_contribution_eur"]) == (337478.4, 168739.2)
    assert (row["programme_id"], row["legal_basis_code"]) == ("ERDF", "Upper Middle Sweden, 2014-2020")
    assert row["url"] == "https://kohesio.ec.europa.eu/en/projects/Q101"
    assert (row["source_file"], row["source_line"]) == ("SE_2014-2020.csv", 2)


def test_its_beneficiary_is_a_participation_without_its_amounts(read):
    row = only(read(operation()), "participation")
    assert (row["project_id"], row["organisation_id"], row["role"]) == (
        "kohesio:Q101",
        "kohesio:Q501",
        "beneficiary",
    )
    assert (row["organisation_name"], row["other_id"]) == ("Life Science Cluster Uppsala", "2120003005")
    assert (row["country_code"], row["nuts_code"]) == ("SE", "SE121")
    assert (row["latitude"], row["longitude"]) == (59.86, 17.64)
    assert "eu_contribution_eur" not in row


def test_its_field_of_intervention_is_a_theme(read):
    row = only(read(operation()), "project_theme")
    assert (row["scheme"], row["theme_code"], row["title"]) == (
        "intervention-field",
        "063",
        "Cluster support and business networks",
    )


@pytest.mark.parametrize(
    ("changes", "table_name", "column", "value"),
    [
        ({"Operation_Name_English": ""}, "project", "title", "Life science-klustret växer"),
        ({"Operation_Name_English": "", "Operation_Name_Programme_Language": ""}, "project", "title", "Q101"),
        ({"Operation_Start_Date": "2016-09-04"}, "project", "start_date", date(2016, 9, 4)),
        ({"Operation_Start_Date": "31/02/2016"}, "project", "start_date", None),
        ({"Project_EU_Budget": "0.00"}, "project", "eu_contribution_eur", 0),
        ({"Project_EU_Budget": "N.a."}, "project", "eu_contribution_eur", None),
        ({"Total_Eligible_Expenditure_Currency": "SEK"}, "project", "total_cost_eur", None),
        ({"Fund_Code": "ESF+"}, "project", "programme_id", "ESF"),
        ({"Fund_Code": "New Fund"}, "project", "programme_id", "NEW FUND"),
        ({"CountryCode": "EL"}, "participation", "country_code", "GR"),
        ({"CountryCode": "", "Country": "Czech Republic"}, "participation", "country_code", "CZ"),
        ({"NUTS3_Code": ""}, "participation", "nuts_code", "SE12"),
        ({"NUTS3_Code": "SE121;SE122"}, "participation", "nuts_code", "SE12"),
        ({"Latitude": "159.1"}, "participation", "latitude", None),
    ],
)
def test_cells_are_read_as_the_publisher_means_them(read, changes, table_name, column, value):
    assert only(read(operation(**changes)), table_name)[column] == value


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Operation_Start_Date": "soon"}, "unreadable value"),
        ({"Project_EU_Budget": "much"}, "unreadable value"),
        ({"Total_Eligible_Expenditure_Currency": "SEK"}, "other currency"),
        ({"CountryCode": "Atlantis"}, "unknown word"),
        ({"Fund_Code": "New Fund"}, "unknown word"),
        ({"Beneficiary_Name": "", "Beneficiary_Unique_Identifier": ""}, "no beneficiary"),
    ],
)
def test_what_is_odd_is_kept_and_told(read, changes, code):
    reading = read(operation(**changes), operation(Operation_Unique_Identifier=f"{ENTITY}Q102"))
    assert reading.warnings == {code: 1}
    assert len(reading.rows["project"]) == 2


def test_without_an_entity_name_and_country_make_the_beneficiary(read):
    nameless = {"Beneficiary_Unique_Identifier": ""}
    rows = [
        operation(Operation_Unique_Identifier=f"{ENTITY}Q{i}", **nameless, **more)
        for i, more in enumerate(
            [{}, {"Beneficiary_Name": "LIFE SCIENCE CLUSTER UPPSALA"}, {"CountryCode": "FI"}]
        )
    ]
    ids = [row["organisation_id"] for row in read(*rows).rows["participation"]]
    assert ids[0] == ids[1] != ids[2]


@pytest.mark.parametrize("address", ["", "Q", "https://example.org/entity/X1", "101"])
def test_a_row_without_an_entity_is_quarantined(read, address):
    reading = read(operation(), operation(Operation_Unique_Identifier=address))
    assert [line for line, _, _ in reading.rejected] == [3]
    assert len(reading.rows["project"]) == len(reading.rows["participation"]) == 1


def test_a_missing_column_is_named(tmp_path: Path):
    columns = [c.replace("Beneficiary_Name", "Beneficiary_Nam") for c in COLUMNS]
    with pytest.raises(
        InputError, match=r"column 'Beneficiary_Name' is missing \(did you mean 'Beneficiary_Nam'\?\)"
    ):
        read_source("kohesio", table(tmp_path / "x.csv", [operation()], columns))


def test_lines_that_end_as_on_an_old_mac_are_counted_also_where_a_field_has_another_end(tmp_path: Path):
    made = table(
        tmp_path / "SE.csv",
        [
            operation(Operation_Unique_Identifier=f"{ENTITY}Q1", Operation_Name_English="two\nlines"),
            operation(Operation_Unique_Identifier=f"{ENTITY}Q2"),
            operation(Operation_Unique_Identifier="none"),
            operation(Operation_Unique_Identifier=f"{ENTITY}Q3"),
        ],
    )
    content = (
        made.read_text("utf-8").replace("\r\n", "\n").replace("\n", "\r").replace("two\rlines", "two\nlines")
    )
    made.write_bytes(content.encode())
    reading = read_source("kohesio", made)
    assert [row["source_line"] for row in reading.rows["project"]] == [2, 3, 5]
    assert [line for line, *_ in reading.rejected] == [4]


def test_a_folder_of_countries_is_read_whole_and_others_are_left_aside(tmp_path: Path):
    small_table(tmp_path / "SE.csv")
    table(tmp_path / "AT.csv", [operation(Operation_Unique_Identifier=f"{ENTITY}Q9", CountryCode="AT")])
    (tmp_path / "readme.txt").write_text("hello, world\n")
    (tmp_path / "map.png").write_bytes(b"\x89PNG")
    reading = read_source("kohesio", tmp_path)
    assert Counter(row["source_file"] for row in reading.rows["project"]) == {
        f"{tmp_path.name}/SE.csv": 2,
        f"{tmp_path.name}/AT.csv": 1,
    }
    assert reading.warnings["unknown file"] == 2


def test_a_workbook_is_read_as_the_text_is(tmp_path: Path):
    with xlsxwriter.Workbook(tmp_path / "SE.xlsx") as book:
        sheet = book.add_worksheet("projects")
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, [operation().get(c, "") for c in COLUMNS])
    from_book = only(read_source("kohesio", tmp_path / "SE.xlsx"), "project")
    from_text = only(read_source("kohesio", table(tmp_path / "SE.csv", [operation()])), "project")
    assert from_book == from_text | {"source_file": "SE.xlsx"}


def test_an_operation_of_two_files_counts_once_in_a_release(tmp_path: Path):
    folder = tmp_path / "files"
    folder.mkdir()
    small_table(folder / "a.csv")
    small_table(folder / "b.csv")
    built = build([Given("kohesio", folder)], tmp_path / "atlas")
    counts = built.release.manifest["tables"]
    assert (counts["project"], counts["participation"], counts["organisation"]) == (2, 2, 1)
    assert {a.file: (a.rows_in, a.loaded, a.quarantined) for a in built.accounts} == {
        "files/a.csv": (2, 2, 0),
        "files/a.csv (beneficiaries)": (2, 2, 0),
        "files/b.csv": (2, 0, 2),
        "files/b.csv (beneficiaries)": (2, 0, 2),
    }


WORDS = st.sampled_from(
    ["", "N.a.", f"{ENTITY}Q7", "0.00", "31/12/2020", "SE", "é;,\"'\n", "EUR", "<p>", "1e400"]
)


@given(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(COLUMNS), WORDS), max_size=6))
@settings(max_examples=25, deadline=None)
def test_changed_cells_lose_no_row(tmp_path_factory, changes):
    """`read_source` itself fails when a row is neither loaded nor set aside."""
    rows = [operation(Operation_Unique_Identifier=f"{ENTITY}Q{n}") for n in (1, 2, 3)]
    for row, column, word in changes:
        rows[row][column] = word
    reading = read_source("kohesio", table(tmp_path_factory.mktemp("k") / "x.csv", rows))
    assert len(reading.rows["project"]) + len(reading.rejected) == 3
