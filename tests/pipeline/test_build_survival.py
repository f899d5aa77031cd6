"""A build that is killed, starved or not alone leaves every release whole."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import clusteratlas
from clusteratlas.atlas import releases, search
from clusteratlas.errors import ReleaseError
from clusteratlas.pipeline import build as building
from clusteratlas.pipeline.reporter import Reporter
from clusteratlas.pipeline.verify import verify

PARTICIPATIONS = 60


def assert_whole(root: Path) -> str:
    """The current release opens, holds every row and passes every required check; its id."""
    release = releases.find(root)
    assert not [v for v in verify(release) if v.is_required and not v.passed]
    with clusteratlas.open(root) as atlas:
        assert len(atlas.table("participation").fetchall()) == PARTICIPATIONS
    return release.id


def leavings(root: Path) -> list[str]:
    return [p.name for p in (root / "releases").iterdir() if p.name.startswith(".")]


@pytest.mark.slow
def test_a_killed_build_leaves_the_current_release_whole(commands, tiny, tmp_path):
    root = tmp_path / "atlas"
    order = ("build", "--quiet", "--source", f"cordis={tiny}", "--out", root)
    assert commands.run(*order).code == 0
    moments = random.Random(20)
    killed = 0
    for _ in range(20):
        before = releases.find(root).id
        ran = commands.run(*order, kill_after=moments.uniform(0.0, 0.9))
        killed += ran.code < 0
        after = assert_whole(root)
        assert after == before or after == max(r.id for r in releases.listed(root))
    assert killed >= 5, "the builds were too fast to be killed"
    assert commands.run(*order).code == 0
    assert_whole(root)
    assert not leavings(root)


def test_builds_beside_each_other_do_not_disturb_each_other(commands, tiny, tmp_path):
    root = tmp_path / "atlas"
    order = ("build", "--quiet", "--source", f"cordis={tiny}", "--out", root)
    assert [ran.code for ran in commands.run_at_once([order, order])] == [0, 0]
    found = releases.listed(root)
    assert len(found) == 2
    for release in found:
        assert_whole(release.path)
    assert assert_whole(root) in {release.id for release in found}
    assert not leavings(root)


def test_a_build_whose_search_is_slow_to_read_its_projects_is_whole(tiny, tmp_path, monkeypatch):
    """On a busy machine the other tables can be there first; what still reads kept them from being written out."""
    the_rest_is_done = threading.Event()

    def slow(cursor: duckdb.DuckDBPyConnection):
        cursor.execute("BEGIN")
        projects = search.read_projects(cursor)
        the_rest_is_done.wait(60)
        time.sleep(0.3)
        cursor.execute("COMMIT")
        return projects

    class Watching(Reporter):
        def step(self, name):
            if name == "write out":
                the_rest_is_done.set()
            return super().step(name)

    monkeypatch.setattr(building, "read_projects", slow)
    building.build(building.parse_given([f"cordis={tiny}"]), tmp_path / "atlas", Watching())
    assert the_rest_is_done.is_set()
    assert_whole(tmp_path / "atlas")


def test_a_full_disk_is_told_and_changes_nothing(commands, tiny, tmp_path):
    root = tmp_path / "atlas"
    order = ("build", "--source", f"cordis={tiny}", "--out", root)
    assert commands.run(*order).code == 0
    before = assert_whole(root)
    for limit in (1_000, 100_000, 500_000, 1_000_000):
        ran = commands.run(*order, file_bytes=limit)
        assert ran.code == 1, ran.printed
        assert "Traceback" not in ran.printed
        assert "the disk is full" in ran.printed
        assert "the current release is untouched" in ran.printed
        assert "Remedy: free some disk space" in ran.printed
        assert assert_whole(root) == before
        assert not leavings(root)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of six megabytes."""
    place = tmp_path / "small"
    place.mkdir()
    mount = shutil.which("mount")
    command = [mount or "mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", str(place)]
    if not mount or os.getuid() or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no file system can be mounted here")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_disk_that_fills_up_is_told(commands, tiny, small_disk):
    ran = commands.run("build", "--source", f"cordis={tiny}", "--out", small_disk / "atlas")
    filler = small_disk / "filler"
    if ran.code == 0:
        filler.write_bytes(b"x" * max(0, shutil.disk_usage(small_disk).free - 300_000))
        ran = commands.run("build", "--source", f"cordis={tiny}", "--out", small_disk / "atlas")
        assert_whole(small_disk / "atlas")
    assert ran.code == 1, ran.printed
    assert "Traceback" not in ran.printed
    assert "the disk is full" in ran.printed


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


STRANGERS = {
    "other files": {"thesis.txt": "mine"},
    "a folder called releases": {"releases/v1.0/notes.txt": "mine"},
    "a file called manifest.json": {"manifest.json": '{"name": "web app"}'},
    "a folder called search": {"search/index.html": "mine"},
}


@pytest.mark.parametrize("files", STRANGERS.values(), ids=STRANGERS)
def test_other_peoples_folders_are_left_alone(commands, tiny, tmp_path, files):
    out = tmp_path / "out"
    for name, text in files.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_text(text)
    before = contents(out)
    ran = commands.run("build", "--source", f"cordis={tiny}", "--out", out)
    assert ran.code == 4, ran.printed
    assert "the folder holds other things" in ran.printed
    assert "Remedy: name an empty or a new folder" in ran.printed
    assert contents(out) == before


def test_a_build_that_fails_leaves_no_empty_folder_of_its_own(commands, tiny, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (other / "project.csv").write_text("<!DOCTYPE html><title>Sorry</title>")
    given = tmp_path / "given"
    given.mkdir()
    for out in (tmp_path / "new" / "atlas", given):
        assert commands.run("build", "--source", f"cordis={other}", "--out", out).code == 3
    assert not (tmp_path / "new").exists()
    assert list(given.iterdir()) == []
    for out in (tmp_path / "new" / "atlas", given):
        assert commands.run("build", "--source", f"cordis={tiny}", "--out", out).code == 0
        assert commands.run("build", "--source", f"cordis={other}", "--out", out).code == 3
        assert (
            len([folder for folder in (out / "releases").iterdir() if (folder / "manifest.json").is_file()])
            == 1
        )


def test_a_file_is_no_place_for_releases(commands, tiny, tmp_path):
    (tmp_path / "file").write_text("mine")
    for out in (tmp_path / "file", "/dev/null", tmp_path / "file" / "below"):
        ran = commands.run("build", "--source", f"cordis={tiny}", "--out", out)
        assert ran.code in (1, 4), ran.printed
        assert "Traceback" not in ran.printed
    assert (tmp_path / "file").read_text() == "mine"


@pytest.mark.parametrize("kind", ["links kept", "links followed", "a release's own folder"])
def test_a_copied_release_is_built_upon(commands, tiny, tmp_path, kind):
    root, copy = tmp_path / "atlas", tmp_path / "copy"
    assert commands.run("build", "--quiet", "--source", f"cordis={tiny}", "--out", root).code == 0
    first = releases.find(root).id
    whole = root if kind.startswith("links") else releases.find(root).path
    shutil.copytree(whole, copy, symlinks=kind == "links kept")
    assert assert_whole(copy) == first
    ran = commands.run("build", "--quiet", "--source", f"cordis={tiny}", "--out", copy)
    assert ran.code == 0, ran.printed
    assert assert_whole(copy) != first
    ids = [release.id for release in releases.listed(copy)]
    assert first in ids
    for release in releases.listed(copy):
        assert_whole(release.path)


def test_a_release_of_another_format_does_not_hinder(commands, tiny, tmp_path):
    root = tmp_path / "atlas"
    old = root / "releases" / "20200101T000000Z"
    old.mkdir(parents=True)
    (old / "manifest.json").write_text(json.dumps({"format": 0, "release_id": old.name}))
    assert commands.run("build", "--quiet", "--source", f"cordis={tiny}", "--out", root).code == 0
    assert_whole(root)
    assert [r.id for r in releases.listed(root)] == [releases.find(root).id]
    assert old.is_dir()


def test_a_current_release_of_an_older_format_is_read_for_its_ids_and_does_not_hinder(tmp_path):
    old = tmp_path / "releases" / "20200101T000000Z"
    old.mkdir(parents=True)
    (old / "manifest.json").write_text(json.dumps({"format": 1, "release_id": old.name}))
    (tmp_path / "current").symlink_to(old)
    with pytest.raises(ReleaseError, match="another format"):
        releases.find(tmp_path)
    assert building.before_of(None, tmp_path).id == old.name


# The same input gives the same tables.
def hashes(database: Path) -> dict[str, tuple]:
    """For each table its number of rows and a digest of them in their order."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
        digest = "md5(string_agg(md5(r::VARCHAR), '' ORDER BY rowid))"
        query = f"SELECT count(*), {digest} FROM (SELECT rowid, t AS r FROM {{}} t)"
        return {n: connection.execute(query.format(f'"{n}"')).fetchall()[0] for (n,) in names}


def test_two_builds_give_the_same_tables(tiny, commands, tmp_path, shared_data):
    documents = shared_data / "cordis" / "cordis-HORIZONprojects-xml-slice.zip"
    given = [("--source", f"cordis={path}") for path in (tiny, documents)]
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    command = [Path(sys.executable).parent / "clusteratlas", "build", "--quiet"]
    for name, sources in (("a", given), ("b", given[::-1])):
        order = [*command, *(part for pair in sources for part in pair), "--out", str(tmp_path / name)]
        subprocess.run(order, check=True, env=environment)
        environment["PYTHONHASHSEED"] = "999"
    a, b = (hashes(tmp_path / name / "atlas.duckdb") for name in "ab")
    assert a == b
    assert a["project"][0] == 320
