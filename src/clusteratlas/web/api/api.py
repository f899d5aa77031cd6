"""The interface put together; its description is at `/api/v1/openapi.json`."""

from __future__ import annotations

from ninja import NinjaAPI

from clusteratlas import __version__
from clusteratlas.web.api import (
    data,
    firms,
    networks,
    places,
    problems,
    projects,
    statistics,
    trends,
    value_chains,
)

DESCRIPTION = (
    "Europe's cluster projects, their partners, regions and initiatives, read-only and open to any origin. "
    "Lists come in pages; errors are problem details that say what was wrong and what to do."
)

api = NinjaAPI(
    title="Clusteratlas",
    version=__version__,
    description=DESCRIPTION,
    docs_url=None,
    openapi_url=None,
    urls_namespace="api-v1",
)
problems.install(api)
for _router in (
    projects.router,
    places.organisations,
    places.places,
    places.initiatives,
    statistics.router,
    trends.router,
    value_chains.router,
    firms.router,
    networks.router,
    data.router,
    data.rows,
):
    api.add_router("", _router)
