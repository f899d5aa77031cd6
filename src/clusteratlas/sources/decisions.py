"""The file of people's decisions on pairs of records: read by every build, added to, never overwritten."""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from clusteratlas.errors import ClusteratlasError, InputError
from clusteratlas.identity.decisions import COLUMNS, Decision, checked, parse_decisions, written
from clusteratlas.settings import decisions_path

LARGEST = 50_000_000
"""Bytes: half a million decisions are smaller."""
HEADER = ",".join(COLUMNS) + "\n"


@dataclass(frozen=True)
class DecisionsFile:
    """A decisions file as it was read: where, its SHA-256 and its lines."""

    path: Path
    sha256: str
    decisions: list[Decision]


def read_decisions(path: str | Path | None = None) -> DecisionsFile | None:
    """The decisions of ``path``; without it those of the setting, None where there is no such file.

    Raises InputError for a file that is not there, too large, no text, or has a line that is no decision.
    """
    given = Path(path).expanduser() if path is not None else decisions_path()
    # A home that may not be entered holds no decisions of this user's.
    if path is None and not (os.access(given.parent, os.X_OK) and given.is_file()):
        return None
    try:
        if given.stat().st_size > LARGEST:
            raise InputError(
                "the file is larger than 50 MB", where=str(given), remedy="is this the right file?"
            )
        raw = given.read_bytes()
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise InputError(
            "this is no UTF-8 text", where=str(given), remedy="save it as CSV in UTF-8"
        ) from None
    except OSError as fault:
        raise InputError(
            f"the file cannot be read ({fault.strerror})", where=str(given), remedy="check its name"
        ) from None
    return DecisionsFile(given, hashlib.sha256(raw).hexdigest(), parse_decisions(text, given.name))


def add_decisions(path: Path, decisions: Iterable[Decision]) -> None:
    """Write decisions behind those of the file, which is made when there is none; two writers take turns.

    Raises InputError for a decision that cannot stand in a file, ClusteratlasError when it cannot be written.
    """
    text = written(checked(decision) for decision in decisions)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a+", encoding="utf-8", newline="") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            file.seek(0)
            held = file.read()
            file.write(("" if held else HEADER) + ("\n" if held and not held.endswith("\n") else "") + text)
            file.flush()
            os.fsync(file.fileno())
    except OSError as fault:
        raise ClusteratlasError(
            f"cannot be written ({fault.strerror})", where=str(path), remedy="check the folder's rights"
        ) from None
