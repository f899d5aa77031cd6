"""`clusteratlas releases`, `diff` and `check`, as a person or a script meets them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from clusteratlas.pipeline.build import Given, build
from tests.support.release import tiny_zip


def test_releases_are_listed_with_what_they_hold(run: Callable, release: Path) -> None:
    (one,) = run("releases", "--root", release, "--format", "json").json
    assert (one["projects"], one["sources"]) == (30, ["cordis"])
    assert one["is_current"] is True
    (row,) = run("releases", "--root", release, "--format", "csv").rows
    assert (row["release_id"], row["is_current"]) == (one["release_id"], "true")
    assert one["release_id"] in run("releases", "--root", release).out


def test_where_there_is_no_release_it_says_how_to_make_one(run: Callable, tmp_path: Path) -> None:
    ran = run("releases", "--root", tmp_path)
    assert (ran.code, ran.out) == (0, "")
    assert "clusteratlas build" in ran.err
    assert run("releases", "--root", tmp_path, "--format", "json").json == []


def test_two_builds_of_the_same_file_say_the_same(run: Callable, tmp_path: Path) -> None:
    source = tiny_zip(tmp_path / "horizon.zip")
    one, two = (build([Given("cordis", source)], tmp_path / "atlas").release.path for _ in range(2))
    ran = run("diff", one, two)
    assert ran.code == 0
    assert ran.out.startswith("Nothing changed")
    told = run("diff", one, two, "--format", "json").json
    assert told["is_equal"] is True
    assert told["changes"] == []
    assert len(run("releases", "--root", tmp_path / "atlas", "--format", "json").json) == 2


def test_diff_tells_added_removed_and_changed_field_by_field(
    run: Callable, release: Path, later: Path
) -> None:
    told = run("diff", release, later, "--format", "json").json
    tables = {t["table"]: t for t in told["tables"]}
    project = tables["project"]
    assert (project["before"], project["after"]) == (30, 30)
    assert (project["added"], project["removed"], project["changed"]) == (1, 1, 2)
    changes = [c for c in told["changes"] if c["table"] == "project"]
    assert [c["key"] for c in changes if c["change"] == "added"] == ["cordis:101900030"]
    assert [c["key"] for c in changes if c["change"] == "removed"] == ["cordis:101900029"]
    fields = {(c["key"], c["field"]): (c["before"], c["after"]) for c in changes if c["change"] == "changed"}
    assert fields == {
        ("cordis:101900001", "eu_contribution_eur"): ("500000.0", "499999.5"),
        ("cordis:101900002", "title"): ("Textile for the regions, part 2", "Textile anew"),
    }
    parts = tables["participation"]
    assert (parts["added"], parts["removed"], parts["changed"]) == (2, 3, 0)
    assert tables["project_theme"]["added"] == tables["project_theme"]["removed"] == 1


def test_diff_shows_people_some_and_programs_all(run: Callable, release: Path, later: Path) -> None:
    ran = run("diff", release, later, "--limit", 1)
    assert "Textile anew" not in ran.out
    assert "499999.5" in ran.out
    rows = run("diff", release, later, "--format", "csv").rows
    assert {r["change"] for r in rows} == {"added", "removed", "changed"}
    assert any(r["after"] == "Textile anew" for r in rows)


def test_a_row_whose_key_has_an_empty_field_is_found_again(
    run: Callable, release: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    shutil.copytree(release, other, symlinks=True)
    assert run("diff", release, other, "--format", "json").json["is_equal"] is True
    with duckdb.connect(str((other / "atlas.duckdb").resolve())) as database:
        one = "rowid = (SELECT min(rowid) FROM region_change WHERE source IS NULL)"
        (touched,) = database.execute(
            f"UPDATE region_change SET change = 'moved to the moon' WHERE {one}"
        ).fetchall()[0]
        assert touched == 1
    told = run("diff", release, other, "--format", "json").json
    (table,) = (t for t in told["tables"] if t["table"] == "region_change")
    assert (table["added"], table["removed"], table["changed"]) == (0, 0, 1)
    assert [c["after"] for c in told["changes"]] == ["moved to the moon"]


def test_where_a_row_stood_is_no_change(run: Callable, release: Path, tmp_path: Path) -> None:
    moved = tmp_path / "moved"
    shutil.copytree(release, moved, symlinks=True)
    with duckdb.connect(str((moved / "atlas.duckdb").resolve())) as database:
        database.execute("UPDATE participation SET source_line = source_line + 7, source_file = 'other.csv'")
    assert run("diff", release, moved).out.startswith("Nothing changed")


def test_diff_of_something_that_is_no_release(run: Callable, release: Path, tmp_path: Path) -> None:
    ran = run("diff", release, tmp_path)
    assert ran.code == 4
    assert "no release here" in ran.err
    assert ran.out == ""


def test_a_whole_release_passes_its_check(run: Callable, release: Path) -> None:
    ran = run("check", release)
    assert ran.code == 0
    assert "all checks passed" in ran.err
    verdicts = {v["check"]: v for v in run("check", release, "--format", "json").json}
    assert verdicts["project has its rows"]["found"] == 30
    assert verdicts["the search index holds every project"]["passed"] is True
    assert all(v["passed"] for v in verdicts.values() if v["is_required"])


def spoiled(release: Path, tmp_path: Path) -> Path:
    copy = tmp_path / "spoiled"
    shutil.copytree(release, copy, symlinks=True)
    return copy


@pytest.mark.parametrize(
    ("statement", "check"),
    [
        ("DELETE FROM project_theme WHERE project_id = 'cordis:101900004'", "project_theme has its rows"),
        (
            "INSERT INTO organisation SELECT * FROM organisation LIMIT 1",
            "organisation.organisation_id is unique",
        ),
        ("ALTER TABLE programme DROP COLUMN start_year", "programme is as described"),
        ("ALTER TABLE programme ALTER start_year TYPE VARCHAR", "programme is as described"),
        ("DROP TABLE region_change", "region_change is as described"),
        (
            "UPDATE participation SET source_file = 'elsewhere.csv' WHERE project_id = 'cordis:101900004'",
            "rows of horizon.zip/organization.csv are accounted for",
        ),
    ],
)
def test_a_release_that_was_tampered_with_fails(
    run: Callable, release: Path, tmp_path: Path, statement: str, check: str
) -> None:
    copy = spoiled(release, tmp_path)
    with duckdb.connect(str((copy / "atlas.duckdb").resolve())) as database:
        database.execute(statement)
    ran = run("check", copy, "--format", "json")
    assert ran.code == 4
    assert check in [v["check"] for v in ran.json if not v["passed"]]
    assert "failed" in ran.err


def test_a_release_without_its_index_or_manifest_fails(run: Callable, release: Path, tmp_path: Path) -> None:
    copy = spoiled(release, tmp_path)
    shutil.rmtree((copy / "search").resolve() / "text")
    ran = run("check", copy)
    assert ran.code == 4
    assert "search index" in ran.err
    (copy / "manifest.json").resolve().write_text(json.dumps({"format": 99}))
    ran = run("check", copy)
    assert ran.code == 4
    assert "another format" in ran.err


def test_a_database_that_is_none(run: Callable, release: Path, tmp_path: Path) -> None:
    copy = spoiled(release, tmp_path)
    (copy / "atlas.duckdb").resolve().write_bytes(b"not a database at all" * 1000)
    ran = run("check", copy)
    assert ran.code == 4
    assert "cannot be opened" in ran.err


def test_old_releases_are_removed_and_told(run: Callable, tmp_path: Path) -> None:
    root = tmp_path / "atlas"
    source = tiny_zip(tmp_path / "horizon.zip")
    one, two = (build([Given("cordis", source)], root).release.id for _ in range(2))
    size = sum(p.stat().st_size for p in (root / "releases" / one).rglob("*") if p.is_file())
    assert run("releases", "--root", root, "--prune", 0).code == 2
    ran = run("releases", "--root", root, "--prune", 1, "--format", "json")
    assert ran.json == [{"release_id": one, "outcome": "removed", "bytes": size}]
    assert f"{size:,} bytes" in ran.err
    assert [row["release_id"] for row in run("releases", "--root", root, "--format", "json").json] == [two]
    again = run("releases", "--root", root, "--prune", 1)
    assert (again.code, again.out) == (0, "")
    assert "Removed 0" in again.err
    assert run("check", root).code == 0
