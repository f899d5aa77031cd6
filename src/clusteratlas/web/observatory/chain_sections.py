"""Sections of the page of a value chain: what hangs on the industry, whom its fall hits, what a region can buy."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.chain_plans import ASSUMPTION, FALL, shock
from clusteratlas.atlas.observatory.chain_regions import regional_inputs
from clusteratlas.errors import ClusteratlasError, NotFoundError, UsageError
from clusteratlas.web.observatory import reading

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas import Atlas
    from clusteratlas.atlas.observatory import Area
    from clusteratlas.atlas.observatory.chains import Chains

HIT = 8
"""Industries, countries and regions listed of those that a shock hits."""
KINDS = {
    "key": "is a key sector: pulls suppliers more, and is pulled more by customers",
    "backward": "pulls its suppliers more",
    "forward": "is pulled more by its customers",
    "weak": "pulls less, and is pulled less",
}
"""How an industry stands beside the mean one, in the words of the pages."""
LENGTHS = {"lost_sales": "length_from", "lost_supplies": "length_to"}
"""How far what an industry loses has come: from its buyers, or from its suppliers."""


def placed(code: str) -> dict[str, str]:
    """A region's code, name and page."""
    return {"code": code, "name": taxonomies.region_name(code), "href": reading.place_url(code)}


def standing(chains: Chains, industry: str, country: str | None) -> list[dict[str, Any]]:
    """What hangs on the industry in each country, and whose value is in its exports."""
    measures = chains.measures
    exports = {row["country"]: row for row in measures.exports(industry, country)}
    return [
        {**row, **exports[row["country"]], "said": KINDS.get(row["key_sector"], "–")}
        for row in measures.linkages(industry, country)
        if row["output"] > 0
    ]


def jobs_told(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The year of the jobs that hang on the industry, and how far they are known: of the largest country told."""
    known = next((row for row in rows if row["employment_effect"] is not None), None)
    return {
        "jobs_year": known and known["employment_year"],
        "jobs_covered": known and known["employment_covered"],
        "jobs_imputed": known and known["employment_imputed_share"],
        "jobs_place": known and known["name"],
    }


def regional(atlas: Atlas, industry: str, country: str | None, area: Area, delta: str) -> dict[str, Any]:
    """What the industry can buy in the region; ``problem`` says why there is nothing to show."""
    try:
        found = regional_inputs(atlas, industry, area, country, delta)
    except ClusteratlasError as fault:
        return {"problem": f"{fault.what[:1].upper()}{fault.what[1:]}."}
    return asdict(found) | {"place": atlas.chains.area(found.country)}


def fall_asked(asked: dict[str, list[str]]) -> float:
    """The fall that is asked for, in per cent, as a share."""
    given_fall = (asked.get("fall") or [""])[0].strip().removesuffix("%").strip()
    if not given_fall:
        return FALL
    try:
        fall = float(given_fall.replace(",", ".")) / 100
    except ValueError:
        fall = -1.0
    if not 0 <= fall <= 1:
        raise UsageError(
            f"'{given_fall[:20]}' is no fall", where="fall", remedy="give per cent, 0 to 100: fall=10"
        )
    return fall


def shock_told(
    atlas: Atlas, industry: str, country: str | None, area: Area | None, fall: float
) -> dict[str, Any] | None:
    """Whom a fall hits, the hardest first; None where the region has no jobs in the industry."""
    import polars as pl

    try:
        found = shock(atlas, industry, country, area, fall)
    except NotFoundError:
        return None
    chains = atlas.chains
    at_home = [country] if country else chains.members
    steps = {(row["country"], row["industry"]): row for row in chains.measures.lengths(industry, country)}
    sums = {side: found.industries[side].sum() for side in ("lost_sales", "lost_supplies")}
    lists = {
        side: [
            {
                "name": chains.name(row["industry"]),
                "where": chains.area(row["country"]),
                "steps": steps.get((row["country"], row["industry"]), {}).get(LENGTHS[side]),
                **row,
            }
            for row in found.industries.filter(pl.col(side) > 0)
            .sort(side, descending=True)
            .head(HIT)
            .rows(named=True)
        ]
        for side in sums
    }
    abroad = found.industries.filter(~pl.col("country").is_in(at_home))
    return {
        "fall": found.fall,
        "percent": f"{found.fall * 100:g}",
        "own": found.own,
        **sums,
        "share_abroad": abroad["lost_sales"].sum() / sums["lost_sales"] if sums["lost_sales"] else None,
        "suppliers": lists["lost_sales"],
        "customers": lists["lost_supplies"],
        "regions": _hit_regions(found.regions, area and area.key),
        "year": found.year,
        "assumption": ASSUMPTION,
    }


def _hit_regions(regions: pl.DataFrame | None, own: str | None) -> list[dict[str, Any]]:
    """The regions that lose most sales, beside the one whose output falls."""
    import polars as pl

    if regions is None:
        return []
    rows = regions.filter(pl.col("region").is_not_null() & (pl.col("lost_sales") > 0))
    if own is not None:
        rows = rows.filter(pl.col("region") != own)
    return [placed(row["region"]) | row for row in rows.head(HIT).rows(named=True)]
