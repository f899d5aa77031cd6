"""Old releases taken away; those that are being read are left alone, which locks on their folders tell.

Locks are advisory ones of the operating system: they end with the process that holds them, whatever becomes of it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from clusteratlas.atlas.releases import STORE, current_id, default_root, is_release_of_any_format
from clusteratlas.errors import ReleaseError, UsageError

REMOVING = ".removing-"


@dataclass(frozen=True)
class Pruned:
    """What became of an old release: ``removed``, or left because it is ``in use``; the size of its files."""

    release_id: str
    outcome: Literal["removed", "in use"]
    bytes: int


def hold(folder: Path) -> int | None:
    """Say that the release in ``folder`` is being read, until the handle is closed.

    None where the system or the disk has no locks.
    """
    return _locked(folder, is_shared=True)


def prune(root: str | Path | None = None, keep: int = 3) -> list[Pruned]:
    """Take away all releases of ``root`` but the newest ``keep``, the current one, and those being read.

    Returns what became of each that was to go, oldest first. A release vanishes from the list at once and as a
    whole: nobody meets half of it. Raises `UsageError` for less than one to keep, `ReleaseError` when the disk
    refuses.
    """
    if keep < 1:
        raise UsageError(f"{keep} releases cannot be kept", where="prune", remedy="keep at least 1")
    folder = default_root() if root is None else Path(root).expanduser()
    try:
        for leaving in (folder / STORE).glob(f"{REMOVING}*"):
            shutil.rmtree(leaving, ignore_errors=True)
        return [_prune(old) for old in _old(folder, keep)]
    except OSError as fault:
        raise ReleaseError(
            f"a release cannot be removed ({fault})", where=str(folder), remedy="check the folder's rights"
        ) from None


def _old(root: Path, keep: int) -> Iterator[Path]:
    """Folders of the releases that are to go, oldest first."""
    store = root / STORE
    there = sorted(p for p in store.iterdir() if not p.name.startswith(".")) if store.is_dir() else []
    finished = [folder for folder in there if is_release_of_any_format(folder)]
    return (folder for folder in finished[:-keep] if folder.name != current_id(root))


def _prune(folder: Path) -> Pruned:
    size = sum(p.lstat().st_size for p in folder.rglob("*") if p.is_file())
    handle = _locked(folder, is_shared=False)
    if handle is None and _has_locks():
        return Pruned(folder.name, "in use", size)
    try:
        leaving = folder.with_name(f"{REMOVING}{os.getpid()}-{folder.name}")
        folder.rename(leaving)
        shutil.rmtree(leaving)
    finally:
        if handle is not None:
            os.close(handle)
    return Pruned(folder.name, "removed", size)


def _has_locks() -> bool:
    with suppress(ImportError):
        import fcntl  # noqa: F401 - not on every system

        return True
    return False


def _locked(folder: Path, *, is_shared: bool) -> int | None:
    """A handle with a lock on ``folder``; None when it cannot be had."""
    if not _has_locks():
        return None
    import fcntl

    handle = None
    try:
        handle = os.open(folder, os.O_RDONLY)
        fcntl.flock(handle, (fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
    except OSError:
        if handle is not None:
            os.close(handle)
        return None
    return handle
