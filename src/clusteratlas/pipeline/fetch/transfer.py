"""One attempt: ask for what is missing, judge the reply, and append its body to the part."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from io import FileIO
from typing import NoReturn

import httpx

from clusteratlas.errors import FetchError
from clusteratlas.pipeline.fetch import contents, wire
from clusteratlas.pipeline.fetch.patience import OnProgress, Progress, TryAgain, readable_bytes
from clusteratlas.pipeline.fetch.shelf import PartNote, Record, Shelf, header_value
from clusteratlas.sources.catalogue import Download

_HEAD_BYTES = 4096


@dataclass(frozen=True)
class Place:
    """Where a body belongs: its first byte, the byte after its last, the file's size (None: not told)."""

    start: int
    end: int | None
    total: int | None


@dataclass(frozen=True)
class Received:
    """What an attempt brought: whether the part is new, and from which byte it went on."""

    is_new: bool
    resumed_from: int | None = None


@dataclass(frozen=True)
class Transfer:
    """The attempts at one file over one client."""

    download: Download
    shelf: Shelf
    client: httpx.Client
    tell: OnProgress

    def receive(self, kept: Record | None) -> Received:
        """Transfer what is missing; ``kept`` is the file that the publisher may say is still the one it has.

        Raises `TryAgain` when another attempt may bring more, `FetchError` when none will.
        """
        note = self.shelf.resumable(self.download.url)
        conditions = self._conditions(kept) if note is None else {}
        headers = conditions if note is None else self._range(note)
        url = wire.address(self.download.url)
        with wire.asked(self.client, self.download, url, headers) as response:
            if response.status_code == 304:
                if not conditions:
                    raise TryAgain("the server answered 304 (unchanged) to a question that was not asked")
                return Received(is_new=False)
            if note is not None and self._is_whole_already(response, note):
                return Received(is_new=True, resumed_from=note.total)
            place = self._place(response, note)
            self._refuse_too_much(place)
            if place.start == 0:
                self.shelf.begin_part(_note_of(response, self.download.url, place.total))
            self._write(response, place)
        return Received(is_new=True, resumed_from=place.start or None)

    def _conditions(self, kept: Record | None) -> dict[str, str]:
        if kept is None or kept.url != self.download.url:
            return {}
        told = {"If-None-Match": kept.etag, "If-Modified-Since": kept.last_modified}
        return {key: value for key, value in told.items() if value}

    def _range(self, note: PartNote) -> dict[str, str]:
        return {"Range": f"bytes={self.shelf.part_bytes()}-", "If-Range": note.condition() or ""}

    def _is_whole_already(self, response: httpx.Response, note: PartNote) -> bool:
        """Whether the server refuses the range because the part, of its present version, is all there is."""
        told = wire.content_range(response.headers.get("Content-Range"))
        return (
            response.status_code == 416
            and told is not None
            and told.total == note.total == self.shelf.part_bytes()
            and _is_same_version(response, note)
        )

    def _place(self, response: httpx.Response, note: PartNote | None) -> Place:
        """Where the body belongs; raises `TryAgain`, the part discarded, when it belongs nowhere."""
        if response.status_code == 200:
            total = _length(response)
            return Place(0, total, total)
        told = wire.content_range(response.headers.get("Content-Range"))
        fits = (
            response.status_code == 206
            and note is not None
            and told is not None
            and told.first == self.shelf.part_bytes()
            and (told.total is None or note.total is None or told.total == note.total)
            and _is_same_version(response, note)
            and not _is_encoded(response)
        )
        if not fits or told is None or told.first is None or told.last is None:
            self.shelf.discard_part()
            raise TryAgain("the server did not continue where the transfer broke off; starting over")
        return Place(told.first, told.last + 1, told.total or (note.total if note else None))

    def _refuse_too_much(self, place: Place) -> None:
        if place.total is None:
            return
        if place.total > self.download.max_bytes:
            self._too_large(readable_bytes(place.total))
        missing = place.total - place.start
        free = shutil.disk_usage(self.shelf.folder).free
        if place.start == 0:
            free += self.shelf.part_bytes()  # the old part makes room
        if missing > free:
            raise FetchError(
                f"{readable_bytes(missing)} to receive, {readable_bytes(free)} free on the disk",
                where=str(self.shelf.folder),
                remedy="make room, or choose a folder on another disk with --to",
            )

    def _too_large(self, size: str) -> NoReturn:
        self.shelf.discard_part()
        raise FetchError(
            f"the server sends {size}, more than the {readable_bytes(self.download.max_bytes)} allowed",
            where=self.download.url,
            remedy=f"if the file has really grown so much, raise max_bytes of '{self.download.name}' "
            "in its source.yml",
        )

    def _write(self, response: httpx.Response, place: Place) -> None:
        """Append the body to the part, as it comes, and check that it ended where the server said."""
        done, head = place.start, b""
        # Unbuffered: what was received is in the file even when this process is killed.
        with self.shelf.part.open("ab", buffering=0) as part:
            for chunk in self._body(response):
                done += len(chunk)
                if done > self.download.max_bytes:
                    self._too_large(f"at least {readable_bytes(done)}")
                _write_all(part, chunk)
                if place.start == 0 and len(head) < contents.ENOUGH_TO_TELL:
                    head += chunk[:_HEAD_BYTES]
                    self._refuse_wrong_kind(head, response.headers.get("Content-Type", ""))
                self.tell(Progress("download", done, place.total))
        if place.end is not None and done > place.end:
            self.shelf.discard_part()
            raise TryAgain(f"the server sent more than the {place.end:,} bytes it had said; starting over")
        if place.total is not None and done < place.total:
            raise TryAgain(f"the transfer broke off at {done:,} of {place.total:,} bytes")

    def _body(self, response: httpx.Response) -> Iterator[bytes]:
        # A gzip file that is labelled as its own content encoding is the file, not a wrapping around it.
        is_wrapped = _is_encoded(response) and self.download.media != "gzip"
        return response.iter_bytes() if is_wrapped else response.iter_raw()

    def _refuse_wrong_kind(self, head: bytes, content_type: str) -> None:
        if len(head) < contents.ENOUGH_TO_TELL:
            return
        try:
            contents.refuse_wrong_kind(head, content_type, self.download)
        except FetchError:
            self.shelf.discard_part()
            raise


def _note_of(response: httpx.Response, url: str, total: int | None) -> PartNote:
    if _is_encoded(response):  # a part of something wrapped cannot be continued
        return PartNote(url)
    headers = response.headers
    return PartNote(url, header_value(headers.get("ETag")), header_value(headers.get("Last-Modified")), total)


def _is_encoded(response: httpx.Response) -> bool:
    return response.headers.get("Content-Encoding", "identity").strip().lower() not in {"", "identity"}


def _is_same_version(response: httpx.Response, note: PartNote) -> bool:
    etag, modified = response.headers.get("ETag"), response.headers.get("Last-Modified")
    return (etag or note.etag) == note.etag and (modified or note.last_modified) == note.last_modified


def _length(response: httpx.Response) -> int | None:
    text = response.headers.get("Content-Length", "")
    is_told = text.isascii() and text.isdigit() and len(text) <= 18 and not _is_encoded(response)
    return int(text) if is_told else None


def _write_all(part: FileIO, chunk: bytes) -> None:
    # A nearly full disk takes a piece and says so; only the next write fails.
    rest = memoryview(chunk)
    while rest:
        rest = rest[part.write(rest) :]
