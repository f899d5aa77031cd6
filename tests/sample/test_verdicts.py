"""The sample's projects are those that the classifier of now calls cluster projects, and say what it says of them.

Their objectives, which it reads, are the publisher's and not kept in the sample. What can be compared without them is
compared everywhere; where the publisher's files are, the whole sample is made again.
"""

from __future__ import annotations

import csv
import importlib
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

import clusteratlas
from clusteratlas.relevance import load_model
from tests.conftest import BuiltRelease

SAMPLE = Path(clusteratlas.__file__).parent / "sample"
FOLDER = SAMPLE / "sample"
RENEW = "the classifier has changed: renew the sample with tools/make_sample.py"


def table(name: str) -> list[dict[str, str]]:
    with (FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def verdicts() -> list[dict[str, str]]:
    return table("project_cluster")


def test_the_sample_was_judged_by_the_model_that_ships() -> None:
    assert (FOLDER / "judged_by.txt").read_text().strip() == load_model().fingerprint, RENEW


def test_labels_follow_from_their_probabilities_as_the_model_says(verdicts) -> None:
    relevant, core = (np.array([float(v[c]) for v in verdicts]) for c in ("probability", "core_probability"))
    assert [v["label"] for v in verdicts] == load_model().labels(relevant, core).tolist(), RENEW


def test_where_nothing_points_to_a_cluster_the_probability_is_the_models(verdicts) -> None:
    unread = {float(v["probability"]) for v in verdicts if v["evidence"] == "[]"}
    assert unread == {load_model().rest_probability}, RENEW


def test_three_hundred_others_stand_beside_the_cluster_projects(verdicts) -> None:
    counts = Counter(v["label"] for v in verdicts)
    assert counts["none"] == 300
    assert counts["core"] + counts["related"] >= 300
    assert [v["project_id"] for v in verdicts] == [p["project_id"] for p in table("project")]


def test_every_core_project_has_a_summary_of_ours_and_none_the_publishers_text(verdicts) -> None:
    projects = {p["project_id"]: p for p in table("project")}
    core = [v["project_id"] for v in verdicts if v["label"] == "core"]
    assert [i for i in core if not projects[i]["summary"]] == []
    assert "objective" not in projects[core[0]]
    assert not any('"passage"' in v["evidence"] for v in verdicts)


def test_the_sample_is_what_its_maker_takes_from_horizon_europe(
    horizon_release: BuiltRelease, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every project, partner, result and verdict, from a release that today's readers and classifier made."""
    monkeypatch.syspath_prepend(str(Path(__file__).parents[2] / "tools"))
    maker = importlib.import_module("make_sample")
    monkeypatch.setattr(maker, "FOLDER", tmp_path)
    maker.main(str(horizon_release.root))
    made = {file.name for file in tmp_path.iterdir()}
    assert made == {"judged_by.txt", *(f"{name}.csv" for name in maker.TABLES)}
    assert [n for n in sorted(made) if (tmp_path / n).read_bytes() != (FOLDER / n).read_bytes()] == [], RENEW
