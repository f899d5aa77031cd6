"""The Funding & Tenders portal: projects and calls from its answers, whatever shape they come in."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError
from clusteratlas.pipeline.build import Given, build
from tests.support.reading import Reading, read_source
from tests.support.release import tiny_zip
from tests.support.sedia import TOPIC, answer, call, participant, project


def read(folder: Path, *results: Any, **changes: Any) -> Reading:
    return read_source("sedia", answer(folder / "page.json", *results, **changes))


def only(reading: Reading, table: str) -> dict[str, Any]:
    (row,) = reading.rows[table]
    return row


def test_a_project_has_what_the_portal_says(tmp_path: Path):
    row = only(read(tmp_path, project()), "project")
    assert (row["project_id"], row["acronym"], row["title"]) == ("sedia:874523", "PORTS4ALL", "Ports for all")
    assert (row["programme_id"], row["topic_code"], row["status"]) == (
        "COSME",
        "COS-CLUSTINT-2019-3-01",
        "CLOSED",
    )
    assert (row["start_date"], row["end_date"]) == (date(2020, 9, 1), date(2022, 8, 31))
    assert (row["total_cost_eur"], row["eu_contribution_eur"]) == (533333.33, 400000)
    assert (row["keywords"], row["publisher_id"]) == ("ports; clusters", "874523")
    assert row["url"].startswith("https://")


def test_its_participants_stand_within_a_text(tmp_path: Path):
    rows = read(tmp_path, project()).rows["participation"]
    columns = ("organisation_id", "role", "country_code", "city", "eu_contribution_eur", "position")
    assert [tuple(row[c] for c in columns) for row in rows] == [
        ("pic:951881080", "coordinator", "SE", "UPPSALA", 240000, 1),
        ("sedia:sadam-ou-se", "participant", "SE", "UPPSALA", 240000, 2),
    ]
    assert {row["project_id"] for row in rows} == {"sedia:874523"}


def test_a_call_has_status_dates_and_its_own_budget(tmp_path: Path):
    row = only(read(tmp_path, call()), "call")
    assert (row["call_id"], row["title"], row["status"]) == (TOPIC, "Euroclusters", "open")
    assert (row["opening_date"], row["deadline_date"]) == (date(2025, 4, 1), date(2026, 4, 29))
    assert row["deadlines"] == "2026-04-29 2026-09-17"
    assert (row["budget_eur"], row["programme_id"]) == (9_000_000, "SMP")
    assert (row["action_types"], row["keywords"]) == ("SMP Grants for Financial Support", "clusters")
    assert (row["description"], row["url"]) == ("<p>What it is for.</p>", "https://example.org/topic")


@pytest.mark.parametrize(
    ("changes", "column", "value"),
    [
        ({"status": ["31094501"]}, "status", "forthcoming"),
        ({"status": ["Closed"]}, "status", "closed"),
        ({"status": ["9"]}, "status", "9"),
        ({"startDate": ["1714348800000"]}, "opening_date", date(2024, 4, 29)),
        ({"deadlineDate": []}, "deadline_date", None),
        ({"deadlineDate": ["n/a"]}, "deadline_date", None),
        ({"frameworkProgramme": []}, "programme_id", "SMP"),
        ({"identifier": ["I3-2025-INV1"], "frameworkProgramme": ["1"]}, "programme_id", "I3"),
        ({"identifier": ["XYZ-1"], "callIdentifier": [], "frameworkProgramme": ["77"]}, "programme_id", "77"),
        ({"budgetOverview": []}, "budget_eur", None),
        ({"budgetOverview": ["{"]}, "budget_eur", None),
        (
            {"budgetOverview": [{"budgetTopicActionMap": {"1": [{"budgetYearMap": {"2025": "0"}}]}}]},
            "budget_eur",
            0,
        ),
        ({"title": []}, "title", TOPIC),
    ],
)
def test_fields_are_read_as_the_portal_means_them(tmp_path: Path, changes, column, value):
    assert only(read(tmp_path, call(**changes)), "call")[column] == value


def test_a_budget_of_several_other_topics_is_nobodys(tmp_path: Path):
    overview = {
        "budgetTopicActionMap": {"1": [{"action": f"A-{n}", "budgetYearMap": {"2025": 5}} for n in (1, 2)]}
    }
    assert only(read(tmp_path, call(budgetOverview=[json.dumps(overview)])), "call")["budget_eur"] is None


@pytest.mark.parametrize(
    "shape",
    [
        lambda one: {"results": [one]},
        lambda one: {"response": 1, "data": {"items": [one]}},
        lambda one: [one],
        lambda one: one,
        lambda one: {"results": [{**one["metadata"], "language": "en"}]},
        lambda one: {"results": [{"metadata": {k: v[0] for k, v in one["metadata"].items()}}]},
    ],
    ids=["as today", "wrapped twice", "a list", "alone", "without metadata", "texts instead of lists"],
)
def test_a_changed_shape_is_still_read(tmp_path: Path, shape):
    (tmp_path / "x.json").write_text(json.dumps(shape(project())))
    reading = read_source("sedia", tmp_path / "x.json")
    assert only(reading, "project")["title"] == "Ports for all"
    assert len(reading.rows["participation"]) == 2


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"participants": ["[cut"]}, "unreadable value"),
        ({"startDate": ["spring"]}, "unreadable value"),
        ({"overallBudget": ["much"]}, "unreadable value"),
        ({"programAbbreviation": ["NEW"], "topicAbbreviation": [], "callIdentifier": []}, "unknown word"),
    ],
)
def test_what_cannot_be_read_is_left_empty_and_told(tmp_path: Path, changes, code):
    reading = read(tmp_path, project(**changes))
    assert len(reading.rows["project"]) == 1
    assert reading.warnings == {code: 1}


def test_of_several_documents_of_a_project_the_fullest_in_english_stays(tmp_path: Path):
    german = {**project(title=["Häfen"]), "language": "de"}
    report = {"language": "en", "metadata": {"projectId": ["874523"], "title": ["Deliverable 1"]}}
    reading = read(tmp_path, german, report, project(), report)
    assert only(reading, "project")["title"] == "Ports for all"
    assert [line for line, _, _ in reading.rejected] == [1, 2, 4]
    assert {why for _, why, _ in reading.rejected if "page.json:3" in why}


def test_what_is_neither_project_nor_call_is_quarantined(tmp_path: Path):
    reading = read(tmp_path, project(), {"metadata": {"title": ["FAQ"]}}, "text")
    assert [(line, why) for line, why, _ in reading.rejected] == [
        (2, "neither a project nor a call: no number of one"),
        (3, "neither a project nor a call: no number of one"),
    ]


def test_a_participant_that_nothing_names_is_quarantined(tmp_path: Path):
    nobody = participant(pic="12", legalName=" ")
    reading = read(tmp_path, project([participant(), nobody, "text"]))
    assert len(reading.rows["participation"]) == 1
    assert len(reading.rejected) == 2


def test_pages_of_an_answer_are_files_of_a_folder(tmp_path: Path):
    answer(tmp_path / "1.json", project(), call())
    answer(tmp_path / "2.json", project(projectId=["5"]))
    (tmp_path / "3.json").write_text("<html>Service unavailable</html>")
    (tmp_path / "readme.txt").write_text("notes")
    reading = read_source("sedia", tmp_path)
    assert len(reading.rows["project"]) == 2
    assert [why[:8] for _, why, _ in reading.rejected] == ["not JSON"]


def test_without_any_result_the_input_is_refused(tmp_path: Path):
    with pytest.raises(InputError, match="no result of the portal's search"):
        read(tmp_path)


def test_calls_stand_beside_topics_that_projects_answered(tmp_path: Path):
    topic = "HORIZON-CL4-2023-RESILIENCE-01-42"
    answers = answer(
        tmp_path / "page.json", call(), call(identifier=[topic], frameworkProgramme=["43108390"])
    )
    built = build(
        [Given("cordis", tiny_zip(tmp_path / "h.zip")), Given("sedia", answers)], tmp_path / "atlas"
    )
    with duckdb.connect(str(built.release.database), read_only=True) as connection:
        found = connection.execute(
            "SELECT call_id, status, source, initiative_id IS NOT NULL FROM call ORDER BY call_id"
        ).fetchall()
    by_id = {call_id: rest for call_id, *rest in found}
    assert len(by_id) == len(found)
    assert by_id[TOPIC][:2] == by_id[topic][:2] == ["open", "sedia"]
    assert by_id[topic][2]
    assert by_id["HORIZON-EIE-2022-CONNECT-01-01"][:2] == [None, None]


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just("[{}]"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)


@given(st.data())
@settings(max_examples=60, deadline=None)
def test_results_of_any_shape_are_loaded_or_quarantined(tmp_path_factory, data):
    """A field replaced by anything: `read_source` itself fails when a row is neither loaded nor set aside."""
    changed = []
    for make in (project, call):
        one = make()
        part = data.draw(st.sampled_from([one, one["metadata"]]))
        part[data.draw(st.sampled_from(sorted(part)))] = data.draw(VALUES)
        changed.append(one)
    reading = read(tmp_path_factory.mktemp("sedia"), *changed, project(projectId=["1"]))
    assert reading.rows_in >= 3
