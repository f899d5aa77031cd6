"""Publishers' archives and folders, opened with care: bounded, checked, never trusted."""

from __future__ import annotations

import hashlib
import lzma
import os
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from clusteratlas.errors import InputError

MAX_MEMBERS = 500_000
MAX_TOTAL_BYTES = 20 * 1024**3
MAX_RATIO = 200
RATIO_FLOOR_BYTES = 64 * 1024**2
CHUNK = 1024**2
WORKBOOK_PART = "[Content_Types].xml"
# What `zipfile` raises for archives that are cut off, changed or made to harm.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    struct.error,
    OSError,
)


@dataclass(frozen=True)
class Member:
    """A file of the input: its name inside the archive or folder, and its size in bytes."""

    name: str
    size: int

    @property
    def suffix(self) -> str:
        """How the file's name ends, in small letters.

        >>> Member("csv/Project.CSV", 0).suffix
        '.csv'
        """
        return PurePosixPath(self.name).suffix.lower()


class Input:
    """A zip, a folder or a single file, seen as a list of members; ``name`` is how messages name it.

    Raises `InputError` for what is no input: a missing or unreadable path, a broken or dangerous archive.
    """

    def __init__(self, path: Path, name: str | None = None) -> None:
        self.path = Path(path)
        self.name = name or self.path.resolve().name
        self._zip: zipfile.ZipFile | None = None
        if not self.path.exists():
            raise InputError(
                "no such file or folder", where=str(path), remedy="check the path after --source NAME="
            )
        if not self.path.is_file() and not self.path.is_dir():
            raise InputError(
                "neither a file nor a folder", where=str(path), remedy="give a file, a folder or a zip"
            )
        if self.path.is_file() and not os.access(self.path, os.R_OK):
            raise unreadable(str(path))
        if self.path.is_file() and _is_archive(self.path):
            self._zip = open_zip(self.path, self.name)

    def __enter__(self) -> Input:
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip:
            self._zip.close()

    def members(self) -> list[Member]:
        """The files, in the order of their names.

        Raises `InputError` for a folder that cannot be looked into.
        """
        if self._zip:
            found = [Member(i.filename, i.file_size) for i in self._zip.infolist() if not i.is_dir()]
        elif self.path.is_dir():
            found = [Member(p.relative_to(self.path).as_posix(), p.stat().st_size) for p in _files(self.path)]
        else:
            found = [Member(self.path.name, self.path.stat().st_size)]
        return sorted(found, key=lambda m: m.name)

    def label(self, member: Member) -> str:
        """How messages and rows name the member: `archive.zip/project.csv`."""
        label = self.name if self.is_single else f"{self.name}/{member.name}"
        return label.encode("utf-8", "surrogateescape").decode("utf-8", "replace")

    @property
    def is_single(self) -> bool:
        """Whether the input is one file by itself."""
        return self._zip is None and self.path.is_file()

    def file(self, member: Member, workdir: Path) -> Path:
        """The member as a file on disk; a zip's is unpacked into ``workdir``."""
        if self._zip is None:
            path = self.path / member.name if self.path.is_dir() else self.path
            if not os.access(path, os.R_OK):
                raise unreadable(self.label(member))
            return path
        digest = hashlib.sha256(member.name.encode("utf-8", "surrogateescape")).hexdigest()[:16]
        target = workdir / f"{digest}{PurePosixPath(member.name).suffix[:10]}"
        with target.open("wb") as out:
            for chunk in self.chunks(member):
                out.write(chunk)
        return target

    def read(self, member: Member, limit: int = 64 * 1024**2) -> bytes:
        """The member's bytes; raises `InputError` when there are more than ``limit``."""
        if member.size > limit:
            raise InputError(
                f"{member.size:,} bytes, more than the {limit:,} expected", where=self.label(member)
            )
        return b"".join(self.chunks(member))

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The member's bytes in chunks, its checksum and stated size verified."""
        if self._zip is None:
            yield from self._plain_chunks(member)
            return
        read = 0
        try:
            with self._zip.open(member.name) as stream:
                while chunk := stream.read(CHUNK):
                    read += len(chunk)
                    if read > member.size:
                        raise zipfile.BadZipFile("longer than the archive says")
                    yield chunk
        except _DAMAGE as fault:
            if isinstance(fault, OSError) and fault.errno:
                raise
            raise InputError(
                f"the archive is damaged here ({fault})",
                where=self.label(member),
                remedy="download the file again",
            ) from fault

    def _plain_chunks(self, member: Member) -> Iterator[bytes]:
        with self.file(member, self.path).open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk


def unreadable(where: str) -> InputError:
    """The error for a file or folder that one may not read."""
    return InputError("no permission to read this", where=where, remedy="change its rights: chmod u+r")


def _files(folder: Path) -> Iterator[Path]:
    """The files below ``folder``, linked folders included, each once; one that cannot be looked into is an error."""

    def refuse(fault: OSError) -> None:
        raise unreadable(str(fault.filename)) from fault

    seen: set[str] = set()
    for place, folders, names in os.walk(folder, onerror=refuse, followlinks=True):
        seen.add(os.path.realpath(place))
        folders[:] = sorted(f for f in folders if os.path.realpath(os.path.join(place, f)) not in seen)
        yield from (p for p in (Path(place) / name for name in names) if p.is_file())


def _is_archive(path: Path) -> bool:
    """Whether the file is a zip, or is called one, and is not a workbook (which is a zip inside)."""
    return path.suffix.lower() == ".zip" or (starts_like_zip(path) and not is_workbook(path))


def starts_like_zip(path: Path) -> bool:
    """Whether the file begins as zips do."""
    with path.open("rb") as stream:
        return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")


def is_workbook(path: Path) -> bool:
    """Whether a zip is a workbook, whatever it is called."""
    try:
        with zipfile.ZipFile(path) as archive:
            return WORKBOOK_PART in archive.namelist()
    except _DAMAGE:
        return False


def open_zip(path: Path, label: str) -> zipfile.ZipFile:
    """The archive, its directory checked; raises `InputError` when it is broken or dangerous."""
    try:
        archive = zipfile.ZipFile(path)
    except _DAMAGE as fault:
        raise InputError(
            f"not a whole zip archive ({fault})",
            where=label,
            remedy="download the file again; it may be cut off",
        ) from fault
    try:
        _check_members(label, archive.infolist())
    except InputError:
        archive.close()
        raise
    return archive


def _check_members(label: str, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise _dangerous(label, f"{len(infos):,} files in the archive, more than {MAX_MEMBERS:,}")
    names: set[str] = set()
    for info in infos:
        if _points_outside(info.filename):
            raise _dangerous(
                label, f"the archive holds a file that points outside it ({info.filename!r}): refused"
            )
        if info.flag_bits & 0x1:
            raise InputError(
                "the archive is encrypted", where=f"{label}/{info.filename}", remedy="unpack it first"
            )
        if info.filename in names:
            raise _dangerous(label, f"the archive holds {info.filename!r} twice: refused")
        names.add(info.filename)
    total, packed = sum(i.file_size for i in infos), max(1, sum(i.compress_size for i in infos))
    if total > MAX_TOTAL_BYTES or (total > RATIO_FLOOR_BYTES and total / packed > MAX_RATIO):
        raise _dangerous(
            label, f"the archive would unpack {packed:,} bytes to {total:,}: refused as a zip bomb"
        )


def _dangerous(label: str, what: str) -> InputError:
    return InputError(what, where=label, remedy="download the file again from the publisher")


def _points_outside(name: str) -> bool:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    has_drive = bool(parts) and len(parts[0]) == 2 and parts[0][1] == ":"
    return ".." in parts or name.startswith(("/", "\\")) or has_drive or "\0" in name
