"""Rows that another input says better or says already: set aside with the reason, or counted and told; never lost."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

import clusteratlas
from clusteratlas.atlas import Atlas
from clusteratlas.pipeline.build import Given, build
from clusteratlas.sources.curated.rows import COLUMNS
from tests.support.release import tiny_zip

KNOWN = "cordis:101900000"
TARGETS = "Japan;Chile"


@pytest.fixture
def gathered(tmp_path: Path) -> Path:
    """A curated list: of a project that the publisher's file has too, and of one that it has not."""
    folder = tmp_path / "list"
    folder.mkdir()
    shared = {"project_id": KNOWN, "title": "Known", "coordinator_name": "The Lead", "themes": "light"}
    alone = {"project_id": "curated:a", "title": "Alone", "coordinator_name": "The Head"}
    _write(folder / "project.csv", [shared | {"target_countries": TARGETS}, alone])
    _write(folder / "participation.csv", [{"project_id": "curated:a", "organisation_name": "A partner"}])
    return folder


def _write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        out = csv.DictWriter(stream, COLUMNS[path.name], restval="")
        out.writeheader()
        out.writerows(rows)


def test_a_coordinator_that_a_better_list_names_is_quarantined(tmp_path: Path, gathered: Path) -> None:
    given = [Given("cordis", tiny_zip(tmp_path / "horizon.zip")), Given("curated", gathered)]
    built = build(given, tmp_path / "atlas")
    accounts = {a.file: (a.rows_in, a.loaded, a.quarantined) for a in built.accounts if a.source == "curated"}
    assert accounts == {
        "project.csv": (2, 1, 1),
        "project.csv (coordinators)": (2, 1, 1),
        "participation.csv": (1, 1, 0),
    }
    with Atlas(built.release) as atlas:
        (row,) = atlas.rows("SELECT * FROM quarantine WHERE table_name = 'participation'")
        lead = atlas.rows("SELECT project_id FROM participation WHERE organisation_name = 'The Head'")
    assert row["source_line"] == 2
    assert row["reason"] == f"partners of '{KNOWN}' are taken from cordis"
    assert "The Lead" in row["raw_text"]
    assert lead == [{"project_id": "curated:a"}]


def test_what_was_made_of_rows_and_is_said_already_is_counted_and_told(tmp_path: Path) -> None:
    ours = Path(clusteratlas.__file__).parent / "sample" / "curated"
    themes = "SELECT count(*) AS found FROM project_theme"
    exported = tmp_path / "rows"
    exported.mkdir()
    with Atlas(build([Given("curated", ours)], tmp_path / "one").release) as atlas:
        alone = atlas.rows(themes)[0]["found"]
        for name in ("project", "participation", "project_theme"):
            rows = atlas.table(name).pl().drop("source", "source_file", "source_line")
            rows.write_csv(exported / f"{name}.csv")
    built = build([Given("sample", exported), Given("curated", ours)], tmp_path / "two")
    told = [w for w in built.release.manifest["warnings"] if w["code"] == "set aside"]
    assert [(w["source"], w["file"], w["count"]) for w in told] == [("curated", "project.csv", alone)]
    assert "project_theme" in told[0]["message"]
    assert "said already by" in told[0]["examples"][0]
    with Atlas(built.release) as atlas:
        assert atlas.rows(themes)[0]["found"] == alone
