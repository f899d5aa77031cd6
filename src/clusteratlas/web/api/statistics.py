"""Endpoints of regional statistics: observations, indicators, the strength of regions in categories, star profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from clusteratlas.atlas.observatory import parse_area, parse_scope
from clusteratlas.atlas.observatory.asked import OWN
from clusteratlas.atlas.observatory.indicators import INDICATORS, indicator
from clusteratlas.atlas.observatory.observations import observations
from clusteratlas.errors import NotFoundError, nearest
from clusteratlas.observatory import star_profiles
from clusteratlas.observatory.strength.files import DEFAULT_PROFILE
from clusteratlas.web.api.reading import reading
from clusteratlas.web.api.schemas import PageNumber, PageSize, page_of, row_of

if TYPE_CHECKING:
    import polars as pl

router = Router(tags=["Statistics"])

Year = Query(
    None, ge=1900, le=2200, description="The year; the last one that there are figures for when left out"
)
CategorySet = Query("ecosystems", description="Category set", max_length=60, examples=["traded-clusters"])
Category = Query(
    None,
    description="Category of the set; or one's own, of NACE divisions: nace:C10,C11*0.5",
    max_length=800,
    examples=["tourism"],
)
Region = Query(
    None,
    description="NUTS code; or a region of one's own, of several: AT33,AT32",
    max_length=800,
    examples=["AT33"],
)


class Criterion(Schema):
    """A criterion of the profile: the value it looks at, the one to reach, and whether it is reached."""

    name: str
    value: float | None
    threshold: float | None
    is_met: bool | None = Field(description="Null when it could not be judged")


class Strength(Schema):
    """How strong a region is in a category in a year."""

    region: str = Field(description="NUTS 2 code, or the region of one's own that was asked for")
    category: str = Field(description="Id of the category, or the one of one's own that was asked for")
    year: int
    value: float = Field(description="Persons employed")
    region_total: float
    category_total: float
    location_quotient: float | None
    focus: float | None
    share_of_category: float | None
    growth: float | None = Field(description="Share a year, since growth_from")
    growth_from: int | None
    imputed_share: float | None = Field(description="Part of the value that is estimated, 0 to 1")
    unknown_share: float | None = Field(
        description="Part of the category that this region has no figures for, 0 to 1"
    )
    doubtful_share: float | None = Field(
        description="Part of the category whose figures are implausible here or explained apart, 0 to 1"
    )
    has_break: bool | None = Field(description="The publisher marks a break in the series this year")
    conversion_basis: str = Field(
        description="whole, or by what the figures of a former, larger region were shared out: employment, parts ..."
    )
    productivity: float | None = Field(
        description="Wages and salaries a person employed, EUR, where published"
    )
    establishments: float | None = Field(description="Local units, as published")
    stars: int | None
    stars_judged: int
    cluster_class: str
    not_judged: str | None = Field(description="Criteria that could not be judged")
    criteria: list[Criterion]


class IndicatorLine(Schema):
    """An indicator: formula, unit, meaning and the source of the method."""

    name: str
    label: str
    formula: str
    unit: str
    meaning: str
    source: str


class IndicatorValue(Schema):
    """The value of an indicator in a region."""

    region: str
    value: float | None
    imputed_share: float | None


class IndicatorValues(IndicatorLine):
    """An indicator of a category in every region."""

    category: str
    year: int | None = Field(description="Null in a release without statistics")
    values: list[IndicatorValue]


class ProfileLine(Schema):
    """A method to award stars."""

    name: str
    title: str
    source: str
    criteria: list[str]
    classes: list[str]


@reading(router, "/observations", page_of(row_of("observation")))
def list_observations(
    request: HttpRequest,
    dataset: str | None = Query(
        None, max_length=60, description="Publisher's table", examples=["sbs_r_nuts06_r2"]
    ),
    indicator: str | None = Query(None, max_length=60, description="Publisher's code of what is measured"),
    measure: str | None = Query(
        None, max_length=60, description="Our name for it", examples=["persons_employed"]
    ),
    region: str | None = Query(
        None,
        max_length=800,
        description="NUTS code of any version; or a region of one's own, of several: AT33,AT32",
        examples=["AT33"],
    ),
    industry: str | None = Query(None, max_length=40, description="NACE code", examples=["C10"]),
    year: int | None = Query(None, ge=1900, le=2200, description="Year"),
    level: int | None = Query(None, ge=0, le=3, description="NUTS level"),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """Figures as published, with flags; estimates are marked as imputed."""
    found = observations(
        request.atlas,
        dataset=dataset,
        indicator=indicator,
        measure=measure,
        region=region,
        industry_code=industry,
        year=year,
        level=level,
        page=page,
        page_size=page_size,
    )
    return vars(found)


@reading(router, "/cluster-strengths", page_of(Strength))
def list_cluster_strengths(
    request: HttpRequest,
    category_set: str = CategorySet,
    category: str | None = Category,
    region: str | None = Region,
    year: int | None = Year,
    profile: str = Query(
        DEFAULT_PROFILE, description="Method of the stars", max_length=60, examples=["eco-2008"]
    ),
    cluster_class: str | None = Query(None, description="Only this class of the profile", max_length=60),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """Regions in categories: specialisation, size, growth, stars and class by a method of one's choice."""
    check_profile(profile)
    frame = _strengths(request, category_set, category, region, year, profile)
    if frame is None:
        return {"total": 0, "page": page, "page_size": page_size, "items": []}
    if cluster_class is not None:
        frame = frame.filter(cluster_class=cluster_class)
    rows = frame.sort(
        "location_quotient", "region", "industry", descending=[True, False, False], nulls_last=True
    )
    items = [_strength(row) for row in rows.slice((page - 1) * page_size, page_size).to_dicts()]
    return {"total": frame.height, "page": page, "page_size": page_size, "items": items}


def _strengths(
    request: HttpRequest,
    category_set: str,
    category: str | None,
    region: str | None,
    year: int | None,
    profile: str,
) -> pl.DataFrame | None:
    """Strengths in a set or one category, of all regions or one area; None in a release without statistics."""
    statistics = request.atlas.statistics
    scope = _scope(request, category_set, category) if category else None
    if scope is None:
        statistics.categories(category_set)
    area = parse_area(region) if region else None
    if statistics.is_empty:
        return None
    frame = statistics.strengths(
        scope.category_set if scope else category_set,
        year=year,
        profile=profile,
        scopes=[scope] if scope and scope.is_custom else [],
        areas=[area] if area else [],
    )
    if scope:
        frame = frame.filter(industry=scope.key if scope.is_custom else scope.category_id)
    if area:
        frame = frame.filter(frame["region"].is_in([area.key] if area.is_custom else list(area.codes)))
    return frame


def _scope(request: HttpRequest, category_set: str, category: str) -> Any:
    is_whole = category.startswith(f"{OWN}:") or "=" in category or ":" in category
    return request.atlas.statistics.scope(parse_scope(category if is_whole else f"{category_set}:{category}"))


def _strength(row: dict[str, Any]) -> dict[str, Any]:
    """A row of strengths with its criteria gathered."""
    names = [key.removesuffix("_met") for key in row if key.endswith("_met")]
    criteria = [
        {"name": n, "value": row[f"{n}_value"], "threshold": row[f"{n}_threshold"], "is_met": row[f"{n}_met"]}
        for n in names
    ]
    return {**row, "category": row["industry"], "year": row["period"], "criteria": criteria}


def check_profile(name: str) -> None:
    """Raise `NotFoundError` that names the nearest unless the profile is one of the package: no file is opened."""
    known = [profile.name for profile in star_profiles()]
    if name not in known:
        raise NotFoundError(
            f"there is no profile '{name[:60]}'", where="profile", remedy=nearest(name[:60], known)
        )


@reading(router, "/indicators", list[IndicatorLine])
def list_indicators(request: HttpRequest) -> list[Any]:
    """The indicators of a region's strength, with formula, unit and source."""
    return list(INDICATORS.values())


@reading(router, "/indicators/{name}", IndicatorValues)
def get_indicator(
    request: HttpRequest,
    name: str = Path(..., description="Name of the indicator", examples=["location_quotient"]),
    category: str = Query(
        "ecosystems:tourism",
        max_length=800,
        description="Category, with its set; a NACE division; or one's own: nace:C10,C11",
        examples=["ecosystems:tourism"],
    ),
    year: int | None = Year,
) -> dict[str, Any]:
    """An indicator of a category in every region: what a map shows."""
    about = indicator(name)
    statistics = request.atlas.statistics
    scope = statistics.scope(parse_scope(category))
    facts = {key: getattr(about, key) for key in IndicatorLine.model_fields} | {"category": scope.key}
    if statistics.is_empty:
        return {**facts, "year": None, "values": []}
    frame = statistics.indicator(name, scope, year=year)
    values = [
        {"region": region, "value": value, "imputed_share": imputed}
        for region, value, imputed in zip(
            frame["region"].to_list(), frame[name].to_list(), frame["imputed_share"].to_list(), strict=True
        )
    ]
    return {**facts, "year": statistics.year(year), "values": values}


@reading(router, "/star-profiles", list[ProfileLine])
def list_star_profiles(request: HttpRequest) -> list[dict[str, Any]]:
    """The methods to award stars, each with its criteria and classes."""
    return [
        {
            "name": one.name,
            "title": one.title,
            "source": one.source,
            "criteria": [criterion.name for criterion in one.criteria],
            "classes": [found.name for found in one.classes],
        }
        for one in star_profiles()
    ]
