"""The partners of a project: who they are, what they do, for how much, where, and with whom else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.lines import role_label
from clusteratlas.atlas.profiles.values import Money, Network, Node, Origin, money, origin

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

DRAWN = 40
"""Organisations drawn in a network at most."""

PARTICIPATIONS = """
  SELECT project_id, participation_id, organisation_id, organisation_name, position, role, activity_type, is_sme,
    is_cluster_organisation, country_code, nuts_code, region_code, region_basis, eu_contribution_eur,
    net_eu_contribution_eur, total_cost_eur, is_ended, url, source, source_file, source_line
  FROM participation
  ORDER BY project_id, coalesce(role, '') <> 'coordinator', position NULLS LAST, participation_id"""
# Looked up from memory: a join would read all organisations for each project shown.
ORGANISATIONS = """
  SELECT organisation_id, name AS known_name, short_name, city, latitude, longitude, website_url, projects,
    is_cluster_organisation AS is_known_cluster FROM organisation"""
UNKNOWN = dict.fromkeys(
    (
        "known_name",
        "short_name",
        "city",
        "latitude",
        "longitude",
        "website_url",
        "projects",
        "is_known_cluster",
    )
)


@dataclass(frozen=True, slots=True)
class Partner:
    """An organisation's part in a project. ``share`` is its net contribution relative to the largest, 0 to 1.

    ``place`` says what latitude and longitude (degrees) stand for: address, region or country; None for
    none. ``region_basis``: published, postal code (derived from it) or country. ``projects``
    counts all its projects in the release.
    """

    participation_id: str
    organisation_id: str
    name: str
    short_name: str | None
    position: int | None
    role: str | None
    role_label: str
    activity_type: str | None
    activity_label: str | None
    is_sme: bool | None
    is_cluster_organisation: bool | None
    city: str | None
    country_code: str | None
    country_name: str | None
    nuts_code: str | None
    region_code: str | None
    region_basis: str | None
    region_name: str | None
    latitude: float | None
    longitude: float | None
    place: str | None
    eu_contribution_eur: float | None
    net_eu_contribution_eur: float | None
    total_cost_eur: float | None
    share: float | None
    is_ended: bool | None
    website_url: str | None
    projects: int | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class PartnerCountry:
    """The partners of one country and the net contributions published for them."""

    country_code: str
    country_name: str
    partners: int
    net_eu_contribution: Money


def partners_of(atlas: Atlas, project_id: str) -> tuple[Partner, ...]:
    """The partners of a project, the coordinator first, then in the publisher's order."""
    known = atlas.lookup(ORGANISATIONS)
    published = atlas.gathered(PARTICIPATIONS).get(project_id)
    rows = [known.get(row["organisation_id"], UNKNOWN) | row for row in published]
    most = max((row["net_eu_contribution_eur"] or 0 for row in rows), default=0)
    return tuple(_partner(row, most) for row in rows)


def _partner(row: dict[str, Any], most: float) -> Partner:
    net, activity = (
        row["net_eu_contribution_eur"],
        taxonomies.activity_types().get(row["activity_type"] or ""),
    )
    place, latitude, longitude = placed(
        row["latitude"], row["longitude"], row["region_code"], row["country_code"]
    )
    facts = row | {
        "name": row["organisation_name"] or row["known_name"] or row["organisation_id"],
        "is_cluster_organisation": any((row["is_cluster_organisation"], row["is_known_cluster"])) or None,
        "role_label": role_label(row["role"]),
        "activity_label": activity.label if activity else row["activity_type"],
        "country_name": taxonomies.country_name(row["country_code"]) or None,
        "region_name": region_name(row["region_code"]),
        "latitude": latitude,
        "longitude": longitude,
        "place": place,
        "share": net / most if net is not None and most > 0 else None,
        "origin": origin(row),
    }
    return Partner(**{name: facts[name] for name in Partner.__dataclass_fields__})


def placed(
    latitude: float | None, longitude: float | None, region_code: str | None, country_code: str | None
) -> tuple[str | None, float | None, float | None]:
    """What a point stands for and where it is: the address, else the middle of the region or the country.

    >>> placed(None, None, None, "FR")[0]
    'country'
    """
    if latitude is not None and longitude is not None:
        return "address", latitude, longitude
    region = taxonomies.regions().get(region_code or "")
    if region and region.level and region.latitude is not None:
        return "region", region.latitude, region.longitude
    country = taxonomies.countries().get(taxonomies.country_code(country_code) or "")
    return ("country", country.latitude, country.longitude) if country else (None, None, None)


def region_name(region_code: str | None) -> str | None:
    """The name of a region or country; the code itself when it is unknown."""
    if not region_code:
        return None
    region = taxonomies.regions().get(region_code)
    return taxonomies.country_name(region_code) if not region or not region.level else region.name


def partner_countries(partners: Sequence[Partner]) -> tuple[PartnerCountry, ...]:
    """Partners by country, most partners first; those without a country are left out."""
    by_country: dict[str, list[Partner]] = {}
    for partner in partners:
        if partner.country_code:
            by_country.setdefault(partner.country_code, []).append(partner)
    counted = (
        PartnerCountry(
            code,
            taxonomies.country_name(code),
            len({p.organisation_id for p in ones}),
            money(p.net_eu_contribution_eur for p in ones),
        )
        for code, ones in by_country.items()
    )
    return tuple(sorted(counted, key=lambda c: (-c.partners, c.country_name)))


def elsewhere(atlas: Atlas, project_id: str, partners: Sequence[Partner]) -> Network:
    """Which partners of a project also meet in other projects; at most `DRAWN` of them.

    Taken first: the coordinator, then those with the most money, then the publisher's order.
    """
    chosen: dict[str, Partner] = {}
    for partner in sorted(partners, key=_standing):
        chosen.setdefault(partner.organisation_id, partner)
    drawn = list(chosen.values())[:DRAWN]
    nodes = (
        Node(
            p.organisation_id,
            p.short_name or p.name,
            p.country_code,
            p.projects or 0,
            p.role == "coordinator",
        )
        for p in drawn
    )
    everything = atlas.arrays.everything()
    edges = everything.meetings([p.organisation_id for p in drawn], without=project_id)
    return Network(tuple(nodes), edges, len(chosen) - len(drawn))


def _standing(partner: Partner) -> tuple[bool, float]:
    return partner.role != "coordinator", -(partner.net_eu_contribution_eur or 0)
