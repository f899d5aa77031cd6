"""The summaries of the sample: short sentences of our own about real projects, not the publisher's."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import clusteratlas

FILE = Path(clusteratlas.__file__).parent / "sample/summaries.csv"
HORIZON = Path(__file__).parents[3] / "shared/data/cordis/cordis-HORIZONprojects-csv.zip"
SHARED_WORDS = 8  # a run this long in common with the objective counts as copied

needs_horizon = pytest.mark.skipif(not HORIZON.exists(), reason=f"{HORIZON.name} is not in ../shared")


def rows(text: io.TextIOBase) -> list[dict[str, str]]:
    return list(csv.DictReader(text))


@pytest.fixture(scope="module")
def summaries() -> dict[str, str]:
    with FILE.open(encoding="utf-8", newline="") as stream:
        return {row["project_id"]: row["summary"] for row in rows(stream)}


@pytest.fixture(scope="module")
def objectives(summaries: dict[str, str]) -> dict[str, str]:
    """Objective of each project that has a summary, by our identifier; the zip is read once."""
    with zipfile.ZipFile(HORIZON) as archive, archive.open("project.csv") as raw:
        text = io.TextIOWrapper(raw, encoding="utf-8-sig", newline="")
        told = {f"cordis:{row['id']}": row["objective"] for row in csv.DictReader(text, delimiter=";")}
    return {project_id: told[project_id] for project_id in summaries if project_id in told}


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.casefold())


def runs(text: str, length: int = SHARED_WORDS) -> Iterator[tuple[str, ...]]:
    told = words(text)
    return (tuple(told[i : i + length]) for i in range(len(told) - length + 1))


def copied(summary: str, objective: str) -> list[str]:
    """Runs of words that the summary takes from the objective."""
    theirs = set(runs(objective))
    return [" ".join(run) for run in runs(summary) if run in theirs]


def test_a_copied_passage_is_noticed_whatever_its_case_and_punctuation() -> None:
    objective = "The consortium consists of 6 industrial clusters, with access to over 1000 SMEs."
    assert copied("A consortium consists of 6 industrial clusters with access.", objective)
    assert not copied("Six clusters of industry know over 1000 SMEs.", objective)


def test_each_project_is_listed_once_in_order() -> None:
    with FILE.open(encoding="utf-8", newline="") as stream:
        listed = [row["project_id"] for row in rows(stream)]
    assert listed == sorted(set(listed))
    assert [i for i in listed if not re.fullmatch(r"cordis:\d{9}", i)] == []


def test_every_summary_is_short_and_finished(summaries: dict[str, str]) -> None:
    wrong = [i for i, s in summaries.items() if not 60 <= len(s) <= 400 or not s.endswith(".")]
    untidy = [i for i, s in summaries.items() if s != " ".join(s.split())]
    assert wrong == untidy == []


def test_no_two_projects_share_a_summary(summaries: dict[str, str]) -> None:
    assert len({s.casefold() for s in summaries.values()}) == len(summaries)


@needs_horizon
def test_every_summary_is_of_a_project_that_exists(summaries, objectives) -> None:
    assert [i for i in summaries if i not in objectives] == []


@needs_horizon
def test_no_summary_copies_the_publisher(summaries, objectives) -> None:
    taken = {i: found for i, s in summaries.items() if (found := copied(s, objectives.get(i, "")))}
    assert taken == {}
