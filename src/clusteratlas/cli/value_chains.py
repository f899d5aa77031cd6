"""`clusteratlas value-chains`: who supplies an industry, how far it is from the buyer, whom its fall hits."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clusteratlas.atlas.observatory.chain_measures import (
    EXPORTS,
    EXTRACTION,
    LINKAGES,
    LINKS,
    MULTIPLIERS,
    STANDING,
    TERMS,
)
from clusteratlas.atlas.observatory.chain_regions import DELTA, SENSITIVITY, SUPPLIERS, regional_inputs
from clusteratlas.cli.output import ReleaseOption, Shape, ShapeOption, show_rows, tell, tell_of_more
from clusteratlas.errors import UsageError

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory import Area

POSITION = ("upstreamness", "downstreamness", "output_multiplier", *STANDING, "output")
LENGTHS = ("length_from", "length_to")
LOSSES = ("lost_sales", "lost_sales_share", "lost_supplies", "lost_supplies_share")
NUMBERS = (
    *(*POSITION, *LOSSES, *LENGTHS, *EXPORTS, *TERMS, *SENSITIVITY, "remainder", "participation"),
    *(name for name in (*LINKAGES, *SUPPLIERS) if name not in ("key_sector", "industry", "name")),
    *("value", "share", "share_covered"),
)


class Part(StrEnum):
    """What is shown of an industry's chain."""

    position = "position"
    flows = "flows"
    steps = "steps"
    chain = "chain"
    multipliers = "multipliers"
    linkages = "linkages"
    extraction = "extraction"
    exports = "exports"
    lengths = "lengths"
    regional = "regional"
    sensitivity = "sensitivity"
    terms = "terms"
    shock = "shock"
    shock_regions = "shock-regions"


OF_COUNTRIES = {Part.multipliers: MULTIPLIERS, Part.linkages: LINKS, Part.extraction: EXTRACTION}


def value_chains(
    industry: Annotated[
        str | None,
        typer.Argument(
            metavar="INDUSTRY",
            help="As the table codes it, such as c15; left out: a list.",
            show_default=False,
        ),
    ] = None,
    part: Annotated[
        Part,
        typer.Option(
            "--show",
            help="Its position; its suppliers and customers; the steps of its chain; regions that together hold "
            "them; multipliers, linkages and what is lost without it, country by country; whose value is in its "
            "exports; in how many steps a shock arrives; what a region can buy at home, and what hangs on delta; "
            "the nine terms of countries' exports; whom a fall in its output hits, by industry or by region.",
        ),
    ] = Part.flows,
    country: Annotated[
        str | None,
        typer.Option(
            "--country", metavar="CODE", help="Of one country (default: of the EU).", show_default=False
        ),
    ] = None,
    region: Annotated[
        str | None,
        typer.Option(
            "--region",
            metavar="CODES",
            help="What this region has of the chain, or its fall; one of your own: DE11,DE12 or South=DE11,DE21.",
            show_default=False,
        ),
    ] = None,
    fall: Annotated[
        float, typer.Option("--fall", min=0, max=100, help="The fall in output, in per cent.")
    ] = 10.0,
    delta: Annotated[
        str,
        typer.Option(
            "--delta",
            metavar="NUMBERS",
            help="How much small regions import, 0 to 1 (FLQ); others for some industries: 0.3,c15=0.2 (SFLQ).",
        ),
    ] = f"{DELTA:g}",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Rows at most.")] = 25,
    shape: ShapeOption = Shape.table,
    release: ReleaseOption = None,
) -> None:
    """An industry's suppliers and customers. Its position, the steps of its chain, and whom its fall hits."""
    import clusteratlas

    with clusteratlas.open(release) as atlas:
        chains = atlas.chains
        country, area = chains.choice(industry or chains.table.industries[0], country, region)
        if part is Part.terms:
            rows = [row for row in chains.measures.terms if country in (None, row["country"])]
            columns = ("country", "name", "exports", *TERMS, "remainder", *EXPORTS[-2:], "participation")
        elif industry is None:
            rows, columns = chains.weighted_positions(country), ("industry", "name", *POSITION, "key_sector")
        elif part in (Part.regional, Part.sensitivity):
            rows, columns = _regional(atlas, part, industry, country, area, delta)
        else:
            rows, columns = _part(atlas, part, industry, country, area, fall / 100)
        about = chains.about
    show_rows(rows[:limit], columns, shape, right=NUMBERS)
    if shape is Shape.table:
        whole = "all countries" if part is Part.terms else "EU"
        tell(f"{about['table_name']} {about['year']}, {about['unit']}; {country or whole}")
    tell_of_more(limit, len(rows))


def _regional(
    atlas: Atlas, part: Part, industry: str, country: str | None, area: Area | None, delta: str
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """What a region can buy at home, or what hangs on the parameter."""
    if area is None:
        raise UsageError("no region is named", where="--region", remedy="add --region DE11")
    found = regional_inputs(atlas, industry, area, country, delta)
    tell(
        f"{atlas.chains.name(industry)} in {area.name}, delta {found.delta}: "
        f"{written(found.share_in_region)} of what it buys in {atlas.chains.area(found.country)} may come from the "
        f"region; jobs of {found.year}, {written(found.imputed_share)} estimated."
    )
    if part is Part.sensitivity:
        return found.sensitivity, SENSITIVITY
    return found.suppliers, SUPPLIERS


def written(share: float | None) -> str:
    """A share in per cent.

    >>> written(0.123), written(None)
    ('12.3 %', 'nothing known')
    """
    return "nothing known" if share is None else f"{share * 100:.1f} %"


def _part(
    atlas: Atlas, part: Part, industry: str, country: str | None, area: Area | None, fall: float
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Rows and columns of a part."""
    from clusteratlas.atlas.observatory.chain_plans import ASSUMPTION, plan, shock

    chains = atlas.chains
    if part is Part.position:
        found = chains.position(industry, country)
        return [found] if found else [], ("industry", "name", *POSITION, "key_sector")
    if part in OF_COUNTRIES:
        return chains.measures.linkages(industry, country), ("country", "name", *OF_COUNTRIES[part])
    if part is Part.exports:
        return chains.measures.exports(industry, country), ("country", "name", *EXPORTS)
    if part is Part.lengths:
        return chains.measures.lengths(industry, country), ("country", "industry", "name", *LENGTHS)
    if part is Part.flows:
        return chains.flows(industry, country), ("side", "country", "industry", "name", "value", "share")
    if part in (Part.steps, Part.chain):
        planned = plan(atlas, industry, country, area)
        if part is Part.chain:
            rows = [{**row, "adds": "; ".join(row["adds"])} for row in planned["chain"]]
            return rows, ("rank", "region", "name", "adds", "share_covered")
        rows = [
            {**row, "regions": "; ".join(one["code"] for one in row["regions"])} for row in planned["steps"]
        ]
        own = ("state", "location_quotient") if area else ()
        return rows, ("code", "name", "side", "share", *own, "region_count", "regions")
    found = shock(atlas, industry, country, area, fall)
    tell(f"{chains.name(industry)} makes {found.own:,.6g} less.")
    if part is Part.shock:
        named = [{**row, "name": chains.name(row["industry"])} for row in found.industries.rows(named=True)]
        return named, ("country", "industry", "name", *LOSSES)
    tell(ASSUMPTION)
    return [] if found.regions is None else found.regions.rows(named=True), ("country", "region", *LOSSES)
