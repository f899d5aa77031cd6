"""Tables of a release written into a folder, with a `datapackage.json` that describes them."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clusteratlas.atlas.export import BATCH_ROWS, file_format, write
from clusteratlas.atlas.extract import extract, narrowing
from clusteratlas.errors import ClusteratlasError, UsageError
from clusteratlas.pipeline.datapackage import Exported, describe
from clusteratlas.pipeline.schema import table, tables

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

PACKAGE = "datapackage.json"


def export(
    atlas: Atlas,
    to: Path,
    *,
    names: Iterable[str] = (),
    format_name: str = "parquet",
    project_ids: list[str] | None = None,
    query: str | None = None,
    advance: Callable[[str], None] = lambda name: None,
) -> list[Exported]:
    """Write the tables ``names`` into the folder ``to``; returns what was written.

    Without ``names``: all tables, or with ``project_ids`` all that have to do with projects, narrowed to
    these. ``advance`` is told each table before it is written. Each file appears when it is whole.
    Raises `UsageError` for a table or format that does not exist, `ClusteratlasError` when ``to`` cannot be
    written.

    >>> export(atlas, Path("out"), names=["project"], format_name="csv")  # doctest: +SKIP
    """
    file_format(format_name)
    chosen = [table(name).name for name in dict.fromkeys(names)] or _default(project_ids is not None)
    try:
        to.mkdir(parents=True, exist_ok=True)
        written = []
        for name in chosen:
            advance(name)
            written.append(_write(atlas, to, name, format_name, project_ids))
        package = describe(atlas.release.manifest, written, query)
        _replace(to / PACKAGE, lambda path: path.write_text(_json(package), "utf-8"))
    except OSError as fault:
        raise ClusteratlasError(
            f"cannot be written ({fault.strerror or fault})",
            where=str(to),
            remedy="name another folder after --to, or free some space",
        ) from None
    return written


def _json(value: Any) -> str:
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _default(is_part: bool) -> list[str]:
    return [one.name for one in tables().values() if not is_part or narrowing(one.columns)]


def _write(atlas: Atlas, to: Path, name: str, format_name: str, project_ids: list[str] | None) -> Exported:
    path = to / f"{name}.{format_name}"
    reader = extract(atlas, name, project_ids).to_arrow_reader(BATCH_ROWS)
    rows = 0

    def fill(fresh: Path) -> None:
        nonlocal rows
        with fresh.open("wb") as stream:
            rows = write(reader, stream, format_name, title=name)

    _replace(path, fill)
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    return Exported(name, path.name, format_name, rows, path.stat().st_size, digest)


def _replace(path: Path, fill: Callable[[Path], Any]) -> None:
    """Let ``fill`` write a file beside ``path`` and put it in its place when it is whole."""
    if path.is_dir():
        raise UsageError("a folder is in the way", where=str(path), remedy="name another folder after --to")
    fresh = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        fill(fresh)
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
