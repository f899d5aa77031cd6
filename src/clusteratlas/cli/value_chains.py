"""`clusteratlas value-chains`: who supplies an industry, how far it is from the buyer, whom its fall hits."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from clusteratlas.cli.output import ReleaseOption, Shape, ShapeOption, show_rows, tell, tell_of_more


class Part(StrEnum):
    """What is shown of an industry's chain."""

    position = "position"
    flows = "flows"
    steps = "steps"
    chain = "chain"
    multipliers = "multipliers"
    linkages = "linkages"
    extraction = "extraction"
    jobs = "jobs"
    exports = "exports"
    lengths = "lengths"
    regional = "regional"
    sensitivity = "sensitivity"
    terms = "terms"
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
            "them; multipliers, linkages, what is lost without it and jobs that hang on it, country by country; "
            "whose value is in its exports; in how many steps a shock arrives; what a region can buy at home, and "
            "what hangs on delta; the nine terms of countries' exports; whom a fall in its output hits, by industry "
            "or by region.",
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
    ] = "0.3",
    limit: Annotated[int, typer.Option("--limit", min=1, max=100_000, help="Rows at most.")] = 25,
    shape: ShapeOption = Shape.table,
    release: ReleaseOption = None,
) -> None:
    """An industry's suppliers and customers. Its position, the steps of its chain, and whom its fall hits."""
    import clusteratlas
    from clusteratlas.cli import value_chains_shown as shown

    with clusteratlas.open(release) as atlas:
        chains = atlas.chains
        country, area = chains.choice(industry or chains.table.industries[0], country, region)
        if part is Part.terms:
            rows, columns = shown.terms(chains, country)
        elif industry is None:
            rows, columns = (
                chains.weighted_positions(country),
                ("industry", "name", *shown.POSITION, "key_sector"),
            )
        elif part in (Part.regional, Part.sensitivity):
            rows, columns = shown.regional(atlas, part, industry, country, area, delta)
        else:
            rows, columns = shown.of_industry(atlas, part, industry, country, area, fall / 100)
        about = chains.about
    show_rows(rows[:limit], columns, shape, right=shown.NUMBERS)
    if shape is Shape.table:
        whole = "all countries" if part is Part.terms else "EU"
        tell(f"{about['table_name']} {about['year']}, {about['unit']}; {country or whole}")
    tell_of_more(limit, len(rows))
