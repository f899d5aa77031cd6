"""Endpoints of trends: themes and terms over time, with growth and its bounds."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from clusteratlas.web.api.reading import reading
from clusteratlas.web.api.schemas import page_of, row_of

router = Router(tags=["Trends"])

Row = row_of("trend")


class TrendYear(Schema):
    """A theme or term in a year."""

    year: int
    projects: int
    year_projects: int = Field(description="All projects of the year")
    expected: float = Field(description="Projects with it, had it kept its share of every programme part")


class EarlyRegion(Schema):
    """A region in the early years of a theme or term."""

    region: str = Field(description="NUTS 2 code")
    until: int = Field(description="The last of the early years")
    projects: int
    expected: float = Field(description="What the region's number of projects lets expect")
    ratio: float = Field(description="Projects over expected, drawn towards 1 where little is known")
    lower: float
    upper: float
    p_value: float
    q_value: float
    is_early: bool


class TrendCountry(Schema):
    """A country with projects of a theme or term."""

    code: str
    projects: int


class TrendOrganisation(Schema):
    """An organisation with projects of a theme or term."""

    organisation_id: str
    name: str | None
    country_code: str | None
    projects: int


class RelatedTrend(Schema):
    """A theme or term that is often said together with another."""

    trend_id: str
    kind: str
    name: str
    projects: int
    trend: str | None
    together: int = Field(description="Projects with both")
    lift: float = Field(description="Times as often together as chance would have it")


class Trend(Row):
    """A theme or term: growth with bounds, years, early regions, who, where, what else."""

    years: list[TrendYear]
    early_regions: list[EarlyRegion]
    countries: list[TrendCountry]
    organisations: list[TrendOrganisation]
    related: list[RelatedTrend]


@reading(router, "/trends", page_of(Row))
def list_trends(
    request: HttpRequest,
    kind: Literal["theme", "term"] | None = Query(None, description="Only themes, or only terms"),
    trend: Literal["emerging", "growing", "steady", "fading"] | None = Query(
        None, description="Only those called so"
    ),
    q: str = Query("", max_length=100, description="Letters that the name has", examples=["quantum"]),
    sort: Literal["surest", "growth", "fading", "projects", "name"] = Query(
        "surest", description="The order"
    ),
    page: int = Query(1, ge=1, le=100_000, description="The page, counted from 1"),
    page_size: int = Query(100, ge=1, le=500, description="Rows on a page"),
) -> dict[str, Any]:
    """Themes and terms with their growth, surest growth first."""
    chosen = {"kind": kind, "trend": trend, "text": q, "sort": sort}
    total, rows = request.atlas.trends.listed(**chosen, page=page, page_size=page_size)
    return {"total": total, "page": page, "page_size": page_size, "items": rows}


@reading(router, "/trends/{trend_id}", Trend)
def get_trend(
    request: HttpRequest,
    trend_id: str = Path(..., max_length=200, description="Kind and name", examples=["theme:photonics"]),
) -> dict[str, Any]:
    """A theme or term: its years, the regions that were early, organisations, related ones."""
    return request.atlas.trends.about(trend_id)
