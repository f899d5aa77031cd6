"""The European cluster initiatives: all of them, a pillar, an initiative."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles import InitiativeProfile
from clusteratlas.errors import NotFoundError
from clusteratlas.web.profiles import drawings
from clusteratlas.web.profiles.asked import SHOWN, given, links, page_of

PARTNERS_SHOWN = 12


def initiatives(request: HttpRequest) -> HttpResponse:
    """Every pillar with its initiatives."""
    given(request, ())
    context = {"pillars": request.atlas.initiatives(), "crumbs": [("Home", "/"), ("Initiatives", "")]}
    return render(request, "profiles/initiatives.html", context)


def pillar(request: HttpRequest, pillar_id: str) -> HttpResponse:
    """A pillar; the id of an initiative leads to its page."""
    if pillar_id not in taxonomies.pillars() and pillar_id in taxonomies.initiatives():
        owner = taxonomies.initiative(pillar_id).pillar_id
        return HttpResponsePermanentRedirect(f"/initiatives/{owner}/{pillar_id}/")
    asked = given(request, ("page",))
    profile = request.atlas.pillar(pillar_id, page=page_of(asked), page_size=SHOWN)
    crumbs = [("Home", "/"), ("Initiatives", "/initiatives/"), (profile.pillar_name, "")]
    return render(request, "profiles/pillar.html", context(request, asked, profile) | {"crumbs": crumbs})


def initiative(request: HttpRequest, pillar_id: str, initiative_id: str) -> HttpResponse:
    """An initiative."""
    asked = given(request, ("page",))
    profile = request.atlas.initiative(initiative_id, page=page_of(asked), page_size=SHOWN)
    if profile.pillar_id != pillar_id:
        raise NotFoundError(
            f"the initiative {initiative_id!r} is in another pillar",
            remedy=f"look at /initiatives/{profile.pillar_id}/{initiative_id}/",
        )
    crumbs = [
        ("Home", "/"),
        ("Initiatives", "/initiatives/"),
        (profile.pillar_name, f"/initiatives/{pillar_id}/"),
        (profile.summary.name, ""),
    ]
    return render(request, "profiles/initiative.html", context(request, asked, profile) | {"crumbs": crumbs})


def context(request: HttpRequest, asked: dict[str, str], profile: InitiativeProfile) -> dict[str, Any]:
    """Everything that the templates of pillars and initiatives share."""
    name = profile.summary.name
    return {
        "profile": profile,
        "summary": profile.summary,
        "years": drawings.year_figure(profile.years, f"{name}: projects by year of start"),
        "undated": drawings.undated(profile.years),
        "map": drawings.place_map(
            [(c.code, c.label, *_middle(c.code), c.projects) for c in profile.countries],
            f"{name}: projects by country of their partners",
            largest=24,
        ),
        "network": drawings.network_figure(
            profile.network,
            f"{name}: who meets whom",
            "Circles are the most frequent partners, sized by projects here; a line joins two that meet.",
        ),
        "countries": profile.countries[:PARTNERS_SHOWN],
        "more_countries": profile.countries[PARTNERS_SHOWN:],
        "partners": profile.partners[:PARTNERS_SHOWN],
        "more_partners": profile.partners[PARTNERS_SHOWN:],
        "pages": links(request, asked, profile.page.page, profile.page.pages, "#projects"),
    }


def _middle(code: str) -> tuple[float | None, float | None]:
    known = taxonomies.countries().get(code)
    return (known.latitude, known.longitude) if known else (None, None)
