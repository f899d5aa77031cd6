"""`clusteratlas stars`: clusters by a method of one's choice, on a file of one's own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

JOBS = "region,industry,value\nA,x,30\nA,y,10\nB,x,10\nB,y,50\n"
OWN = """
name: many
title: At least forty
source: our own
criteria:
  - name: size
    indicator: value
    role: star
    thresholds:
      - {at_least: 40, certainty: source}
classes:
  - {name: large, stars: 1, certainty: source}
"""


@pytest.fixture
def jobs(tmp_path: Path) -> Path:
    path = tmp_path / "jobs.csv"
    path.write_text(JOBS)
    return path


def test_a_file_gains_stars_and_a_class(run: Callable, jobs: Path) -> None:
    ran = run("stars", jobs, "--profile", "eccp-nodes", "--format", "csv")
    classes = {(row["region"], row["industry"]): row["cluster_class"] for row in ran.rows}
    assert classes == {("A", "x"): "node", ("A", "y"): "none", ("B", "x"): "none", ("B", "y"): "none"}


def test_a_profile_of_ones_own_is_a_file(run: Callable, jobs: Path, tmp_path: Path) -> None:
    own = tmp_path / "many.yml"
    own.write_text(OWN)
    ran = run("stars", jobs, "--profile", own, "--class", "large", "--format", "csv")
    assert [(row["region"], row["industry"]) for row in ran.rows] == [("B", "y")]
    assert ran.rows[0]["size_threshold"] == "40.0"


def test_a_file_without_a_profile_is_judged_by_the_usual_one(run: Callable, jobs: Path) -> None:
    ran, named = (
        run("stars", jobs, "--format", "csv"),
        run("stars", jobs, "--profile", "eccp-nodes", "--format", "csv"),
    )
    assert ran.rows == named.rows
    assert "eccp-nodes" in ran.err


def test_the_table_tells_each_threshold_and_the_verdict(run: Callable, jobs: Path) -> None:
    lines = run("stars", jobs, "--profile", "eccp-nodes").out.splitlines()
    assert lines[0].split() == [
        "region",
        "industry",
        "value",
        "specialisation",
        "focus",
        "stars",
        "cluster_class",
    ]
    first = next(line for line in lines if line.startswith("A ") and " x " in line)
    assert "1.88 ≥ 1.50" in first
    second = next(line for line in lines if line.startswith("A ") and " y " in line)
    assert "0.4167 < 1.50" in second


def test_without_a_profile_they_are_listed(run: Callable) -> None:
    listed = {row["profile"] for row in run("stars", "--format", "csv").rows}
    assert listed == {"eccp-nodes", "eco-2008", "panorama-2016", "eocic-2020", "us-cmp"}


def test_names_of_columns_are_of_a_file(run: Callable) -> None:
    ran = run("stars", "--profile", "eco-2008", "--region", "DE11")
    assert ran.code == 2
    assert "--region is of a FILE, and none is given. Remedy: of a release: --in NUTS" in ran.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--profile", "eccp-node"), "did you mean 'eccp-nodes'"),
        (("--profile", "eccp-nodes", "--class", "nodes"), "did you mean 'node'"),
        (("--profile", "absent.yml"), "absent.yml"),
        (("--in", "AT31"), "--in is of a release, and FILE is given"),
        (("--profile", "eccp-nodes", "--value", "jobs"), "no column 'jobs'"),
    ],
)
def test_a_mistake_is_answered_with_what_to_do(
    run: Callable, jobs: Path, arguments: tuple[str, ...], said: str
) -> None:
    ran = run("stars", jobs, *arguments)
    assert ran.code in (2, 3)
    assert said in ran.err
