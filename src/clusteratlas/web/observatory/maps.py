"""The map of any indicator, in any category and year, with a slider through the years."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas.web.observatory import reading, recipes
from clusteratlas.web.observatory.asked import Choice, choose, given
from clusteratlas.web.observatory.figures import said_once, shown
from clusteratlas.web.observatory.forms import Field, Form, indicator_field, profile_field, year_field
from clusteratlas.web.observatory.indicators import INDICATORS

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

FIRST = "ecosystems:tourism"
PARAMETERS = ("category", "indicator", "year", "area", "profile")


def page(request: HttpRequest) -> HttpResponse:
    """A map with everything to choose beside it."""
    asked = given(request, PARAMETERS)
    crumbs = [("Home", "/"), ("Industries", "/categories/"), ("Map", "")]
    if not reading.has_statistics(request.atlas):
        return render(request, "observatory/map.html", {"crumbs": crumbs, "is_empty": True})
    recipes.load()
    choice = choose(request.atlas, {"category": [first_category(request.atlas)], **asked})
    indicator = choice.indicator or INDICATORS["location_quotient"]
    query = {
        "category": choice.scope.key,
        "area": [area.key for area in choice.areas],
        "indicator": indicator.name,
        "year": str(choice.year),
        "profile": choice.profile,
    }
    drawn = shown(request.atlas, "category-map", query)
    years = request.atlas.statistics.years
    context = {
        "crumbs": crumbs,
        "choice": choice,
        "indicator": indicator,
        "form": _form(request, choice),
        "map": drawn,
        "about_figures": said_once(drawn),
        "years": [
            (year, f"/map/?{urlencode({**query, 'year': str(year)}, doseq=True)}", year == choice.year)
            for year in years
        ],
        "at": years.index(choice.year),
        "last": len(years) - 1,
        "category_href": reading.category_url(choice.scope),
    }
    return render(request, "observatory/map.html", context)


def first_category(atlas: Atlas) -> str:
    """The category that is shown when none is asked for."""
    known = atlas.statistics.sets
    if "ecosystems" in known and "tourism" in atlas.statistics.categories("ecosystems"):
        return FIRST
    first = next(iter(known))
    return f"{first}:{next(iter(atlas.statistics.categories(first)))}"


def _form(request: HttpRequest, choice: Choice) -> Form:
    kept = tuple(("area", area.key) for area in choice.areas)
    fields = (
        category_field(request, choice),
        indicator_field(choice),
        year_field(request.atlas, choice),
        profile_field(choice),
    )
    return Form("/map/", fields, kept)


def category_field(request: HttpRequest, choice: Choice) -> Field:
    """Every category of every set, by set; the visitor's own on top."""
    statistics = request.atlas.statistics
    chosen = choice.scopes[0].key if choice.scopes else ""
    options = [(scope.key, scope.name, scope.key == chosen) for scope in choice.own]
    for key, name in statistics.sets.items():
        for category_id, row in statistics.categories(key).items():
            value = f"{key}:{category_id}"
            options.append((value, f"{name}: {row['name']}", value == chosen))
    return Field("category", "Industry", tuple(options))
