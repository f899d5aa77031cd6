"""Endpoints of organisations, places, initiatives and pillars."""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import quote

from django.http import HttpRequest
from ninja import Path, Query, Router

from clusteratlas.atlas.profiles import (
    InitiativeProfile,
    InitiativeSummary,
    OrganisationPage,
    OrganisationProfile,
    PillarSummary,
    PlaceLine,
    PlaceProfile,
)
from clusteratlas.atlas.profiles.listings import SORTS
from clusteratlas.web.api.reading import reading
from clusteratlas.web.api.schemas import PageNumber
from clusteratlas.web.profiles.organisations import moved

organisations = Router(tags=["Organisations"])
places = Router(tags=["Places"])
initiatives = Router(tags=["Initiatives"])

PageSize = Query(25, ge=1, le=200, description="Rows on a page")


@reading(organisations, "/organisations", OrganisationPage)
def list_organisations(
    request: HttpRequest,
    q: str = Query("", description="Beginnings of words of the name", max_length=200),
    country: str | None = Query(None, description="Country, ISO 3166-1 code", max_length=20),
    region: str | None = Query(None, description="NUTS region, any level and version", max_length=20),
    activity_type: str | None = Query(None, description="HES, REC, PRC, PUB or OTH", max_length=20),
    is_cluster: bool | None = Query(None, description="Whether it is a cluster organisation"),
    is_sme: bool | None = Query(None, description="Whether it is a small or medium-sized enterprise"),
    sort: Literal[tuple(SORTS)] = Query("projects", description="Order"),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """Organisations by name, place and kind."""
    found = request.atlas.organisations(
        q,
        country=country,
        region=region,
        activity_type=activity_type,
        is_cluster=is_cluster,
        is_sme=is_sme,
        sort=sort,
        page=page,
        page_size=page_size,
    )
    return found.to_dict()


@reading(organisations, "/organisations/{path:organisation_id}", OrganisationProfile)
def get_organisation(
    request: HttpRequest,
    organisation_id: str = Path(..., description="Id of the organisation", examples=["pic:999902967"]),
    role: str | None = Query(None, description="Only projects in this role", max_length=60),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """An organisation: projects, roles, money, themes, partners, records, why they are one, place.

    An id that was merged into another organisation is answered with 302 and the address of that one.
    """
    found = request.atlas.organisation(organisation_id, role=role, page=page, page_size=page_size)
    if found.organisation_id != organisation_id:
        return moved(request, f"/api/v1/organisations/{quote(found.organisation_id, safe=':/')}")
    return found.to_dict()


@reading(places, "/countries", list[PlaceLine])
def list_countries(request: HttpRequest) -> list[dict[str, Any]]:
    """Countries with participants, most projects first."""
    return [one.to_dict() for one in request.atlas.countries()]


@reading(places, "/countries/{code}", PlaceProfile)
def get_country(
    request: HttpRequest,
    code: str = Path(..., description="Country, ISO 3166-1 code", examples=["FR"]),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """A country: projects, organisations, themes, partners."""
    return request.atlas.country(code, page=page, page_size=page_size).to_dict()


@reading(places, "/regions", list[PlaceLine])
def list_regions(
    request: HttpRequest,
    level: int = Query(2, ge=1, le=3, description="NUTS level"),
    country: str | None = Query(None, description="Country, ISO 3166-1 code", max_length=20),
) -> list[dict[str, Any]]:
    """NUTS regions with participants, most projects first."""
    return [one.to_dict() for one in request.atlas.regions(level, country)]


@reading(places, "/regions/{code}", PlaceProfile)
def get_region(
    request: HttpRequest,
    code: str = Path(..., description="NUTS code of any version", examples=["FRK2"]),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """A region, by NUTS code of any version: projects, organisations, themes, partner regions."""
    return request.atlas.region(code, page=page, page_size=page_size).to_dict()


@reading(initiatives, "/pillars", list[PillarSummary])
def list_pillars(request: HttpRequest) -> list[dict[str, Any]]:
    """The pillars of the European cluster initiatives, each with its initiatives."""
    return [one.to_dict() for one in request.atlas.initiatives()]


@reading(initiatives, "/pillars/{pillar_id}", InitiativeProfile)
def get_pillar(
    request: HttpRequest,
    pillar_id: str = Path(..., description="Id of the pillar", examples=["internationalisation"]),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """A pillar: its projects, partners, countries, themes and years."""
    return request.atlas.pillar(pillar_id, page=page, page_size=page_size).to_dict()


@reading(initiatives, "/initiatives", list[InitiativeSummary])
def list_initiatives(request: HttpRequest) -> list[dict[str, Any]]:
    """The European cluster initiatives, in the order of their pillars."""
    return [one for pillar in request.atlas.initiatives() for one in pillar.to_dict()["initiatives"]]


@reading(initiatives, "/initiatives/{initiative_id}", InitiativeProfile)
def get_initiative(
    request: HttpRequest,
    initiative_id: str = Path(..., description="Id of the initiative", examples=["innosup-1"]),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """An initiative: its projects, partners, countries, themes and years, and how complete the list is."""
    return request.atlas.initiative(initiative_id, page=page, page_size=page_size).to_dict()
