"""Lists to browse: organisations by name, place and kind, countries and regions, each with their counts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from anyascii import anyascii

from clusteratlas import taxonomies
from clusteratlas.atlas.places import region_asked
from clusteratlas.atlas.profiles.lines import check_page
from clusteratlas.atlas.profiles.partners import region_name
from clusteratlas.atlas.profiles.values import Money, Profile, Tally, tallies
from clusteratlas.errors import UsageError, nearest

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

ORGANISATIONS_PAGE = 50
LONGEST_NAME = 200
SIGNS = re.compile(r"[^a-z0-9]+")
SORTS = {
    "projects": "projects DESC, name, organisation_id",
    "money": "net_eu_contribution_eur DESC NULLS LAST, name, organisation_id",
    "coordinations": "coordinations DESC, projects DESC, name, organisation_id",
    "programmes": "programmes DESC, projects DESC, name, organisation_id",
    "name": "lower(name), organisation_id",
}
MATCHING = """
  WHERE ($country IS NULL OR country_code = $country)
    AND ($region IS NULL OR starts_with(region_code, $region))
    AND ($type IS NULL OR activity_type = $type)
    AND ($is_cluster IS NULL OR coalesce(is_cluster_organisation, false) = $is_cluster)
    AND ($is_sme IS NULL OR is_sme = $is_sme)
    AND ($ids IS NULL OR organisation_id IN (SELECT unnest($ids)))"""
NAMES = "SELECT organisation_id, concat_ws(' ', name, short_name) FROM organisation ORDER BY organisation_id"
PROGRAMMES = """
  SELECT organisation_id, count(DISTINCT programme_id) AS programmes
  FROM participation JOIN project USING (project_id) {where} GROUP BY organisation_id"""
LIST = f"""
  WITH listed AS (
    SELECT organisation.*, count(*) OVER () AS total FROM organisation {{ranked}}
    {MATCHING} ORDER BY {{sort}} LIMIT $size OFFSET $skipped)
  SELECT organisation_id, name, short_name, city, country_code, region_code, activity_type, is_sme,
    is_cluster_organisation, projects, coordinations, coalesce(programmes, 0) AS programmes, participations,
    net_eu_contribution_eur, total
  FROM listed LEFT JOIN ({PROGRAMMES.format(where="SEMI JOIN listed USING (organisation_id)")}) USING (organisation_id)
  ORDER BY {{sort}}"""
FACETS = f"""
  SELECT country_code, activity_type, count(*) AS organisations FROM organisation {MATCHING}
  GROUP BY GROUPING SETS ((country_code), (activity_type))
  HAVING country_code IS NOT NULL OR activity_type IS NOT NULL ORDER BY organisations DESC, 1, 2"""
PLACES = """
  SELECT took_part.*, coalesce(organisations, 0) AS organisations
  FROM (SELECT {code} AS code, count(DISTINCT t.project_id) AS projects,
    count(DISTINCT t.project_id) FILTER (c.label IN ('core', 'related')) AS cluster_projects,
    count(DISTINCT t.project_id) FILTER (t.role = 'coordinator') AS coordinated,
    sum(t.net_eu_contribution_eur) AS net, count(t.net_eu_contribution_eur) AS published,
    count(*) AS participations
  FROM participation t LEFT JOIN project_cluster c ON c.project_id = t.project_id
  WHERE {known} GROUP BY code) took_part
  LEFT JOIN (
    SELECT {code} AS code, count(*) AS organisations FROM organisation t WHERE {known} GROUP BY code
  ) USING (code)
  ORDER BY projects DESC, code"""
COUNTRIES = PLACES.format(code="t.country_code", known="t.country_code IS NOT NULL")
REGIONS = PLACES.format(code="left(t.region_code, $length)", known="length(t.region_code) >= $length")


@dataclass(frozen=True, slots=True)
class OrganisationLine:
    """An organisation in short; money is the sum of net contributions published for it, EUR.

    ``programmes`` counts those in which it is found.
    """

    organisation_id: str
    name: str
    short_name: str | None
    city: str | None
    country_code: str | None
    country_name: str | None
    region_code: str | None
    region_name: str | None
    activity_type: str | None
    activity_label: str | None
    is_sme: bool | None
    is_cluster_organisation: bool | None
    projects: int
    coordinations: int
    programmes: int
    participations: int
    net_eu_contribution_eur: float | None


@dataclass(frozen=True)
class OrganisationPage(Profile):
    """A page of organisations; countries and types count those under the filter."""

    items: tuple[OrganisationLine, ...]
    total: int
    page: int
    page_size: int
    sort: str
    countries: tuple[Tally, ...]
    types: tuple[Tally, ...]

    @property
    def pages(self) -> int:
        """Number of pages; an empty list has one."""
        return max(1, -(-self.total // self.page_size))


@dataclass(frozen=True)
class PlaceLine(Profile):
    """A country or region in short; ``share`` is its projects relative to the place with most, 0 to 1."""

    code: str
    name: str
    level: int
    country_code: str
    country_name: str
    group: str
    latitude: float | None
    longitude: float | None
    projects: int
    cluster_projects: int
    coordinated: int
    organisations: int
    net_eu_contribution: Money
    query: dict[str, str]
    share: float


def list_organisations(
    atlas: Atlas,
    text: str = "",
    *,
    country: str | None = None,
    region: str | None = None,
    activity_type: str | None = None,
    is_cluster: bool | None = None,
    is_sme: bool | None = None,
    sort: str = "projects",
    page: int = 1,
    page_size: int = ORGANISATIONS_PAGE,
) -> OrganisationPage:
    """Organisations whose name has words that begin so, under filters.

    ``sort``: projects, money, coordinations, programmes, name. Raises `UsageError` for an order, type or page that
    cannot be, and `NotFoundError` for an unknown country.
    """
    skipped = check_page(page, page_size)
    if sort not in SORTS:
        raise UsageError(f"there is no order '{sort}'", where="sort", remedy=nearest(sort, SORTS))
    given = _filters(atlas, text, country, region, activity_type, is_cluster, is_sme)
    rows = atlas.rows(_list(sort), {**given, "size": page_size, "skipped": skipped})
    facets = atlas.cursor.execute(FACETS, given).fetchall()
    countries = [(code, n) for code, _, n in facets if code]
    total = rows[0]["total"] if rows else sum(n for code, _, n in facets if code) if page > 1 else 0
    types = taxonomies.activity_types()
    return OrganisationPage(
        tuple(_line(row) for row in rows),
        total,
        page,
        page_size,
        sort,
        tallies((code, taxonomies.country_name(code), n, {}) for code, n in countries),
        tallies((t, types[t].label if t in types else t, n, {}) for _, t, n in facets if t),
    )


def _list(sort: str) -> str:
    """The query of a list. Programmes are counted for the rows shown, and for all only where they are the order."""
    ranked = (
        f"LEFT JOIN ({PROGRAMMES.format(where='')}) USING (organisation_id)" if sort == "programmes" else ""
    )
    return LIST.format(sort=SORTS[sort], ranked=ranked)


def every_organisation(
    atlas: Atlas, text: str = "", *, sort: str = "projects", **filters: Any
) -> tuple[OrganisationLine, ...]:
    """All organisations under the filters of `list_organisations`, for downloads; raises `UsageError`."""
    if sort not in SORTS:
        raise UsageError(f"there is no order '{sort}'", where="sort", remedy=nearest(sort, SORTS))
    names = ("country", "region", "activity_type", "is_cluster", "is_sme")
    given = _filters(atlas, text, *(filters.get(name) for name in names))
    rows = atlas.rows(_list(sort), {**given, "size": 2**31, "skipped": 0})
    return tuple(_line(row) for row in rows)


def _filters(
    atlas: Atlas,
    text: str,
    country: str | None,
    region: str | None,
    activity_type: str | None,
    is_cluster: bool | None,
    is_sme: bool | None,
) -> dict[str, Any]:
    """The parameters of a filter; raises `UsageError` for what cannot be."""
    if len(text) > LONGEST_NAME:
        raise UsageError("the name is too long", remedy=f"write at most {LONGEST_NAME} characters")
    if activity_type and activity_type not in taxonomies.activity_types():
        known = nearest(activity_type, taxonomies.activity_types())
        raise UsageError(f"there is no type '{activity_type}'", where="activity_type", remedy=known)
    return {
        "country": taxonomies.country(country).country_code if country else None,
        "region": region_asked(region) if region else None,
        "type": activity_type or None,
        "is_cluster": is_cluster,
        "is_sme": is_sme,
        "ids": named_so(atlas.organisation_names, text) if text.strip() else None,
    }


def folded_names(atlas: Atlas) -> list[tuple[str, str]]:
    """The id of each organisation with its names folded, a blank before each word."""
    return [(one, f" {folded(names)}") for one, names in atlas.cursor.execute(NAMES).fetchall()]


def named_so(names: Iterable[tuple[str, str]], text: str) -> list[str]:
    """The ids whose names have, for each word of ``text``, a word that begins so.

    >>> named_so([("a", " pole vehicule du futur"), ("b", " polen")], "Pôle véh")
    ['a']
    """
    words = [f" {word}" for word in folded(text).split()]
    return [one for one, name in names if words and all(word in name for word in words)]


def folded(text: str) -> str:
    """A name in small letters without accents and signs.

    >>> folded("Pôle Véhicule-du Futur"), folded("Straße")
    ('pole vehicule du futur', 'strasse')
    """
    plain = text.casefold()
    if not plain.isascii():
        plain = anyascii(plain).casefold()
    return " ".join(SIGNS.sub(" ", plain).split())


def _line(row: Mapping[str, Any]) -> OrganisationLine:
    activity = taxonomies.activity_types().get(row["activity_type"] or "")
    facts = dict(row) | {
        "name": row["name"] or row["organisation_id"],
        "country_name": taxonomies.country_name(row["country_code"]) or None,
        "region_name": region_name(row["region_code"]),
        "activity_label": activity.label if activity else row["activity_type"],
    }
    return OrganisationLine(**{name: facts[name] for name in OrganisationLine.__dataclass_fields__})


def list_countries(atlas: Atlas) -> tuple[PlaceLine, ...]:
    """Every country with participants, most projects first."""
    return _places(atlas.rows(COUNTRIES), 0)


def list_regions(atlas: Atlas, level: int = 2, country: str | None = None) -> tuple[PlaceLine, ...]:
    """Every NUTS region of a level (1 to 3) with participants, most projects first; of ``country`` only.

    Raises `UsageError` for another level and `NotFoundError` for an unknown country.
    """
    if level not in (1, 2, 3):
        raise UsageError(f"there is no level {level}", where="level", remedy="NUTS has the levels 1, 2 and 3")
    iso = taxonomies.country(country).country_code if country else None
    rows = atlas.rows(REGIONS, {"length": 2 + level})
    return _places(
        [row for row in rows if iso is None or taxonomies.country_code(row["code"][:2]) == iso], level
    )


def _places(rows: list[dict[str, Any]], level: int) -> tuple[PlaceLine, ...]:
    most = max((row["projects"] for row in rows), default=0)
    return tuple(_place(row, level, most) for row in rows)


def _place(row: dict[str, Any], level: int, most: int) -> PlaceLine:
    code = row["code"]
    iso = code if level == 0 else taxonomies.country_code(code[:2]) or code[:2]
    country, region = taxonomies.countries().get(iso), taxonomies.regions().get(code)
    spot = country if level == 0 else region
    return PlaceLine(
        code,
        taxonomies.country_name(code) if level == 0 else region.name if region else code,
        level,
        iso,
        taxonomies.country_name(iso),
        country.group if country else "other",
        spot.latitude if spot else None,
        spot.longitude if spot else None,
        row["projects"],
        row["cluster_projects"],
        row["coordinated"],
        row["organisations"],
        Money(row["net"], row["published"], row["participations"]),
        {"country" if level == 0 else "region": code},
        row["projects"] / most if most else 0.0,
    )
