"""The profile of an organisation: its projects over time, roles, money, themes, partners, names and place."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.identity import Identity, identity_of, leads_to
from clusteratlas.atlas.profiles.lines import (
    PAGE_SIZE,
    Part,
    ProjectPage,
    check_page,
    programme_name,
    project_page,
    role_label,
)
from clusteratlas.atlas.profiles.overview import Collaborator, collaborators, country_tallies, network
from clusteratlas.atlas.profiles.partners import placed, region_name
from clusteratlas.atlas.profiles.selection import SHOWN
from clusteratlas.atlas.profiles.values import (
    Money,
    Network,
    Node,
    Origin,
    Profile,
    Tally,
    YearCount,
    money,
    origin,
)
from clusteratlas.errors import NotFoundError

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

PARTNERS_DRAWN = 24

ORGANISATION = "SELECT * FROM organisation WHERE organisation_id = $id"
RECORDS = (
    "SELECT * FROM organisation_record WHERE organisation_id = $id ORDER BY rows DESC, organisation_record_id"
)
PARTICIPATIONS = """
  SELECT project_id, role, net_eu_contribution_eur, p.programme_id, year(p.start_date) AS year
  FROM participation LEFT JOIN project p USING (project_id)
  WHERE organisation_id = $id ORDER BY project_id, position, participation_id"""


@dataclass(frozen=True, slots=True)
class RoleCount:
    """Participations in a role, and the net contributions published for them."""

    role: str | None
    role_label: str
    participations: int
    net_eu_contribution: Money


@dataclass(frozen=True, slots=True)
class ProgrammeYears:
    """Its projects of one programme, from the first to the last year in which one starts."""

    programme_id: str | None
    programme_name: str
    projects: int
    coordinations: int
    first_year: int | None
    last_year: int | None
    net_eu_contribution: Money
    years: tuple[tuple[int, int], ...]
    query: dict[str, str]


@dataclass(frozen=True, slots=True)
class NameForm:
    """A form in which publishers name the organisation; ``rows`` is the number of participations in it."""

    organisation_record_id: str
    published_organisation_id: str
    name: str | None
    short_name: str | None
    other_names: str | None
    department: str | None
    pic: str | None
    other_id: str | None
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
    ``place`` says what latitude and longitude (degrees) stand for: address, region or country;
    ``countries_total`` counts the countries of its partners beside its own.
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
    region_basis: str | None
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
    countries_total: int
    network: Network
    programmes: tuple[ProgrammeYears, ...]
    forms: tuple[NameForm, ...]
    other_names: tuple[str, ...]
    ror_id: str | None
    identity: Identity
    page: ProjectPage


def organisation_profile(
    atlas: Atlas, organisation_id: str, *, role: str | None = None, page: int = 1, page_size: int = PAGE_SIZE
) -> OrganisationProfile:
    """The profile of an organisation with a page of its projects, cluster projects first, newest first.

    ``role`` keeps the projects in which it has that role. An id that was merged into another organisation gives
    that one. Raises `NotFoundError`.
    """
    skipped = check_page(page, page_size)
    found = atlas.rows(ORGANISATION, {"id": organisation_id})
    if not found and (new := leads_to(atlas, organisation_id)):
        return organisation_profile(atlas, new, role=role, page=page, page_size=page_size)
    if not found:
        raise NotFoundError(
            f"this release has no organisation {organisation_id!r}",
            remedy="ids look like pic:999902967; find one by name in the list of organisations",
        )
    row, query = found[0], {"organisation": organisation_id}
    taken = atlas.rows(PARTICIPATIONS, {"id": organisation_id})
    projects = atlas.arrays.having("organisation", organisation_id)
    forms = tuple(_form(r) for r in atlas.rows(RECORDS, {"id": organisation_id}))
    partners, total = collaborators(atlas, projects, PARTNERS_DRAWN, organisation_id)
    centre = Node(
        organisation_id, row["short_name"] or row["name"], row["country_code"], len(projects), is_centre=True
    )
    as_role = {part["project_id"] for part in taken if role is None or part["role"] == role}
    shown = [one for one in projects.ids if one in as_role]
    return OrganisationProfile(
        **_facts(row),
        query=query,
        projects=len(projects),
        participations=len(taken),
        coordinations=len({p["project_id"] for p in taken if p["role"] == "coordinator"}),
        cluster_projects=projects.labelled("core", "related"),
        net_eu_contribution=money(p["net_eu_contribution_eur"] for p in taken),
        roles=_roles(taken),
        years=projects.years(query),
        **projects.themes(query),
        partners=partners,
        partners_total=total,
        partner_countries=country_tallies(projects, query, row["country_code"], SHOWN),
        countries_total=max(projects.different("country") - bool(row["country_code"]), 0),
        network=network(projects, partners, total, centre),
        programmes=_programmes(taken, query),
        forms=forms,
        other_names=_other_names(row, forms),
        ror_id=row.get("ror_id"),
        identity=identity_of(atlas, organisation_id),
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
    also = (
        "street",
        "postal_code",
        "city",
        "country_code",
        "nuts_code",
        "region_code",
        "region_basis",
        "website_url",
    )
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


def _programmes(taken: list[dict[str, Any]], query: dict[str, str]) -> tuple[ProgrammeYears, ...]:
    """Its projects by programme, the earliest programme first."""
    by_programme: dict[str | None, list[dict[str, Any]]] = {}
    for part in taken:
        by_programme.setdefault(part["programme_id"], []).append(part)
    made = [_programme(programme, parts, query) for programme, parts in by_programme.items()]
    return tuple(sorted(made, key=lambda p: (p.first_year or 9999, p.programme_name)))


def _programme(programme: str | None, parts: list[dict[str, Any]], query: dict[str, str]) -> ProgrammeYears:
    started = {part["project_id"]: part["year"] for part in parts}
    counted = Counter(year for year in started.values() if year)
    return ProgrammeYears(
        programme_id=programme,
        programme_name=programme_name(programme) or "Programme not known",
        projects=len(started),
        coordinations=len({part["project_id"] for part in parts if part["role"] == "coordinator"}),
        first_year=min(counted, default=None),
        last_year=max(counted, default=None),
        net_eu_contribution=money(part["net_eu_contribution_eur"] for part in parts),
        years=tuple(sorted(counted.items())),
        query={**query, "programme": programme} if programme else {},
    )


def _parts(taken: list[dict[str, Any]]) -> dict[str, tuple[Part, ...]]:
    parts: dict[str, tuple[Part, ...]] = {}
    for row in taken:
        part = Part(row["role"], role_label(row["role"]), row["net_eu_contribution_eur"])
        parts[row["project_id"]] = (*parts.get(row["project_id"], ()), part)
    return parts


def _form(row: dict[str, Any]) -> NameForm:
    names = (name for name in NameForm.__dataclass_fields__ if name != "origin")
    published = {"published_organisation_id": row["organisation_record_id"].rsplit("#", 1)[0]}
    row = published | row
    return NameForm(**{name: row.get(name) for name in names}, origin=origin(row | {"url": None}))


def _other_names(row: dict[str, Any], forms: tuple[NameForm, ...]) -> tuple[str, ...]:
    """Names of its records that differ from the one that is shown, each once."""
    names = dict.fromkeys(name for form in forms for name in (form.name, form.short_name) if name)
    return tuple(name for name in names if name.casefold() != (row["name"] or "").casefold())
