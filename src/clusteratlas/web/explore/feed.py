"""The Atom feed of a search: what is new among the projects that it finds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clusteratlas.atlas import Atlas
from clusteratlas.atlas.search.result import Hit
from clusteratlas.web.explore.asked import Asked, read
from clusteratlas.web.explore.search import found

ATOM = "http://www.w3.org/2005/Atom"
ENTRIES = 50
UPDATED = "SELECT project_id, updated_at, signature_date FROM project WHERE list_contains($1, project_id)"


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """The newest projects of a search, as Atom."""
    asked = read(request.GET)
    sort = "newest" if asked.sort == "relevance" else asked.sort
    asked, result = found(request.atlas, replace(asked, sort=sort, page=1, page_size=ENTRIES, view="list"))
    feed = _feed(request, asked, result.explanation)
    dates = _dates(request.atlas, [hit.project_id for hit in result.hits])
    for hit in result.hits:
        _entry(feed, hit, request.build_absolute_uri(f"/projects/{hit.project_id}/"), dates[hit.project_id])
    body = tostring(feed, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")


def _feed(request: HttpRequest, asked: Asked, explanation: str) -> Element:
    here = request.build_absolute_uri()
    page = replace(asked, sort="relevance", page_size=25)
    feed = Element("feed", xmlns=ATOM)
    SubElement(feed, "id").text = here
    SubElement(feed, "title").text = legal(f"Clusteratlas: {explanation}")
    SubElement(feed, "updated").text = moment(request.atlas.release.manifest["built_at"])
    SubElement(feed, "link", rel="self", href=here, type="application/atom+xml")
    SubElement(
        feed, "link", rel="alternate", href=request.build_absolute_uri(page.address()), type="text/html"
    )
    SubElement(SubElement(feed, "author"), "name").text = "Clusteratlas"
    return feed


def _entry(feed: Element, hit: Hit, address: str, dates: dict[str, Any]) -> None:
    entry = SubElement(feed, "entry")
    SubElement(entry, "id").text = address
    SubElement(entry, "title").text = legal(": ".join(filter(None, (hit.acronym, hit.title))))
    SubElement(entry, "link", rel="alternate", href=address, type="text/html")
    SubElement(entry, "updated").text = moment(dates["updated"])
    if hit.start_date:
        SubElement(entry, "published").text = moment(hit.start_date)
    SubElement(entry, "summary").text = legal("".join(text for text, _ in hit.snippet))


def _dates(atlas: Atlas, project_ids: list[str]) -> dict[str, dict[str, Any]]:
    """When its publisher last changed each record; else its signature; else when the release was built."""
    built = atlas.release.manifest["built_at"]
    rows = {row["project_id"]: row for row in atlas.rows(UPDATED, [project_ids])}
    return {
        one: {"updated": rows[one]["updated_at"] or rows[one]["signature_date"] or built}
        for one in project_ids
    }


def moment(value: date | datetime | str) -> str:
    """A moment as Atom wants it.

    >>> moment(date(2024, 2, 1)), moment("2026-11-23T01:05:38+00:00")
    ('2024-02-01T00:00:00Z', '2026-11-23T01:05:38Z')
    """
    text = value if isinstance(value, str) else value.isoformat()
    day, _, clock = text.partition("T")
    return f"{day}T{(clock or '00:00:00')[:8]}Z"


def legal(text: str) -> str:
    """Text without the characters that XML cannot hold."""
    return "".join(
        c for c in text if c in "\t\n\r" or " " <= c <= "\ud7ff" or "\ue000" <= c <= "\ufffd" or c > "\uffff"
    )
