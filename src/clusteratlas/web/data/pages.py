"""Pages about the data: releases and what changed, dictionary, quality, quarantine, downloads, sources."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas.errors import NotFoundError, UsageError
from clusteratlas.pipeline.diff import Change, Difference, diff
from clusteratlas.web.atlas import remember
from clusteratlas.web.data import facts
from clusteratlas.web.data.downloads import json_twin, rows_download
from clusteratlas.web.data.tables import OFFERED, offers
from clusteratlas.web.paging import page_links

QUARANTINE_PAGE = 25
CHANGES_SHOWN = 20
CHANGES_IN_A_FILE = 10_000
"""Changes of each kind in each table that a file has: two releases may differ in millions of figures."""


def _page(request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
    crumbs = [("Home", "/"), ("Data", "/data/"), (title, "")]
    return render(request, f"data/{template}.html", {"title": title, "crumbs": crumbs, **context})


def index(request: HttpRequest) -> HttpResponse:
    """What there is to know about the data."""
    lines = remember(request, "dictionary", facts.dictionary)
    return render(
        request,
        "data/index.html",
        {
            "crumbs": [("Home", "/"), ("Data", "")],
            "counts": {line.name: line.rows for line in lines},
            "tables": len(lines),
            "quality": remember(request, "quality", facts.quality),
            "releases": facts.release_lines(request.atlas.release),
            "lines": facts.source_lines(request.atlas.release.manifest),
        },
    )


def releases(request: HttpRequest) -> HttpResponse:
    """The releases, each with a link to what changed since the one before."""
    lines = facts.release_lines(request.atlas.release)
    pairs = list(zip(lines, [*lines[1:], None], strict=True))
    return _page(request, "releases", "Releases", pairs=pairs)


def changes(request: HttpRequest, before: str, after: str) -> HttpResponse:
    """What changed from one release to another."""
    found = remember(
        request, ("changes", before, after), lambda _: _difference(request, before, after, CHANGES_SHOWN)
    )
    shown = [
        (one, [c for c in found.changes if c.table == one.table]) for one in found.tables if not one.is_equal
    ]
    same = [one.table for one in found.tables if one.is_equal]
    return _page(
        request,
        "changes",
        "What changed",
        found=found,
        shown=shown,
        same=same,
        most=CHANGES_SHOWN,
        most_in_file=CHANGES_IN_A_FILE,
    )


def _difference(request: HttpRequest, before: str, after: str, limit: int) -> Difference:
    known = facts.kept_releases(request.atlas.release)
    for name in (before, after):
        if name not in known:
            raise NotFoundError(
                f"there is no release '{name[:60]}'", remedy="see the list at /data/releases/"
            )
    return diff(known[before], known[after], limit=limit)


def dictionary(request: HttpRequest) -> HttpResponse:
    """Every table and field."""
    return _page(
        request, "dictionary", "Data dictionary", lines=remember(request, "dictionary", facts.dictionary)
    )


def quality(request: HttpRequest) -> HttpResponse:
    """What came in and what became of it."""
    return _page(request, "quality", "Quality report", quality=remember(request, "quality", facts.quality))


def quarantine(request: HttpRequest) -> HttpResponse:
    """The rows that could not be read, with the reason."""
    word = request.GET.get("page", "1").strip() or "1"
    total = request.atlas.release.manifest["tables"].get("quarantine", 0)
    pages = max(1, -(-total // QUARANTINE_PAGE))
    if not (word.isascii() and word.isdigit() and len(word) < 6 and 1 <= int(word) <= pages):
        raise UsageError(
            f"there is no page '{word[:20]}'", where="page", remedy=f"pages go from 1 to {pages}"
        )
    page = int(word)
    return _page(
        request,
        "quarantine",
        "Quarantine",
        rows=facts.quarantined(request.atlas, page, QUARANTINE_PAGE),
        total=total,
        pages=page_links(page, pages, lambda number: f"/data/quarantine/?page={number}"),
    )


def downloads(request: HttpRequest) -> HttpResponse:
    """Every table as files."""
    return _page(request, "downloads", "Downloads", offers=offers(request))


def sources(request: HttpRequest) -> HttpResponse:
    """Licence and attribution of each source."""
    lines = facts.source_lines(request.atlas.release.manifest)
    return _page(request, "sources", "Sources and licences", lines=lines)


def releases_twin(request: HttpRequest, ending: str) -> HttpResponse:
    """The releases as JSON or CSV."""
    rows = [asdict(line) for line in facts.release_lines(request.atlas.release)]
    return rows_download(request, rows, rows[0], ending, ["releases"], title="releases")


def changes_twin(request: HttpRequest, before: str, after: str, ending: str) -> HttpResponse:
    """What changed as JSON, or the changes one by one as CSV; of each kind in each table at most so many."""
    found = _difference(request, before, after, CHANGES_IN_A_FILE)
    if ending == "json":
        return json_twin(request, {**found.to_dict(), "changes_of_each_kind_at_most": CHANGES_IN_A_FILE})
    rows = [vars(change) for change in found.changes]
    columns = list(Change.__dataclass_fields__)
    return rows_download(request, rows, columns, ending, ["changes", before, after], title="changes")


def dictionary_twin(request: HttpRequest, ending: str) -> HttpResponse:
    """The dictionary as JSON, or its fields as CSV."""
    lines = remember(request, "dictionary", facts.dictionary)
    if ending == "json":
        return json_twin(request, {"tables": [asdict(line) for line in lines]})
    rows = [
        {"table": line.name, "rows": line.rows, **asdict(field)} for line in lines for field in line.fields
    ]
    return rows_download(request, rows, rows[0], ending, ["dictionary"], title="fields")


def downloads_twin(request: HttpRequest, ending: str) -> HttpResponse:
    """The tables and the addresses of their files as JSON or CSV."""
    rows = [
        {
            "table": one.name,
            "title": one.title,
            "one_row_is": one.row,
            "rows": one.rows,
            "warning": one.warning,
        }
        | dict.fromkeys(OFFERED, "")
        | {f.name: request.build_absolute_uri(f"/data/tables/{one.name}.{f.name}") for f in one.formats}
        for one in offers(request)
    ]
    return rows_download(request, rows, rows[0], ending, ["downloads"], title="tables")


def quality_twin(request: HttpRequest, ending: str) -> HttpResponse:
    """The quality report as JSON, or the accounts of its files as CSV."""
    report = remember(request, "quality", facts.quality)
    if ending == "json":
        return json_twin(request, asdict(report))
    rows = [asdict(file) for file in report.files]
    columns = list(facts.FileLine.__dataclass_fields__)
    return rows_download(request, rows, columns, ending, ["quality", "files"], title="files")


def sources_twin(request: HttpRequest, ending: str) -> HttpResponse:
    """The sources as JSON or CSV."""
    rows = [asdict(line) for line in facts.source_lines(request.atlas.release.manifest)]
    if ending == "json":
        return json_twin(request, {"sources": rows})
    flat = [{**row, **{f"licence_{k}": v for k, v in row.pop("licence").items()}} for row in rows]
    return rows_download(request, flat, flat[0] if flat else ["source"], ending, ["sources"], title="sources")
