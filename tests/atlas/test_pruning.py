"""Old releases are taken away, and nothing that anybody needs."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import clusteratlas
from clusteratlas.atlas.pruning import prune
from clusteratlas.atlas.releases import FORMAT, current_id, find, listed
from clusteratlas.errors import ReleaseError, UsageError
from tests.support.release import tiny_release


def made(root: Path, *names: str, current: str | None = None) -> Path:
    """Releases with nothing in them but ten bytes and a manifest; the last is current, or the one named."""
    for name in names:
        folder = root / "releases" / name
        folder.mkdir(parents=True)
        (folder / "manifest.json").write_text(json.dumps({"release_id": name, "format": FORMAT}))
        (folder / "atlas.duckdb").write_bytes(b"0123456789")
    (root / "current").symlink_to(Path("releases") / (current or names[-1]))
    return root


def left(root: Path) -> list[str]:
    return sorted(os.listdir(root / "releases"))


def test_the_newest_are_kept_and_the_rest_is_told_with_its_size(tmp_path: Path) -> None:
    root = made(tmp_path, "a", "b", "c", "d")
    sizes = [sum(f.stat().st_size for f in (root / "releases" / name).iterdir()) for name in "ab"]
    told = prune(root, 2)
    assert [(one.release_id, one.outcome) for one in told] == [("a", "removed"), ("b", "removed")]
    assert [one.bytes for one in told] == sizes
    assert left(root) == ["c", "d"]
    assert prune(root, 2) == []


@pytest.mark.parametrize("keep", [1, 2, 9])
def test_the_current_one_stays_however_old_it_is(tmp_path: Path, keep: int) -> None:
    root = made(tmp_path, "a", "b", "c", "d", current="a")
    prune(root, keep)
    assert left(root) == ["a", *"bcd"[-keep:]]
    assert current_id(root) == "a"
    assert find(root).id == "a"


def test_what_is_no_finished_release_is_left_alone(tmp_path: Path) -> None:
    root = made(tmp_path, "b", "c")
    (root / "releases" / ".building-1-x").mkdir()
    (root / "releases" / "a").mkdir()
    (root / "releases" / "a" / "notes.txt").write_text("mine")
    old = made(tmp_path / "other", "0", "c")
    (old / "releases" / "0" / "manifest.json").write_text('{"release_id": "0", "format": 1}')
    assert [one.release_id for one in prune(root, 1)] == ["b"]
    assert left(root) == [".building-1-x", "a", "c"]
    assert [one.release_id for one in prune(old, 1)] == ["0"], "a release of another format is one too"


def test_where_there_is_nothing_nothing_is_pruned(tmp_path: Path) -> None:
    assert prune(tmp_path / "nowhere", 1) == []
    assert not (tmp_path / "nowhere").exists()
    with pytest.raises(UsageError, match="at least 1"):
        prune(made(tmp_path, "a"), 0)


def test_a_prune_that_was_killed_is_finished_by_the_next(tmp_path: Path) -> None:
    root = made(tmp_path, "a", "b")
    (root / "releases" / "a").rename(root / "releases" / ".removing-1-a")
    assert [one.id for one in listed(root)] == ["b"]
    prune(root, 1)
    assert left(root) == ["b"]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is refused to root")
def test_a_refusal_of_the_disk_is_told(tmp_path: Path) -> None:
    root = made(tmp_path, "a", "b")
    (root / "releases").chmod(0o500)
    try:
        with pytest.raises(ReleaseError, match="cannot be removed"):
            prune(root, 1)
    finally:
        (root / "releases").chmod(0o700)


@pytest.fixture
def two(tmp_path: Path) -> Path:
    """A root with two real releases."""
    tiny_release(tmp_path, projects=3)
    return tiny_release(tmp_path, projects=4)


def test_a_release_that_is_open_stays_and_still_answers_what_it_was_not_asked_before(two: Path) -> None:
    older = listed(two)[0]
    atlas = clusteratlas.open(older.path)
    (one,) = prune(two, 1)
    assert (one.release_id, one.outcome) == (older.id, "in use")
    assert atlas.search("photonics").total >= 1
    atlas.close()
    assert [one.outcome for one in prune(two, 1)] == ["removed"]
    assert [release.id for release in listed(two)] == [current_id(two)]


def test_a_release_that_another_process_reads_stays_until_that_process_ends(two: Path) -> None:
    older = listed(two)[0]
    script = (
        "import sys, clusteratlas; atlas = clusteratlas.open(sys.argv[1]); print('open', flush=True);"
        "sys.stdin.readline(); print(len(atlas.project('cordis:101900001').title), flush=True);"
        "sys.stdin.readline()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(older.path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as reader:
        assert reader.stdout.readline() == "open\n"
        assert [one.outcome for one in prune(two, 1)] == ["in use"]
        reader.stdin.write("\n")
        reader.stdin.flush()
        assert int(reader.stdout.readline()) > 0
        reader.kill()
    assert [one.outcome for one in prune(two, 1)] == ["removed"]


def test_an_atlas_that_nobody_holds_any_more_holds_nothing(two: Path) -> None:
    clusteratlas.open(listed(two)[0].path)
    assert [one.outcome for one in prune(two, 1)] == ["removed"]
