"""`clusteratlas relevance`: from labels to scores and a model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """Labels for the tiny release: of five projects one is core, one related, three none."""
    lines = [f"{101_900_000 + n}\t{(2, 1, 0, 0, 0)[n % 5]}\th" for n in range(30)]
    path = tmp_path / "labels.tsv"
    path.write_text("project_id\tlabel\tconfidence\n" + "\n".join(lines) + "\n")
    return path


def test_training_writes_a_model_and_shows_scores(
    run: Callable, release: Path, labels: Path, tmp_path: Path
) -> None:
    ran = run(
        "relevance", "train", "--release", release, "--labels", labels, "--out", tmp_path / "model.json"
    )
    assert ran.code == 0
    assert "TF-IDF" in ran.out
    assert json.loads((tmp_path / "model.json").read_text())


def test_evaluation_shows_the_baselines_beside(run: Callable, release: Path, labels: Path) -> None:
    options = ("--release", release, "--labels", labels, "--folds", 2, "--repeats", 1)
    rows = run("relevance", "evaluate", *options, "--format", "json").json
    assert {row["target"] for row in rows} == {"core", "core or related"}
    assert {"clusteratlas", "the bare word"} < {row["method"] for row in rows}
    assert all(0 <= row["f1"] <= 1 for row in rows)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("project,label\n1,2\n", "column 'project_id' is missing"),
        ("project_id,label\n101900000,3\n", "line 2"),
        ("project_id,label,confidence\n101900000,2,x\n", "line 2"),
        ("project_id,label\n1,2\n", "none of the labelled projects"),
        ("", "column 'project_id' is missing"),
    ],
)
def test_labels_that_cannot_be_used(
    run: Callable, release: Path, tmp_path: Path, text: str, told: str
) -> None:
    path = tmp_path / "labels.csv"
    path.write_text(text)
    ran = run("relevance", "evaluate", "--release", release, "--labels", path)
    assert ran.code == 3
    assert told in ran.err
