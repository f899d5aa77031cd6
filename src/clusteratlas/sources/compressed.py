"""Files packed with gzip, unpacked with care: bounded, checked."""

from __future__ import annotations

import gzip
import hashlib
import zlib
from pathlib import Path

from clusteratlas.errors import InputError
from clusteratlas.sources.archives import CHUNK, MAX_RATIO, MAX_TOTAL_BYTES, RATIO_FLOOR_BYTES

MAGIC = b"\x1f\x8b"


def unpacked(path: Path, label: str, workdir: Path) -> Path:
    """The file itself, or its content in ``workdir`` when it is packed with gzip, whatever it is called.

    Raises `InputError` when it is cut off, damaged or made to fill the disk.
    """
    with path.open("rb") as stream:
        if stream.read(2) != MAGIC:
            return path
    target = workdir / f"{hashlib.sha256(label.encode()).hexdigest()[:16]}.unpacked"
    try:
        with gzip.open(path) as packed, target.open("wb") as out:
            _copy(packed, out, path.stat().st_size, label)
    except (EOFError, gzip.BadGzipFile, zlib.error) as fault:
        target.unlink(missing_ok=True)
        raise InputError(
            f"the archive is damaged or cut off ({fault})", where=label, remedy="download the file again"
        ) from fault
    return target


def _copy(packed: gzip.GzipFile, out, size: int, label: str) -> None:
    written = 0
    while chunk := packed.read(CHUNK):
        written += len(chunk)
        if written > MAX_TOTAL_BYTES or (written > RATIO_FLOOR_BYTES and written > MAX_RATIO * size):
            raise InputError(
                f"the archive would unpack {size:,} bytes to more than {written:,}: refused as a zip bomb",
                where=label,
                remedy="download the file again from the publisher",
            )
        out.write(chunk)
