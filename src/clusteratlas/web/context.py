"""What every page knows: the release it shows, whose data it is, and where the reader is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from clusteratlas import __version__

NAVIGATION = (
    ("Initiatives", "/initiatives/"),
    ("Projects", "/projects/?cluster=yes"),
    ("Organisations", "/organisations/"),
    ("Regions", "/regions/"),
    ("Data", "/data/"),
    ("Help", "/help/"),
)


def site(request: HttpRequest) -> dict[str, Any]:
    """Release id, build date, sources with attribution, version, navigation."""
    release = request.atlas.release if hasattr(request, "atlas") else None
    manifest = release.manifest if release else {}
    return {
        "release_id": release.id if release else None,
        "built_on": manifest.get("built_at", "")[:10],
        "sources": manifest.get("sources", []),
        "version": __version__,
        "navigation": [
            {"label": label, "href": href, "is_here": _place(request.path, href)}
            for label, href in NAVIGATION
        ],
    }


def _place(path: str, href: str) -> str:
    """What `aria-current` says of an entry: the page itself, one below it, or nothing.

    >>> _place("/data/dictionary/", "/data/"), _place("/data/", "/data/"), _place("/", "/data/")
    ('true', 'page', '')
    """
    place = href.partition("?")[0]
    return "page" if path == place else "true" if path.startswith(place) else ""
