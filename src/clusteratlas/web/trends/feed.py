"""Atom feeds for alerts: what is called emerging, and the newest projects of a theme or term."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from clusteratlas.web.explore.feed import ATOM, legal, moment
from clusteratlas.web.profiles.asked import given
from clusteratlas.web.trends.words import address, headline

ENTRIES = 50


@require_safe
def emerging(request: HttpRequest) -> HttpResponse:
    """What is called emerging in this release, surest first."""
    given(request, ())
    _, rows = request.atlas.trends.listed(trend="emerging", page_size=ENTRIES)
    feed = _feed(request, "Clusteratlas: what is emerging", "/trends/")
    for row in rows:
        _entry(request, feed, address(row["trend_id"]), row["name"], headline(row))
    return _answer(feed)


@require_safe
def trend(request: HttpRequest, kind: str, name: str) -> HttpResponse:
    """The newest projects of a theme or term."""
    given(request, ())
    trend_id = f"{kind}:{name}"
    about = request.atlas.trends.get(trend_id)
    feed = _feed(request, f"Clusteratlas: projects with {about['name']}", address(trend_id))
    for row in request.atlas.trends.projects(trend_id)[:ENTRIES]:
        title = ": ".join(filter(None, (row["acronym"], row["title"])))
        _entry(request, feed, f"/projects/{row['project_id']}/", title, headline(about))
    return _answer(feed)


def _feed(request: HttpRequest, title: str, page: str) -> Element:
    here = request.build_absolute_uri()
    feed = Element("feed", xmlns=ATOM)
    SubElement(feed, "id").text = here
    SubElement(feed, "title").text = legal(title)
    SubElement(feed, "updated").text = moment(request.atlas.release.manifest["built_at"])
    SubElement(feed, "link", rel="self", href=here, type="application/atom+xml")
    SubElement(feed, "link", rel="alternate", href=request.build_absolute_uri(page), type="text/html")
    SubElement(SubElement(feed, "author"), "name").text = "Clusteratlas"
    return feed


def _entry(request: HttpRequest, feed: Element, path: str, title: str, summary: str) -> Any:
    entry = SubElement(feed, "entry")
    where = request.build_absolute_uri(path)
    SubElement(entry, "id").text = where
    SubElement(entry, "title").text = legal(title)
    SubElement(entry, "link", rel="alternate", href=where, type="text/html")
    SubElement(entry, "updated").text = moment(request.atlas.release.manifest["built_at"])
    SubElement(entry, "summary").text = legal(summary)


def _answer(feed: Element) -> HttpResponse:
    body = tostring(feed, encoding="utf-8", xml_declaration=True)
    return HttpResponse(body, content_type="application/atom+xml; charset=utf-8")
