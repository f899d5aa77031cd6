"""Value chains: an industry's suppliers and customers, its position, the steps a region has, and who completes them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.chains import HAS, Step
from clusteratlas.errors import NotFoundError
from clusteratlas.web.atlas import remember
from clusteratlas.web.data.downloads import json_twin, rows_download
from clusteratlas.web.observatory import reading, recipes, words
from clusteratlas.web.observatory.asked import given
from clusteratlas.web.observatory.chain_figures import credit
from clusteratlas.web.observatory.figures import shown

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory.chains import Chains

CRUMBS = [("Home", "/"), ("Industries", "/categories/")]
PARAMETERS = ("country", "region")
LISTED = 12
HAS_IT, LACKS_IT, NO_FIGURE = "has it", "lacks it", "no figure"
"""What a region is to a step; without a figure nobody can tell."""


def index(request: HttpRequest) -> HttpResponse:
    """All industries of the table, from the first inputs to the final buyer."""
    asked = given(request, ("region",))
    chains = request.atlas.chains
    page: dict[str, Any] = {"crumbs": [*CRUMBS, ("Value chains", "")], "is_empty": chains.is_empty}
    if not chains.is_empty:
        page |= {
            "about": chains.about,
            "credit": credit(request.atlas, chains),
            "rows": remember(request, "value chain positions", lambda _: _positions(chains)),
            "query": urlencode(asked, doseq=True),
            "region": _region(asked),
        }
    return render(request, "observatory/value_chains.html", page)


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
            "regions": _regions(request.atlas),
            "categories": _categories(request.atlas, chains, industry),
            "address": f"/value-chains/{industry}",
            "query": urlencode(asked, doseq=True),
            **found,
        },
    )


def twin(request: HttpRequest, industry: str, ending: str) -> HttpResponse:
    """The same as files: JSON holds all of the page, CSV (and the other forms) the suppliers and customers."""
    asked = given(request, PARAMETERS)
    chains = request.atlas.chains
    found = _found(request.atlas, chains, industry, asked)
    if ending == "json":
        return json_twin(
            request, {**found, "table": chains.about, "flows": _flows(chains, industry, found["country"])}
        )
    rows = _flows(chains, industry, found["country"])
    columns = ("side", "country", "industry", "name", "value", "share")
    if found["region"]:
        rows, columns = _with_states(rows, found["steps"]), (*columns, "region_state", "region_quotient")
    return rows_download(
        request, rows, columns, ending, ["value chain", industry, found["country"] or "EU"], title="flows"
    )


def _found(atlas: Atlas, chains: Chains, industry: str, asked: dict[str, list[str]]) -> dict[str, Any]:
    region = _region(asked)
    country = (asked.get("country") or [""])[0].upper() or None
    if country is None and region is not None:
        country = chains.home(taxonomies.country_code(region["code"][:2]) or "")
    chains.check(industry, country)
    steps = chains.steps(industry, country)
    return {
        "industry": industry,
        "name": chains.name(industry),
        "country": country,
        "place": chains.area(country) if country else "the EU",
        "position": _position(chains, industry, country),
        "lists": _lists(chains, industry, country),
        "region": region,
        **_chain(atlas, chains, steps, region),
    }


def _region(asked: dict[str, list[str]]) -> dict[str, str] | None:
    code = (asked.get("region") or [""])[0].upper()
    if not code:
        return None
    known = taxonomies.regions().get(code)
    if known is None or known.level != 2:
        raise NotFoundError(f"there is no NUTS 2 region '{code[:20]}'", remedy="give a code such as DE11")
    return {"code": code, "name": known.name, "href": reading.place_url(code)}


def _positions(chains: Chains) -> list[dict[str, Any]]:
    """For each industry its place between first inputs and final buyers, weighted by output over EU members."""
    import polars as pl

    mine = chains.positions.filter(pl.col("country").is_in(chains.members) & (pl.col("output") > 0))
    means = [
        ((pl.col(name) * pl.col("output")).sum() / pl.col("output").sum()).alias(name)
        for name in ("upstreamness", "downstreamness", "output_multiplier")
    ]
    rows = mine.group_by("industry").agg(*means, pl.col("output").sum()).sort("upstreamness", descending=True)
    return [row | {"name": chains.name(row["industry"])} for row in rows.rows(named=True)]


def _position(chains: Chains, industry: str, country: str | None) -> dict[str, Any] | None:
    import polars as pl

    homes = [country] if country else chains.members
    rows = chains.positions.filter(
        pl.col("country").is_in(homes) & (pl.col("industry") == industry) & (pl.col("output") > 0)
    )
    if rows.is_empty():
        return None
    every = rows["output"].sum()
    measures = ("upstreamness", "downstreamness", "output_multiplier")
    return {"output": every} | {name: (rows[name] * rows["output"]).sum() / every for name in measures}


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


def _flows(chains: Chains, industry: str, country: str | None) -> list[dict[str, Any]]:
    rows = []
    for side, frame in chains.partners(industry, country).items():
        for row in frame.rows(named=True):
            name = row["industry"] if side == "final users" else chains.name(row["industry"])
            rows.append({"side": side, **row, "name": name})
    return rows


def _with_states(rows: list[dict[str, Any]], steps: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Flows with what the region is to their industry, where that is a step of the chain."""
    told = {
        step["code"]: {"region_state": step["state"], "region_quotient": step["location_quotient"]}
        for step in steps
    }
    return [row | told.get(row["industry"], {"region_state": None, "region_quotient": None}) for row in rows]


def _chain(atlas: Atlas, chains: Chains, steps: list[Step], region: dict[str, str] | None) -> dict[str, Any]:
    """The steps with the regions that have them, and a set of regions that together hold all that can be judged.

    Judged are the steps with a figure: of the region, when one is asked for, else of any region.
    """
    from clusteratlas.observatory import build_chain, chain_steps

    if not reading.has_statistics(atlas):
        return {"steps": [], "chain": [], "lacking": [], "unknown": [], "figure_count": 0, "year": None}
    year = atlas.statistics.year()
    strengths = chains.strengths(steps, year)
    code = region["code"] if region else None
    mine = strengths if code is None else strengths.filter(region=code)
    if code is not None and mine.is_empty():
        raise NotFoundError(
            f"there are no figures of industries for {region['name']}", remedy="choose another region"
        )
    asked = code or (strengths["region"][0] if len(strengths) else "")
    told = {
        row["step"]: row for row in chain_steps(strengths, asked, threshold=HAS, shown=3).rows(named=True)
    }
    names = {step.code: step.name for step in steps}
    judged = strengths.filter(strengths["step"].is_in(mine["step"].unique().to_list()))
    lines = build_chain(judged, code, threshold=HAS).rows(named=True)
    shown = [_step(step, told.get(step.code), is_asked=code is not None) for step in steps]
    known = set(mine["step"])
    return {
        "year": year,
        "steps": shown,
        "chain": [_line(row, names) for row in lines if row["region"]],
        "lacking": [_line(row, names)["adds"] for row in lines if not row["region"]],
        "unknown": [step.name for step in steps if step.code not in known],
        "figure_count": len(known),
        "has_count": sum(step["state"] == HAS_IT for step in shown),
    }


def _step(step: Step, told: dict[str, Any] | None, *, is_asked: bool) -> dict[str, Any]:
    """A step with its regions; ``told`` is None when no region has a figure."""
    told = told or {}
    codes = [code for code in (told.get("regions") or "").split("; ") if code]
    quotient = told.get("value") if is_asked else None
    state = NO_FIGURE if quotient is None else HAS_IT if told["has_step"] else LACKS_IT
    return {
        "code": step.code,
        "name": step.name,
        "side": step.side,
        "share": step.share,
        "href": f"/value-chains/{step.code}/",
        "state": state if is_asked else None,
        "has_step": None if quotient is None else told["has_step"],
        "location_quotient": quotient,
        "region_count": told.get("region_count"),
        "regions": [
            {"code": code, "name": reading.region_name(code), "href": reading.place_url(code)}
            for code in codes
        ],
    }


def _line(row: dict[str, Any], names: dict[str, str]) -> dict[str, Any]:
    codes = [code for code in row["adds"].split("; ") if code]
    place = (
        {"name": reading.region_name(row["region"]), "href": reading.place_url(row["region"])}
        if row["region"]
        else {}
    )
    return (
        row
        | place
        | {"adds": [names[code] for code in codes], "said": words.listed([names[code] for code in codes])}
    )


def _regions(atlas: Atlas) -> list[tuple[str, str]]:
    """Codes and names of the regions to choose from."""
    if not reading.has_statistics(atlas):
        return []
    codes = [code for code in atlas.statistics.regions if not code.endswith(reading.NOWHERE)]
    return [(code, f"{code} {reading.region_name(code)}") for code in sorted(codes)]


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
