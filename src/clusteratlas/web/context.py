"""What every page knows: the release it shows, whose data it is, and where the reader is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string

from clusteratlas import __version__

NAVIGATION = (
    ("Initiatives", "/initiatives/"),
    ("Projects", "/projects/?cluster=yes"),
    ("Organisations", "/organisations/"),
    ("Regions", "/regions/"),
    ("Industries", "/categories/"),
    ("Trends", "/trends/"),
    ("Data", "/data/"),
    ("Help", "/help/"),
)


BELOW = {
    "/organisations/": ("/network/", "/connections/"),
    "/regions/": ("/countries/", "/own-region/", "/firms/"),
    "/categories/": (
        "/map/",
        "/compare/",
        "/own-category/",
        "/region-types/",
        "/value-chains/",
        "/methods/",
        "/observations/",
    ),
    "/trends/": ("/emerging-industries/",),
    "/data/": ("/api/",),
}
"""Pages that belong to an entry of the navigation without lying below its address."""


def site(request: HttpRequest) -> dict[str, Any]:
    """Release id, build date, sources with attribution, version, navigation; head and foot of the page."""
    release = request.atlas.release if hasattr(request, "atlas") else None
    manifest = release.manifest if release else {}
    known = {
        "release_id": release.id if release else None,
        "built_on": manifest.get("built_at", "")[:10],
        "sources": list({one["source"]: one for one in manifest.get("sources", [])}.values()),
        "version": __version__,
        "navigation": [
            {"label": label, "href": href, "is_here": _place(request.path, href)}
            for label, href in NAVIGATION
        ],
    }
    places = tuple(entry["is_here"] for entry in known["navigation"])
    return known | {
        "site_header": _written(request, "includes/header.html", places, known),
        "site_footer": _written(request, "includes/footer.html", (), known),
    }


def _written(request: HttpRequest, template: str, key: tuple[str, ...], known: dict[str, Any]) -> str:
    """A part of the page that is the same on many, written once per release."""
    memory = request.lease.memory if hasattr(request, "lease") and not settings.DEBUG else {}
    if (template, key) not in memory:
        memory[template, key] = render_to_string(template, known)
    return memory[template, key]


def _place(path: str, href: str) -> str:
    """What `aria-current` says of an entry: the page itself, one below it, or nothing.

    >>> _place("/data/dictionary/", "/data/"), _place("/data/", "/data/"), _place("/", "/data/")
    ('true', 'page', '')
    >>> _place("/compare/", "/categories/")
    'true'
    """
    place = href.partition("?")[0]
    return "page" if path == place else "true" if path.startswith((place, *BELOW.get(place, ()))) else ""
