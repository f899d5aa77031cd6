"""Endpoints of value chains: positions, suppliers and customers, steps, linkages, exports, and whom a shock hits."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Path, Query, Router

from clusteratlas.atlas.observatory.chain_plans import FALL, plan, shock
from clusteratlas.atlas.observatory.chain_regions import DELTA, regional_inputs
from clusteratlas.web.api.chain_schemas import (
    AllExports,
    Flow,
    IndustryExports,
    Length,
    Linkages,
    Positions,
    Regional,
    ShockAnswer,
    ValueChain,
)
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

RegionAsked = Query(
    ...,
    min_length=1,
    max_length=2000,
    description="NUTS codes in one country, perhaps with a name",
    examples=["DE11"],
)
Delta = Query(
    f"{DELTA:g}",
    max_length=500,
    description="How much small regions import, 0 to 1; others for some buying industries: 0.3,c15=0.2",
    examples=["0.3"],
)


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


@reading(router, "/value-chains/{industry}/linkages", Linkages)
def get_value_chain_linkages(
    request: HttpRequest, industry: str = Industry, country: str | None = Country
) -> dict[str, Any]:
    """Multipliers, linkages, key sectors and hypothetical extraction of an industry, country by country."""
    chains = request.atlas.chains
    country, _ = chains.choice(industry, country)
    measures = chains.measures
    return {
        "industry": industry,
        "country": country,
        "without": measures.without(industry, country),
        "countries": measures.linkages(industry, country),
    }


@reading(router, "/value-chains/{industry}/exports", IndustryExports)
def get_value_chain_exports(
    request: HttpRequest, industry: str = Industry, country: str | None = Country
) -> dict[str, Any]:
    """Domestic and foreign value added in an industry's exports, and its participation in global value chains."""
    chains = request.atlas.chains
    country, _ = chains.choice(industry, country)
    return {
        "industry": industry,
        "country": country,
        "countries": chains.measures.exports(industry, country),
    }


@reading(router, "/value-chains/{industry}/lengths", page_of(Length))
def list_value_chain_lengths(
    request: HttpRequest,
    industry: str = Industry,
    country: str | None = Country,
    page: int = PageNumber,
    page_size: int = PageSize,
) -> dict[str, Any]:
    """Average propagation lengths: in how many steps a shock from and to an industry arrives, the nearest first."""
    chains = request.atlas.chains
    country, _ = chains.choice(industry, country)
    return paged(chains.measures.lengths(industry, country), page, page_size)


@reading(router, "/value-chains/{industry}/regional", Regional)
def get_value_chain_regional(
    request: HttpRequest,
    industry: str = Industry,
    country: str | None = Country,
    region: str = RegionAsked,
    delta: str = Delta,
) -> dict[str, Any]:
    """What an industry of a region can buy in the region (FLQ, SFLQ), and what hangs on the parameter."""
    country, area = request.atlas.chains.choice(industry, country, region)
    return {"industry": industry} | asdict(regional_inputs(request.atlas, industry, area, country, delta))


@reading(router, "/value-added-in-exports", AllExports)
def list_value_added_in_exports(request: HttpRequest, country: str | None = Country) -> dict[str, Any]:
    """Gross exports of countries by whose value added is in them: nine terms that add up, and participation."""
    chains = request.atlas.chains
    if chains.is_empty:
        return {"table": None, "countries": []}
    country, _ = chains.choice(chains.table.industries[0], country)
    return {"table": chains.about, "countries": chains.measures.terms_of(country)}
