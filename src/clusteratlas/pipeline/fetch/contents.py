"""Whether what a server sent is the file that was asked for, and whole."""

from __future__ import annotations

import errno
import gzip
import lzma
import re
import struct
import zipfile
import zlib
from pathlib import Path

from clusteratlas.errors import FetchError, InputError
from clusteratlas.pipeline.fetch.patience import OnProgress, Progress
from clusteratlas.sources.archives import Input
from clusteratlas.sources.catalogue import Download

BEGINNINGS = {"zip": (b"PK\x03\x04", b"PK\x05\x06"), "xlsx": (b"PK\x03\x04",), "gzip": (b"\x1f\x8b",)}
ENOUGH_TO_TELL = 4
_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*(?>(?:<!--.*?-->\s*)*)<(?:!doctype\s+html|html|head|body)\b", re.I | re.S
)
_TITLE = re.compile(r"<title[^>]*>([^<]{1,200})", re.I)
_CHUNK = 1024**2
# What the zip reader raises for wrong bytes, besides its own error.
_BROKEN_ZIP = (
    zipfile.BadZipFile,
    lzma.LZMAError,
    zlib.error,
    struct.error,
    ValueError,
    EOFError,
    LookupError,
    RuntimeError,
)


class Damaged(Exception):
    """A file of the right kind that is cut off or broken; its text says how."""


def refuse_wrong_kind(head: bytes, content_type: str, download: Download) -> None:
    """Raise `FetchError` when a body that begins with ``head`` is not what ``download`` should be.

    The first bytes decide, not the content type: servers often send archives as something else.
    """
    expected = BEGINNINGS.get(download.media)
    is_page = _PAGE.match(head) is not None
    if head.startswith(expected) if expected else not is_page:
        return
    if is_page or "html" in content_type.lower():
        raise FetchError(
            f"the server sent a web page{_title(head)} instead of a {download.media} file",
            where=download.url,
            remedy=f"open {download.homepage or download.url} in a browser and look "
            "whether the file has moved, or needs a login or a consent",
        )
    raise FetchError(
        f"what the server sent is not a {download.media} file; it begins with {head[:8]!r}",
        where=download.url,
        remedy=f"look at {download.homepage or download.url} whether the file has moved or changed its form",
    )


def refuse_damaged(path: Path, media: str, on_progress: OnProgress) -> None:
    """Raise `Damaged` when the file is not whole: every member of an archive is read against its checksum."""
    with path.open("rb") as stream:
        head = stream.read(ENOUGH_TO_TELL)
    if not head:
        raise Damaged("it is empty")
    if media in BEGINNINGS and not head.startswith(BEGINNINGS[media]):
        raise Damaged(f"it does not begin like a {media} file")
    if media in {"zip", "xlsx"}:
        _read_zip(path, on_progress)
    elif media == "gzip":
        _read_gzip(path, on_progress)


def _read_zip(path: Path, on_progress: OnProgress) -> None:
    try:
        with Input(path) as archive:
            members = archive.members()
            if not members:
                raise Damaged("the archive holds no file")
            done, total = 0, sum(member.size for member in members)
            for member in members:
                for chunk in archive.chunks(member):
                    done += len(chunk)
                    on_progress(Progress("check", done, total, "archive"))
    except InputError as fault:
        raise Damaged(fault.what) from fault
    except _BROKEN_ZIP as fault:
        raise Damaged(f"the archive cannot be read ({fault})") from fault
    except OSError as fault:
        if fault.errno != errno.EINVAL:  # a place before the beginning of the file, told by a wrong directory
            raise
        raise Damaged("the archive's directory is wrong") from fault


def _read_gzip(path: Path, on_progress: OnProgress) -> None:
    total = path.stat().st_size
    try:
        with path.open("rb") as raw, gzip.open(raw) as stream:
            while stream.read(_CHUNK):
                on_progress(Progress("check", min(raw.tell(), total), total, "archive"))
    except (EOFError, zlib.error, gzip.BadGzipFile) as fault:
        raise Damaged(f"the gzip file is cut off or broken ({fault})") from fault


def _title(head: bytes) -> str:
    found = _TITLE.search(head.decode("utf-8", errors="replace"))
    words = " ".join(found.group(1).split()) if found else ""
    return f" titled '{words}'" if words.isprintable() and words else ""
