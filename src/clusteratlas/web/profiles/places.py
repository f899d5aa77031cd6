"""The lists of countries and regions, and the page of one; old codes lead to what became of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect, HttpResponseRedirect
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas import Atlas
from clusteratlas.atlas.observatory.firms import (
    Enterprises,
    FirmEvidence,
    firm_evidence,
    latest_enterprises,
)
from clusteratlas.atlas.profiles import PlaceLine, PlaceProfile, RegionHistory
from clusteratlas.errors import NotFoundError, UsageError
from clusteratlas.web.atlas import remember
from clusteratlas.web.observatory.region import statistics
from clusteratlas.web.profiles import drawings
from clusteratlas.web.profiles.asked import SHOWN, given, links, page_of
from clusteratlas.web.profiles.finding import place_called, places_like, places_named
from clusteratlas.web.profiles.organisations import DOWNLOADS
from clusteratlas.web.templatetags.profiles import LEVELS, place_url
from clusteratlas.web.trends.pages import of_region

GROUPS = {
    "EU": "European Union",
    "EFTA": "EFTA",
    "candidate": "Candidate countries",
    "other": "Elsewhere in the world",
}
SIZES = {1: "Major", 2: "Basic", 3: "Small"}
"""What Eurostat calls regions of each level of NUTS."""

REGIONS_SHOWN = 100
STATISTICS = ("set", "profile", "year", "category")
"""What an address may ask of the statistics of a place."""
TRENDS_LEVEL = 2
"""The NUTS level that trends are told of."""
BARE = 2
"""Letters of a country's code."""


def countries(request: HttpRequest) -> HttpResponse:
    """Countries are listed with the regions."""
    return HttpResponseRedirect("/regions/")


def regions(request: HttpRequest) -> HttpResponse:
    """Countries, and regions of a level, with their counts and a map; or the place that was asked for by name."""
    asked = given(request, ("level", "country", "place"))
    if "place" in asked:
        return _found(request, asked["place"])
    level = asked.get("level", "2")
    if level not in ("1", "2", "3"):
        raise UsageError(f"there is no level '{level[:20]}'", where="level", remedy="write level=1, 2 or 3")
    country = taxonomies.country(asked["country"]).country_code if "country" in asked else None
    key = ("regions", level, country)
    return render(
        request,
        "profiles/regions.html",
        remember(request, key, lambda atlas: _list_context(atlas, int(level), country)),
    )


def _found(request: HttpRequest, text: str) -> HttpResponse:
    """The page of the place called so; a list where several are, or none is."""
    code = place_called(text)
    found = [] if code else places_named(text)
    if code or len(found) == 1:
        return HttpResponseRedirect(place_url(code or found[0][0]))
    listed = [
        (place_url(code), name, _kind(code), taxonomies.country_name(code[:2]) if len(code) > BARE else "")
        for code, name in found
    ]
    context = {
        "crumbs": [("Home", "/"), ("Regions", "/regions/"), ("By name", "")],
        "asked": text[:100],
        "found": listed,
        "near": [] if found else [(place_url(code), name) for code, name in places_like(text[:100])],
    }
    return render(request, "profiles/places_found.html", context)


def _kind(code: str) -> str:
    return "country" if len(code) == BARE else f"{LEVELS[taxonomies.level_of(code)]} region"


def _list_context(atlas: Atlas, level: int, country: str | None) -> dict[str, Any]:
    found = atlas.countries()
    regions = atlas.regions(level, country)
    return {
        "crumbs": [("Home", "/"), ("Regions", "")],
        "level": level,
        "country": country,
        "country_name": taxonomies.country_name(country) if country else "",
        "levels": [(n, f"{SIZES[n]} ({LEVELS[n]})", n == level) for n in SIZES],
        "groups": [(label, [p for p in found if p.group == group]) for group, label in GROUPS.items()],
        "choices": sorted(((p.code, p.name) for p in found if _has_regions(p.code)), key=lambda c: c[1]),
        "offered": [p.name for p in found if p.group != "other"]
        + sorted(f"{p.name} ({p.code})" for p in (regions if level == BARE else atlas.regions(BARE))),
        "downloads": _downloads("regions", f"?level={level}" + (f"&country={country}" if country else "")),
        "country_downloads": _downloads("countries", ""),
        "regions": regions[:REGIONS_SHOWN],
        "more": regions[REGIONS_SHOWN:],
        "map": drawings.place_map(
            map(_spot, regions), "Projects by region of their participants", largest=17
        ),
    }


def _has_regions(code: str) -> bool:
    known = taxonomies.countries().get(code)
    return known is not None and known.nuts_code is not None


def _downloads(what: str, query: str) -> list[tuple[str, str]]:
    return [(label, f"/{what}.{ending}{query}") for label, ending in DOWNLOADS]


def _spot(place: PlaceLine) -> tuple[str, str, float | None, float | None, int]:
    return place.code, place.name, place.latitude, place.longitude, place.projects


def country(request: HttpRequest, code: str) -> HttpResponse:
    """A country, under its ISO code."""
    iso = taxonomies.country(code).country_code
    if iso != code:
        return HttpResponsePermanentRedirect(place_url(iso))
    asked = given(request, ("page", "from", *STATISTICS))
    return _page(request, asked, request.atlas.country(iso, page=page_of(asked), page_size=SHOWN))


def region(request: HttpRequest, code: str) -> HttpResponse:
    """A region under its current code; an older one leads there, or to the list of its heirs."""
    history = request.atlas.region_history(code)
    if history.current_code is None:
        return render(request, "profiles/split.html", _split(request.atlas, history))
    if len(history.current_code) == BARE or history.code != history.current_code:
        came = f"?from={history.code}" if len(history.code) > BARE else ""
        return HttpResponseRedirect(place_url(history.current_code) + came)
    if code != history.current_code:
        return HttpResponsePermanentRedirect(place_url(history.current_code))
    asked = given(request, ("page", "from", *STATISTICS))
    return _page(request, asked, request.atlas.region(code, page=page_of(asked), page_size=SHOWN))


def _split(atlas: Atlas, history: RegionHistory) -> dict[str, Any]:
    counts = atlas.arrays.everything().counted("region", [heir.region_code for heir in history.heirs])
    return {
        "history": history,
        "heirs": [(heir, counts[heir.region_code]) for heir in history.heirs],
        "crumbs": [("Home", "/"), ("Regions", "/regions/"), (history.code, "")],
    }


def _page(request: HttpRequest, asked: dict[str, str], profile: PlaceProfile) -> HttpResponse:
    return render(request, "profiles/place.html", context(request, asked, profile))


def context(request: HttpRequest, asked: dict[str, str], profile: PlaceProfile) -> dict[str, Any]:
    """Everything that the template of a country or region needs."""
    page = _context(request, asked, profile)
    return page | {"sections": _sections(page)}


def _sections(page: dict[str, Any]) -> list[tuple[str, str]]:
    """What the page holds, in its order: anchor and name."""
    profile, told = page["profile"], page["statistics"] or {}
    has_figures, has_projects = "portfolio" in told, bool(profile.projects)
    sections = [
        (bool(told) and not told.get("is_empty"), "strengths", "Strong in"),
        (has_figures, "stars-title", "Stars"),
        (has_figures and bool(told["neighbours"]), "peers-title", "Peers and partners"),
        (has_projects, "projects", "Projects"),
        (has_projects, "organisations-title", "Who is here"),
        (has_projects, "partners-title", "Whom it works with"),
        (has_projects and bool(page["trends"]), "trends-title", "Growing"),
        (has_projects and page["evidence"] is not None and page["evidence"].smes > 0, "firms", "Small firms"),
        (has_projects and bool(profile.broad_themes or profile.narrow_themes), "themes-title", "Themes"),
        (has_projects, "years-title", "Over time"),
    ]
    return [(anchor, name) for is_there, anchor, name in sections if is_there]


def _context(request: HttpRequest, asked: dict[str, str], profile: PlaceProfile) -> dict[str, Any]:
    parts = [(p.code, p.name, p.latitude, p.longitude, p.projects) for p in profile.parts]
    return {
        "profile": profile,
        "kind": "Country" if profile.level == 0 else f"{LEVELS[profile.level]} region",
        "crumbs": [("Home", "/"), ("Regions", "/regions/"), *_trail(profile)],
        "history": _history(request.atlas, asked.get("from"), profile.code),
        "statistics": _statistics(request, profile),
        "trends": of_region(request, profile.code) if profile.level == TRENDS_LEVEL else [],
        "evidence": _evidence(request, profile),
        "enterprises": _enterprises(request, profile),
        "years": drawings.year_figure(profile.years, f"Projects in {profile.name} by year of start"),
        "undated": drawings.undated(profile.years),
        "map": drawings.inner_map(parts, f"Projects in {profile.name} by region")
        if any(part.projects for part in profile.parts)
        else drawings.spot_map(profile.name, profile.latitude, profile.longitude, f"Where {profile.name} is"),
        "is_spot": not any(part.projects for part in profile.parts),
        "part_level": LEVELS.get(profile.level + 1, ""),
        "pages": links(request, asked, profile.page.page, profile.page.pages, "#projects"),
    }


def _trail(profile: PlaceProfile) -> list[tuple[str, str]]:
    """The places above one and itself, each name once; a region called as its country goes by its code."""
    above = [(link.name, place_url(link.code), link.level) for link in profile.above]
    names = [*(name for name, _, _ in above), profile.name]
    kept = [
        (name, address)
        for (name, address, level), below in zip(above, names[1:], strict=True)
        if not level or taxonomies.plain_name(name) != taxonomies.plain_name(below)
    ]
    is_told = kept and taxonomies.plain_name(kept[-1][0]) == taxonomies.plain_name(profile.name)
    return [*kept, (profile.code if is_told else profile.name, "")]


def _statistics(request: HttpRequest, profile: PlaceProfile) -> dict[str, Any] | None:
    """What the place is strong in; None for countries outside NUTS."""
    code = profile.code if profile.level else taxonomies.nuts_country(profile.code)
    asked = {name: request.GET.getlist(name) for name in STATISTICS if request.GET.get(name)}
    return statistics(request, code, asked, request.path) if code else None


def _evidence(request: HttpRequest, profile: PlaceProfile) -> FirmEvidence | None:
    """What EU projects tell of the place's small firms; None for countries outside NUTS."""
    code = profile.code if profile.level else taxonomies.nuts_country(profile.code)
    return remember(request, ("firms", code), lambda atlas: firm_evidence(atlas, code)) if code else None


def _enterprises(request: HttpRequest, profile: PlaceProfile) -> Enterprises | None:
    """Births, deaths and high growth of the place's enterprises; None for countries outside NUTS."""
    code = profile.code if profile.level else taxonomies.nuts_country(profile.code)
    return latest_enterprises(request.atlas, code) if code else None


def _history(atlas: Atlas, code: str | None, current: str) -> RegionHistory | None:
    """What became of the code that the visitor came from; None when it says nothing about this page."""
    if not code:
        return None
    try:
        history = atlas.region_history(code)
    except NotFoundError:
        return None
    is_here = history.current_code and place_url(history.current_code) == place_url(current)
    return history if is_here and history.code != current else None
