"""The profile of an organisation: its projects over time, roles, money, themes, partners, names and place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.lines import (
    PAGE_SIZE,
    Part,
    ProjectPage,
    check_page,
    project_page,
    role_label,
)
from clusteratlas.atlas.profiles.overview import (
    SHOWN,
    Collaborator,
    YearCount,
    collaborators,
    country_tallies,
    network,
    themes,
)
from clusteratlas.atlas.profiles.partners import placed, region_name
from clusteratlas.atlas.profiles.values import Money, Network, Node, Origin, Profile, Tally, money, origin
from clusteratlas.errors import NotFoundError

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

PARTNERS_DRAWN = 24

ORGANISATION = "SELECT * FROM organisation WHERE organisation_id = $id"
RECORDS = (
    "SELECT * FROM organisation_record WHERE organisation_id = $id ORDER BY rows DESC, organisation_record_id"
)
PARTICIPATIONS = """
  SELECT t.project_id, t.role, t.net_eu_contribution_eur, year(p.start_date) AS start_year,
    c.label AS cluster_label
  FROM participation t JOIN project p ON p.project_id = t.project_id
  LEFT JOIN project_cluster c ON c.project_id = t.project_id
  WHERE t.organisation_id = $id
  ORDER BY coalesce(CASE c.label WHEN 'core' THEN 0 WHEN 'related' THEN 1 END, 2), p.start_date DESC NULLS LAST,
    t.project_id, t.position"""
# Partner organisations and partner countries in one pass over the participations.
PARTNERS = """
  WITH other AS (
    SELECT DISTINCT project_id, organisation_id, country_code FROM participation
    WHERE project_id IN (SELECT unnest($ids)) AND organisation_id <> $id),
  counted AS (
    SELECT organisation_id, country_code, grouping(organisation_id) AS is_country,
      count(DISTINCT project_id) AS projects
    FROM other GROUP BY GROUPING SETS ((organisation_id), (country_code))),
  best AS (
    SELECT *, count(*) OVER (PARTITION BY is_country) AS total FROM counted
    WHERE organisation_id IS NOT NULL OR country_code IS NOT NULL
    QUALIFY row_number() OVER (
      PARTITION BY is_country ORDER BY projects DESC, organisation_id, country_code) <= $drawn)
  SELECT b.is_country, b.organisation_id, coalesce(o.short_name, o.name) AS short, o.name,
    coalesce(b.country_code, o.country_code) AS country_code, b.projects, b.total
  FROM best b LEFT JOIN organisation o ON o.organisation_id = b.organisation_id
  ORDER BY b.is_country, b.projects DESC, b.organisation_id, b.country_code"""


@dataclass(frozen=True, slots=True)
class RoleCount:
    """Participations in a role, and the net contributions published for them."""

    role: str | None
    role_label: str
    participations: int
    net_eu_contribution: Money


@dataclass(frozen=True, slots=True)
class NameForm:
    """A form in which publishers name the organisation; ``rows`` is the number of participations in it."""

    organisation_record_id: str
    name: str | None
    short_name: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    country_code: str | None
    nuts_code: str | None
    vat_number: str | None
    publisher_record: str | None
    rows: int
    origin: Origin


@dataclass(frozen=True)
class OrganisationProfile(Profile):
    """Everything that a release knows of an organisation.

    Counts are of projects unless they say otherwise; ``query`` is the search filter for all its projects.
    ``place`` says what latitude and longitude (degrees) stand for: address, region or country.
    """

    organisation_id: str
    name: str
    short_name: str | None
    activity_type: str | None
    activity_label: str | None
    is_sme: bool | None
    is_cluster_organisation: bool | None
    vat_number: str | None
    street: str | None
    postal_code: str | None
    city: str | None
    country_code: str | None
    country_name: str | None
    nuts_code: str | None
    region_code: str | None
    region_name: str | None
    latitude: float | None
    longitude: float | None
    place: str | None
    website_url: str | None
    query: dict[str, str]
    projects: int
    participations: int
    coordinations: int
    cluster_projects: int
    net_eu_contribution: Money
    roles: tuple[RoleCount, ...]
    years: tuple[YearCount, ...]
    broad_themes: tuple[Tally, ...]
    narrow_themes: tuple[Tally, ...]
    partners: tuple[Collaborator, ...]
    partners_total: int
    partner_countries: tuple[Tally, ...]
    network: Network
    forms: tuple[NameForm, ...]
    other_names: tuple[str, ...]
    page: ProjectPage


def organisation_profile(
    atlas: Atlas, organisation_id: str, *, role: str | None = None, page: int = 1, page_size: int = PAGE_SIZE
) -> OrganisationProfile:
    """The profile of an organisation with a page of its projects, cluster projects first, newest first.

    ``role`` keeps the projects in which it has that role. Raises `NotFoundError`.
    """
    skipped = check_page(page, page_size)
    found = atlas.rows(ORGANISATION, {"id": organisation_id})
    if not found:
        raise NotFoundError(
            f"this release has no organisation {organisation_id!r}",
            remedy="ids look like pic:999902967; find one by name in the list of organisations",
        )
    row, query = found[0], {"organisation": organisation_id}
    taken = atlas.rows(PARTICIPATIONS, {"id": organisation_id})
    ids = list(dict.fromkeys(part["project_id"] for part in taken))
    shown = list(dict.fromkeys(p["project_id"] for p in taken if role is None or p["role"] == role))
    forms = tuple(_form(r) for r in atlas.rows(RECORDS, {"id": organisation_id}))
    broad, narrow = themes(atlas, ids, query)
    return OrganisationProfile(
        **_facts(row),
        query=query,
        projects=len(ids),
        participations=len(taken),
        coordinations=len({p["project_id"] for p in taken if p["role"] == "coordinator"}),
        cluster_projects=len({p["project_id"] for p in taken if p["cluster_label"] in ("core", "related")}),
        net_eu_contribution=money(p["net_eu_contribution_eur"] for p in taken),
        roles=_roles(taken),
        years=_years(taken, query),
        broad_themes=broad,
        narrow_themes=narrow,
        **_partners(atlas, row, ids, query),
        forms=forms,
        other_names=_other_names(row, forms),
        page=project_page(
            atlas, shown[skipped : skipped + page_size], len(shown), page, page_size, _parts(taken)
        ),
    )


def _facts(row: dict[str, Any]) -> dict[str, Any]:
    """The organisation's own facts, with names for its codes."""
    same = (
        "organisation_id",
        "short_name",
        "activity_type",
        "is_sme",
        "is_cluster_organisation",
        "vat_number",
    )
    also = ("street", "postal_code", "city", "country_code", "nuts_code", "region_code", "website_url")
    activity = taxonomies.activity_types().get(row["activity_type"] or "")
    place, latitude, longitude = placed(
        row["latitude"], row["longitude"], row["region_code"], row["country_code"]
    )
    return {name: row[name] for name in (*same, *also)} | {
        "name": row["name"] or row["organisation_id"],
        "activity_label": activity.label if activity else row["activity_type"],
        "country_name": taxonomies.country_name(row["country_code"]) or None,
        "region_name": region_name(row["region_code"]),
        "latitude": latitude,
        "longitude": longitude,
        "place": place,
    }


def _roles(taken: list[dict[str, Any]]) -> tuple[RoleCount, ...]:
    by_role: dict[str | None, list[float | None]] = {}
    for part in taken:
        by_role.setdefault(part["role"], []).append(part["net_eu_contribution_eur"])
    counts = (
        RoleCount(role, role_label(role), len(amounts), money(amounts)) for role, amounts in by_role.items()
    )
    return tuple(sorted(counts, key=lambda r: (r.role != "coordinator", -r.participations, r.role_label)))


def _years(taken: list[dict[str, Any]], query: dict[str, str]) -> tuple[YearCount, ...]:
    """Its projects by start year, years without one left out; unknown years last."""
    started = {part["project_id"]: (part["start_year"], part["cluster_label"]) for part in taken}
    counts: dict[int | None, Counter[str | None]] = {}
    for year, label in started.values():
        counts.setdefault(year, Counter())[label] += 1
    return tuple(
        YearCount(
            year,
            labels.total(),
            labels["core"],
            labels["related"],
            {**query, "year": str(year)} if year else {},
        )
        for year, labels in sorted(counts.items(), key=lambda c: (c[0] is None, c[0] or 0))
    )


def _parts(taken: list[dict[str, Any]]) -> dict[str, tuple[Part, ...]]:
    parts: dict[str, tuple[Part, ...]] = {}
    for row in taken:
        part = Part(row["role"], role_label(row["role"]), row["net_eu_contribution_eur"])
        parts[row["project_id"]] = (*parts.get(row["project_id"], ()), part)
    return parts


def _partners(atlas: Atlas, row: dict[str, Any], ids: list[str], query: dict[str, str]) -> dict[str, Any]:
    given = {"ids": ids, "id": row["organisation_id"], "drawn": PARTNERS_DRAWN}
    rows = atlas.rows(PARTNERS, given)
    organisations = [r for r in rows if not r["is_country"]]
    countries = [(r["country_code"], r["projects"]) for r in rows if r["is_country"]]
    total = organisations[0]["total"] if organisations else 0
    centre = Node(
        row["organisation_id"], row["short_name"] or row["name"], row["country_code"], len(ids), True
    )
    drawn = collaborators([r | {"name": r["short"]} for r in organisations])
    return {
        "partners": collaborators(organisations),
        "partners_total": total,
        "partner_countries": tuple(
            # other partners of its own country cannot be told from itself by a filter
            replace(tally, query={}) if tally.code == row["country_code"] else tally
            for tally in country_tallies(countries[:SHOWN], query)
        ),
        "network": network(atlas, ids, drawn, total, centre),
    }


def _form(row: dict[str, Any]) -> NameForm:
    names = (name for name in NameForm.__dataclass_fields__ if name != "origin")
    return NameForm(**{name: row[name] for name in names}, origin=origin(row | {"url": None}))


def _other_names(row: dict[str, Any], forms: tuple[NameForm, ...]) -> tuple[str, ...]:
    """Names of its records that differ from the one that is shown, each once."""
    names = dict.fromkeys(name for form in forms for name in (form.name, form.short_name) if name)
    return tuple(name for name in names if name.casefold() != (row["name"] or "").casefold())
