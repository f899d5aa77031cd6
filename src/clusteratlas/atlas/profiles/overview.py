"""What holds for a set of projects taken together: themes, years, partner organisations and partner countries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.partners import region_name
from clusteratlas.atlas.profiles.values import Edge, Network, Node, Tally, tallies

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

SHOWN = 12
"""Rows of a list of the most frequent ones."""

# A theme stands for all above it, as in the search; a project counts once for each.
THEMES = """
  WITH step AS (
    SELECT project_id, list_transform(
      list_filter(string_split(coalesce(path, title, theme_code), '/'), lambda s: trim(s) <> ''),
      lambda s: trim(s)) AS steps
    FROM project_theme WHERE scheme <> 'target-country' AND project_id IN (SELECT unnest($ids))),
  above AS (SELECT DISTINCT project_id, unnest(list_transform(range(1, len(steps) + 1),
      lambda n: array_to_string(steps[1:n], '/'))) AS path FROM step)
  SELECT path, count(*) AS projects FROM above GROUP BY path ORDER BY projects DESC, path LIMIT 400"""
YEARS = """
  SELECT year(p.start_date) AS year, count(*) AS projects,
    count(*) FILTER (c.label = 'core') AS core, count(*) FILTER (c.label = 'related') AS related
  FROM project p LEFT JOIN project_cluster c ON c.project_id = p.project_id
  WHERE p.project_id IN (SELECT unnest($ids)) GROUP BY year ORDER BY year"""
BETWEEN = """
  WITH part AS (
    SELECT DISTINCT organisation_id, project_id FROM participation
    WHERE project_id IN (SELECT unnest($ids)) AND organisation_id IN (SELECT unnest($organisations)))
  SELECT a.organisation_id, b.organisation_id, count(*) AS projects
  FROM part a JOIN part b ON a.project_id = b.project_id AND a.organisation_id < b.organisation_id
  GROUP BY ALL ORDER BY projects DESC, 1, 2"""


@dataclass(frozen=True, slots=True)
class YearCount:
    """Projects that start in a year (None: not known), and how many of them are core and related ones."""

    year: int | None
    projects: int
    core: int
    related: int
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class Collaborator:
    """An organisation and the number of projects that it shares; ``country_name`` as published."""

    organisation_id: str
    name: str
    country_code: str | None
    country_name: str | None
    projects: int
    share: float | None = None


def years(atlas: Atlas, ids: Sequence[str], query: Mapping[str, str]) -> tuple[YearCount, ...]:
    """Projects by the year they start in, earliest first; ``query`` is the filter that finds all of them."""
    rows = atlas.cursor.execute(YEARS, {"ids": list(ids)}).fetchall()
    return tuple(
        YearCount(year, count, core, related, {**query, "year": str(year)} if year else {})
        for year, count, core, related in rows
    )


def themes(atlas: Atlas, ids: Sequence[str], query: Mapping[str, str]) -> tuple[tuple[Tally, ...], ...]:
    """The broad themes (the second step of a classification) and the most frequent narrow ones of projects."""
    rows = atlas.cursor.execute(THEMES, {"ids": list(ids)}).fetchall()
    broad = [row for row in rows if row[0].count("/") == 1][:SHOWN]
    narrow = [row for row in rows if row[0].count("/") >= 2 or "/" not in row[0] and row[0] not in _tops()][
        :SHOWN
    ]
    return tuple(
        tallies((path, path.rsplit("/", 1)[-1], count, {**query, "theme": path}) for path, count in chosen)
        for chosen in (broad, narrow)
    )


def _tops() -> frozenset[str]:
    """The six fields at the top of EuroSciVoc: too broad to say anything."""
    return frozenset(
        (
            "natural sciences",
            "engineering and technology",
            "medical and health sciences",
            "social sciences",
            "humanities",
            "agricultural sciences",
        )
    )


def country_tallies(
    rows: Sequence[tuple[str, int]], query: Mapping[str, str], facet: str = "country"
) -> tuple[Tally, ...]:
    """Tallies of (country code, projects); ``facet`` is the filter that the country is put in."""
    return tallies(
        (
            code,
            taxonomies.country_name(code),
            projects,
            {**query, facet: code if facet == "country" else (taxonomies.nuts_country(code) or code)},
        )
        for code, projects in rows
    )


def region_tallies(rows: Sequence[tuple[str, int]], query: Mapping[str, str] | None) -> tuple[Tally, ...]:
    """Tallies of (region code, projects); ``query`` None when no filter finds just these projects."""
    return tallies(
        (code, region_name(code) or code, n, {} if query is None else {**query, "region": code})
        for code, n in rows
    )


def collaborators(rows: Sequence[Mapping[str, Any]]) -> tuple[Collaborator, ...]:
    """Collaborators of rows with organisation_id, name, country_code and projects, most projects first."""
    most = max((row["projects"] for row in rows), default=0)
    return tuple(
        Collaborator(
            row["organisation_id"],
            row["name"] or row["organisation_id"],
            row["country_code"],
            taxonomies.country_name(row["country_code"]) or None,
            row["projects"],
            row["projects"] / most if most else None,
        )
        for row in rows
    )


def network(
    atlas: Atlas, ids: Sequence[str], found: Sequence[Collaborator], total: int, centre: Node | None = None
) -> Network:
    """How organisations meet in the projects ``ids``; ``total`` is the number of organisations in all."""
    nodes = tuple(Node(c.organisation_id, c.name, c.country_code, c.projects) for c in found)
    nodes = (centre, *nodes) if centre else nodes
    at = {node.organisation_id: place for place, node in enumerate(nodes)}
    given = {"ids": list(ids), "organisations": list(at)}
    rows = atlas.cursor.execute(BETWEEN, given).fetchall() if len(at) > 1 else []
    edges = tuple(Edge(at[one], at[other], projects) for one, other, projects in rows)
    return Network(nodes, edges, max(0, total - len(found)))
