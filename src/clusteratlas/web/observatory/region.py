"""The statistics of a region: on its page, and on a page of its own for regions put together by the visitor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory import Area, area_of
from clusteratlas.atlas.observatory.splits import is_parted, origins
from clusteratlas.errors import ClusteratlasError
from clusteratlas.web.atlas import remember
from clusteratlas.web.observatory import reading, recipes, words
from clusteratlas.web.observatory.asked import OWN, Choice, Given, choose, given
from clusteratlas.web.observatory.chains import chains_with
from clusteratlas.web.observatory.emerging import of_region
from clusteratlas.web.observatory.figures import said_once, shown
from clusteratlas.web.observatory.forms import chosen_pairs, region_form
from clusteratlas.web.observatory.indicators import written
from clusteratlas.web.observatory.neighbours import DIVISIONS, neighbours
from clusteratlas.web.observatory.notes import kind_of, set_name

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas
    from clusteratlas.observatory.strength.profile import Criterion, StarProfile

Row = dict[str, Any]
PARAMETERS = ("set", "category", "profile", "year")
LISTED, WEIGHTY = 6, 0.002
CATCHING_UP = 0.75
"""Categories with at least this quotient are near enough to Europe's share to be called emerging."""


@dataclass(frozen=True)
class Verdict:
    """A criterion of a profile as it came out: its value, what had to be reached, and whether it was."""

    value: float | None
    threshold: float | None
    is_met: bool | None
    kind: str


def statistics(request: HttpRequest, code: str, asked: Given, action: str) -> dict[str, Any]:
    """What the template of the statistics needs for the region ``code``.

    ``problem`` says in words why there is nothing to show: a release without statistics, a region too small.
    """
    if not reading.has_statistics(request.atlas):
        return {"is_empty": True}
    try:
        area = area_of(code)
    except ClusteratlasError as fault:
        return {"problem": fault}
    if not set(area.codes) & set(request.atlas.statistics.regions):
        return {"is_without": True, "area": area}
    recipes.load()
    choice = choose(request.atlas, {**asked, "area": [area.key]})
    return context(request, replace(choice, areas=(area,)), action)


def context(request: HttpRequest, choice: Choice, action: str) -> dict[str, Any]:
    """Headline, figures, stars, strongest and emerging categories, projects beside them."""
    atlas, area = request.atlas, choice.area
    rows = reading.of_area(atlas, choice, area)
    query = {"area": area.key, **chosen_pairs(choice)}
    profile = _profile(choice.profile)
    involved = _involved(request, choice, area, rows)
    portfolio = shown(atlas, "portfolio", query)
    trends = shown(atlas, "region-trends", query) if len(atlas.statistics.years) > 1 else None
    return {
        "area": area,
        "choice": choice,
        "set_name": set_name(atlas, choice),
        "kind": kind_of(choice.category_set),
        "headline": words.region_headline(area.name, rows, kind_of(choice.category_set)),
        "lead": _lead(rows, choice),
        "form": region_form(atlas, choice, action),
        "portfolio": portfolio,
        "trends": trends,
        "about_figures": said_once(portfolio, trends),
        "profile": profile,
        "starred": [_starred(row, profile) | {"involved": involved.get(row["industry"])} for row in rows],
        "has_words": bool(involved),
        "best": most_stars(profile),
        "strongest": words.standing_out(rows)[:LISTED],
        "emerging": _emerging(rows, choice),
        "taking_part": _taking_part(rows, involved),
        "estimated": _estimated(rows),
        "compare": _compare(choice),
        "neighbours": neighbours(request, choice, area),
        "lists": _lists(choice, query),
        "chains": _chains(request, choice),
        "taken_up": of_region(request, area.key) if area.is_custom or len(area.key) == 4 else None,
        "notes": (*area.notes, *_shared_out(atlas, choice)),
    }


def _chains(request: HttpRequest, choice: Choice) -> list[tuple[str, str]]:
    """The value chains of what a region is strong in: address and name."""
    area = choice.area
    strong = [
        row["industry"]
        for row in words.standing_out(
            reading.of_area(request.atlas, replace(choice, category_set=DIVISIONS, scopes=()), area)
        )[:LISTED]
    ]
    query = urlencode({"region": area.key})
    return [(f"{href}?{query}", name) for href, name in chains_with(request, strong)]


def _shared_out(atlas: Atlas, choice: Choice) -> list[str]:
    """That figures of the region are shares of a former, larger one's, if they are."""
    shared = atlas.statistics.shared_out(choice.year)
    return [
        f"In {choice.year} Eurostat published no figures of {taxonomies.region_name(code)} alone: those of "
        f"{words.listed(list(origins(code)) or ['its former region'])} are shared out by {shared[code]}, so that its "
        "mix of industries is that of the whole"
        for code in choice.area.codes
        if code in shared and is_parted(code, choice.area.codes)
    ]


def _lists(choice: Choice, query: dict[str, Any]) -> dict[str, list[tuple[str, str]]]:
    """The lists of the page as files."""
    of_place = {"area": choice.area.key, "year": str(choice.year)}
    return {
        "stars": _files("portfolio", query),
        "peers": _files("peers", of_place),
        "partners": _files("partners", of_place),
        "participation": [] if choice.category_set == OWN else _files("participation", query),
    }


def _files(name: str, query: dict[str, Any]) -> list[tuple[str, str]]:
    asked = urlencode(query, doseq=True)
    return [
        (label, f"/charts/{name}.{ending}?{asked}")
        for label, ending in (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"))
    ]


def _compare(choice: Choice) -> str:
    """The comparison that begins with this region."""
    pairs = [
        ("area", choice.area.key),
        *([("set", choice.category_set)] if choice.category_set != OWN else []),
    ]
    return f"/compare/?{urlencode([*pairs, *(('category', scope.key) for scope in choice.own)])}"


def _profile(name: str) -> StarProfile:
    from clusteratlas.observatory import star_profile

    return star_profile(name)


def most_stars(profile: StarProfile) -> int:
    """How many stars a profile can give."""
    return sum(criterion.role == "star" for criterion in profile.criteria)


def _lead(rows: Sequence[Row], choice: Choice) -> str:
    """What follows the headline: how many work in what stands out, and what else does."""
    best = words.firm(words.standing_out(rows))
    if not best:
        return ""
    share = written(best[0]["focus"], "share")
    jobs = f"{best[0]['value']:,.0f} people work in it: {share} of the jobs counted in {choice.year}."
    rest = [words.running(row["category"]) for row in best[1:4]]
    return f"{jobs} Also strong: {words.listed(rest)}." if rest else jobs


def _emerging(rows: Sequence[Row], choice: Choice) -> list[Row]:
    """Categories not yet specialised in, near it, that grow; the fastest first."""
    near = [
        row
        for row in rows
        if CATCHING_UP <= (row["location_quotient"] or 0) < words.STANDS_OUT
        and (row["growth"] or 0) > 0.01
        and (row["focus"] or 0) >= WEIGHTY
    ]
    return sorted(near, key=lambda row: -row["growth"])[:LISTED]


def _starred(row: Row, profile: StarProfile) -> Row:
    """A row of the stars table: the verdict on each criterion, the stars in words."""
    verdicts = [_verdict(row, criterion) for criterion in profile.criteria]
    return row | {"verdicts": list(zip(profile.criteria, verdicts, strict=True))}


def _verdict(row: Row, criterion: Criterion) -> Verdict:
    name = criterion.name
    kinds = {
        "location_quotient": "quotient",
        "focus": "share",
        "share_of_category": "share",
        "growth": "growth",
    }
    value, threshold, met = (row.get(f"{name}_{part}") for part in ("value", "threshold", "met"))
    kind = kinds.get(criterion.indicator, "count")
    if kind == "quotient" and met is False and written(value, kind) == written(threshold, kind):
        kind = "precise quotient"
    return Verdict(value, threshold, None if met is None else bool(met), kind)


def _involved(request: HttpRequest, choice: Choice, area: Area, rows: Sequence[Row]) -> dict[str, Any]:
    """Projects on each category with a participant in the region; nothing for categories of the visitor's own."""
    from clusteratlas.atlas.observatory.projects import involvement

    if choice.category_set == OWN:
        return {}
    ids = [row["industry"] for row in rows]

    def count(atlas: Atlas) -> dict[str, Any]:
        found = involvement(atlas, area, choice.category_set, ids)
        return {
            one.category_id: {
                "projects": one.projects,
                "clusters": one.cluster_projects,
                "href": _search(one.query, area.codes),
            }
            for one in found
            if one.projects is not None
        }

    if reading.is_own(area):
        return count(request.atlas)
    return remember(request, ("involved", area.key, choice.category_set), count)


def _search(query: str, codes: Sequence[str]) -> str:
    """The search that finds these projects."""
    return f"/projects/?{urlencode([('q', query), *(('region', code) for code in codes)])}"


def _taking_part(rows: Sequence[Row], involved: dict[str, Any]) -> dict[str, list[Row]]:
    """The region's strong categories, parted by whether its organisations take part in projects on them."""
    strong = [
        row | involved[row["industry"]] for row in words.standing_out(rows) if row["industry"] in involved
    ]
    return {
        "with": [row for row in strong if row["clusters"]],
        "some": [row for row in strong if row["projects"] and not row["clusters"]],
        "without": [row for row in strong if not row["projects"]],
    }


def _estimated(rows: Sequence[Row]) -> float:
    """The part of all jobs of the region's categories that is estimated."""
    every = sum(row["value"] for row in rows)
    return sum(row["value"] * (row["imputed_share"] or 0) for row in rows) / every if every else 0.0


def area(request: HttpRequest) -> HttpResponse:
    """The page of a region put together by the visitor; one of NUTS has a page of its own."""
    asked = given(request, ("area", *PARAMETERS))
    if "area" not in asked:
        return HttpResponseRedirect("/own-region/")
    found = area_of(asked["area"][0])
    if not reading.is_own(found):
        return HttpResponseRedirect(reading.area_url(found))
    name = found.name
    page = {
        "crumbs": [("Home", "/"), ("Regions", "/regions/"), (name, "")],
        "name": name,
        "members": [(taxonomies.region_name(code), reading.place_url(code), code) for code in found.codes],
        "edit": f"/own-region/?{urlencode({'area': found.key})}",
        "statistics": statistics(request, found.key, asked, "/areas/"),
    }
    return render(request, "observatory/area.html", page)
