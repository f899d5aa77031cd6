"""Rows as a download: a name that says what it holds, licence and query with it, bounded in size."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from anyascii import anyascii
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse

from clusteratlas.atlas.export import FORMATS, file_format, reader_of, spooled
from clusteratlas.atlas.values import plain
from clusteratlas.errors import UsageError

if TYPE_CHECKING:
    import pyarrow as pa

ENDINGS = tuple(FORMATS)
TWINS = r"\.(?P<ending>json|csv)$"
"""How the address of a page's twin ends."""
CELLS_OF_A_SHEET = 1_000_000
"""An Excel file of more cells takes a minute to write, and is too slow to open."""
LONGEST_NAME = 100


def download(
    request: HttpRequest,
    reader: pa.RecordBatchReader,
    ending: str,
    name: Iterable[str],
    *,
    title: str,
    rows: int,
    about: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """All rows of ``reader`` as a file of the format ``ending``, called after the words ``name``.

    Raises `UsageError` for a format that does not exist, and for an Excel file that would be too large.
    """
    chosen = file_format(ending)
    if ending == "xlsx":
        refuse_large(rows, len(reader.schema))
    said = {**provenance(request), **(about or {})}
    response = FileResponse(
        spooled(reader, ending, title=title, about=said),
        content_type=chosen.media_type,
        as_attachment=ending not in ("json", "jsonl"),
        filename=file_name(request, name, ending),
    )
    if ending in ("xlsx", "parquet"):
        # These are compressed already.
        response.headers["Content-Encoding"] = "identity"
    return response


def refuse_large(rows: int, columns: int) -> None:
    """Raise `UsageError` when an Excel file of so many cells would be too large."""
    if rows * columns > CELLS_OF_A_SHEET:
        raise UsageError(
            f"{rows:,} rows of {columns} columns are too many for an Excel file",
            remedy="take CSV or Parquet, or ask for fewer rows",
        )


def rows_download(
    request: HttpRequest,
    rows: list[dict[str, Any]],
    columns: Iterable[str],
    ending: str,
    name: Iterable[str],
    *,
    title: str,
    about: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """As `download`, for rows as dictionaries."""
    reader = reader_of([plain(row) for row in rows], columns)
    return download(request, reader, ending, name, title=title, rows=len(rows), about=about)


def json_twin(request: HttpRequest, value: Mapping[str, Any]) -> JsonResponse:
    """A page's facts as JSON, with where they come from."""
    said = {"about": provenance(request), **plain(value)}
    return JsonResponse(said, json_dumps_params={"ensure_ascii": False})


def provenance(request: HttpRequest) -> dict[str, Any]:
    """What travels with every download: address, release, licence and credit."""
    manifest = request.atlas.release.manifest
    licences = (source["licence"] for source in manifest.get("sources", []))
    return {
        "address": request.build_absolute_uri(),
        "release": request.atlas.release.id,
        "built_at": manifest.get("built_at"),
        "credit": "; ".join(dict.fromkeys(f"{one['attribution']} ({one['name']})" for one in licences)),
    }


def file_name(request: HttpRequest, words: Iterable[str], ending: str) -> str:
    """A file name made of plain letters, ending in the day of the release.

    >>> from types import SimpleNamespace as Some
    >>> request = Some(atlas=Some(release=Some(id="20261123T010538Z")))
    >>> file_name(request, ["projects", "Pôle: photonics"], "csv")
    'clusteratlas-projects-pole-photonics-20261123.csv'
    """
    slug = re.sub(r"[^a-z0-9]+", "-", anyascii(" ".join(words)).lower()).strip("-")[:LONGEST_NAME].rstrip("-")
    return f"clusteratlas-{slug}-{request.atlas.release.id[:8]}.{ending}"
