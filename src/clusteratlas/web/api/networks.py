"""Endpoints of networks: who works with whom in some projects, and how two organisations are connected."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router

from clusteratlas.atlas.partnerships import DRAWN, WAYS, Connection, ProjectNetwork
from clusteratlas.web.api.reading import reading
from clusteratlas.web.networks.remembered import MOST, of_all

router = Router(tags=["Networks"])


@reading(router, "/network", ProjectNetwork)
def get_network(
    request: HttpRequest,
    organisation: str | None = Query(None, description="Id of an organisation in all", max_length=200),
    country: str | None = Query(None, description="Country of a participant, ISO 3166-1 code", max_length=20),
    region: str | None = Query(None, description="NUTS region of a participant", max_length=20),
    theme: str | None = Query(None, description="Theme, by its names from the top", max_length=400),
    programme: str | None = Query(None, description="Programme", max_length=60),
    initiative: str | None = Query(None, description="European cluster initiative", max_length=60),
    year: str | None = Query(None, description="Year of start", max_length=10),
    cluster: str | None = Query(None, description="Cluster projects: yes, core or related", max_length=10),
    shown: int = Query(DRAWN, ge=1, le=MOST, description="Organisations listed, the most frequent first"),
) -> dict[str, Any]:
    """Who works with whom in the projects that have all of these: the most frequent organisations and their ties."""
    given = {
        "organisation": organisation,
        "country": country,
        "region": region,
        "theme": theme,
        "programme": programme,
        "initiative": initiative,
        "year": year,
        "cluster": cluster,
    }
    filters = {name: value for name, value in given.items() if value}
    if not filters:
        return of_all(request, shown).to_dict()
    return request.atlas.partnerships.of(filters, shown=shown).to_dict()


@reading(router, "/connections/{path:one}/to/{path:other}", Connection)
def get_connection(
    request: HttpRequest,
    one: str,
    other: str,
    most: int = Query(WAYS, ge=1, le=100, description="Ways at most"),
) -> dict[str, Any]:
    """How two organisations are connected: the ways with the fewest steps through common projects."""
    return request.atlas.partnerships.connection(one, other, most=most).to_dict()
