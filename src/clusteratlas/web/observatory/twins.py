"""Twins of the observatory's pages: the rows of a page's figure or list, under the choices of its address."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from clusteratlas.errors import UsageError
from clusteratlas.web.data.downloads import rows_download
from clusteratlas.web.observatory import categories, compare, maps, recipes, region_types
from clusteratlas.web.observatory.asked import given
from clusteratlas.web.observatory.drawn import figure_rows
from clusteratlas.web.observatory.figures import RECIPES

Asked = dict[str, list[str]]
CATEGORY = (
    *("category_set", "set_name", "category_id", "name", "description"),
    *("set_source", "set_version", "set_confidence"),
)


def index(request: HttpRequest, ending: str) -> HttpResponse:
    """Every category of every set."""
    given(request, ())
    statistics = request.atlas.statistics
    rows = [row for key in statistics.sets for row in statistics.categories(key).values()]
    return rows_download(request, rows, CATEGORY, ending, ["categories"], title="categories")


def category_set(request: HttpRequest, category_set: str, ending: str) -> HttpResponse:
    """The categories of a set: how many work in each, and where each is strongest."""
    asked = given(request, ("year", "profile"))
    return _figure(request, "set-overview", {**asked, "set": [category_set]}, ending)


def category(request: HttpRequest, category_set: str, category_id: str, ending: str) -> HttpResponse:
    """A category in every region."""
    asked = given(request, categories.PARAMETERS)
    return _figure(request, "category-map", {**asked, "category": [f"{category_set}:{category_id}"]}, ending)


def own(request: HttpRequest, ending: str) -> HttpResponse:
    """A category put together by the visitor, in every region."""
    return _figure(request, "category-map", given(request, ("category", *categories.PARAMETERS)), ending)


def the_map(request: HttpRequest, ending: str) -> HttpResponse:
    """What the map shows: a category in every region."""
    asked = {"category": [maps.first_category(request.atlas)], **given(request, maps.PARAMETERS)}
    return _figure(request, "category-map", asked, ending)


def comparison(request: HttpRequest, ending: str) -> HttpResponse:
    """What is compared: the regions asked for, or the categories."""
    asked = given(request, tuple(name for name in compare.PARAMETERS if name != "more"))
    if not asked.get("area") and not asked.get("category"):
        raise UsageError(
            "nothing is compared", where="area", remedy="name regions or categories: area=AT33&area=DE21"
        )
    return _figure(request, "compare-regions" if asked.get("area") else "compare-categories", asked, ending)


def types(request: HttpRequest, ending: str) -> HttpResponse:
    """Each region with the number of its type."""
    return _figure(request, "region-types", given(request, region_types.PARAMETERS), ending)


def _figure(request: HttpRequest, name: str, asked: Asked, ending: str) -> HttpResponse:
    recipes.load()
    known = RECIPES[name].parameters
    return figure_rows(request, name, {key: words for key, words in asked.items() if key in known}, ending)
