"""Endpoints of trends: themes and terms over time, with growth and its bounds."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from clusteratlas.web.api.reading import reading
from clusteratlas.web.api.schemas import PageNumber, PageSize, page_of, paged, row_of

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


class Pair(Schema):
    """Two themes that projects bring together."""

    theme_a: str
    name_a: str
    theme_b: str
    name_b: str
    projects_before: int
    projects_since: int
    expected_since: float = Field(description="By chance, were themes drawn at random")
    z_score: float
    is_new: bool = Field(description="Never before")
    p_value: float = Field(description="Chance of so many recent ones, were it only that the themes grow")
    q_value: float


class UnusualProject(Schema):
    """A project whose themes are seldom together."""

    project_id: str
    acronym: str | None
    title: str | None
    year: int
    themes: list[str]
    pairs: int
    conventionality: float
    novelty: float = Field(description="The lower, the more unusual is its least usual pair")


class Related(Schema):
    """An industry."""

    code: str
    name: str


class EmergingIndustry(Schema):
    """An industry that a region newly specialises in, or that is close to what it has."""

    region: str
    region_name: str
    industry: str
    industry_name: str
    stage: Literal["entered", "candidate"]
    jobs: float
    location_quotient_start: float | None
    location_quotient_end: float | None
    growth: float | None = Field(description="Of jobs, a year")
    density: float | None
    related: list[Related] = Field(description="The region's closest specialisations")
    entry_chance: float | None = Field(description="Part of the industries so near that were entered")
    lower: float | None
    upper: float | None
    q_value: float | None


@reading(router, "/theme-combinations", page_of(Pair))
def list_theme_combinations(
    request: HttpRequest, page: int = PageNumber, page_size: int = PageSize
) -> dict[str, Any]:
    """Themes that projects of the last three years bring together more than before, surest first."""
    return paged(request.atlas.trends.combinations, page, page_size)


@reading(router, "/unusual-projects", page_of(UnusualProject))
def list_unusual_projects(
    request: HttpRequest, page: int = PageNumber, page_size: int = PageSize
) -> dict[str, Any]:
    """Recent projects of unusual combinations of themes, the most unusual first."""
    return paged(request.atlas.trends.unusual, page, page_size)


@reading(router, "/emerging-industries", page_of(EmergingIndustry))
def list_emerging_industries(
    request: HttpRequest,
    region: str | None = Query(
        None, max_length=600, description="NUTS code, or several taken as one: AT33,AT32", examples=["AT33"]
    ),
    industry: str | None = Query(None, max_length=20, description="NACE division", examples=["C29"]),
    stage: Literal["entered", "candidate"] | None = Query(None, description="Only one stage"),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """Industries that regions newly specialise in, and those near what they have, with the rate of entry."""
    total, rows = request.atlas.emergence.listed(
        region=region, industry=industry, stage=stage, page=page, page_size=page_size
    )
    return {"total": total, "page": page, "page_size": page_size, "items": rows}


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
    page: int = PageNumber,
    page_size: int = PageSize,
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
