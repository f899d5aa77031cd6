"""Twins of lists and profiles: the address of a page with `.json` (all of it) or `.csv` (the list in it)."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse

from clusteratlas import taxonomies
from clusteratlas.atlas.export import BATCH_ROWS
from clusteratlas.atlas.extract import extract
from clusteratlas.atlas.profiles import InitiativeProfile, PlaceLine
from clusteratlas.atlas.profiles.listings import every_organisation
from clusteratlas.errors import UsageError, nearest
from clusteratlas.web.data.downloads import download, json_twin, rows_download
from clusteratlas.web.data.results import project_list
from clusteratlas.web.profiles.organisations import moved

LARGEST_PAGE = 200
YES = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False, "": None}
ORGANISATION_FILTERS = ("q", "country", "region", "activity_type", "is_cluster", "is_sme", "sort")


def project(request: HttpRequest, project_id: str, ending: str) -> HttpResponse:
    """A project; as a list, its participations."""
    profile = request.atlas.project(project_id)
    if ending == "json":
        return json_twin(request, profile.to_dict())
    parts = extract(request.atlas, "participation", [project_id]).to_arrow_table()
    name = ["project", profile.acronym or "", project_id, "partners"]
    return download(
        request, parts.to_reader(BATCH_ROWS), ending, name, title="participations", rows=parts.num_rows
    )


def organisation(request: HttpRequest, organisation_id: str, ending: str) -> HttpResponse:
    """An organisation; as a list, its projects."""
    profile = request.atlas.organisation(organisation_id, page_size=LARGEST_PAGE)
    if profile.organisation_id != organisation_id:
        return moved(request, f"/organisations/{quote(profile.organisation_id, safe=':/')}.{ending}")
    if ending == "json":
        return json_twin(request, profile.to_dict())
    name = ["organisation", profile.short_name or "", organisation_id, "projects"]
    return _projects_of(request, {"organisation": organisation_id}, ending, name)


def country(request: HttpRequest, code: str, ending: str) -> HttpResponse:
    """A country; as a list, its projects."""
    return _place(request, request.atlas.country(code, page_size=LARGEST_PAGE), ending)


def region(request: HttpRequest, code: str, ending: str) -> HttpResponse:
    """A region; as a list, its projects."""
    return _place(request, request.atlas.region(code, page_size=LARGEST_PAGE), ending)


def _place(request: HttpRequest, profile: Any, ending: str) -> HttpResponse:
    if ending == "json":
        return json_twin(request, profile.to_dict())
    name = ["projects", profile.code, profile.name]
    return _projects_of(request, profile.query, ending, name)


def initiative(
    request: HttpRequest, initiative_id: str, ending: str, pillar_id: str | None = None
) -> HttpResponse:
    """An initiative (of a pillar) or a pillar; as a list, its projects."""
    profile = _initiative(request, initiative_id, pillar_id)
    if ending == "json":
        return json_twin(request, profile.to_dict())
    return _projects_of(request, profile.summary.query, ending, ["projects", initiative_id])


def _initiative(request: HttpRequest, initiative_id: str, pillar_id: str | None) -> InitiativeProfile:
    atlas = request.atlas
    is_pillar = pillar_id is None and initiative_id in taxonomies.pillars()
    find = atlas.pillar if is_pillar else atlas.initiative
    return find(initiative_id, page_size=LARGEST_PAGE)


def _projects_of(request: HttpRequest, query: dict[str, str], ending: str, name: list[str]) -> HttpResponse:
    found = request.atlas.search("", page_size=1, facets=False, **query)
    return project_list(request, found, ending, name)


def organisations(request: HttpRequest, ending: str) -> HttpResponse:
    """The list of organisations under the filters of the address, all of it."""
    given = _organisation_filters(request)
    rows = [asdict(line) for line in every_organisation(request.atlas, given.pop("q"), **given)]
    name = ["organisations", *(w for pair in request.GET.items() if pair[1] for w in pair)]
    columns = list(rows[0]) if rows else ["organisation_id", "name"]
    return rows_download(request, rows, columns, ending, name, title="organisations")


def _organisation_filters(request: HttpRequest) -> dict[str, Any]:
    """The filters in an address; what only a page needs (`page`, `view`) is passed over."""
    for name in request.GET:
        if name not in (*ORGANISATION_FILTERS, "page", "page_size", "view"):
            raise UsageError(
                f"there is no filter '{name[:60]}'", remedy=nearest(name[:60], ORGANISATION_FILTERS)
            )
    given: dict[str, Any] = {n: request.GET.get(n, "").strip() or None for n in ORGANISATION_FILTERS}
    for name in ("is_cluster", "is_sme"):
        word = (given[name] or "").lower()
        if word not in YES:
            raise UsageError(f"'{word[:60]}' is no value of '{name}'", remedy="write yes or no")
        given[name] = YES[word]
    return {**given, "q": given["q"] or "", "sort": given["sort"] or "projects"}


def countries(request: HttpRequest, ending: str) -> HttpResponse:
    """The list of countries."""
    return _places(request, request.atlas.countries(), ending, ["countries"])


def regions(request: HttpRequest, ending: str) -> HttpResponse:
    """The list of regions of a level (1 to 3; 2 when not said), or of one country."""
    level = request.GET.get("level", "").strip() or "2"
    if level not in ("1", "2", "3"):
        raise UsageError(
            f"there is no level '{level[:20]}'", where="level", remedy="NUTS has the levels 1, 2 and 3"
        )
    place = request.GET.get("country", "").strip() or None
    found = request.atlas.regions(int(level), place)
    return _places(request, found, ending, ["regions", f"nuts{level}", place or ""])


def _places(request: HttpRequest, found: tuple[PlaceLine, ...], ending: str, name: list[str]) -> HttpResponse:
    rows = [one.to_dict() for one in found]
    for row in rows:
        money = row.pop("net_eu_contribution")
        row.pop("query")
        row |= {"net_eu_contribution_eur": money["eur"], "participations_with_amount": money["published"]}
    columns = list(rows[0]) if rows else ["code", "name"]
    return rows_download(request, rows, columns, ending, name, title=name[0])


def initiatives(request: HttpRequest, ending: str) -> HttpResponse:
    """The list of initiatives in the order of their pillars."""
    pillars = [one.to_dict() for one in request.atlas.initiatives()]
    if ending == "json":
        return json_twin(request, {"pillars": pillars})
    rows = []
    for row in (one for pillar in pillars for one in pillar["initiatives"]):
        money = row.pop("eu_contribution")
        rows.append({**row, "eu_contribution_eur": money["eur"], "projects_with_amount": money["published"]})
    columns = [name for name in rows[0] if name not in ("query", "completeness")]
    kept = [{name: row[name] for name in columns} for row in rows]
    return rows_download(request, kept, columns, ending, ["initiatives"], title="initiatives")
