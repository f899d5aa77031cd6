"""Trends as files: the list under its filters, one with all about it, or its projects."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse

from clusteratlas.pipeline.schema import table
from clusteratlas.web.data.downloads import json_twin, rows_download
from clusteratlas.web.profiles.asked import given
from clusteratlas.web.trends.asked import read

EVERY = 10_000
PAIR = (
    "theme_a",
    "name_a",
    "theme_b",
    "name_b",
    "projects_before",
    "projects_since",
    "expected_since",
    "z_score",
    "is_new",
    "p_value",
    "q_value",
)


def trends(request: HttpRequest, ending: str) -> HttpResponse:
    """The list of themes and terms under the filters of the address, all of it."""
    asked = read(request)
    _, rows = request.atlas.trends.listed(**asked.chosen, page_size=EVERY)
    words = ["trends", *(value for value in (asked.kind, asked.trend, asked.q) if value)]
    return rows_download(request, rows, table("trend").columns, ending, words, title="trends")


def trend(request: HttpRequest, kind: str, name: str, ending: str) -> HttpResponse:
    """All about a theme or term; as a list, its projects."""
    given(request, ())
    trend_id = f"{kind}:{name}"
    if ending == "json":
        found: dict[str, Any] = request.atlas.trends.about(trend_id)
        return json_twin(request, {**found, "project_list": request.atlas.trends.projects(trend_id)})
    rows = request.atlas.trends.projects(trend_id)
    columns = ("project_id", "acronym", "title", "year", "label")
    return rows_download(request, rows, columns, ending, ["projects", kind, name], title="projects")


def combinations(request: HttpRequest, ending: str) -> HttpResponse:
    """Pairs of themes that projects bring together lately; JSON has the projects of unusual themes too."""
    given(request, ())
    trends = request.atlas.trends
    if ending == "json":
        return json_twin(
            request, {"since": trends.combined_since, "pairs": trends.combinations, "unusual": trends.unusual}
        )
    return rows_download(request, trends.combinations, PAIR, ending, ["combinations"], title="combinations")
