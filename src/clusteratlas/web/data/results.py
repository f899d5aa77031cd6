"""The result of a search as a download: exactly the projects that the page finds, in its order."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse

from clusteratlas.atlas.export import BATCH_ROWS
from clusteratlas.web.data.downloads import download
from clusteratlas.web.explore.asked import read

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
    """The result of the search that the address asks for, as a file."""
    asked = read(request.GET)
    asked = replace(asked, filters=request.atlas.searcher.filters.resolve(asked.filters))
    found = request.atlas.search(asked.q, page_size=1, sort=asked.sort, facets=False, **asked.filters)
    chosen = [word for name, values in found.filters.items() for word in (name, *values)]
    return project_list(request, found, ending, ["projects", asked.q, *chosen])


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
