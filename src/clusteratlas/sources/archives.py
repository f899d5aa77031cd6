"""Publishers' archives and folders, opened with care: bounded, checked, never trusted."""

from __future__ import annotations

import hashlib
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


@dataclass(frozen=True)
class Member:
    """A file of the input: its name inside the archive or folder, and its size in bytes."""

    name: str
    size: int


class Input:
    """A zip, a folder or a single file, seen as a list of members.

    Raises `InputError` for what is no input: a missing path, a broken or dangerous archive.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._zip: zipfile.ZipFile | None = None
        if not self.path.exists():
            raise InputError("no such file or folder", where=str(path), remedy="check the path after --source NAME=")
        if self.path.is_file() and _looks_like_zip(self.path):
            self._zip = _open_zip(self.path)
            _check_members(self.path, self._zip.infolist())

    def __enter__(self) -> Input:
        return self

    def __exit__(self, *_: object) -> None:
        if self._zip:
            self._zip.close()

    def members(self) -> list[Member]:
        """The files, in the order of their names."""
        if self._zip:
            found = [Member(i.filename, i.file_size) for i in self._zip.infolist() if not i.is_dir()]
        elif self.path.is_dir():
            files = [p for p in self.path.rglob("*") if p.is_file()]
            found = [Member(p.relative_to(self.path).as_posix(), p.stat().st_size) for p in files]
        else:
            found = [Member(self.path.name, self.path.stat().st_size)]
        return sorted(found, key=lambda m: m.name)

    def label(self, member: Member) -> str:
        """How messages and rows name the member: `archive.zip/project.csv`."""
        return member.name if self._is_single() else f"{self.path.name}/{member.name}"

    def _is_single(self) -> bool:
        return self._zip is None and self.path.is_file()

    def file(self, member: Member, workdir: Path) -> Path:
        """The member as a file on disk; a zip's is unpacked into ``workdir``."""
        if self._is_single():
            return self.path
        if self._zip is None:
            return self.path / member.name
        digest = hashlib.sha256(member.name.encode()).hexdigest()[:8]
        target = workdir / f"{digest}-{PurePosixPath(member.name).name[-80:]}"
        with target.open("wb") as out:
            for chunk in self.chunks(member):
                out.write(chunk)
        return target

    def read(self, member: Member, limit: int = 64 * 1024**2) -> bytes:
        """The member's bytes; raises `InputError` when there are more than ``limit``."""
        if member.size > limit:
            raise InputError(f"{member.size:,} bytes, more than the {limit:,} expected", where=self.label(member))
        return b"".join(self.chunks(member))

    def chunks(self, member: Member) -> Iterator[bytes]:
        """The member's bytes in chunks, its checksum and stated size verified."""
        if self._zip is None:
            with self.file(member, self.path).open("rb") as stream:
                while chunk := stream.read(CHUNK):
                    yield chunk
            return
        read = 0
        try:
            with self._zip.open(member.name) as stream:
                while chunk := stream.read(CHUNK):
                    read += len(chunk)
                    if read > member.size:
                        raise zipfile.BadZipFile("longer than the archive says")
                    yield chunk
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError) as fault:
            if isinstance(fault, OSError) and fault.errno:
                raise
            raise InputError(
                f"the archive is damaged here ({fault})", where=self.label(member), remedy="download the file again"
            ) from fault


def _looks_like_zip(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(2) == b"PK" and path.suffix.lower() not in {".xlsx", ".xlsm"}


def _open_zip(path: Path) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(path)
    except (zipfile.BadZipFile, OSError, ValueError) as fault:
        raise InputError(
            f"not a whole zip archive ({fault})", where=path.name, remedy="download the file again; it may be cut off"
        ) from fault


def _check_members(path: Path, infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > MAX_MEMBERS:
        raise InputError(f"{len(infos):,} files in the archive, more than {MAX_MEMBERS:,}", where=path.name)
    for info in infos:
        _check_name(path, info.filename)
        if info.flag_bits & 0x1:
            raise InputError("the archive is encrypted", where=f"{path.name}/{info.filename}")
    total, packed = sum(i.file_size for i in infos), max(1, sum(i.compress_size for i in infos))
    if total > MAX_TOTAL_BYTES or (total > RATIO_FLOOR_BYTES and total / packed > MAX_RATIO):
        raise InputError(
            f"the archive would unpack {packed:,} bytes to {total:,}: refused as a zip bomb",
            where=path.name,
            remedy="download the file again from the publisher",
        )


def _check_name(path: Path, name: str) -> None:
    parts = PurePosixPath(name.replace("\\", "/")).parts
    if ".." in parts or name.startswith(("/", "\\")) or (parts and parts[0].endswith(":")) or "\0" in name:
        raise InputError(
            f"the archive holds a file that points outside it ({name!r}): refused",
            where=path.name,
            remedy="download the file again from the publisher",
        )

