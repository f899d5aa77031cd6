"""The network of some projects, drawn and listed; how two organisations are connected."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas.collaboration import TABLES
from clusteratlas.atlas.partnerships import FILTERS, PROJECTS, WAYS, ProjectNetwork, candidates
from clusteratlas.atlas.profiles.values import plain
from clusteratlas.errors import NotFoundError, UsageError, nearest
from clusteratlas.web.atlas import remember
from clusteratlas.web.data.downloads import json_twin, rows_download
from clusteratlas.web.networks.drawing import WHOLE, drawing
from clusteratlas.web.networks.remembered import PATIENCE, drawn, is_measured, measured, of_all
from clusteratlas.web.profiles.asked import given
from clusteratlas.web.templatetags.figures import named
from clusteratlas.web.templatetags.profiles import search
from clusteratlas.web.trends.words import address

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

TWINS = (("CSV", "csv"), ("JSON", "json"))
OFFERED = 200
"""Organisations whose names are offered while one types: those with most projects."""


def network(request: HttpRequest) -> HttpResponse:
    """The network of the projects that the address chooses."""
    filters = _filters(request)
    said = _said(request, filters)
    found, figure = drawn(request.lease, filters, lambda: drawing(_network(request, filters), said))
    query = urlencode(filters)
    asks_again = request.headers.get("HX-Request") == "true"
    is_told = is_measured(found)
    told = measured(request.lease, filters, patience=0 if asks_again else PATIENCE) if is_told else None
    if is_told and told is None and asks_again:
        return HttpResponse(status=204, headers={"Cache-Control": "no-store"})
    of_project = _project(request, found)
    answer = render(
        request,
        "networks/network.html",
        {
            "found": found,
            "said": said,
            "query": f"?{query}" if query else "",
            "search": _search(found.filters),
            "of_project": of_project,
            "network": figure,
            "told": told,
            "is_pending": is_told and told is None,
            "is_too_large": not is_told and found.pairs > 1 and not of_project,
            "tables": list(TABLES),
            "between": [] if told else _between(found),
            "downloads": [(label, f"/network.{ending}?{query}") for label, ending in TWINS],
            "crumbs": [
                ("Home", "/"),
                ("Organisations", "/organisations/"),
                ("Network", "/network/" if query else ""),
                *([(said, "")] if query else []),
            ],
        },
    )
    if is_told and told is None:
        answer.headers["Cache-Control"] = "no-store"
    return answer


def _project(request: HttpRequest, found: ProjectNetwork) -> dict[str, Any] | None:
    """What the page says of the project whose partners these are."""
    if "project" not in found.filters:
        return None
    count = found.organisations
    met = {end for one, other, _ in found.ties for end in (one, other)}
    return {
        "project_id": found.filters["project"],
        "name": _label(request, "project", found.filters["project"]),
        "met": len(met),
        "possible": count * (count - 1) // 2,
    }


def _search(filters: dict[str, str]) -> str | None:
    """The address that lists the projects of a network; None where there is none."""
    if "project" in filters or ("trend" in filters and len(filters) > 1):
        return None
    return f"{address(filters['trend'])}#projects" if "trend" in filters else search(filters)


def _between(found: ProjectNetwork) -> list[Any]:
    """Those who lie most between others, of the listed ones."""
    known = [one for one in found.members if one.betweenness]
    return sorted(known, key=lambda one: (-one.betweenness, one.name))[:5]


def _filters(request: HttpRequest) -> dict[str, str]:
    """The filters of the address as the release spells them; raises `UsageError` for two values of one."""
    if several := next((name for name in FILTERS if len(request.GET.getlist(name)) > 1), None):
        raise UsageError(
            "a network is chosen by one value of each filter", where=several, remedy="give one of them"
        )
    return request.atlas.partnerships.resolved(given(request, FILTERS))


def _network(request: HttpRequest, filters: dict[str, str]) -> ProjectNetwork:
    if not filters:
        return of_all(request.lease)
    return request.atlas.partnerships.of(filters)


WORDS = {
    "project": "among the partners of {}",
    "trend": "on {}",
    "theme": "on {}",
    "programme": "of {}",
    "initiative": "of the initiative {}",
    "year": "begun in {}",
    "region": "with {}",
    "country": "with {}",
    "organisation": "around {}",
}


def _said(request: HttpRequest, filters: dict[str, str]) -> str:
    """The choice of projects, in words."""
    parts = [WORDS[name].format(_label(request, name, filters[name])) for name in WORDS if name in filters]
    if "cluster" in filters:
        parts.append("in cluster projects")
    return ", ".join(parts) or WHOLE


def _label(request: HttpRequest, name: str, value: str) -> str:
    if name == "project":
        facts = request.atlas.lookup(PROJECTS).get(value, {})
        return facts.get("acronym") or facts.get("title") or value
    if name == "trend":
        return request.atlas.trends.get(value)["name"]
    if name == "organisation":
        found = candidates(request.atlas, value)
        return named(found[0].name) if found and found[0].organisation_id == value else value
    if name == "country":
        return taxonomies.country_name(value) or value
    if name == "region" and value in taxonomies.regions():
        return taxonomies.regions()[value].name
    column = request.atlas.arrays.columns[name]
    code = column.code_of.get(value)
    return value if code is None else column.labels[code]


def network_twin(request: HttpRequest, ending: str) -> HttpResponse:
    """The network as data; as a list, its organisations."""
    found = _network(request, _filters(request))
    if ending == "json":
        return json_twin(request, found.to_dict())
    rows = [asdict(member) for member in found.members]
    columns = list(rows[0]) if rows else ["organisation_id", "name"]
    name = ["network", *(word for pair in found.filters.items() for word in pair)]
    return rows_download(request, rows, columns, ending, name, title="network")


def table_twin(request: HttpRequest, table: str, ending: str) -> HttpResponse:
    """A table of measures of a network as data."""
    if table not in TABLES:
        raise NotFoundError(f"networks have no table '{table[:60]}'", remedy=nearest(table[:60], TABLES))
    filters = _filters(request)
    rows = [plain(one) for one in request.atlas.partnerships.measured(filters).table(table)]
    if ending == "json":
        return json_twin(request, {"filters": filters, "rows": rows})
    columns = [field.name for field in fields(TABLES[table].row)]
    flat = [{name: _flat(value) for name, value in row.items()} for row in rows]
    name = ["network", table, *(word for pair in filters.items() for word in pair)]
    return rows_download(request, flat, columns, ending, name, title=table)


def _flat(value: Any) -> Any:
    """A value as a cell: of several, their names or ids."""
    if not isinstance(value, list):
        return value
    return "; ".join(one["organisation_id"] if isinstance(one, dict) else one for one in value)


def connections(request: HttpRequest) -> HttpResponse:
    """How two organisations are connected; a name that several have leads to a choice."""
    asked = given(request, ("from", "to"))
    ends = {name: candidates(request.atlas, asked[name]) for name in ("from", "to") if name in asked}
    shown = {
        name: named(ends[name][0].name) if len(ends.get(name, ())) == 1 else asked.get(name, "")
        for name in ("from", "to")
    }
    context: dict[str, Any] = {
        "asked": {"one": shown["from"], "other": shown["to"]},
        "offered": remember(request, "organisations offered", _offered),
        "crumbs": [("Home", "/"), ("Organisations", "/organisations/"), ("Connections", "")],
        "unknown": [asked[name] for name, found in ends.items() if not found],
        "choices": [
            (asked[name], [(one, _choose(asked, name, one.organisation_id)) for one in found])
            for name, found in ends.items()
            if len(found) > 1
        ],
    }
    if len(ends) == 2 and all(len(found) == 1 for found in ends.values()):
        one, other = (ends[name][0].organisation_id for name in ("from", "to"))
        if one == other:
            context["is_same"] = True
        else:
            context["found"] = _connection(request, one, other)
            query = urlencode({"from": one, "to": other})
            context["downloads"] = [(label, f"/connections.{ending}?{query}") for label, ending in TWINS]
    return render(request, "networks/connections.html", context)


def _offered(atlas: Atlas) -> list[str]:
    found = atlas.organisations(page_size=OFFERED).items
    return sorted({named(one.name) for one in found if one.name}, key=str.casefold)


def _choose(asked: dict[str, str], name: str, one: str) -> str:
    return f"?{urlencode({**asked, name: one})}"


def _connection(request: HttpRequest, one: str, other: str) -> Any:
    return request.atlas.partnerships.connection(one, other, most=WAYS)


def connections_twin(request: HttpRequest, ending: str) -> HttpResponse:
    """The ways as data, by ids; as a list, a row for each common project of a step."""
    asked = given(request, ("from", "to"))
    if missing := [name for name in ("from", "to") if name not in asked]:
        raise UsageError("two organisations are connected", where=missing[0], remedy="give from=ID and to=ID")
    found = _connection(request, asked["from"], asked["to"])
    if ending == "json":
        return json_twin(request, found.to_dict())
    rows = [
        {
            "way": way,
            "step": step,
            "organisation_id": one.one.organisation_id,
            "organisation_name": one.one.name,
            "other_organisation_id": one.other.organisation_id,
            "other_organisation_name": one.other.name,
            "project_id": shared.project_id,
            "project": shared.label,
            "partners": shared.partners,
            "projects": one.projects,
            "weight": one.weight,
        }
        for way, steps in enumerate(found.ways, 1)
        for step, one in enumerate(steps, 1)
        for shared in one.shared
    ]
    columns = list(rows[0]) if rows else ["way", "step"]
    return rows_download(
        request, rows, columns, ending, ["connections", asked["from"], asked["to"]], title="connections"
    )
