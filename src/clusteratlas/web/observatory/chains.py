"""Value chains: an industry's suppliers and customers, its position, the steps a region has, and who completes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.chain_measures import STANDING
from clusteratlas.atlas.observatory.chain_plans import plan
from clusteratlas.atlas.observatory.chain_regions import parse_delta
from clusteratlas.web.atlas import remember
from clusteratlas.web.data.downloads import json_twin, rows_download
from clusteratlas.web.observatory import reading, recipes, words
from clusteratlas.web.observatory.asked import given
from clusteratlas.web.observatory.chain_figures import credit
from clusteratlas.web.observatory.chain_sections import (
    KINDS,
    fall_asked,
    jobs_told,
    placed,
    regional,
    shock_told,
    standing,
)
from clusteratlas.web.observatory.figures import Shown, shown

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory import Area
    from clusteratlas.atlas.observatory.chains import Chains

CRUMBS = [("Home", "/"), ("Industries", "/categories/")]
PARAMETERS = ("country", "region", "fall", "delta")
POSITIONS = (
    *("industry", "name", "upstreamness", "downstreamness", "output_multiplier"),
    *(*STANDING, "key_sector", "output"),
)
LISTED = 12


def index(request: HttpRequest) -> HttpResponse:
    """All industries of the table, from the first inputs to the final buyer."""
    asked = given(request, ("region", "country"))
    chains = request.atlas.chains
    page: dict[str, Any] = {"crumbs": [*CRUMBS, ("Value chains", "")], "is_empty": chains.is_empty}
    if not chains.is_empty:
        country, area = _choice(chains, chains.table.industries[0], asked, is_region_home=False)
        recipes.load()
        page |= {
            "about": chains.about,
            "credit": credit(request.atlas, chains),
            "rows": remember(request, ("chain positions", country), lambda _: _positions(chains, country)),
            "country": country,
            "countries": [(code, chains.area(code)) for code in chains.table.countries],
            "place": chains.area(country) if country else "the EU",
            "exports": shown(request.atlas, "value-added-in-exports", {"country": country or ""}),
            "query": urlencode(asked, doseq=True),
            "twin_query": urlencode({"country": country}) if country else "",
            "region": _of_area(area) if area else None,
        }
    return render(request, "observatory/value_chains.html", page)


def index_twin(request: HttpRequest, ending: str) -> HttpResponse:
    """All industries of the table with their positions."""
    asked = given(request, ("region", "country"))
    chains = request.atlas.chains
    rows = []
    if not chains.is_empty:
        country, _ = _choice(chains, chains.table.industries[0], asked, is_region_home=False)
        rows = chains.weighted_positions(country)
    about = None if chains.is_empty else {"table": chains.about}
    return rows_download(request, rows, POSITIONS, ending, ["value chains"], title="industries", about=about)


def page(request: HttpRequest, industry: str) -> HttpResponse:
    """An industry: who supplies it and whom it supplies, in the EU or in one country; and the chain of a region."""
    asked = given(request, PARAMETERS)
    chains = request.atlas.chains
    found = _found(request.atlas, chains, industry, asked)
    recipes.load()
    query = {"industry": industry, "country": found["country"] or ""}
    return render(
        request,
        "observatory/value_chain.html",
        {
            "crumbs": [*CRUMBS, ("Value chains", "/value-chains/"), (found["name"], "")],
            "about": chains.about,
            "credit": credit(request.atlas, chains),
            "figure": shown(request.atlas, "value-chain", query),
            "countries": [(code, chains.area(code)) for code in chains.table.countries],
            "regions": _regions(request.atlas, found["region"]),
            "categories": _categories(request.atlas, chains, industry),
            "inputs": _inputs_figure(request.atlas, industry, found, asked),
            "address": f"/value-chains/{industry}",
            "query": urlencode(asked, doseq=True),
            "asked_country": (asked.get("country") or [""])[0],
            "asked_delta": (asked.get("delta") or [""])[0],
            **found,
        },
    )


def _inputs_figure(
    atlas: Atlas, industry: str, found: dict[str, Any], asked: dict[str, list[str]]
) -> Shown | None:
    regional = found["regional"]
    if not regional or "problem" in regional:
        return None
    delta = (asked.get("delta") or [""])[0]
    query = {"industry": industry, "region": found["region"]["code"], "country": found["country"] or ""}
    return shown(atlas, "regional-suppliers", {**query, "delta": delta})


def twin(request: HttpRequest, industry: str, ending: str) -> HttpResponse:
    """The same as files: JSON holds all of the page, CSV (and the other forms) the suppliers and customers."""
    asked = given(request, PARAMETERS)
    chains = request.atlas.chains
    found = _found(request.atlas, chains, industry, asked)
    if ending == "json":
        return json_twin(
            request, {**found, "table": chains.about, "flows": chains.flows(industry, found["country"])}
        )
    rows = chains.flows(industry, found["country"])
    columns = ("side", "country", "industry", "name", "value", "share")
    if found["region"]:
        rows, columns = _with_states(rows, found["steps"]), (*columns, "region_state", "region_quotient")
    return rows_download(
        request, rows, columns, ending, ["value chain", industry, found["country"] or "EU"], title="flows"
    )


def _found(atlas: Atlas, chains: Chains, industry: str, asked: dict[str, list[str]]) -> dict[str, Any]:
    fall = fall_asked(asked)
    country, area = _choice(chains, industry, asked)
    delta = (asked.get("delta") or [""])[0]
    parse_delta(delta, chains.table.industries)
    rows = standing(chains, industry, country)
    return {
        "industry": industry,
        "name": chains.name(industry),
        "country": country,
        "place": chains.area(country) if country else "the EU",
        "position": chains.position(industry, country),
        "lists": _lists(chains, industry, country),
        "region": _of_area(area) if area else None,
        **_linked(plan(atlas, industry, country, area), area),
        "shock": shock_told(atlas, industry, country, area, fall),
        "standing": rows,
        **jobs_told(rows),
        "without": chains.measures.without(industry, country),
        "regional": regional(atlas, industry, country, area, delta) if area else None,
    }


def _choice(
    chains: Chains, industry: str, asked: dict[str, list[str]], *, is_region_home: bool = True
) -> tuple[str | None, Area | None]:
    """The country and the region asked for; a region's country stands in for none where ``is_region_home``."""
    named, region = ((asked.get(name) or [""])[0] for name in ("country", "region"))
    country, area = chains.choice(industry, named, region)
    return (country if named or is_region_home else None), area


def _positions(chains: Chains, country: str | None) -> list[dict[str, Any]]:
    return [row | {"said": KINDS.get(row["key_sector"], "–")} for row in chains.weighted_positions(country)]


def _of_area(area: Area) -> dict[str, str]:
    return {"code": area.key, "name": area.name, "href": reading.area_url(area)}


def _linked(found: dict[str, Any], area: Area | None) -> dict[str, Any]:
    """A plan with the addresses of its steps and regions, and what each region brings in words."""
    steps = [
        step
        | {
            "href": f"/value-chains/{step['code']}/",
            "regions": [placed(one["code"]) for one in step["regions"]],
        }
        for step in found["steps"]
    ]
    chain = [
        row | {"href": _address(row["region"], area), "said": words.listed(row["adds"])}
        for row in found["chain"]
    ]
    return found | {"steps": steps, "chain": chain}


def _address(code: str, area: Area | None) -> str:
    is_asked = area is not None and code == area.key
    return reading.area_url(area) if is_asked else reading.place_url(code)


def _lists(chains: Chains, industry: str, country: str | None) -> dict[str, list[dict[str, Any]]]:
    """The largest suppliers and customers by industry, and by country."""
    partners = chains.partners(industry, country)
    return {
        "suppliers": [_named(chains, row) for row in _by(partners["suppliers"], "industry")],
        "customers": [_named(chains, row) for row in _by(partners["customers"], "industry")],
        "supplier_countries": [
            row | {"name": chains.area(row["country"])} for row in _by(partners["suppliers"], "country")
        ],
        "customer_countries": [
            row | {"name": chains.area(row["country"])} for row in _by(partners["customers"], "country")
        ],
    }


def _by(frame: pl.DataFrame, column: str) -> list[dict[str, Any]]:
    import polars as pl

    sums = frame.group_by(column).agg(pl.col("value").sum(), pl.col("share").sum())
    return sums.sort("value", descending=True).head(LISTED).rows(named=True)


def _named(chains: Chains, row: dict[str, Any]) -> dict[str, Any]:
    return row | {"name": chains.name(row["industry"]), "href": f"/value-chains/{row['industry']}/"}


def _with_states(rows: list[dict[str, Any]], steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Flows with what the region is to their industry, where that is a step of the chain."""
    told = {
        step["code"]: {"region_state": step["state"], "region_quotient": step["location_quotient"]}
        for step in steps
    }
    return [row | told.get(row["industry"], {"region_state": None, "region_quotient": None}) for row in rows]


def _regions(atlas: Atlas, chosen: dict[str, str] | None) -> list[tuple[str, str]]:
    """Codes and names of the regions to choose from, the visitor's own first if one is chosen."""
    if not reading.has_statistics(atlas):
        return []
    codes = [code for code in atlas.statistics.regions if not code.endswith(reading.NOWHERE)]
    own = [(chosen["code"], chosen["name"])] if chosen and chosen["code"] not in codes else []
    return own + [(code, f"{code} {taxonomies.region_name(code)}") for code in sorted(codes)]


def _categories(atlas: Atlas, chains: Chains, industry: str) -> list[tuple[str, str]]:
    """The pages of the NACE divisions that the industry holds."""
    divisions = taxonomies.table_industry(chains.about["table_name"], industry).divisions
    return [
        (f"/categories/nace-divisions/{code}/", taxonomies.industry(code).short_name) for code in divisions
    ]


def chains_with(request: HttpRequest, divisions: list[str]) -> list[tuple[str, str]]:
    """The value chains that NACE divisions belong to: address and name, for the page of a category."""
    chains = request.atlas.chains
    if chains.is_empty:
        return []
    return [
        (f"/value-chains/{code}/", chains.name(code))
        for code in chains.table.industries
        if set(taxonomies.table_industry(chains.about["table_name"], code).divisions) & set(divisions)
    ]
