"""What `clusteratlas value-chains` shows of each part; apart from the command, which is to start without all this."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from clusteratlas.atlas.observatory.chain_jobs import EMPLOYMENT
from clusteratlas.atlas.observatory.chain_measures import (
    EXPORTS,
    EXTRACTION,
    LINKAGES,
    LINKS,
    MULTIPLIERS,
    STANDING,
    TERMS,
)
from clusteratlas.atlas.observatory.chain_plans import ASSUMPTION, plan, shock
from clusteratlas.atlas.observatory.chain_regions import SENSITIVITY, SUPPLIERS, regional_inputs
from clusteratlas.cli.output import tell
from clusteratlas.cli.value_chains import Part
from clusteratlas.errors import UsageError

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory import Area
    from clusteratlas.atlas.observatory.chains import Chains

POSITION = ("upstreamness", "downstreamness", "output_multiplier", *STANDING, "output")
LENGTHS = ("length_from", "length_to")
LOSSES = ("lost_sales", "lost_sales_share", "lost_supplies", "lost_supplies_share")
NUMBERS = (
    *(*POSITION, *LOSSES, *LENGTHS, *EXPORTS, *TERMS, *SENSITIVITY, "remainder", "participation"),
    *(name for name in (*LINKAGES, *SUPPLIERS) if name not in ("key_sector", "industry", "name")),
    *("value", "share", "share_covered"),
)
OF_COUNTRIES = {
    Part.multipliers: MULTIPLIERS,
    Part.linkages: LINKS,
    Part.extraction: EXTRACTION,
    Part.jobs: EMPLOYMENT,
}


def terms(chains: Chains, country: str | None) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """The nine terms of the exports of a country, or of each."""
    return chains.measures.terms_of(country), (
        "country",
        "name",
        "exports",
        *TERMS,
        "remainder",
        *EXPORTS[-2:],
        "participation",
    )


def regional(
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


def of_industry(
    atlas: Atlas, part: Part, industry: str, country: str | None, area: Area | None, fall: float
) -> tuple[list[dict[str, Any]], tuple[str, ...]]:
    """Rows and columns of a part."""
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
