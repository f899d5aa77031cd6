"""Endpoints of networks: who works with whom in some projects, and how two organisations are connected."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from clusteratlas.atlas.collaboration import TABLES, Table
from clusteratlas.atlas.partnerships import DRAWN, WAYS, Connection, ProjectNetwork
from clusteratlas.atlas.profiles.values import plain
from clusteratlas.web.api.reading import reading
from clusteratlas.web.networks.remembered import MOST, of_all

router = Router(tags=["Networks"])


class Choice(Schema):
    """The projects of a network: those that have all of these."""

    organisation: str | None = Field(None, description="Id of an organisation in all", max_length=200)
    country: str | None = Field(None, description="Country of a participant, ISO 3166-1 code", max_length=20)
    region: str | None = Field(None, description="NUTS region of a participant", max_length=20)
    theme: str | None = Field(None, description="Theme, by its names from the top", max_length=400)
    trend: str | None = Field(None, description="Theme or term of the trends, by its id", max_length=200)
    programme: str | None = Field(None, description="Programme", max_length=60)
    initiative: str | None = Field(None, description="European cluster initiative", max_length=60)
    year: str | None = Field(None, description="Year of start", max_length=10)
    cluster: str | None = Field(None, description="Cluster projects: yes, core or related", max_length=10)

    @property
    def filters(self) -> dict[str, str]:
        """Those that were given."""
        return {name: value for name, value in self.dict().items() if value}


class WithProject(Choice):
    """The same, or a project: the network is then that of its partners in other projects."""

    project: str | None = Field(
        None, description="Id of a project, for its partners elsewhere", max_length=200
    )


@reading(router, "/network", ProjectNetwork)
def get_network(
    request: HttpRequest,
    choice: Query[WithProject],
    shown: int = Query(DRAWN, ge=1, le=MOST, description="Organisations listed, the most frequent first"),
) -> dict[str, Any]:
    """Who works with whom in the projects that have all of these: the most frequent organisations and their ties."""
    if not choice.filters:
        return of_all(request.lease, shown).to_dict()
    return request.atlas.partnerships.of(choice.filters, shown=shown).to_dict()


def _register(name: str, table: Table) -> None:
    """Make the endpoint of a table of measures."""

    def get_table(
        request: HttpRequest,
        choice: Query[Choice],
        limit: int = Query(100, ge=1, le=10_000, description="Rows at most"),
        sort: str | None = Query(None, description="Of organisations: the measure to sort by", max_length=40),
    ) -> list[dict[str, Any]]:
        return [
            plain(one) for one in request.atlas.partnerships.measured(choice.filters).table(name, limit, sort)
        ]

    get_table.__name__ = f"get_network_{name}"
    get_table.__doc__ = f"{table.says}. Worked out when first asked for: of a large network some seconds."
    reading(router, f"/network/{name}", list[table.row])(get_table)


for name, table in TABLES.items():
    _register(name, table)


@reading(router, "/connections/{path:one}/to/{path:other}", Connection)
def get_connection(
    request: HttpRequest,
    one: str,
    other: str,
    most: int = Query(WAYS, ge=1, le=100, description="Ways at most"),
) -> dict[str, Any]:
    """How two organisations are connected: the ways with the fewest steps through common projects."""
    return request.atlas.partnerships.connection(one, other, most=most).to_dict()
