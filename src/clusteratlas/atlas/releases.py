"""Where releases lie on disk: a root folder with `releases/<id>/`, and the links that make one of them current.

The root itself looks like a release: `atlas.duckdb`, `search` and `manifest.json` in it are links through
`current`, which is replaced by one atomic rename.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusteratlas.errors import ReleaseError
from clusteratlas.settings import home

DATABASE, SEARCH, MANIFEST = "atlas.duckdb", "search", "manifest.json"
CURRENT, STORE, UNFINISHED = "current", "releases", ".building-"
FORMAT = 1


@dataclass(frozen=True)
class Release:
    """A finished release: its id, its folder and what its manifest says."""

    id: str
    path: Path
    manifest: dict[str, Any]

    @property
    def database(self) -> Path:
        """The DuckDB file with the tables."""
        return self.path / DATABASE

    @property
    def search(self) -> Path:
        """The folder with the search index."""
        return self.path / SEARCH


def default_root() -> Path:
    """The folder that is meant when none is named."""
    return home() / "atlas"


def find(path: str | Path | None = None) -> Release:
    """The release at ``path``: a root, a release's own folder, or the id of a release in the default root.

    Raises `ReleaseError` when there is none, or when it is of another format.
    """
    given = default_root() if path is None else Path(path).expanduser()
    if path is not None and not given.exists() and (default_root() / STORE / str(path)).is_dir():
        given = default_root() / STORE / str(path)
    folder = (given / CURRENT).resolve() if (given / CURRENT).exists() else given.resolve()
    if not (folder / MANIFEST).is_file():
        raise ReleaseError(
            "no release here",
            where=str(given),
            remedy=f"build one: clusteratlas build --source NAME=PATH --out {given}",
        )
    return read(folder)


def read(folder: Path) -> Release:
    """The release whose own folder is ``folder``."""
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise ReleaseError(f"the manifest cannot be read ({fault})", where=str(folder), remedy="build it again") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise ReleaseError("the release is of another format", where=str(folder), remedy="build it again")
    return Release(manifest["release_id"], folder, manifest)


def listed(root: str | Path | None = None) -> list[Release]:
    """The finished releases under ``root``, oldest first."""
    given = default_root() if root is None else Path(root).expanduser()
    store = given / STORE
    folders = sorted(store.iterdir()) if store.is_dir() else []
    finished = [f for f in folders if not f.name.startswith(".") and (f / MANIFEST).is_file()]
    if not finished and (given / MANIFEST).is_file():
        finished = [given.resolve()]
    return [read(f) for f in finished]


def current_id(root: str | Path) -> str | None:
    """The id of the current release of ``root``."""
    link = Path(root) / CURRENT
    return link.resolve().name if link.exists() else None


def prepare(root: Path, release_id: str) -> Path:
    """An empty folder for a release to be built in; leavings of builds that died are cleared away.

    Raises `ReleaseError` when ``root`` holds something that is no release.
    """
    store = root / STORE
    strangers = [p.name for p in _entries(root) if p.name not in {STORE, CURRENT, DATABASE, SEARCH, MANIFEST}]
    if strangers and not store.is_dir():
        raise ReleaseError(
            f"the folder holds other things ({', '.join(sorted(strangers)[:3])})",
            where=str(root),
            remedy="name an empty or a new folder after --out",
        )
    store.mkdir(parents=True, exist_ok=True)
    for leaving in store.glob(f"{UNFINISHED}*"):
        if not _is_alive(leaving):
            shutil.rmtree(leaving, ignore_errors=True)
    folder = store / f"{UNFINISHED}{os.getpid()}-{release_id}"
    folder.mkdir()
    return folder


def _entries(root: Path) -> Iterator[Path]:
    if root.exists() and not root.is_dir():
        raise ReleaseError("this is a file, not a folder", where=str(root), remedy="name a folder after --out")
    yield from root.iterdir() if root.is_dir() else ()


def _is_alive(leaving: Path) -> bool:
    """Whether the process that builds there still runs."""
    pid = leaving.name.removeprefix(UNFINISHED).split("-")[0]
    if not pid.isdigit() or int(pid) == os.getpid():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def publish(root: Path, built: Path, release_id: str) -> Path:
    """Make the finished folder ``built`` the current release of ``root`` by one atomic rename."""
    for file in sorted(p for p in built.rglob("*") if p.is_file()):
        _flush(file)
    final = root / STORE / release_id
    built.rename(final)
    _flush(root / STORE)
    _point(root / CURRENT, Path(STORE) / release_id)
    for name in (DATABASE, SEARCH, MANIFEST):
        if not (root / name).is_symlink():
            _point(root / name, Path(CURRENT) / name)
    _flush(root)
    return final


def _point(link: Path, target: Path) -> None:
    """Make ``link`` point to ``target``, replacing what it pointed to in one step."""
    fresh = link.with_name(f".{link.name}-{os.getpid()}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
