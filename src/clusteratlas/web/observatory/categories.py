"""Pages of categories: all sets, the categories of one, and a category with its map, ranking and projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from clusteratlas.atlas.observatory import Scope, parse_scope
from clusteratlas.web.atlas import remember
from clusteratlas.web.observatory import reading, recipes, words
from clusteratlas.web.observatory.asked import Choice, choose, given
from clusteratlas.web.observatory.category_figures import ranked
from clusteratlas.web.observatory.chains import chains_with
from clusteratlas.web.observatory.figures import said_once, shown
from clusteratlas.web.observatory.forms import category_form
from clusteratlas.web.observatory.indicators import INDICATORS, written
from clusteratlas.web.observatory.neighbours import concentration_of
from clusteratlas.web.observatory.notes import kind_of
from clusteratlas.web.observatory.region import most_stars
from clusteratlas.web.trends.pages import among

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

PARAMETERS = ("profile", "year", "indicator", "area")
TOP = 20
CRUMBS = [("Home", "/"), ("Industries", "/categories/")]


def index(request: HttpRequest) -> HttpResponse:
    """Every set with its categories."""
    given(request, ())
    return render(request, "observatory/categories.html", remember(request, "category sets", _index))


def _index(atlas: Atlas) -> dict[str, Any]:
    statistics = atlas.statistics
    return {
        "crumbs": [("Home", "/"), ("Industries", "")],
        "is_empty": not reading.has_statistics(atlas),
        "sets": [
            {
                "category_set": key,
                "name": name,
                "about": next(iter(found.values()), {}).get("set_description", ""),
                "categories": list(found.values()),
            }
            for key, name in statistics.sets.items()
            for found in (statistics.categories(key),)
        ],
    }


def category_set(request: HttpRequest, category_set: str) -> HttpResponse:
    """The categories of a set: how many work in each, and where each is strongest."""
    asked = given(request, ("year", "profile"))
    statistics = request.atlas.statistics
    known = statistics.categories(category_set)
    page: dict[str, Any] = {
        "crumbs": [*CRUMBS, (statistics.sets[category_set], "")],
        "name": statistics.sets[category_set],
        "category_set": category_set,
        "about": next(iter(known.values()), {}),
        "is_empty": not reading.has_statistics(request.atlas),
        "known": known.values(),
    }
    if not page["is_empty"]:
        recipes.load()
        choice = choose(request.atlas, {**asked, "set": [category_set]})
        overview = shown(request.atlas, "set-overview", _query(choice, {}))
        page |= {"choice": choice, "overview": overview, "about_figures": said_once(overview)}
    return render(request, "observatory/category_set.html", page)


def category(request: HttpRequest, category_set: str, category_id: str) -> HttpResponse:
    """A category of a set."""
    asked = given(request, PARAMETERS)
    scope = request.atlas.statistics.scope(parse_scope(f"{category_set}:{category_id}"))
    above = [
        *CRUMBS,
        (request.atlas.statistics.sets[scope.category_set], f"/categories/{scope.category_set}/"),
    ]
    return _page(request, scope, asked, above, request.path)


def own(request: HttpRequest) -> HttpResponse:
    """A category put together by the visitor."""
    asked = given(request, ("category", *PARAMETERS))
    if "category" not in asked:
        return HttpResponseRedirect("/own-category/")
    scope = parse_scope(asked["category"][0])
    if not scope.is_custom:
        return HttpResponseRedirect(reading.category_url(scope))
    return _page(request, scope, asked, CRUMBS, "/categories/own/")


def _page(
    request: HttpRequest, scope: Scope, asked: dict[str, list[str]], above: list[tuple[str, str]], action: str
) -> HttpResponse:
    page: dict[str, Any] = {
        "crumbs": [*above, (scope.name, "")],
        "scope": scope,
        "kind": "category of your own" if scope.is_custom else kind_of(scope.category_set),
        "about": {}
        if scope.is_custom
        else request.atlas.statistics.categories(scope.category_set)[scope.category_id],
        "made_of": _made_of(request.atlas, scope),
        "edit": f"/own-category/?{urlencode({'category': scope.key})}" if scope.is_custom else "",
        "is_empty": not reading.has_statistics(request.atlas),
        "projects": _projects(request, scope),
        "chains": chains_with(request, [part["code"] for part in _made_of(request.atlas, scope)]),
    }
    if not page["is_empty"]:
        recipes.load()
        page |= _figures(
            request.atlas, choose(request.atlas, {**asked, "category": [scope.key], "set": []}), action
        )
    return render(request, "observatory/category.html", page)


def _query(choice: Choice, more: dict[str, str]) -> dict[str, Any]:
    return {"set": choice.category_set, "profile": choice.profile, "year": str(choice.year), **more}


def _figures(atlas: Atlas, choice: Choice, action: str) -> dict[str, Any]:
    indicator = choice.indicator or INDICATORS["location_quotient"]
    query = {
        "category": choice.scope.key,
        "area": [area.key for area in choice.areas],
        "profile": choice.profile,
        "year": str(choice.year),
        "indicator": indicator.name,
    }
    rows = ranked(atlas, choice, indicator)
    by_stars = sorted(
        (row for row in rows if row["persons_employed"]),
        key=lambda row: (-(row["stars"] or 0), -(row["location_quotient"] or 0)),
    )
    from clusteratlas.observatory import star_profile

    several = len(atlas.statistics.years) > 1
    drawn = {
        "map": shown(atlas, "category-map", query),
        "ranking": shown(atlas, "category-ranking", query),
        "trends": shown(atlas, "category-trends", query) if several else None,
        "related": shown(atlas, "category-network", {"category": choice.scope.key, "year": str(choice.year)}),
    }
    return {
        "choice": choice,
        "indicator": indicator,
        "form": category_form(atlas, choice, action),
        "headline": words.category_headline(choice.scope.name, rows, indicator),
        "lead": _lead(choice, rows),
        **drawn,
        "concentration": concentration_of(atlas, choice),
        "top": by_stars[:TOP],
        "best": most_stars(star_profile(choice.profile)),
        "about_figures": said_once(*drawn.values()),
        "compare": f"/compare/?{urlencode([('area', row['code']) for row in by_stars[:4]])}",
    }


def _lead(choice: Choice, rows: list[dict[str, Any]]) -> str:
    """How many work in it, in how many regions, and how much of that is in the leading ones."""
    jobs = [row["persons_employed"] or 0 for row in rows]
    every = sum(jobs)
    if not every:
        return ""
    leading = sum(sorted(jobs, reverse=True)[:10]) / every
    regions = sum(value > 0 for value in jobs)
    return (
        f"{every:,.0f} people work in {words.running(choice.scope.name)} in the {regions} regions with figures "
        f"({choice.year}); the ten largest have {written(leading, 'share')} of the jobs."
    )


def _made_of(atlas: Atlas, scope: Scope) -> list[dict[str, Any]]:
    """The NACE divisions in a category, the largest parts first."""
    from clusteratlas import taxonomies

    if scope.is_custom:
        parts = list(scope.weights)
    else:
        frame = atlas.statistics.crosswalk(scope.category_set).filter(category=scope.category_id)
        parts = [(row["industry"], row["weight"]) for row in frame.rows(named=True)]
    return [
        {"code": code, "name": taxonomies.industry(code).short_name, "weight": weight}
        for code, weight in sorted(parts, key=lambda part: (-part[1], part[0]))
    ]


def _projects(request: HttpRequest, scope: Scope) -> dict[str, Any] | None:
    """The EU projects on a category, with the search that finds them."""
    from clusteratlas.atlas.observatory.projects import query_of, search

    query = query_of(scope)
    found = search(request.atlas, scope) if query else None
    if found is None:
        return None
    clusters = request.atlas.search(query, page_size=5, facets=False, cluster="yes")
    ids = found.to_arrow()["project_id"].to_pylist()
    return {
        "total": found.total,
        "growing": among(request, ids),
        "clusters": clusters,
        "href": f"/projects/?{urlencode({'q': query})}",
        "clusters_href": f"/projects/?{urlencode({'q': query, 'cluster': 'yes'})}",
    }
