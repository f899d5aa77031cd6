"""The curated list: every gathered row is in it, with its pages, and what is unknown stays unknown."""

from __future__ import annotations

import csv
import doctest
import importlib
import re
from collections import Counter
from datetime import date
from pathlib import Path

import duckdb
import pytest

import clusteratlas
from clusteratlas import taxonomies
from clusteratlas.errors import InputError
from clusteratlas.sources.curated import identifiers, read, rows
from clusteratlas.sources.job import Job
from clusteratlas.sources.sql import install_macros

SAMPLE = Path(clusteratlas.__file__).parent / "sample/curated"
GATHERED = Path(__file__).parents[3] / "shared/data/initiatives"
needs_lists = pytest.mark.skipif(
    not GATHERED.exists(), reason="the gathered lists are not at ../shared/data/initiatives"
)


def cells(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return [{k: (v or "").strip() for k, v in row.items()} for row in csv.DictReader(file)]


@pytest.fixture(scope="module")
def projects() -> list[dict]:
    return list(rows.project_rows(SAMPLE))


@pytest.fixture(scope="module")
def participations() -> list[dict]:
    return list(rows.participation_rows(SAMPLE))


@pytest.fixture(scope="module")
def raw_projects() -> dict[str, dict[str, str]]:
    return {row["project_id"]: row for row in cells(SAMPLE / "project.csv")}


@needs_lists
def test_every_gathered_project_is_there(raw_projects):
    research, partnerships = (
        cells(GATHERED / f"projects_{name}.csv") for name in ("research", "partnerships")
    )
    assert (len(research), len(partnerships)) == (124, 126)
    by_acronym = {(row["kind"], row["acronym"]): row for row in raw_projects.values()}
    assert len(by_acronym) == len(raw_projects) == 250
    for row in research:
        made = by_acronym["project", row["acronym"]]
        assert made["title"] == (row["title"] or row["acronym"])
        assert made["project_id"] == f"cordis:{row['project_id']}" or not row["project_id"]
        assert (made["total_cost_eur"], made["confidence"]) == (row["total_cost_eur"], row["confidence"])
    for row in partnerships:
        made = by_acronym["partnership", row["acronym"]]
        assert made["title"] == (row["name"] or row["acronym"])
        assert (made["start_date_text"], made["end_date_text"]) == (row["start_date"], row["end_date"])
        assert (made["eu_contribution_eur"], made["website_url"]) == (
            row["ec_contribution_eur"],
            row["website"],
        )
        assert row["call"] in {made["call_note"], made["topic_code"]}


@needs_lists
def test_every_gathered_participant_is_there(raw_projects):
    research, partnerships = (
        cells(GATHERED / f"participants_{name}.csv") for name in ("research", "partnerships")
    )
    assert (len(research), len(partnerships)) == (938, 597)
    made = Counter(
        (raw_projects[row["project_id"]]["acronym"], row["organisation_name"], row["source_url"])
        for row in cells(SAMPLE / "participation.csv")
    )
    gathered = Counter(
        (row["acronym"], row["organisation"], ";".join(rows.pages_of(row["source_url"])))
        for row in research + partnerships
    )
    assert made == gathered


def test_ids_are_one_for_each_and_carry_cordis_numbers(projects):
    ids = [row["project_id"] for row in projects]
    assert len(set(ids)) == len(ids) == 250
    assert all(re.fullmatch(r"cordis:\d+|curated:[a-z0-9-]+/[a-z0-9-]+", one) for one in ids)
    assert sum(one.startswith("cordis:") for one in ids) == 120
    assert all(row["url"] for row in projects if row["project_id"].startswith("cordis:"))


def test_projects_lie_in_initiatives_that_exist(projects):
    for row in projects:
        initiative = taxonomies.initiative(row["initiative_id"])
        ruled = taxonomies.initiative_for(row["topic_code"])
        assert ruled is None or ruled.initiative_id == initiative.initiative_id
        assert row["programme_id"] is None or row["programme_id"] in taxonomies.programmes()


def test_every_fact_names_its_page_and_how_sure_it_is(projects, participations):
    for row in projects:
        assert row["pages"], row["project_id"]
        assert all(page.startswith("http") for page in row["pages"].split())
        assert row["confidence"] in {"h", "m", "l"}
    assert all(row["url"] for row in participations)


def test_dates_are_days_and_say_how_exact_they_are(raw_projects):
    for row in raw_projects.values():
        for name in ("start_date", "end_date"):
            text = row[f"{name}_text"]
            assert bool(text) == bool(row[name])
            if text:
                date.fromisoformat(row[name])
                assert row[name].startswith(text)
        assert bool(row["date_precision"]) == bool(row["start_date"] or row["end_date"])
        assert not (row["start_date"] and row["end_date"]) or row["start_date"] <= row["end_date"]


def test_a_year_lasts_from_its_first_day_to_its_last(raw_projects):
    adpack = raw_projects["curated:escp-4i-1/adpack"]
    assert (adpack["start_date"], adpack["end_date"]) == ("2016-01-01", "2017-12-31")
    assert adpack["date_precision"] == "year"


def test_countries_and_roles_are_canonical_and_the_unknown_stays_empty(participations):
    countries = {row["country_code"] for row in participations}
    assert countries - {None} <= set(taxonomies.countries())
    assert not countries & {"EL", "UK"}
    roles = Counter(row["role"] for row in participations)
    assert roles.keys() - {None} <= set(taxonomies.roles())
    assert roles[None] > 500
    assert {row["is_cluster_organisation"] for row in participations} == {"true", "false", None}


def test_every_participation_is_of_a_listed_project(projects, participations):
    assert {row["project_id"] for row in participations} <= {row["project_id"] for row in projects}
    ids = [row["participation_id"] for row in participations]
    assert len(set(ids)) == len(ids)


def test_one_name_in_one_country_is_one_organisation():
    same = identifiers.organisation_id("Pôle Mer Méditerranée ", "FR")
    assert same == identifiers.organisation_id("POLE MER MEDITERRANEE", "FR")
    assert same != identifiers.organisation_id("Pôle Mer Méditerranée", "IT")
    assert identifiers.organisation_id("x", None).endswith("-xx")


def test_long_names_are_cut_and_stay_apart():
    first, second = ("a" * 100 + end for end in "bc")
    assert identifiers.slug(first) != identifiers.slug(second)
    assert len(identifiers.slug(first)) == identifiers.SLUG_LIMIT
    assert identifiers.slug("???") == "unnamed"


def test_stated_coordinators_without_a_row_are_participations(participations):
    led = {row["project_id"] for row in participations if row["role"] == "coordinator"}
    added = list(rows.coordinator_rows(SAMPLE))
    assert added
    assert not led & {row["project_id"] for row in added}
    assert {row["role"] for row in added} == {"coordinator"}


def test_target_countries_become_themes():
    found = list(rows.target_rows(SAMPLE))
    assert {row["theme_code"] for row in found} <= set(taxonomies.countries())


def job_of(folder: Path, tmp_path: Path) -> Job:
    connection = duckdb.connect()
    install_macros(connection)
    job = Job("curated", folder, connection, tmp_path)
    read.read(job)
    return job


def count(job: Job, table: str) -> int:
    found = [s.sql for s in job.selects if s.table == table]
    return sum(job.connection.execute(f"SELECT count(*) FROM ({sql})").fetchall()[0][0] for sql in found)


def test_the_reader_hands_over_every_row(tmp_path):
    job = job_of(SAMPLE, tmp_path)
    coordinators = len(list(rows.coordinator_rows(SAMPLE)))
    assert {a.file: (a.rows_in, a.quarantined) for a in job.accounts.values()} == {
        "project.csv": (250, 0),
        "participation.csv": (1535, 0),
        "project.csv (coordinators)": (coordinators, 0),
    }
    assert count(job, "project") == 250
    assert count(job, "participation") == 1535 + coordinators
    assert count(job, "project_source") > 400
    assert count(job, "project_theme") > 500


def written(tmp_path: Path, **changes: str) -> Path:
    """A list of one project with one participant; ``changes`` replace cells of both."""
    for file, example in (
        ("project.csv", {"project_id": "curated:x/y", "title": 'A "B"', "start_date": "2020-01-01"}),
        (
            "participation.csv",
            {"project_id": "curated:x/y", "organisation_name": "Órg, Ltd", "country_code": "ES"},
        ),
    ):
        with (tmp_path / file).open("w", encoding="utf-8", newline="") as stream:
            out = csv.DictWriter(stream, rows.COLUMNS[file], restval="")
            out.writeheader()
            out.writerow(example)
            out.writerow(example | {k: v for k, v in changes.items() if k in example})
    return tmp_path


def test_a_row_without_an_id_is_quarantined_with_its_line(tmp_path):
    job = job_of(written(tmp_path, project_id="", organisation_name=""), tmp_path)
    assert [(r.source_file, r.source_line, r.reason) for r in job.rejected] == [
        ("project.csv", 3, "no project_id"),
        ("participation.csv", 3, "no project_id and no organisation_name"),
    ]
    assert count(job, "project") == 1


def test_a_missing_file_or_column_is_named(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        job_of(tmp_path, tmp_path)
    written(tmp_path)
    path = tmp_path / "project.csv"
    path.write_text(path.read_text().replace("themes", "theme"))
    with pytest.raises(InputError, match=r"column 'themes' is missing.*did you mean 'theme'"):
        job_of(tmp_path, tmp_path)


@pytest.mark.parametrize("module", ["identifiers", "rows"])
def test_examples_in_the_documentation_run(module):
    result = doctest.testmod(importlib.import_module(f"clusteratlas.sources.curated.{module}"))
    assert result.attempted
    assert not result.failed
