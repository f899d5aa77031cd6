"""Endpoints of the data themselves: releases, sources, tables and their rows, quality."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from clusteratlas.errors import NotFoundError, nearest
from clusteratlas.pipeline.schema import Table, tables
from clusteratlas.web.api.reading import reading
from clusteratlas.web.api.schemas import ROWS_AT_MOST, PageNumber, PageSize, page_of, paged, row_of
from clusteratlas.web.atlas import remember
from clusteratlas.web.data import facts

router = Router(tags=["Data"])
rows = Router(tags=["Rows of tables"])


class ThemeLine(Schema):
    """A theme with the number of projects on it."""

    path: str = Field(description="Names from the top of the classification down to it")
    scheme: str
    theme_code: str
    title: str | None
    projects: int


THEMES = """
  SELECT trim(coalesce(path, title, theme_code), '/') AS path, scheme, min(theme_code) AS theme_code,
    min(title) AS title, count(DISTINCT project_id) AS projects
  FROM project_theme GROUP BY 1, 2 ORDER BY projects DESC, path, scheme"""


@reading(router, "/releases", list[facts.ReleaseLine])
def list_releases(request: HttpRequest) -> list[facts.ReleaseLine]:
    """The releases, newest first."""
    return list(facts.release_lines(request.atlas.release))


@reading(router, "/sources", list[facts.SourceLine])
def list_sources(request: HttpRequest) -> list[facts.SourceLine]:
    """The sources of the release: publisher, licence, attribution, file, checksum."""
    return list(facts.source_lines(request.atlas.release.manifest))


@reading(router, "/quality", facts.Quality)
def get_quality(request: HttpRequest) -> facts.Quality:
    """The quality report: rows in, loaded and quarantined of each file, checks, warnings."""
    return remember(request, "quality", facts.quality)


@reading(router, "/themes", page_of(ThemeLine))
def list_themes(
    request: HttpRequest,
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """Themes of projects, most projects first."""
    found = remember(request, "themes", lambda atlas: atlas.rows(THEMES))
    return paged(found, page, page_size)


@reading(router, "/tables", list[facts.TableLine])
def list_tables(request: HttpRequest) -> list[facts.TableLine]:
    """The data dictionary: every table with its fields, units and meanings."""
    return list(remember(request, "dictionary", facts.dictionary))


@reading(router, "/tables/{name}", facts.TableLine)
def get_table(
    request: HttpRequest, name: str = Path(..., description="Name of the table", examples=["project"])
) -> facts.TableLine:
    """A table with its fields, units and meanings."""
    found = {one.name: one for one in remember(request, "dictionary", facts.dictionary)}
    if name not in found:
        raise NotFoundError(
            f"there is no table '{name[:60]}'", where="name", remedy=nearest(name[:60], found)
        )
    return found[name]


def _rows_endpoint(one: Table) -> Callable[..., dict[str, Any]]:
    """The endpoint for the rows of a table, in the order of its key."""

    def endpoint(
        request: HttpRequest,
        page: int = Query(1, ge=1, le=1_000_000, description="The page, counted from 1"),
        page_size: int = PageSize,
    ) -> dict[str, Any]:
        return table_page(request, one.name, page, page_size)

    endpoint.__name__ = f"list_{one.name}_rows"
    endpoint.__doc__ = f"Rows of the table {one.name}; one row is {one.row}."
    return endpoint


def table_page(request: HttpRequest, name: str, page: int, page_size: int) -> dict[str, Any]:
    """A page of the rows of a canonical table."""
    total = request.atlas.release.manifest["tables"].get(name, 0)
    # The name is one of the canonical tables: endpoints are made from these alone.
    items = request.atlas.rows(
        f'SELECT * FROM "{name}" LIMIT $size OFFSET $skipped',
        {"size": page_size, "skipped": (page - 1) * page_size},
    )
    return {"total": total, "page": page, "page_size": page_size, "items": items}


for _table in tables().values():
    reading(rows, f"/tables/{_table.name}/rows", page_of(row_of(_table.name)))(_rows_endpoint(_table))


@reading(rows, "/programmes", page_of(row_of("programme")))
def list_programmes(request: HttpRequest) -> dict[str, Any]:
    """The funding programmes."""
    return table_page(request, "programme", 1, ROWS_AT_MOST)


@reading(rows, "/calls", page_of(row_of("call")))
def list_calls(
    request: HttpRequest,
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """Calls and topics."""
    return table_page(request, "call", page, page_size)
