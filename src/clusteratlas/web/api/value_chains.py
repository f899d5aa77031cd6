"""Endpoints of value chains: positions of industries, suppliers and customers, steps, and whom a shock hits."""

from __future__ import annotations

from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router, Schema
from pydantic import Field

from clusteratlas.atlas.observatory.chain_plans import FALL, plan, shock
from clusteratlas.web.api.reading import reading
from clusteratlas.web.api.schemas import PageNumber, PageSize, page_of, paged

router = Router(tags=["Value chains"])

Industry = Path(
    ..., max_length=20, description="Industry, as the table codes it: see /value-chains", examples=["c15"]
)
Country = Query(
    None,
    max_length=20,
    description="Country or area of the table; the EU's members when left out",
    examples=["DE"],
)
Region = Query(
    None,
    max_length=2000,
    description="NUTS codes, perhaps with a name: South=DE11,DE21; its country stands in where none is named",
    examples=["DE11"],
)


class Position(Schema):
    """How far an industry is from the final buyer and from its first inputs."""

    industry: str
    name: str
    upstreamness: float = Field(description="Steps to the final buyer, at least 1")
    downstreamness: float = Field(description="Steps from the first inputs, at least 1")
    output_multiplier: float = Field(description="Output of all per unit of final demand for it")
    output: float = Field(description="In the table's unit")


class Table(Schema):
    """The input-output table that figures are from."""

    table_name: str
    year: int
    unit: str | None


class Positions(Schema):
    """All industries of the table, the farthest from the final buyer first."""

    table: Table | None = Field(description="Null in a release without an input-output table")
    industries: list[Position]


class Flow(Schema):
    """What an industry buys from another, or sells to it."""

    side: Literal["suppliers", "customers", "final users"]
    country: str
    industry: str = Field(description="Industry, or final use")
    name: str
    value: float = Field(description="In the table's unit")
    share: float = Field(description="Of the side")


class NamedRegion(Schema):
    """A region."""

    code: str
    name: str


class StepLine(Schema):
    """An industry that the chain needs, and the regions that have it."""

    code: str
    name: str
    side: str = Field(description="supplier, itself or customer")
    share: float = Field(description="Of the inputs, or of the sales to industries")
    state: str | None = Field(description="Of the region asked for: has it, lacks it, no figure")
    has_step: bool | None
    location_quotient: float | None
    region_count: int | None = Field(description="Regions that have it; null without figures")
    regions: list[NamedRegion] = Field(description="The strongest three (of the others)")


class ChainLine(Schema):
    """A region of the chain, and what it brings."""

    rank: int
    region: str
    name: str
    adds: list[str]
    step_count: int
    share_covered: float


class ValueChain(Schema):
    """An industry's position, the steps of its chain, and regions that together hold them."""

    table: Table
    industry: str
    name: str
    country: str | None = Field(description="Null for the EU's members together")
    region: str | None
    position: Position | None = Field(description="Null without output")
    year: int | None = Field(description="Of the jobs of regions")
    steps: list[StepLine]
    chain: list[ChainLine]
    lacking: list[list[str]] = Field(description="Steps that no region has")
    unknown: list[str] = Field(description="Steps without figures of jobs")


class IndustryLoss(Schema):
    """What an industry loses."""

    country: str
    industry: str
    name: str
    output: float
    lost_sales: float = Field(description="What it sells less, because its buyers, and theirs, make less")
    lost_supplies: float = Field(description="Output that hangs on what is no longer delivered")
    lost_sales_share: float | None = Field(description="Of its output")
    lost_supplies_share: float | None = Field(description="Of its output")


class RegionLoss(Schema):
    """What a region loses: of its country's losses as much as it has of each industry's jobs."""

    country: str
    region: str | None = Field(description="Null: industries without figures of jobs in any region")
    lost_sales: float
    lost_supplies: float
    lost_sales_share: float | None = Field(description="Of the output it has by the same rule")
    lost_supplies_share: float | None


class ShockAnswer(Schema):
    """Whom a fall in an industry's output hits, in the table's unit, the hardest first."""

    industry: str
    country: str | None
    region: str | None
    fall: float
    own: float = Field(description="What the industry itself makes less")
    year: int | None = Field(description="Of the jobs of regions")
    industries: list[IndustryLoss]
    regions: list[RegionLoss] | None = Field(description="Null without figures of jobs")


@reading(router, "/value-chains", Positions)
def list_value_chains(request: HttpRequest, country: str | None = Country) -> dict[str, Any]:
    """Industries of the input-output table with their position between first inputs and final buyer."""
    chains = request.atlas.chains
    if chains.is_empty:
        return {"table": None, "industries": []}
    country, _ = chains.choice(chains.table.industries[0], country)
    return {"table": chains.about, "industries": chains.weighted_positions(country)}


@reading(router, "/value-chains/{industry}", ValueChain)
def get_value_chain(
    request: HttpRequest,
    industry: str = Industry,
    country: str | None = Country,
    region: str | None = Region,
) -> dict[str, Any]:
    """An industry's position, the steps of its chain, and the regions that together hold all of them."""
    chains = request.atlas.chains
    country, area = chains.choice(industry, country, region)
    return {
        "table": chains.about,
        "industry": industry,
        "name": chains.name(industry),
        "country": country,
        "region": area and area.key,
        "position": chains.position(industry, country),
        **plan(request.atlas, industry, country, area),
    }


@reading(router, "/value-chains/{industry}/flows", page_of(Flow))
def list_value_chain_flows(
    request: HttpRequest,
    industry: str = Industry,
    country: str | None = Country,
    side: Literal["suppliers", "customers", "final users"] | None = Query(None, description="Only one side"),
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """Suppliers, customers and final users of an industry, by country, the largest of each side first."""
    chains = request.atlas.chains
    country, _ = chains.choice(industry, country)
    rows = [row for row in chains.flows(industry, country) if side in (None, row["side"])]
    return paged(rows, page, page_size)


@reading(router, "/value-chains/{industry}/shock", ShockAnswer)
def get_value_chain_shock(
    request: HttpRequest,
    industry: str = Industry,
    country: str | None = Country,
    region: str | None = Region,
    fall: float = Query(FALL, ge=0, le=1, description="The part of its output that is no longer made"),
) -> dict[str, Any]:
    """What others sell less, and what waits for deliveries, when an industry makes less: by industry and region."""
    chains = request.atlas.chains
    country, area = chains.choice(industry, country, region)
    found = shock(request.atlas, industry, country, area, fall)
    named = [{"name": chains.name(row["industry"]), **row} for row in found.industries.rows(named=True)]
    return {
        "industry": industry,
        "country": country,
        "region": area and area.key,
        "fall": found.fall,
        "own": found.own,
        "year": found.year,
        "industries": named,
        "regions": None if found.regions is None else found.regions.rows(named=True),
    }
