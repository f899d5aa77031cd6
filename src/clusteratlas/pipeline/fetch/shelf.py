"""Where a download is kept: the file, what is known of it, and the half-fetched part beside it."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeVar

from clusteratlas.errors import FetchError
from clusteratlas.pipeline.fetch.patience import OnProgress, Patience, Progress

CHUNK = 1024**2
_LONGEST_NOTE = 64 * 1024
_HEADER_VALUE = re.compile(r"[\x21-\x7e]([\x20-\x7e]{0,1000}[\x21-\x7e])?")


@dataclass(frozen=True)
class Record:
    """What is known of a file that was fetched; kept as JSON beside it. Times are ISO 8601, UTC."""

    name: str
    file: str
    url: str
    sha256: str
    bytes: int
    retrieved_at: str
    checked_at: str
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True)
class PartNote:
    """Which version of which file a half-fetched part belongs to."""

    url: str
    etag: str | None = None
    last_modified: str | None = None
    total: int | None = None

    def condition(self) -> str | None:
        """The value for ``If-Range``, None when the version cannot be told: a weak ETag does not do."""
        if self.etag and not self.etag.startswith("W/"):
            return self.etag
        return self.last_modified


_Note = TypeVar("_Note", Record, PartNote)


class Shelf:
    """The files of one download in one folder."""

    def __init__(self, folder: Path, file: str) -> None:
        self.folder = folder
        self.file = folder / file
        self.record_file = folder / f"{file}.json"
        self.part = folder / f"{file}.part"
        self.part_note_file = folder / f"{file}.part.json"
        self.lock_file = folder / f".{file}.lock"

    def kept(self, on_progress: OnProgress) -> Record | None:
        """The record of the file, None unless the file is there and is, byte for byte, what was fetched."""
        record = _read(self.record_file, Record)
        if record is None or not self.file.is_file() or self.file.stat().st_size != record.bytes:
            return None
        return record if sha256_of(self.file, on_progress) == record.sha256 else None

    def remember(self, record: Record) -> None:
        """Write the record."""
        _write(self.record_file, asdict(record))

    def accept_part(self, record: Record) -> None:
        """Make the verified part the file, in one step, and remember it."""
        self.part.replace(self.file)
        _sync_folder(self.folder)
        self.remember(record)
        self.part_note_file.unlink(missing_ok=True)

    def part_bytes(self) -> int:
        """The size of the part, 0 when there is none."""
        return self.part.stat().st_size if self.part.is_file() else 0

    def part_note(self) -> PartNote | None:
        """The note of the part, None when there is none that can be read."""
        return _read(self.part_note_file, PartNote)

    def resumable(self, url: str) -> PartNote | None:
        """The note of a part that can be continued from ``url``, None when there is nothing to continue."""
        note = self.part_note()
        usable = note is not None and note.url == url and note.condition() and self.part_bytes() > 0
        return note if usable else None

    def begin_part(self, note: PartNote) -> None:
        """Start an empty part of the version that ``note`` tells."""
        self.part.write_bytes(b"")
        _write(self.part_note_file, asdict(note))

    def discard_part(self) -> None:
        """Remove the part and its note."""
        self.part.unlink(missing_ok=True)
        self.part_note_file.unlink(missing_ok=True)


def record_beside(path: Path) -> Record | None:
    """What was noted of the file at ``path`` when it was fetched; None where nothing was."""
    return _read(Shelf(path.parent, path.name).record_file, Record)


def sha256_of(path: Path, on_progress: OnProgress) -> str:
    """The SHA-256 of a file's bytes, as 64 hexadecimal digits."""
    digest, done, total = hashlib.sha256(), 0, path.stat().st_size
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
            on_progress(Progress("check", done, total, "checksum"))
    return digest.hexdigest()


@contextlib.contextmanager
def alone(shelf: Shelf, patience: Patience, on_progress: OnProgress) -> Iterator[None]:
    """Hold the download's lock, so that two processes never write one part.

    The system releases the lock when its holder dies, so none is ever stale. Where the system has no such
    locks (Windows), nothing is locked. Raises `FetchError` when the wait gets too long.
    """
    try:
        import fcntl
    except ModuleNotFoundError:
        yield
        return
    give_up = time.monotonic() + patience.lock_wait_s
    with shelf.lock_file.open("a+") as lock:
        while True:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            if time.monotonic() >= give_up:
                raise FetchError(
                    f"another process has been fetching this file for {patience.lock_wait_s:.0f} seconds",
                    where=str(shelf.file),
                    remedy="wait for it to end, or choose another folder with --to",
                )
            on_progress(Progress("wait", shelf.part_bytes(), None, "another process is fetching this file"))
            time.sleep(min(0.2, patience.lock_wait_s))
        yield


def sync(path: Path) -> None:
    """Make sure that the file's bytes are on the disk."""
    with path.open("rb") as stream:
        os.fsync(stream.fileno())


def header_value(text: str | None) -> str | None:
    """A header value that can safely be sent back to its server, None for anything else."""
    return text if text and _HEADER_VALUE.fullmatch(text) else None


def _sync_folder(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every system can sync a folder; the rename holds without
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _write(path: Path, fields: dict[str, object]) -> None:
    beside = path.with_name(f"{path.name}.new")
    with beside.open("w", encoding="utf-8") as out:
        json.dump(fields, out, indent=2, ensure_ascii=False)
        out.write("\n")
        out.flush()
        os.fsync(out.fileno())
    beside.replace(path)


def _read(path: Path, kind: type[_Note]) -> _Note | None:
    """The note in a JSON file, None unless each field is there and of its type: people edit files."""
    try:
        with path.open("rb") as stream:
            raw = json.loads(stream.read(_LONGEST_NOTE))
        note = kind(**raw)
    except (OSError, ValueError, TypeError, RecursionError):
        return None
    counts, headers = {"bytes", "total"}, {"etag", "last_modified"}
    for key, value in asdict(note).items():
        if key in counts:
            sound = (value is None and key == "total") or (type(value) is int and value >= 0)
        else:
            sound = header_value(value) == value if key in headers else isinstance(value, str)
        if not sound:
            return None
    return note
