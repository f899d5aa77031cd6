"""What every page knows: the release it shows, whose data it is, and where the reader is."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from clusteratlas import __version__


def site(request: HttpRequest) -> dict[str, Any]:
    """Release id, build date, sources with attribution, version."""
    if not hasattr(request, "atlas"):
        return {}
    manifest = request.atlas.release.manifest
    return {
        "release_id": request.atlas.release.id,
        "built_on": manifest.get("built_at", "")[:10],
        "sources": manifest.get("sources", []),
        "version": __version__,
    }
