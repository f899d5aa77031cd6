"""How well and how fast cluster projects are told from the rest of Horizon Europe, beside simpler ways.

Run: python benchmarks/bench_relevance.py   (reads ../shared/data beside the repository)
"""

from __future__ import annotations

import time
import zipfile
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pv

from clusteratlas.relevance import classify, with_own_labels
from clusteratlas.relevance.evaluation import cross_validate, holdout, scores_text
from clusteratlas.relevance.training import Labelled

SHARED = Path(__file__).resolve().parents[1].parent / "shared" / "data"
LABELS = SHARED / "labels" / "cluster_projects_dev.tsv"
HORIZON = SHARED / "cordis" / "cordis-HORIZONprojects-csv.zip"
ASIDE_SEED = 20260101
"""Draws the quarter of the labels set aside before anything was read. Its first score, before any change,
was F1 0.875 (core) and 0.829 (core or related). It has since helped to choose the present form (two opinions,
which calls are looked at), so what it says now is no longer independent."""


def read_labels(path: Path = LABELS) -> pa.Table:
    """The labels: project_id, label (2 core, 1 related, 0 none), confidence (h, m, l)."""
    kinds = pv.ConvertOptions(column_types={"project_id": pa.string()})
    return pv.read_csv(path, parse_options=pv.ParseOptions(delimiter="\t"), convert_options=kinds)


def read_horizon(path: Path = HORIZON) -> tuple[pa.Table, pa.Table]:
    """The publisher's projects and participants, in the columns ``classify`` takes."""
    with zipfile.ZipFile(path) as archive:
        project, organisation, topic = (
            _read(archive, f"{name}.csv") for name in ("project", "organization", "topics")
        )
    titles = dict(zip(topic["projectID"].to_pylist(), topic["title"].to_pylist(), strict=True))
    return _projects(project, titles), _participants(organisation)


def _read(archive: zipfile.ZipFile, name: str) -> pa.Table:
    content = archive.read(name)
    head = content.split(b"\n", 1)[0].decode("utf-8-sig").strip().replace('"', "").split(";")
    return pv.read_csv(
        pa.BufferReader(content),
        parse_options=pv.ParseOptions(delimiter=";", newlines_in_values=True),
        read_options=pv.ReadOptions(block_size=1 << 28),
        convert_options=pv.ConvertOptions(column_types=dict.fromkeys(head, pa.string())),
    )


def _projects(project: pa.Table, titles: dict[str, str]) -> pa.Table:
    money = pc.replace_substring(project["ecMaxContribution"], ",", ".")
    columns = {new: project[old] for new, old in {
        "project_id": "id", "acronym": "acronym", "title": "title", "objective": "objective",
        "topic_code": "topics", "funding_scheme_code": "fundingScheme", "legal_basis_code": "legalBasis",
    }.items()}  # fmt: skip
    columns["topic_title"] = pa.array([titles.get(i) for i in project["id"].to_pylist()], pa.string())
    columns["eu_contribution_eur"] = pc.cast(pc.if_else(pc.equal(money, ""), None, money), pa.float64())
    return pa.table(columns)


def _participants(organisation: pa.Table) -> pa.Table:
    names = {
        "project_id": "projectID", "name": "name", "short_name": "shortName", "role": "role",
        "activity_type": "activityType", "country_code": "country",
    }  # fmt: skip
    return pa.table({new: organisation[old] for new, old in names.items()})


def aside_rows(labelled: Labelled) -> np.ndarray:
    """The rows of the set-aside quarter: drawn by kind of label, in the order of the labels file."""
    from sklearn.model_selection import train_test_split

    labels = read_labels()
    ids, kinds = labels["project_id"].to_pylist(), labels["label"].to_pylist()
    _, aside = train_test_split(ids, test_size=0.25, random_state=ASIDE_SEED, stratify=kinds)
    chosen = set(aside)
    return np.array([i in chosen for i in labelled.projects["project_id"].to_pylist()])


def main() -> None:
    """Print the tables and the time."""
    projects, participants = read_horizon()
    labelled = Labelled(projects, participants, with_own_labels(read_labels()))
    own = int(labelled.is_own.sum())
    print(
        f"{len(labelled.label) - own} labels, scores on those of confidence h and m; {own} of our own, to learn from"
    )
    print("\nRepeated stratified 5-fold cross-validation on all development labels")
    print(scores_text(cross_validate(labelled)))
    aside = aside_rows(labelled)
    print("\nTrained on three quarters, judged on the quarter first set aside (see ASIDE_SEED)")
    print(scores_text(holdout(labelled, np.flatnonzero(~aside), np.flatnonzero(aside))))
    print("\nTrained on our own labels alone, judged on all development labels")
    print(scores_text(holdout(labelled, np.flatnonzero(labelled.is_own), np.flatnonzero(~labelled.is_own))))
    times = []
    for _ in range(3):
        start = time.perf_counter()
        result = classify(projects, participants)
        times.append(time.perf_counter() - start)
    counts = {row["values"]: row["counts"] for row in result["label"].value_counts().to_pylist()}
    print(f"\nAll of Horizon: {projects.num_rows} projects, {participants.num_rows} participants")
    print(f"best of 3: {min(times):.2f} s; {counts}")


if __name__ == "__main__":
    main()
