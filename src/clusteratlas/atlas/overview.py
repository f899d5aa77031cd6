"""The atlas at a glance: its pillars, the regions that take part, the newest cluster projects."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas
    from clusteratlas.taxonomies import Pillar

# Cluster projects of no initiative belong to the pillar of other programmes.
PILLARS = """
  SELECT coalesce(i.pillar_id, 'other') AS pillar_id, count(*) AS projects,
    count(*) FILTER (p.kind = 'partnership') AS partnerships,
    count(DISTINCT p.initiative_id) AS initiatives,
    sum(p.eu_contribution_eur) AS eu_contribution_eur,
    count(p.eu_contribution_eur) AS with_money,
    min(year(p.start_date)) AS first_year, max(year(coalesce(p.end_date, p.start_date))) AS last_year
  FROM project p JOIN project_cluster c USING (project_id) LEFT JOIN initiative i USING (initiative_id)
  WHERE c.label IN ('core', 'related') GROUP BY ALL"""
YEARS = """
  SELECT coalesce(i.pillar_id, 'other') AS pillar_id, year(p.start_date) AS year, count(*) AS projects
  FROM project p JOIN project_cluster c USING (project_id) LEFT JOIN initiative i USING (initiative_id)
  WHERE c.label IN ('core', 'related') AND p.start_date IS NOT NULL GROUP BY ALL ORDER BY ALL"""
REGIONS = """
  WITH counted AS (
    SELECT left(t.region_code, 4) AS region_code, count(DISTINCT t.project_id) AS projects
    FROM participation t JOIN project_cluster c USING (project_id)
    WHERE c.label IN ('core', 'related') AND length(t.region_code) >= 4 GROUP BY 1)
  SELECT c.region_code, c.projects, r.name, r.latitude, r.longitude
  FROM counted c JOIN region r ON r.nuts_code = c.region_code AND r.is_current
  ORDER BY c.projects DESC, c.region_code"""
# A theme stands for all below it, so the second step of each path says enough.
THEMES = """
  SELECT array_to_string(string_split(trim(t.path, '/'), '/')[1:2], '/') AS theme,
    string_split(trim(t.path, '/'), '/')[2] AS name, count(DISTINCT t.project_id) AS projects
  FROM project_theme t JOIN project_cluster c USING (project_id)
  WHERE c.label IN ('core', 'related') AND t.scheme = 'euroscivoc'
    AND len(string_split(trim(t.path, '/'), '/')) > 1
  GROUP BY ALL ORDER BY projects DESC, theme LIMIT $1"""
NEWEST = """
  SELECT p.project_id, p.acronym, p.title, p.programme_id, p.start_date, p.eu_contribution_eur,
    (SELECT count(*) FROM participation t WHERE t.project_id = p.project_id) AS participants
  FROM project p JOIN project_cluster c USING (project_id)
  WHERE c.label = 'core' AND p.start_date <= $1 ORDER BY p.start_date DESC, p.project_id LIMIT $2"""


@dataclass(frozen=True)
class PillarFigures:
    """A pillar and its cluster projects: how many, years, money (EUR) of the ``with_money`` that state it."""

    pillar: Pillar
    projects: int = 0
    partnerships: int = 0
    initiatives: int = 0
    eu_contribution_eur: float | None = None
    with_money: int = 0
    first_year: int | None = None
    last_year: int | None = None
    by_year: dict[int, int] = field(default_factory=dict)


def pillars(atlas: Atlas) -> list[PillarFigures]:
    """The pillars in their order, those without projects included.

    >>> [figures.pillar.pillar_id for figures in pillars(atlas)][0]  # doctest: +SKIP
    'emerging-industries'
    """
    found = {row.pop("pillar_id"): row for row in atlas.rows(PILLARS)}
    by_year: dict[str, dict[int, int]] = {}
    for row in atlas.rows(YEARS):
        by_year.setdefault(row["pillar_id"], {})[row["year"]] = row["projects"]
    return [
        PillarFigures(pillar, **found.get(pillar.pillar_id, {}), by_year=by_year.get(pillar.pillar_id, {}))
        for pillar in taxonomies.pillars().values()
    ]


def regions(atlas: Atlas) -> list[dict[str, Any]]:
    """NUTS 2 regions with the number of cluster projects they take part in, the most first."""
    return atlas.rows(REGIONS)


def themes(atlas: Atlas, count: int = 10) -> list[dict[str, Any]]:
    """The themes (EuroSciVoc, second level) that most cluster projects have."""
    return atlas.rows(THEMES, [count])


def newest(atlas: Atlas, until: str, count: int = 6) -> list[dict[str, Any]]:
    """The core cluster projects that began last, not after the day ``until`` (ISO)."""
    return atlas.rows(NEWEST, [until, count])
