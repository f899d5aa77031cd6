"""Up to ten regions, or up to ten categories, beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas.web.observatory import reading, recipes
from clusteratlas.web.observatory.asked import MOST, Choice, choose, given
from clusteratlas.web.observatory.figures import said_once, shown
from clusteratlas.web.observatory.forms import Form, indicator_field, set_field, year_field
from clusteratlas.web.observatory.indicators import INDICATORS
from clusteratlas.web.observatory.maps import category_field
from clusteratlas.web.observatory.typed import offered, with_typed

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

PARAMETERS = ("area", "category", "set", "year", "indicator", "profile", "more")
CRUMBS = [("Home", "/"), ("Industries", "/categories/"), ("Compare", "")]
SHOWN = 6


def page(request: HttpRequest) -> HttpResponse:
    """What is compared, how to add to it, and the figure."""
    asked = given(request, PARAMETERS)
    if not reading.has_statistics(request.atlas):
        return render(request, "observatory/compare.html", {"crumbs": CRUMBS, "is_empty": True})
    recipes.load()
    asked = with_typed(request.atlas, asked)
    choice = choose(request.atlas, asked)
    # Without regions, categories are compared; with both, the categories are of the visitor's own or one set's.
    is_of_regions = bool(choice.areas)
    context: dict[str, Any] = {
        "crumbs": CRUMBS,
        "choice": choice,
        "most": MOST,
        "is_of_regions": is_of_regions,
        "offered": offered(request.atlas),
        "chips": _chips(choice, asked),
        "form": _form(request.atlas, choice),
        "category_form": category_field(request, Choice(choice.category_set, choice.year, choice.profile)),
        "kept": _pairs(asked),
    }
    if is_of_regions or choice.scopes:
        name = "compare-regions" if is_of_regions else "compare-categories"
        indicator = choice.indicator or INDICATORS["location_quotient"]
        query = _query(choice, is_of_regions) | {"indicator": indicator.name, "year": str(choice.year)}
        figure = shown(request.atlas, name, query)
        context |= {
            "figure": figure,
            "about_figures": said_once(figure),
            "table": _table(request.atlas, choice, indicator.name),
        }
    return render(request, "observatory/compare.html", context)


def _pairs(asked: dict[str, list[str]]) -> list[tuple[str, str]]:
    return [(name, value) for name, values in asked.items() for value in values]


def _query(choice: Choice, is_of_regions: bool) -> dict[str, Any]:
    query: dict[str, Any] = {"category": [scope.key for scope in choice.scopes]}
    return (
        query | {"area": [a.key for a in choice.areas], "set": choice.category_set}
        if is_of_regions
        else query
    )


def _chips(choice: Choice, asked: dict[str, list[str]]) -> list[dict[str, str]]:
    """What is compared, each with the address of the comparison without it."""
    named = [("area", area.key, area.name) for area in choice.areas]
    named += [("category", scope.key, scope.name) for scope in choice.scopes]
    texts = {("area", area.key): text for area, text in zip(choice.areas, asked.get("area", []), strict=True)}
    texts |= {
        ("category", s.key): text for s, text in zip(choice.scopes, asked.get("category", []), strict=True)
    }
    pairs = _pairs(asked)
    return [
        {
            "name": name,
            "without": f"/compare/?{urlencode([p for p in pairs if p != (kind, texts[kind, key])])}",
        }
        for kind, key, name in named
    ]


def _form(atlas: Atlas, choice: Choice) -> Form:
    kept = [("area", area.key) for area in choice.areas] + [
        ("category", scope.key) for scope in choice.scopes
    ]
    fields = [indicator_field(choice), year_field(atlas, choice)]
    return Form(
        "/compare/", tuple([set_field(atlas, choice), *fields] if choice.areas else fields), tuple(kept)
    )


def _table(atlas: Atlas, choice: Choice, name: str) -> list[dict[str, Any]]:
    """For each region the categories it is most specialised in."""
    return [
        {
            "area": area,
            "href": reading.area_url(area),
            "rows": _strongest(reading.of_area(atlas, choice, area)),
        }
        for area in choice.areas
    ]


def _strongest(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(rows, key=lambda row: -(row["location_quotient"] or 0))[:SHOWN]
