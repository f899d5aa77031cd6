"""The atlas at a glance: the regions that take part, the themes, the newest cluster projects."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

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


def regions(atlas: Atlas) -> list[dict[str, Any]]:
    """NUTS 2 regions with the number of cluster projects they take part in, the most first."""
    return atlas.rows(REGIONS)


def themes(atlas: Atlas, count: int = 10) -> list[dict[str, Any]]:
    """The themes (EuroSciVoc, second level) that most cluster projects have."""
    return atlas.rows(THEMES, [count])


def newest(atlas: Atlas, until: str, count: int = 6) -> list[dict[str, Any]]:
    """The core cluster projects that began last, not after the day ``until`` (ISO)."""
    return atlas.rows(NEWEST, [until, count])
