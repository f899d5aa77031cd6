"""The home page, help, and what machines ask for first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from clusteratlas.atlas.search import FACETS
from clusteratlas.web.atlas import remember
from clusteratlas.web.explore.home import context as home_context

ROBOTS = """User-agent: *
Disallow: /projects/?
Disallow: /api/
Allow: /
"""


SYNTAX = (
    ("hydrogen valley", "both words, anywhere"),
    ('"hydrogen valley"', "exactly these words side by side"),
    ("textile OR fashion", "one of the words"),
    ("cluster NOT galaxies", "the first word but not the second; a minus sign does the same"),
    (
        "photonics Germany",
        "the word, and participants from that country; regions and adjectives (Bavarian) too",
    ),
    ('photonics "Germany"', "both words: quotes keep a place from being read as one"),
    ("photon*", "words that begin so"),
    ("(wind OR solar) storage", "one of the words in parentheses, and the other"),
    (
        "title:photonics",
        "the word in the title; also acronym, objective, keyword, topic, theme, participant, id",
    ),
    ('participant:"tecnalia"', "a participant of that name"),
    ("batteries country:SE", "a filter typed as part of the question"),
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, and where to begin."""
    return render(request, "explore/home.html", remember(request, "home", home_context))


@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """How to search, what a cluster project is, where the data come from."""
    context = {"crumbs": (("Home", "/"), ("Help", "")), "syntax": SYNTAX, "facets": FACETS}
    return render(request, "explore/help.html", context)


@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the site can answer, and which release it shows; 503 when its database or index is not whole."""
    _ = len(request.atlas.searcher.shown)  # what every list of projects is made of; kept after the first time
    return JsonResponse(
        {"status": "ok", "release": request.atlas.release.id}, headers={"Cache-Control": "no-store"}
    )


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What crawlers may read: the pages, not the endless combinations of filters."""
    return HttpResponse(ROBOTS, content_type="text/plain")
