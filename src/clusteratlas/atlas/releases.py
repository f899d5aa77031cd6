"""Where releases lie on disk: a root folder with `releases/<id>/`, and the links that make one of them current.

The root itself looks like a release: `atlas.duckdb`, `search` and `manifest.json` in it are links through
`current`, which is replaced by one atomic rename.
"""

from __future__ import annotations

import json
import os
import shutil
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clusteratlas.errors import ReleaseError
from clusteratlas.settings import home

DATABASE, SEARCH, MANIFEST = "atlas.duckdb", "search", "manifest.json"
CURRENT, STORE, UNFINISHED, LINKING = "current", "releases", ".building-", ".linking-"
FORMAT = 3
JUST_MADE_SECONDS = 60

_HELD: dict[Path, int | None] = {}
_MADE: dict[Path, list[Path]] = {}
_PREPARING = threading.Lock()


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
    """The release whose own folder is ``folder``; raises `ReleaseError` for one of another format."""
    manifest = _manifest(folder)
    if manifest.get("format") != FORMAT:
        raise ReleaseError("the release is of another format", where=str(folder), remedy="build it again")
    return _release(folder, manifest)


def of_any_format(folder: Path) -> Release:
    """The release whose own folder is ``folder``, whatever program wrote it: who reads it asks what is there."""
    return _release(folder, _manifest(folder))


def _manifest(folder: Path) -> dict[str, Any]:
    try:
        manifest = json.loads((folder / MANIFEST).read_text("utf-8"))
    except (OSError, ValueError) as fault:
        raise ReleaseError(
            f"the manifest cannot be read ({fault})", where=str(folder), remedy="build it again"
        ) from None
    return manifest if isinstance(manifest, dict) else {}


def _release(folder: Path, manifest: dict[str, Any]) -> Release:
    if not isinstance(manifest.get("release_id"), str):
        raise ReleaseError("the manifest is none of a release", where=str(folder), remedy="build it again")
    return Release(manifest["release_id"], folder, manifest)


def listed(root: str | Path | None = None) -> list[Release]:
    """The finished releases under ``root``, oldest first."""
    given = default_root() if root is None else Path(root).expanduser()
    store = given / STORE
    folders = sorted(store.iterdir()) if store.is_dir() else []
    finished = [f for f in folders if not f.name.startswith(".") and (f / MANIFEST).is_file()]
    if not finished and (given / MANIFEST).is_file():
        finished = [given.resolve()]
    return [release for f in finished if (release := _readable(f))]


def _readable(folder: Path) -> Release | None:
    """The release in ``folder``; None when it is of another format, which hides no other release."""
    try:
        return read(folder)
    except ReleaseError:
        return None


def current_id(root: str | Path) -> str | None:
    """The id of the current release of ``root``."""
    link = Path(root) / CURRENT
    return link.resolve().name if link.exists() else None


def prepare(root: Path, release_id: str) -> Path:
    """An empty folder for a release to be built in; leavings of builds that died are cleared away.

    The folder is locked until `publish` or `abandon`, so that no other build takes it for a leaving.
    Raises `ReleaseError` when ``root`` holds something that is no release.
    """
    _refuse_strangers(root)
    store = root / STORE
    made = [place for place in (store, root, *root.parents) if not place.exists()]
    store.mkdir(parents=True, exist_ok=True)
    with _PREPARING:
        for leaving in store.glob(f"{UNFINISHED}*"):
            _clear_away(leaving)
        for link in root.glob(f"{LINKING}*"):
            if not _is_new(link):
                link.unlink(missing_ok=True)
        folder = store / f"{UNFINISHED}{os.getpid()}-{release_id}"
        # Another build, having failed, may just have taken its empty folders away.
        folder.mkdir(parents=True)
        _HELD[folder], _MADE[folder] = _lock(folder), made
    return folder


def abandon(folder: Path) -> None:
    """Take away what is left of a build's folder, and give up its lock.

    Folders that were made for it and have nothing in them go too.
    """
    shutil.rmtree(folder, ignore_errors=True)
    _give_up_lock(folder)
    with suppress(OSError):
        for place in _MADE.pop(folder, []):
            place.rmdir()


def _give_up_lock(folder: Path) -> None:
    handle = _HELD.pop(folder, None)
    if handle is not None:
        os.close(handle)


def _refuse_strangers(root: Path) -> None:
    """Raise `ReleaseError` for a folder with things in it that no build has made."""
    if root.exists() and not root.is_dir():
        raise ReleaseError(
            "this is a file, not a folder", where=str(root), remedy="name a folder after --out"
        )
    entries = [p for p in root.iterdir() if not p.name.startswith(".")] if root.is_dir() else []
    strangers = [
        p.name for p in entries if p.name not in {STORE, CURRENT, DATABASE, SEARCH, MANIFEST, "lost+found"}
    ]
    named_alike = [p.name for p in entries if p.name not in strangers and p.name != STORE]
    if strangers or (named_alike and not _is_ours(root)) or not _is_store(root / STORE):
        raise ReleaseError(
            f"the folder holds other things ({', '.join(sorted(strangers or named_alike or [STORE])[:3])})",
            where=str(root),
            remedy="name an empty or a new folder after --out",
        )


def _is_ours(root: Path) -> bool:
    """Whether a folder's `atlas.duckdb`, `search` and `manifest.json` are those of a release, of whatever format,
    or links that a build has left."""
    if any((root / name).is_symlink() for name in (CURRENT, DATABASE, SEARCH, MANIFEST)):
        return True
    return is_release_of_any_format(root) or is_release_of_any_format(root / CURRENT)


def _is_store(store: Path) -> bool:
    """Whether a folder holds releases, unfinished ones and nothing else; one that is not there yet will."""
    if not store.exists():
        return True
    if not store.is_dir():
        return False
    return all(_is_release(p) for p in store.iterdir() if not p.name.startswith("."))


def _is_release(folder: Path) -> bool:
    """Whether a folder is a release, or one that is being moved."""
    if is_release_of_any_format(folder):
        return True
    return folder.is_dir() and {p.name for p in folder.iterdir()} <= {DATABASE, SEARCH}


def is_release_of_any_format(folder: Path) -> bool:
    """Whether the manifest in ``folder`` is that of a release, be it one that this version cannot open."""
    try:
        return not {"release_id", "format"}.isdisjoint(json.loads((folder / MANIFEST).read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return False


def _lock(folder: Path) -> int | None:
    """Lock a folder for as long as this process lives; None when another process has it."""
    import fcntl  # not on every system on which releases are read

    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _clear_away(leaving: Path) -> None:
    """Delete the folder of a build that has died: nobody holds its lock, and it is not just being made."""
    try:
        if _is_new(leaving) and _is_alive(leaving):
            return
        handle = _lock(leaving)
    except FileNotFoundError:
        return
    if handle is not None:
        shutil.rmtree(leaving, ignore_errors=True)
        os.close(handle)


def _is_new(path: Path) -> bool:
    return time.time() - path.lstat().st_mtime < JUST_MADE_SECONDS


def _is_alive(leaving: Path) -> bool:
    """Whether the process that builds there still runs, as far as its number tells."""
    pid = leaving.name.removeprefix(UNFINISHED).split("-")[0]
    try:
        os.kill(int(pid), 0)
    except (ProcessLookupError, ValueError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def publish(root: Path, built: Path, release_id: str) -> Path:
    """Make the finished folder ``built`` the current release of ``root`` by one atomic rename.

    A release that lies in ``root`` as plain files (a copied folder) is moved among the others.
    """
    for file in sorted(p for p in built.rglob("*") if p.is_file()):
        _flush(file)
    final = root / STORE / release_id
    built.rename(final)
    # No build takes it for a leaving any more; whoever reads it may lock it.
    _give_up_lock(built)
    _flush(root / STORE)
    current = root / CURRENT
    if current.is_dir() and not current.is_symlink():
        current.rename(_free_place(root, current))
    _point(current, Path(STORE) / release_id)
    _adopt(root)
    for name in (DATABASE, SEARCH, MANIFEST):
        if not (root / name).is_symlink():
            _point(root / name, Path(CURRENT) / name)
    _flush(root)
    return final


def _adopt(root: Path) -> None:
    """Move a release that lies in ``root`` as plain files among the releases.

    The manifest goes last: a build that dies here leaves the rest to the next one.
    """
    if (root / MANIFEST).is_file() and not (root / MANIFEST).is_symlink():
        place = _free_place(root, root)
        place.mkdir(exist_ok=True)
        for name in (DATABASE, SEARCH, MANIFEST):
            if (root / name).exists() and not (root / name).is_symlink():
                (root / name).rename(place / name)


def _free_place(root: Path, folder: Path) -> Path:
    """A name among the releases for a release that was copied here."""
    try:
        release_id = str(json.loads((folder / MANIFEST).read_text("utf-8"))["release_id"])
    except (OSError, ValueError, LookupError, TypeError):
        release_id = "unnamed"
    plain = release_id if release_id.replace("-", "").isalnum() else "unnamed"
    names = [plain, *(f"{plain}-copy{n}" for n in range(1, 1000))]
    return next(place for n in names if not ((place := root / STORE / n) / MANIFEST).exists())


def _point(link: Path, target: Path) -> None:
    """Make ``link`` point to ``target``, replacing what it pointed to in one step."""
    fresh = link.with_name(f"{LINKING}{os.getpid()}-{threading.get_ident()}-{link.name}")
    fresh.unlink(missing_ok=True)
    fresh.symlink_to(target)
    fresh.replace(link)


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
