"""Firms in the release: what EU projects tell of a region's small firms, and Eurostat's counts of enterprises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import polars as pl

from clusteratlas import taxonomies
from clusteratlas.taxonomies.category_words import category_queries

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

CATEGORY_SET = "ecosystems"
PARTS = """
WITH small AS (
  SELECT DISTINCT organisation_id FROM participation WHERE is_sme AND starts_with(region_code, $code)
)
SELECT p.organisation_id, p.project_id, j.programme_id,
  coalesce(p.is_sme AND starts_with(p.region_code, $code), false) AS is_sme, year(j.start_date)::BIGINT AS start_year,
  j.funding_scheme_code, j.topic_code, p.net_eu_contribution_eur::DOUBLE AS net_eu_contribution_eur
FROM participation p JOIN small USING (organisation_id) JOIN project j USING (project_id)
"""
"""All parts of the firms that are small there in one; ``is_sme`` marks those that they have there as small firms."""
UNKNOWN = "SELECT count(*) AS n FROM participation WHERE is_sme IS NULL AND starts_with(region_code, $code)"
ENTERPRISES = """
SELECT nuts_code, industry_code, year, indicator, value FROM observation
WHERE indicator IN ('V11910', 'V11920', 'V11930', 'V11960') AND ($code IS NULL OR nuts_code = $code)
"""


@dataclass(frozen=True)
class FirmEvidence:
    """What the projects of a release tell of the small firms of a place.

    ``programmes``, ``winners`` and ``categories`` are rows of `sme_participation`, `instrument_winners` and, of the
    latter, by category; ``unknown`` counts parts whose publisher does not say whether the firm is small.
    """

    code: str
    smes: int
    projects: int
    repeat_smes: int
    programmes: list[dict[str, Any]]
    winners: list[dict[str, Any]]
    categories: list[dict[str, Any]]
    unknown: int


def firm_evidence(atlas: Atlas, code: str) -> FirmEvidence:
    """The small and medium-sized enterprises of a place (by its NUTS code, a country's too) in EU projects."""
    from clusteratlas.observatory.firms import instrument_winners, sme_participation

    every = pl.from_arrow(atlas.cursor.sql(PARTS, params={"code": code}).to_arrow_table())
    parts = every.filter("is_sme")
    per_firm = parts.group_by("organisation_id").agg(pl.col("project_id").n_unique())
    programmes = sme_participation(every).sort(
        "smes", "programme_id", descending=[True, False], nulls_last=True
    )
    winners = instrument_winners(parts)
    return FirmEvidence(
        code,
        per_firm.height,
        parts["project_id"].n_unique(),
        int((per_firm["project_id"] > 1).sum()),
        programmes.rows(named=True),
        winners.sort("winners", "instrument", descending=[True, False]).rows(named=True),
        _by_category(atlas, code, parts),
        atlas.rows(UNKNOWN, {"code": code})[0]["n"],
    )


def _by_category(atlas: Atlas, code: str, parts: pl.DataFrame) -> list[dict[str, Any]]:
    """Small firms and EIC or SME-instrument winners by category; a project is on those whose words it speaks."""
    from clusteratlas.observatory.firms import instrument_winners

    if parts.is_empty():
        return []
    where = {"region": [code]} if code in taxonomies.regions() and len(code) > 2 else {}
    found = []
    for category_id, category in taxonomies.categories(CATEGORY_SET).items():
        query = category_queries().get((CATEGORY_SET, category_id))
        if query is None:
            continue
        ids = atlas.search(query, page_size=1, facets=False, **where).project_ids()
        own = parts.filter(pl.col("project_id").is_in(ids))
        if not own.is_empty():
            winners = instrument_winners(own.with_columns(place=pl.lit(code)), by=["place"])["winners"].sum()
            found.append(
                {
                    "category_id": category_id,
                    "category": category.name,
                    "smes": own["organisation_id"].n_unique(),
                    "projects": own["project_id"].n_unique(),
                    "winners": int(winners),
                }
            )
    return sorted(found, key=lambda row: (-row["smes"], row["category"]))


def enterprises(atlas: Atlas, code: str | None = None) -> pl.DataFrame:
    """Birth, death and high-growth rates of a place's enterprises by industry and year, from Eurostat's figures."""
    from clusteratlas.observatory.firms import enterprise_rates

    rows = pl.from_arrow(atlas.cursor.sql(ENTERPRISES, params={"code": code}).to_arrow_table())
    return enterprise_rates(rows).sort("nuts_code", "industry_code", "year")


@dataclass(frozen=True)
class Enterprises:
    """Rates of a place's enterprises in the last year that has any: a row for each industry, the most firms first.

    Rows are those of `enterprises` with ``industry_name``.
    """

    code: str
    year: int
    rows: list[dict[str, Any]]


RATES = ("birth_rate", "death_rate", "high_growth_share")


def latest_enterprises(atlas: Atlas, code: str) -> Enterprises | None:
    """Births, deaths and high growth of a place's enterprises by industry; None where the release tells none."""
    if "observation" not in atlas.tables:
        return None
    found = enterprises(atlas, code).filter(pl.any_horizontal(pl.col(*RATES).is_not_null()))
    if found.is_empty():
        return None
    year = int(found["year"].max())
    now = found.filter(year=year).sort("active_enterprises", "industry_code", descending=[True, False])
    known = taxonomies.industries()
    rows = [
        {**row, "industry_name": known[row["industry_code"]].short_name}
        for row in now.rows(named=True)
        if row["industry_code"] in known
    ]
    return Enterprises(code, year, rows) if rows else None
