"""The result of a search as a download: exactly the projects that the page finds, in its order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from clusteratlas.atlas.export import BATCH_ROWS
from clusteratlas.atlas.search.organisations import read_filters
from clusteratlas.web.data.downloads import download
from clusteratlas.web.explore.asked import ORGANISATIONS, Asked, read

if TYPE_CHECKING:
    import pyarrow as pa

    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.search.result import SearchResult

# What a search does not keep of a project, in the order of the result.
MORE = """
  SELECT p.kind, p.initiative_id, p.topic_code, p.call_code, p.funding_scheme_code, p.total_cost_eur,
    p.keywords, p.summary, p.website_url, p.url, p.source
  FROM (SELECT unnest($ids::VARCHAR[]) AS project_id, generate_subscripts($ids::VARCHAR[], 1) AS place) r
  JOIN project p USING (project_id) ORDER BY place"""


def projects(request: HttpRequest, ending: str) -> HttpResponse:
    """The result of the search that the address asks for, or the organisations behind it, as a file."""
    asked = read(request.GET)
    asked = replace(asked, filters=request.atlas.searcher.filters.resolve(asked.filters))
    found = request.atlas.search(asked.q, page_size=1, sort=asked.sort, facets=False, **asked.filters)
    chosen = [word for name, values in found.filters.items() for word in (name, *values)]
    if asked.view == ORGANISATIONS:
        return _organisations(request, asked, found, ending, ["organisations", asked.q, *chosen])
    return project_list(request, found, ending, ["projects", asked.q, *chosen])


def _organisations(
    request: HttpRequest, asked: Asked, found: SearchResult, ending: str, name: list[str]
) -> HttpResponse:
    """All organisations behind a search result under the filters of the address, as a file."""
    rows = found.organisations_behind(
        sort=asked.participant_sort, **read_filters(asked.participants)
    ).to_arrow()
    words = [word for values in asked.participants.values() for word in values]
    about = {
        "query": found.query,
        "filters": found.filters,
        "participant_filters": asked.participants,
        "explanation": found.explanation,
        "total": rows.num_rows,
    }
    return download(
        request,
        rows.to_reader(BATCH_ROWS),
        ending,
        [*name, *words],
        title="organisations",
        rows=rows.num_rows,
        about=about,
    )


def project_list(
    request: HttpRequest,
    found: SearchResult,
    ending: str,
    name: list[str],
    about: dict[str, Any] | None = None,
) -> HttpResponse:
    """All projects of a search result, as a file."""
    said = {
        "query": found.query,
        "filters": found.filters,
        "explanation": found.explanation,
        "total": found.total,
    }
    reader = full_rows(request.atlas, found).to_reader(BATCH_ROWS)
    return download(
        request, reader, ending, name, title="projects", rows=found.total, about={**said, **(about or {})}
    )


def full_rows(atlas: Atlas, found: SearchResult) -> pa.Table:
    """All found projects with what the search shows of them, and more of their facts."""
    rows = found.to_arrow()
    more = atlas.cursor.sql(MORE, params={"ids": rows["project_id"].to_pylist()}).to_arrow_table()
    for name in more.column_names:
        rows = rows.append_column(name, more[name])
    return rows
