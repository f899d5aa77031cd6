"""The home page, help, and what machines ask for first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from clusteratlas.web.atlas import remember
from clusteratlas.web.explore.home import context as home_context

ROBOTS = """User-agent: *
Disallow: /projects/?
Disallow: /api/
Allow: /
"""


def home(request: HttpRequest) -> HttpResponse:
    """What this is, and where to begin."""
    return render(request, "explore/home.html", remember(request, "home", home_context))


def help_page(request: HttpRequest) -> HttpResponse:
    """How to search, what a cluster project is, where the data come from."""
    return render(request, "explore/help.html", {"crumbs": [("Home", "/"), ("Help", "")]})


def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the site is alive, and which release it shows."""
    return JsonResponse(
        {"status": "ok", "release": request.atlas.release.id}, headers={"Cache-Control": "no-store"}
    )


def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: the pages, not the endless combinations of filters."""
    return HttpResponse(ROBOTS, content_type="text/plain")
