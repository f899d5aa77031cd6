"""The download itself: attempts until the file is whole, verified and in its place."""

from __future__ import annotations

import errno
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from clusteratlas.errors import FetchError
from clusteratlas.pipeline.fetch import contents
from clusteratlas.pipeline.fetch.patience import OnProgress, Patience, Progress, TryAgain, readable_bytes
from clusteratlas.pipeline.fetch.shelf import PartNote, Record, Shelf, alone, sha256_of, sync
from clusteratlas.settings import home
from clusteratlas.sources import catalogue
from clusteratlas.sources.catalogue import Download

if TYPE_CHECKING:
    import httpx

    from clusteratlas.pipeline.fetch.transfer import Transfer

_DISK_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


@dataclass(frozen=True)
class Fetched:
    """A file that was fetched, or found unchanged.

    ``retrieved_at`` is when these bytes were first received, ``checked_at`` when the publisher was last asked
    (ISO 8601, UTC). ``resumed_from`` is the byte at which the last transfer went on, None when it began at
    the first.
    """

    path: Path
    url: str
    sha256: str
    bytes: int
    retrieved_at: str
    checked_at: str
    etag: str | None
    last_modified: str | None
    unchanged: bool
    attempts: int
    resumed_from: int | None


def fetch(
    name: str,
    *,
    directory: str | Path | None = None,
    force: bool = False,
    client: httpx.Client | None = None,
    on_progress: OnProgress | None = None,
    url: str | None = None,
    patience: Patience | None = None,
) -> Fetched:
    """Fetch the download called ``name`` into ``directory`` (default: ``downloads/<name>`` at home).

    A broken transfer is continued, a temporary fault tried again, the file verified before it takes its
    name. Nothing is transferred when the publisher says that the file is unchanged, unless ``force`` is set.
    ``url`` fetches it from elsewhere. ``on_progress`` is called often, with a `Progress`.

    Raises `UsageError` for an unknown name and `FetchError` when the file cannot be had; what was kept
    before, and what was received of a new version, stay.

    >>> fetch("cordis-horizon").path  # doctest: +SKIP
    PosixPath('/home/ana/.local/share/clusteratlas/downloads/cordis-horizon/cordis-HORIZONprojects-csv.zip')
    """
    wanted = catalogue.download(name)
    return fetch_download(
        replace(wanted, url=url) if url else wanted,
        Path(directory).expanduser() if directory else home() / "downloads" / name,
        force=force,
        client=client,
        on_progress=on_progress,
        patience=patience,
    )


def fetch_download(
    download: Download,
    folder: Path,
    *,
    force: bool = False,
    client: httpx.Client | None = None,
    on_progress: OnProgress | None = None,
    patience: Patience | None = None,
) -> Fetched:
    """Fetch a `Download` into ``folder``; as `fetch`, for files that no source lists.

    >>> fetch_download(catalogue.download("cordis-fp7"), Path("fp7")).unchanged  # doctest: +SKIP
    False
    """
    # Loaded late: httpx takes long to import, and most commands need no network.
    from clusteratlas.pipeline.fetch import wire
    from clusteratlas.pipeline.fetch.transfer import Transfer

    if not catalogue.is_plain_file_name(download.file):
        raise FetchError(f"{download.file!r} is not a plain file name", where=download.url)
    patience, tell = patience or Patience(), on_progress or (lambda _: None)
    url = wire.address(download.url)
    shelf = Shelf(Path(folder), download.file)
    with _disk_faults(shelf):
        shelf.folder.mkdir(parents=True, exist_ok=True)
        with alone(shelf, patience, tell), wire.opened(client, url, patience) as http:
            if force:
                shelf.discard_part()
            return _Fetching(Transfer(download, shelf, http, tell), patience, force).run()


@dataclass
class _Fetching:
    """One run: the attempts at one file."""

    transfer: Transfer
    patience: Patience
    force: bool
    attempts: int = 0
    resumed_from: int | None = None

    def __post_init__(self) -> None:
        self.download, self.shelf, self.tell = self.transfer.download, self.transfer.shelf, self.transfer.tell

    def run(self) -> Fetched:
        kept = self.shelf.kept(self.tell)
        damaged: set[str] = set()
        furthest, fruitless = self.shelf.part_bytes(), 0
        while True:
            self.attempts += 1
            try:
                received = self.transfer.receive(None if self.force else kept)
                self.resumed_from = received.resumed_from
                if kept is not None and not received.is_new:
                    return self._unchanged(kept)
                return self._finish(kept, damaged)
            except TryAgain as fault:
                reached = self.shelf.part_bytes()
                fruitless = 1 if reached > furthest else fruitless + 1
                furthest = max(furthest, reached)
                if fruitless >= self.patience.attempts or self.attempts >= self.patience.attempts_in_all:
                    self._give_up(fault.reason)
                self._wait(fault, fruitless)

    def _finish(self, kept: Record | None, damaged: set[str]) -> Fetched:
        """Verify the part and put it in its place; the same damage twice is the publisher's own."""
        part = self.shelf.part
        sync(part)
        checksum = sha256_of(part, self.tell)
        try:
            contents.refuse_damaged(part, self.download.media, self.tell)
        except contents.Damaged as fault:
            self.shelf.discard_part()
            if checksum in damaged:
                raise FetchError(
                    f"the publisher's file is damaged: {fault}; it came the same way twice",
                    where=self.download.url,
                    remedy="try again later; the file that was kept before, if any, is untouched",
                ) from fault
            damaged.add(checksum)
            raise TryAgain(f"what was received is damaged: {fault}; starting over") from fault
        return self._keep(kept, checksum)

    def _keep(self, kept: Record | None, checksum: str) -> Fetched:
        note = self.shelf.part_note() or PartNote(self.download.url)
        now = _now()
        record = Record(
            name=self.download.name,
            file=self.download.file,
            url=self.download.url,
            sha256=checksum,
            bytes=self.shelf.part_bytes(),
            retrieved_at=now,
            checked_at=now,
            etag=note.etag,
            last_modified=note.last_modified,
        )
        if kept is not None and kept.sha256 == checksum:
            record = replace(record, retrieved_at=kept.retrieved_at)
            self.shelf.remember(record)
            self.shelf.discard_part()
            return self._fetched(record, unchanged=True)
        self.shelf.accept_part(record)
        return self._fetched(record, unchanged=False)

    def _unchanged(self, kept: Record) -> Fetched:
        record = replace(kept, checked_at=_now())
        self.shelf.remember(record)
        return self._fetched(record, unchanged=True)

    def _fetched(self, record: Record, *, unchanged: bool) -> Fetched:
        known = {key: value for key, value in asdict(record).items() if key not in {"name", "file"}}
        return Fetched(
            path=self.shelf.file,
            unchanged=unchanged,
            attempts=self.attempts,
            resumed_from=self.resumed_from,
            **known,
        )

    def _wait(self, fault: TryAgain, fruitless: int) -> None:
        seconds = self.patience.wait_s(fruitless, fault.asked_s)
        note = f"{fault.reason}; next attempt in {seconds:.0f} s"
        self.tell(Progress("wait", self.shelf.part_bytes(), None, note))
        time.sleep(seconds)

    def _give_up(self, reason: str) -> NoReturn:
        goes_on = self.shelf.resumable(self.download.url) is not None
        onward = f"; it will go on from {readable_bytes(self.shelf.part_bytes())}" if goes_on else ""
        raise FetchError(
            f"{reason} (gave up after {self.attempts} attempt{'s' if self.attempts > 1 else ''})",
            where=self.download.url,
            remedy=f"check the connection and run the same command again later{onward}",
        )


@contextmanager
def _disk_faults(shelf: Shelf) -> Iterator[None]:
    try:
        yield
    except OSError as fault:
        if fault.errno in _DISK_FULL:
            received = readable_bytes(shelf.part_bytes())
            raise FetchError(
                f"the disk is full ({received} of the file received)",
                where=str(shelf.folder),
                remedy="make room and run the same command again, or choose another disk with --to",
            ) from fault
        raise FetchError(
            f"the file cannot be written ({fault.strerror or fault})",
            where=str(fault.filename or shelf.folder),
            remedy="check the folder's permissions, or choose another with --to",
        ) from fault


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
