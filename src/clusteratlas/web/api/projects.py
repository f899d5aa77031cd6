"""Endpoints of the search and of projects."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from clusteratlas.atlas.profiles import ProjectProfile
from clusteratlas.atlas.search import FACETS
from clusteratlas.atlas.search.organisations import FILTERS as PARTICIPANT_FILTERS
from clusteratlas.atlas.search.organisations import read_filters
from clusteratlas.atlas.search.suggest import Suggestion
from clusteratlas.web.api.reading import reading
from clusteratlas.web.api.schemas import OrganisationsAnswer, OrganisationsQuery, SearchAnswer, SearchQuery

router = Router(tags=["Projects"])


class FilterLine(Schema):
    """A filter of the search."""

    name: str
    label: str
    meaning: str
    kind: str = Field(description="closed, open, tree or number")
    example: str
    values: list[tuple[str, str]] = Field(description="Fixed values with their labels, if any")


@reading(router, "/projects", SearchAnswer)
def search_projects(request: HttpRequest, asked: Query[SearchQuery]) -> dict[str, Any]:
    """Search projects, with the filters, orders and counts of the site."""
    given = asked.model_dump()
    text, page, page_size, sort, facets = (given.pop(n) for n in ("q", "page", "page_size", "sort", "facets"))
    found = request.atlas.search(text, page=page, page_size=page_size, sort=sort, facets=facets, **given)
    return found.to_dict()


@reading(router, "/projects/{path:project_id}", ProjectProfile)
def get_project(
    request: HttpRequest,
    project_id: str = Path(..., description="Id of the project", examples=["cordis:101069359"]),
) -> dict[str, Any]:
    """A project: partners, money, themes, results, evidence, related projects, origin of every fact."""
    return request.atlas.project(project_id).to_dict()


@reading(router, "/search/organisations", OrganisationsAnswer)
def organisations_behind(request: HttpRequest, asked: Query[OrganisationsQuery]) -> dict[str, Any]:
    """The organisations behind a search: who takes part in the found projects, most projects or most money first."""
    given = asked.model_dump()
    text, sort, page, page_size = (given.pop(name) for name in ("q", "sort", "page", "page_size"))
    wanted = read_filters({name: given.pop(name) for name in PARTICIPANT_FILTERS})
    found = request.atlas.search(text, page_size=1, facets=False, **given)
    behind = found.organisations_behind(sort=sort, page=page, page_size=page_size, **wanted)
    told = {"query": found.query, "explanation": found.explanation, "projects": found.total}
    return {**told, **behind.to_dict()}


@reading(router, "/search/suggest", list[Suggestion])
def suggest(
    request: HttpRequest,
    q: str = Query(..., description="The beginning of a word or name", max_length=200, examples=["photon"]),
    limit: int = Query(8, ge=1, le=50, description="Suggestions at most"),
) -> list[Suggestion]:
    """Words, projects, organisations, themes and countries that begin so."""
    return list(request.atlas.suggest(q, limit))


@reading(router, "/filters", list[FilterLine])
def list_filters(request: HttpRequest) -> list[dict[str, Any]]:
    """The filters of the search."""
    names = ("name", "label", "meaning", "kind", "example", "values")
    return [{name: getattr(facet, name) for name in names} for facet in FACETS]
