"""The profile of a country or region: projects, organisations, themes, partner regions, fate of old codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.lines import PAGE_SIZE, ProjectPage, check_page, project_page
from clusteratlas.atlas.profiles.overview import country_tallies, region_tallies
from clusteratlas.atlas.profiles.partners import region_name
from clusteratlas.atlas.profiles.selection import SHOWN, Selection
from clusteratlas.atlas.profiles.values import Money, Profile, Tally, YearCount
from clusteratlas.errors import NotFoundError

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

# How participations and organisations of a place are found. Our own words, never a visitor's.
COUNTRY, REGION = "country_code = $place", "starts_with(region_code, $place)"

TOTALS = """
  SELECT count(DISTINCT project_id) AS projects, count(*) AS participations,
    count(DISTINCT project_id) FILTER (role = 'coordinator') AS coordinated,
    sum(net_eu_contribution_eur) AS net, count(net_eu_contribution_eur) AS published
  FROM participation WHERE {here}"""
PARTS = """
  SELECT took_part.*, coalesce(organisations, 0) AS organisations
  FROM (SELECT left(region_code, $length) AS code, count(DISTINCT project_id) AS projects,
    sum(net_eu_contribution_eur) AS net,
    count(net_eu_contribution_eur) AS published, count(*) AS participations
  FROM participation WHERE starts_with(region_code, $place) GROUP BY code) took_part
  LEFT JOIN (
    SELECT left(region_code, $length) AS code, count(*) AS organisations
    FROM organisation WHERE starts_with(region_code, $place) GROUP BY code
  ) USING (code)
  ORDER BY projects DESC, code"""
UNPLACED = """
  SELECT count(DISTINCT project_id) AS projects FROM participation
  WHERE country_code = $country AND (region_code IS NULL OR length(region_code) = 2)"""
ORGANISATIONS = """
  SELECT organisation_id, name, city, activity_type, is_sme, is_cluster_organisation, region_code, projects,
    coordinations, net_eu_contribution_eur, count(*) OVER () AS total
  FROM organisation WHERE {here} ORDER BY projects DESC, name, organisation_id LIMIT $shown"""


@dataclass(frozen=True, slots=True)
class Heir:
    """A current region that holds ``share`` (0 to 1) of one that is no more."""

    region_code: str
    name: str
    share: float


@dataclass(frozen=True, slots=True)
class RegionHistory:
    """What became of a code. ``current_code`` is the one page that stands for it, None when it was split.

    ``basis`` says where the shares come from; ``steps`` tell each change in words.
    """

    code: str
    name: str
    kind: str
    current_code: str | None
    heirs: tuple[Heir, ...]
    basis: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceLink:
    """A country or region beside this one: above it or a part of it."""

    code: str
    name: str
    level: int


@dataclass(frozen=True, slots=True)
class PlacePart:
    """A region inside, with what takes place there; ``share`` is relative to the part with most projects.

    ``organisations`` counts those with their address in it, as the part's own profile does.
    """

    code: str
    name: str
    latitude: float | None
    longitude: float | None
    projects: int
    organisations: int
    net_eu_contribution: Money
    query: dict[str, str]
    share: float | None


@dataclass(frozen=True, slots=True)
class LocalOrganisation:
    """An organisation with its address in the place; money is the net contribution to all its projects."""

    organisation_id: str
    name: str
    city: str | None
    activity_type: str | None
    activity_label: str | None
    is_sme: bool | None
    is_cluster_organisation: bool | None
    region_code: str | None
    projects: int
    coordinations: int
    net_eu_contribution_eur: float | None


@dataclass(frozen=True)
class PlaceProfile(Profile):
    """Everything that a release knows of a country (level 0) or region (NUTS level 1 to 3).

    ``query`` is the search filter for all its projects; ``organisations_total`` counts those with their
    address in it; ``elsewhere`` counts projects known only for the place as a whole, not for a part of it.
    ``unplaced`` counts, for a region, projects with participants of its country whose region is not known:
    some of them may belong here. It is 0 for a country.
    """

    code: str
    name: str
    level: int
    country_code: str
    country_name: str
    latitude: float | None
    longitude: float | None
    above: tuple[PlaceLink, ...]
    query: dict[str, str]
    projects: int
    coordinated: int
    cluster_projects: int
    core_projects: int
    participations: int
    net_eu_contribution: Money
    years: tuple[YearCount, ...]
    broad_themes: tuple[Tally, ...]
    narrow_themes: tuple[Tally, ...]
    parts: tuple[PlacePart, ...]
    elsewhere: int
    unplaced: int
    organisations_total: int
    organisations: tuple[LocalOrganisation, ...]
    partner_countries: tuple[Tally, ...]
    partner_regions: tuple[Tally, ...]
    page: ProjectPage
    history: RegionHistory | None = None


def country_profile(atlas: Atlas, code: str, *, page: int = 1, page_size: int = PAGE_SIZE) -> PlaceProfile:
    """The profile of a country by its ISO 3166-1 code (EL and UK are understood); raises `NotFoundError`."""
    country = taxonomies.country(code.strip().upper())
    iso, nuts = country.country_code, country.nuts_code
    return _profile(
        atlas,
        COUNTRY,
        {"place": iso},
        {"country": iso},
        page,
        page_size,
        code=iso,
        name=country.name,
        level=0,
        country_code=iso,
        latitude=country.latitude,
        longitude=country.longitude,
        above=(),
        inside=nuts or iso,
        history=None,
    )


def region_profile(atlas: Atlas, code: str, *, page: int = 1, page_size: int = PAGE_SIZE) -> PlaceProfile:
    """The profile of a region by a NUTS code of any version; a code of two letters means the country.

    Raises `NotFoundError` for an unknown code, and for one that was split: it names the heirs.
    """
    history = region_history(code)
    if history.current_code is None:
        heirs = ", ".join(f"{heir.region_code} ({heir.share:.0%})" for heir in history.heirs)
        raise NotFoundError(
            f"the region {history.code} ({history.name}) is no more: it was split", remedy=f"ask for {heirs}"
        )
    if taxonomies.level_of(history.current_code) == 0:
        return country_profile(atlas, history.current_code, page=page, page_size=page_size)
    region = taxonomies.regions()[history.current_code]
    return _profile(
        atlas,
        REGION,
        {"place": region.nuts_code},
        {"region": region.nuts_code},
        page,
        page_size,
        code=region.nuts_code,
        name=region.name,
        level=region.level,
        country_code=region.country_code,
        latitude=region.latitude,
        longitude=region.longitude,
        above=tuple(_link(c) for c in reversed(taxonomies.ancestors(region.nuts_code))),
        inside=region.nuts_code,
        history=history if history.code != region.nuts_code else None,
    )


def region_history(code: str) -> RegionHistory:
    """What a NUTS code of any version stands for now; raises `NotFoundError` for one that never was.

    >>> region_history("FR716").current_code, region_history("HR04").current_code
    ('FRK26', None)
    """
    found = taxonomies.resolve_region(code)
    known = taxonomies.regions().get(found.code)
    if not found.codes or not (known or found.kind == "country"):
        raise NotFoundError(
            f"there is no country or NUTS region {code!r}",
            remedy="codes look like FR, FRK, FRK2 or FRK26; find one in the list of regions",
        )
    heirs = tuple(Heir(c, region_name(c) or c, share) for c, share in found.codes)
    return RegionHistory(
        found.code,
        known.name if known else taxonomies.country_name(found.code),
        found.kind,
        heirs[0].region_code if len(heirs) == 1 else None,
        heirs,
        found.basis,
        tuple(dict.fromkeys(_step(change) for change in found.chain)),
    )


def _step(change: taxonomies.Change) -> str:
    """One change of a code in words."""
    what = {"recoded": "was given the code", "merged": "was merged into", "split": "went in part to"}
    became = what.get(change.change, f"became ({change.change})") if change.new_code else "was given up"
    share = f", {change.share:.0%} of it" if change.share is not None and change.share < 1 else ""
    heir = f" {change.new_code} {region_name(change.new_code)}{share}" if change.new_code else ""
    return f"NUTS {change.to_version}: {change.old_code} {became}{heir}"


def _link(code: str) -> PlaceLink:
    level = taxonomies.level_of(code)
    iso = taxonomies.country_code(code) if level == 0 else None
    return PlaceLink(iso or code, region_name(code) or code, level)


def _profile(
    atlas: Atlas,
    here: str,
    place: dict[str, str],
    query: dict[str, str],
    page: int,
    page_size: int,
    *,
    inside: str,
    **facts: Any,
) -> PlaceProfile:
    skipped = check_page(page, page_size)
    ((facet, value),) = query.items()
    found = atlas.arrays.having(facet, value)
    ids = found.ids
    (totals,) = atlas.rows(TOTALS.format(here=here), place)
    located = atlas.rows(ORGANISATIONS.format(here=here), {**place, "shown": SHOWN})
    parts, elsewhere = _parts(atlas, inside)
    return PlaceProfile(
        **facts,
        country_name=taxonomies.country_name(facts["country_code"]),
        query=query,
        projects=len(ids),
        coordinated=totals["coordinated"],
        cluster_projects=found.labelled("core", "related"),
        core_projects=found.labelled("core"),
        participations=totals["participations"],
        net_eu_contribution=Money(totals["net"], totals["published"], totals["participations"]),
        years=found.years(query),
        **found.themes(query),
        parts=parts,
        elsewhere=elsewhere,
        unplaced=_unplaced(atlas, facts["country_code"]) if facts["level"] else 0,
        organisations_total=located[0]["total"] if located else 0,
        organisations=tuple(_organisation(row) for row in located),
        **_partners(found, inside, query, facts["country_code"], facts["level"]),
        page=project_page(atlas, ids[skipped : skipped + page_size], len(ids), page, page_size),
    )


def _unplaced(atlas: Atlas, country_code: str) -> int:
    """Projects with participants of a country of whose place nothing more is known."""
    (row,) = atlas.rows(UNPLACED, {"country": country_code})
    return int(row["projects"])


def _parts(atlas: Atlas, inside: str) -> tuple[tuple[PlacePart, ...], int]:
    """The current regions directly inside, those without projects too; and the projects known for none."""
    length = len(inside) + 1
    children = {
        code: region
        for code, region in taxonomies.regions().items()
        if len(code) == length and code.startswith(inside) and region.is_current and code.strip("Z") != inside
    }
    if not children:
        return (), 0
    rows = {row["code"]: row for row in atlas.rows(PARTS, {"place": inside, "length": length})}
    most = max((rows[code]["projects"] for code in children if code in rows), default=0)
    parts = (_part(code, region, rows.get(code), most) for code, region in children.items())
    elsewhere = rows[inside]["projects"] if inside in rows else 0
    return tuple(sorted(parts, key=lambda part: (-part.projects, part.code))), elsewhere


def _part(code: str, region: taxonomies.Region, row: Mapping[str, Any] | None, most: int) -> PlacePart:
    row = row or {"projects": 0, "organisations": 0, "net": None, "published": 0, "participations": 0}
    return PlacePart(
        code,
        region.name,
        region.latitude,
        region.longitude,
        row["projects"],
        row["organisations"],
        Money(row["net"], row["published"], row["participations"]),
        {"region": code} if row["projects"] else {},
        row["projects"] / most if most else None,
    )


def _organisation(row: Mapping[str, Any]) -> LocalOrganisation:
    activity = taxonomies.activity_types().get(row["activity_type"] or "")
    facts = dict(row) | {
        "name": row["name"] or row["organisation_id"],
        "activity_label": activity.label if activity else row["activity_type"],
    }
    return LocalOrganisation(**{name: facts[name] for name in LocalOrganisation.__dataclass_fields__})


def _partners(
    found: Selection, inside: str, query: dict[str, str], own: str, level: int
) -> dict[str, tuple[Tally, ...]]:
    """Countries and regions of the others in its projects; regions of its own level (2 for a country)."""
    column = found.of.columns["region"]
    length = 2 + (level or 2)
    beside = np.array([len(code) == length and not code.startswith(inside) for code in column.values], bool)
    regions = found.most("region", SHOWN, beside)
    return {
        "partner_countries": country_tallies(found, query, own, SHOWN),
        # two values of one filter mean any of them: only different filters together find the common projects
        "partner_regions": region_tallies(regions, query if level == 0 else None),
    }
