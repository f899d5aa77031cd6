"""Whom the projects of a place, an organisation or an initiative bring together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.partners import region_name
from clusteratlas.atlas.profiles.values import Network, Node, Tally, tallies

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas
    from clusteratlas.atlas.profiles.selection import Selection

NAMES = """
  SELECT organisation_id, name, short_name, country_code FROM organisation
  WHERE organisation_id IN (SELECT unnest($ids))"""


@dataclass(frozen=True, slots=True)
class Collaborator:
    """An organisation and the projects that it shares; ``share`` is relative to the largest, 0 to 1."""

    organisation_id: str
    name: str
    short_name: str | None
    country_code: str | None
    country_name: str | None
    projects: int
    share: float


def collaborators(
    atlas: Atlas, found: Selection, shown: int, without: str | None = None
) -> tuple[tuple[Collaborator, ...], int]:
    """The organisations that take part most often, and the number of all; ``without`` the one asked about."""
    rows = [row for row in found.most("organisation", shown + 1) if row[0] != without][:shown]
    facts = {row["organisation_id"]: row for row in atlas.rows(NAMES, {"ids": [row[0] for row in rows]})}
    most = rows[0][2] if rows else 1
    total = found.different("organisation") - (without is not None and len(found) > 0)
    ones = (_collaborator(one, facts.get(one, {}), projects, most) for one, _, projects in rows)
    return tuple(ones), total


def _collaborator(one: str, facts: Mapping[str, str | None], projects: int, most: int) -> Collaborator:
    country = facts.get("country_code")
    name = facts.get("name") or one
    return Collaborator(
        one,
        name,
        facts.get("short_name"),
        country,
        taxonomies.country_name(country) or None,
        projects,
        projects / most,
    )


def network(
    found: Selection, shown: Sequence[Collaborator], total: int, centre: Node | None = None
) -> Network:
    """How organisations meet in some projects; ``total`` is the number of organisations in all."""
    nodes = tuple(Node(c.organisation_id, c.short_name or c.name, c.country_code, c.projects) for c in shown)
    nodes = (centre, *nodes) if centre else nodes
    edges = found.meetings([node.organisation_id for node in nodes])
    return Network(nodes, edges, max(0, total - len(shown)))


def country_tallies(
    found: Selection, query: Mapping[str, str], own: str | None = None, shown: int | None = None
) -> tuple[Tally, ...]:
    """The countries that some projects have most, without ``own``; each count is of what its query finds.

    Two values of one filter mean any of them: beside the filter of a country another one is asked for, and counted,
    as a region. The two differ where a publisher puts an address across the border of its country.
    """
    facet = "region" if "country" in query else "country"
    values = found.of.columns[facet].values
    among = np.array([len(value) == taxonomies.COUNTRY_LETTERS for value in values], bool)
    rows = (
        (taxonomies.country_code(value) or value, value, projects)
        for value, _, projects in found.most(facet, None, among)
    )
    kept = [row for row in rows if row[0] != own]
    return tallies(
        (code, taxonomies.country_name(code), projects, {**query, facet: value})
        for code, value, projects in kept[:shown]
    )


def region_tallies(
    rows: Sequence[tuple[str, str, int]], query: Mapping[str, str] | None
) -> tuple[Tally, ...]:
    """Tallies of (region code, name, projects); ``query`` None when no filter finds just these projects."""
    return tallies(
        (code, region_name(code) or code, n, {} if query is None else {**query, "region": code})
        for code, _, n in rows
    )
