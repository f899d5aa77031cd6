"""The search for projects: one page with filters, a list, a map or a timeline; and its feed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from clusteratlas import taxonomies
from clusteratlas.atlas import Atlas
from clusteratlas.atlas.search.organisations import OrganisationsBehind, read_filters
from clusteratlas.atlas.search.result import SearchResult
from clusteratlas.atlas.search.searcher import SORTS
from clusteratlas.charts.maps import bubble_map, bubble_svg, tile_svg
from clusteratlas.charts.timeline import bars, timeline_svg
from clusteratlas.errors import NotFoundError
from clusteratlas.web.explore import panel
from clusteratlas.web.explore.asked import (
    ORGANISATIONS,
    PARTICIPANT_SORTS,
    VIEWS,
    Asked,
    has_idle_parameters,
    read,
)
from clusteratlas.web.maps import country_places, country_tiles, european_dots
from clusteratlas.web.paging import page_links

DOWNLOADS = (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"), ("Parquet", "parquet"))


@require_safe
def projects(request: HttpRequest) -> HttpResponse:
    """The search page. Addresses with empty parameters are led to the same without them."""
    if has_idle_parameters(request.GET):
        given = request.GET.copy()
        for name in list(given):
            given.setlist(name, [value for value in given.getlist(name) if value.strip()])
        return HttpResponseRedirect(read(given).address(page=1))
    asked, result = found(request.atlas, read(request.GET))
    return render(request, "explore/search.html", context(request.atlas, asked, result))


def found(atlas: Atlas, asked: Asked) -> tuple[Asked, SearchResult]:
    """The question as the release spells it, and its answer.

    Raises `UsageError` for what cannot be asked, `NotFoundError` for a page beyond the last.
    """
    asked = replace(asked, filters=atlas.searcher.filters.resolve(asked.filters))
    is_paged = asked.view != ORGANISATIONS
    result = atlas.search(
        asked.q,
        page=asked.page if is_paged else 1,
        page_size=asked.page_size,
        sort=asked.sort,
        **asked.filters,
    )
    asked = _with_places(asked, result)
    if is_paged:
        _refuse_beyond(asked, result.pages)
    return asked, result


def _with_places(asked: Asked, result: SearchResult) -> Asked:
    """The question with the places among its words as the filters that they were read as."""
    if not any(place.is_applied for place in result.places):
        return asked
    named = {place.facet: result.filters[place.facet] for place in result.places}
    return replace(asked, q=result.rest, filters={**asked.filters, **named})


def _refuse_beyond(asked: Asked, pages: int) -> None:
    if asked.page > pages:
        raise NotFoundError(
            f"there is no page {asked.page} of this result, the last one is {pages}",
            remedy=f"go to the last one: {asked.address(page=pages)}",
        )


def behind(asked: Asked, result: SearchResult) -> OrganisationsBehind:
    """The organisations behind a result under the filters of the address, a page of them."""
    return result.organisations_behind(
        sort=asked.participant_sort, page=asked.page, **read_filters(asked.participants)
    )


def context(atlas: Atlas, asked: Asked, result: SearchResult) -> dict[str, Any]:
    """Everything that the template of the search needs."""
    chosen = _chosen(atlas, asked)
    return {
        "asked": asked,
        "result": result,
        "heading": _heading(asked, result),
        "groups": panel.groups(result),
        "scopes": panel.scopes(result),
        "chosen": chosen,
        "carried": panel.carried(asked, result),
        "budget_min": next(iter(asked.filters.get("budget_min", ())), ""),
        "budget_max": next(iter(asked.filters.get("budget_max", ())), ""),
        "sorts": [(name, label, name == asked.sort) for name, label in SORTS.items()],
        "views": [(label, asked.address(view=name), name == asked.view) for name, label in VIEWS.items()],
        "cleared": Asked(q=asked.q, sort=asked.sort, view=asked.view)
        .having("cluster", *asked.filters.get("cluster", ()))
        .address(),
        "everything": asked.having("cluster").address(),
        "permalink": asked.address(page=asked.page),
        "literally": _literally(asked, result),
        "places": _places(asked, result),
        "downloads": [
            (label, asked.address(f"/projects.{ending}", view="list")) for label, ending in DOWNLOADS
        ],
        "organisations_address": asked.address(view=ORGANISATIONS),
        "feed": asked.address("/projects.atom", view="list", sort="relevance"),
        "pages": page_links(asked.page, result.pages, lambda page: asked.address(page=page)),
        "first": (result.page - 1) * result.page_size + 1,
        "last": min(result.page * result.page_size, result.total),
        "map": _map(asked, result) if asked.view == "map" else None,
        "timeline": _timeline(asked, result) if asked.view == "timeline" else None,
        **(_organisations(asked, result) if asked.view == ORGANISATIONS else {}),
        "is_scoped": asked.filters.get("cluster") == ("yes",),
    }


SORTS_OF_PROJECT = {
    ("yes",): "cluster project",
    ("core",): "core cluster project",
    ("related",): "related cluster project",
    ("core", "related"): "cluster project",
}
"""What the projects of a result are called, by the filter ``cluster``."""


def _heading(asked: Asked, result: SearchResult) -> str:
    sorts = asked.filters.get("cluster", ())
    what = SORTS_OF_PROJECT.get(tuple(sorted(sorts)), "project")
    return f"{result.total:,} {what}{'' if result.total == 1 else 's'}"


def _chosen(atlas: Atlas, asked: Asked) -> list[panel.Chosen]:
    label = atlas.searcher.filters.label
    names = _organisation_names(atlas, asked.filters.get("organisation", ()))
    words = {
        (name, value): names.get(value) or panel.said(name, value, label(name, value))
        for name, values in asked.filters.items()
        for value in values
    }
    return panel.chosen(asked, words)


def _organisation_names(atlas: Atlas, ids: tuple[str, ...]) -> dict[str, str]:
    if not ids:
        return {}
    query = "SELECT organisation_id, name FROM organisation WHERE list_contains($1, organisation_id)"
    return {row["organisation_id"]: row["name"] for row in atlas.rows(query, [list(ids)])}


def _literally(asked: Asked, result: SearchResult) -> str:
    """The address that seeks the words exactly as they were typed, when they were taken for others."""
    if not result.correction:
        return ""
    exact = " ".join(
        f'"{word}"' if word.lower() in result.correction.words else word for word in asked.q.split()
    )
    return asked.address(q=exact)


def _places(asked: Asked, result: SearchResult) -> dict[str, Any] | None:
    """The words that name places, and the address of the other reading: as words, or as places."""
    if not result.places:
        return None
    named = {place.facet: () for place in result.places if place.is_applied}
    if named:
        return {
            "read": result.places,
            "href": replace(asked, q=result.literal, filters={**asked.filters, **named}).address(),
        }
    values = {p.facet: tuple(q.value for q in result.places if q.facet == p.facet) for p in result.places}
    return {
        "offered": result.places,
        "href": asked.address(q=result.rest, filters={**asked.filters, **values}),
    }


@dataclass(frozen=True)
class MapView:
    """The map of a result, and its table."""

    bubbles: SafeString
    tiles: SafeString
    rows: list[dict[str, Any]]
    outside: list[str]


def _map(asked: Asked, result: SearchResult) -> MapView:
    def narrowed(code: str) -> str:
        return asked.having("country", code).address(view="list")

    drawn = bubble_map(country_places(result.countries, narrowed), largest=44)
    ranked = sorted(result.countries.items(), key=lambda entry: (-entry[1], entry[0]))
    greatest = ranked[0][1] if ranked else 1
    rows = [
        {"code": code, "name": taxonomies.country_name(code), "href": narrowed(code), "projects": count}
        | {"share": count / result.total, "bar": round(100 * count / greatest, 1)}
        for code, count in ranked
    ]
    title = "Projects by country of their participants"
    bubbles = bubble_svg(drawn, title, european_dots())
    tiles = tile_svg(country_tiles(result.countries, narrowed), title)
    outside = [place.label for place in drawn.outside]
    return MapView(SafeString(bubbles), SafeString(tiles), rows, outside)


@dataclass(frozen=True)
class TimelineView:
    """The timeline of a result, and its table."""

    svg: SafeString
    rows: list[dict[str, Any]]


def _timeline(asked: Asked, result: SearchResult) -> TimelineView:
    counts = dict(result.timeline)
    hrefs = {year: asked.having("year", str(year)).address(view="list") for year in counts}
    svg = timeline_svg(
        bars(counts, width=720, height=240, hrefs=hrefs), "Projects by year of start", width=720, height=240
    )
    rows = [{"year": year, "projects": count, "href": hrefs[year]} for year, count in counts.items()]
    return TimelineView(SafeString(svg), rows)


def _organisations(asked: Asked, result: SearchResult) -> dict[str, Any]:
    """What the template needs for the organisations behind a result, instead of its pages of projects."""
    found = behind(asked, result)
    _refuse_beyond(asked, found.pages)
    chosen = {name: next(iter(words), "") for name, words in asked.participants.items()}
    region = chosen.get("participant_region")
    countries = {
        code: f"{taxonomies.country_name(code)} ({count:,})" for code, count in found.countries.items()
    }
    types = {
        code: f"{known.label} ({found.types.get(code, 0):,})"
        for code, known in taxonomies.activity_types().items()
    }
    return {
        "organisations": found,
        "participant_countries": _options(
            dict(sorted(countries.items(), key=lambda one: one[1])), chosen, "country"
        ),
        "participant_types": _options(types, chosen, "type"),
        "participant_sorts": [(name, label, name == found.sort) for name, label in PARTICIPANT_SORTS.items()],
        "is_sme": chosen.get("participant_sme") == "yes",
        "is_cluster": chosen.get("participant_cluster") == "yes",
        "participant_region": region,
        "without_region": replace(
            asked,
            participants={n: w for n, w in asked.participants.items() if n != "participant_region"},
            page=1,
        ).address(),
        "first": (found.page - 1) * found.page_size + 1,
        "last": min(found.page * found.page_size, found.total),
        "pages": page_links(asked.page, found.pages, lambda page: asked.address(page=page)),
        "organisation_downloads": [
            (label, asked.address(f"/projects.{ending}")) for label, ending in DOWNLOADS
        ],
    }


def _options(labels: dict[str, str], chosen: dict[str, str], name: str) -> list[tuple[str, str, bool]]:
    now = chosen.get(f"participant_{name}", "").upper()
    now = taxonomies.country_code(now) or now if name == "country" else now
    if now and now not in labels:
        labels = {**labels, now: taxonomies.country_name(now) or now}
    return [(code, label, code == now) for code, label in labels.items()]
