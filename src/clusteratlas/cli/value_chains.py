"""`clusteratlas value-chains`: who supplies an industry, how far it is from the buyer, whom its fall hits."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clusteratlas.cli.output import ReleaseOption, Shape, ShapeOption, show_rows, tell, tell_of_more

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory import Area

POSITION = ("upstreamness", "downstreamness", "output_multiplier", "output")
LOSSES = ("lost_sales", "lost_sales_share", "lost_supplies", "lost_supplies_share")


class Part(StrEnum):
    """What is shown of an industry's chain."""

    position = "position"
    flows = "flows"
    steps = "steps"
    chain = "chain"
    shock = "shock"
    shock_regions = "shock-regions"


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
            "them; whom a fall in its output hits, by industry or by region.",
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
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Rows at most.")] = 25,
    shape: ShapeOption = Shape.table,
    release: ReleaseOption = None,
) -> None:
    """An industry's suppliers and customers, its position, the steps of its chain, and whom its fall hits."""
    import clusteratlas

    with clusteratlas.open(release) as atlas:
        chains = atlas.chains
        country, area = chains.choice(industry or chains.table.industries[0], country, region)
        if industry is None:
            rows, columns = chains.weighted_positions(country), ("industry", "name", *POSITION)
        else:
            rows, columns = _part(atlas, part, industry, country, area, fall / 100)
        about = chains.about
    show_rows(rows[:limit], columns, shape, right=(*POSITION, *LOSSES, "value", "share", "share_covered"))
    if shape is Shape.table:
        tell(f"{about['table_name']} {about['year']}, {about['unit']}; {country or 'EU'}")
    tell_of_more(limit, len(rows))


def _part(
    atlas: Atlas, part: Part, industry: str, country: str | None, area: Area | None, fall: float
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Rows and columns of a part."""
    from clusteratlas.atlas.observatory.chain_plans import ASSUMPTION, plan, shock

    chains = atlas.chains
    if part is Part.position:
        found = chains.position(industry, country)
        return [found] if found else [], ("industry", "name", *POSITION)
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
