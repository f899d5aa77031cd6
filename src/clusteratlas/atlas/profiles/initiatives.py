"""The European cluster initiatives and their pillars: what each is for, its projects, partners and how complete the list is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.lines import PAGE_SIZE, ProjectPage, check_page, project_page
from clusteratlas.atlas.profiles.overview import (
    SHOWN,
    Collaborator,
    YearCount,
    collaborators,
    country_tallies,
    network,
    themes,
    years,
)
from clusteratlas.atlas.profiles.values import Money, Network, Profile, Tally, tallies

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

PARTNERS_DRAWN = 30

SUMMARIES = """
  WITH partner AS (
    SELECT p.initiative_id, count(DISTINCT t.organisation_id) AS organisations,
      count(DISTINCT t.country_code) AS countries
    FROM project p JOIN participation t ON t.project_id = p.project_id
    WHERE p.initiative_id IS NOT NULL GROUP BY p.initiative_id)
  SELECT p.initiative_id, count(*) FILTER (p.kind = 'project') AS projects,
    count(*) FILTER (p.kind = 'partnership') AS partnerships,
    count(*) FILTER (c.label IN ('core', 'related')) AS cluster_projects,
    coalesce(any_value(r.organisations), 0) AS organisations, coalesce(any_value(r.countries), 0) AS countries,
    sum(p.eu_contribution_eur) AS eur, count(p.eu_contribution_eur) AS published, count(*) AS held,
    min(year(p.start_date)) AS first_start, max(year(p.start_date)) AS last_start
  FROM project p LEFT JOIN project_cluster c ON c.project_id = p.project_id
  LEFT JOIN partner r ON r.initiative_id = p.initiative_id
  WHERE p.initiative_id IS NOT NULL GROUP BY p.initiative_id"""
IDS = """
  SELECT p.project_id, c.label, p.kind, p.eu_contribution_eur
  FROM project p LEFT JOIN project_cluster c ON c.project_id = p.project_id
  WHERE p.initiative_id IN (SELECT unnest($initiatives))
  ORDER BY coalesce(CASE c.label WHEN 'core' THEN 0 WHEN 'related' THEN 1 END, 2), p.start_date DESC NULLS LAST,
    p.project_id"""
PARTNERS = """
  WITH part AS (
    SELECT DISTINCT project_id, organisation_id, country_code FROM participation
    WHERE project_id IN (SELECT unnest($ids))),
  counted AS (
    SELECT organisation_id, country_code, grouping(organisation_id) AS is_country,
      count(DISTINCT project_id) AS projects
    FROM part GROUP BY GROUPING SETS ((organisation_id), (country_code))),
  best AS (
    SELECT *, count(*) OVER (PARTITION BY is_country) AS total FROM counted
    WHERE organisation_id IS NOT NULL OR country_code IS NOT NULL
    QUALIFY row_number() OVER (
      PARTITION BY is_country ORDER BY projects DESC, organisation_id, country_code) <= $drawn)
  SELECT b.is_country, b.organisation_id, o.name, coalesce(b.country_code, o.country_code) AS country_code,
    b.projects, b.total
  FROM best b LEFT JOIN organisation o ON o.organisation_id = b.organisation_id
  ORDER BY b.is_country, b.projects DESC, b.organisation_id, b.country_code"""
TARGETS = """
  SELECT path, any_value(title), count(DISTINCT project_id) AS projects FROM project_theme
  WHERE scheme = 'target-country' AND project_id IN (SELECT unnest($ids)) AND path IS NOT NULL
  GROUP BY path ORDER BY projects DESC, path LIMIT $shown"""


@dataclass(frozen=True, slots=True)
class Completeness:
    """What an initiative's publisher states against what this release holds; None where nothing is stated."""

    what: str
    stated: int | None
    held: int
    source_url: str | None

    @property
    def share(self) -> float | None:
        """Part of the stated ones that is held, 0 to 1."""
        return min(1.0, self.held / self.stated) if self.stated else None


@dataclass(frozen=True)
class InitiativeSummary(Profile):
    """An initiative in short, with what the release holds of it."""

    initiative_id: str
    name: str
    pillar_id: str
    programme_id: str | None
    programme_name: str | None
    start_year: int | None
    end_year: int | None
    description: str
    label: str
    confidence: str
    projects: int
    partnerships: int
    cluster_projects: int
    organisations: int
    countries: int
    eu_contribution: Money
    completeness: tuple[Completeness, ...]
    query: dict[str, str]

    @property
    def held(self) -> int:
        """Projects and partnerships together."""
        return self.projects + self.partnerships


@dataclass(frozen=True)
class PillarSummary(Profile):
    """A pillar in short, with its initiatives; counts are sums over them."""

    pillar_id: str
    name: str
    question: str
    description: str
    projects: int
    partnerships: int
    cluster_projects: int
    eu_contribution: Money
    first_year: int | None
    last_year: int | None
    initiatives: tuple[InitiativeSummary, ...]
    query: dict[str, str]

    @property
    def held(self) -> int:
        """Projects and partnerships together."""
        return self.projects + self.partnerships


@dataclass(frozen=True)
class InitiativeProfile(Profile):
    """Everything that a release knows of an initiative or a pillar.

    ``summary`` is its short form; ``sources`` are the pages its facts come from; ``targets`` are the
    countries that its partnerships aim at.
    """

    summary: InitiativeSummary | PillarSummary
    pillar_id: str
    pillar_name: str
    stated_budget_eur: float | None
    stated_smes_reached: int | None
    sources: tuple[str, ...]
    years: tuple[YearCount, ...]
    broad_themes: tuple[Tally, ...]
    narrow_themes: tuple[Tally, ...]
    targets: tuple[Tally, ...]
    countries: tuple[Tally, ...]
    countries_total: int
    partners: tuple[Collaborator, ...]
    partners_total: int
    network: Network
    page: ProjectPage


def initiative_summaries(atlas: Atlas) -> tuple[PillarSummary, ...]:
    """Every pillar with its initiatives, in the order in which they are shown."""
    rows = {row["initiative_id"]: row for row in atlas.rows(SUMMARIES)}
    by_pillar: dict[str, list[InitiativeSummary]] = {}
    for one in taxonomies.initiatives().values():
        by_pillar.setdefault(one.pillar_id, []).append(_summary(one, rows.get(one.initiative_id)))
    return tuple(
        _pillar(pillar, by_pillar.get(pillar.pillar_id, [])) for pillar in taxonomies.pillars().values()
    )


def _summary(one: taxonomies.Initiative, row: dict | None) -> InitiativeSummary:
    nothing = dict.fromkeys(
        ("projects", "partnerships", "cluster_projects", "organisations", "countries", "published", "held"), 0
    )
    row = row or nothing | {"eur": None}
    programme = taxonomies.programmes().get(one.programme_id or "")
    facts = ("initiative_id", "name", "pillar_id", "programme_id", "start_year", "end_year", "description")
    counts = ("projects", "partnerships", "cluster_projects", "organisations", "countries")
    return InitiativeSummary(
        **{name: getattr(one, name) for name in (*facts, "label", "confidence")},
        programme_name=programme.name if programme else None,
        **{name: row[name] for name in counts},
        eu_contribution=Money(row["eur"], row["published"], row["held"]),
        completeness=_completeness(one.totals, row),
        query={"initiative": one.initiative_id},
    )


def _completeness(totals: taxonomies.Totals, row: dict) -> tuple[Completeness, ...]:
    stated = (
        ("partnerships or projects", totals.n_partnerships, row["held"]),
        ("organisations", totals.n_organisations, row["organisations"]),
        ("countries", totals.n_countries, row["countries"]),
    )
    return tuple(Completeness(what, n, held, totals.source_url) for what, n, held in stated if n is not None)


def _pillar(pillar: taxonomies.Pillar, ones: list[InitiativeSummary]) -> PillarSummary:
    amounts = [one.eu_contribution.eur for one in ones if one.eu_contribution.eur is not None]
    starts = [one.start_year for one in ones if one.start_year]
    ends = [one.end_year or one.start_year for one in ones if one.end_year or one.start_year]
    return PillarSummary(
        pillar.pillar_id,
        pillar.name,
        pillar.question,
        pillar.description,
        sum(one.projects for one in ones),
        sum(one.partnerships for one in ones),
        sum(one.cluster_projects for one in ones),
        Money(
            sum(amounts) if amounts else None,
            sum(one.eu_contribution.published for one in ones),
            sum(one.eu_contribution.of for one in ones),
        ),
        min(starts, default=None),
        max(ends, default=None),
        tuple(ones),
        {"pillar": pillar.pillar_id},
    )


def pillar_profile(
    atlas: Atlas, pillar_id: str, *, page: int = 1, page_size: int = PAGE_SIZE
) -> InitiativeProfile:
    """The profile of a pillar; raises `NotFoundError`."""
    known = taxonomies.pillar(pillar_id)
    summary = next(one for one in atlas.initiatives() if one.pillar_id == pillar_id)
    members = [one.initiative_id for one in summary.initiatives]
    return _profile(atlas, summary, known, members, None, page, page_size)


def initiative_profile(
    atlas: Atlas, initiative_id: str, *, page: int = 1, page_size: int = PAGE_SIZE
) -> InitiativeProfile:
    """The profile of an initiative; raises `NotFoundError`."""
    known = taxonomies.initiative(initiative_id)
    summaries = (one for pillar in atlas.initiatives() for one in pillar.initiatives)
    summary = next(one for one in summaries if one.initiative_id == initiative_id)
    pillar = taxonomies.pillar(known.pillar_id)
    return _profile(atlas, summary, pillar, [initiative_id], known, page, page_size)


def _profile(
    atlas: Atlas,
    summary: InitiativeSummary | PillarSummary,
    pillar: taxonomies.Pillar,
    members: Sequence[str],
    initiative: taxonomies.Initiative | None,
    page: int,
    page_size: int,
) -> InitiativeProfile:
    skipped = check_page(page, page_size)
    rows = atlas.cursor.execute(IDS, {"initiatives": list(members)}).fetchall()
    ids = [row[0] for row in rows]
    broad, narrow = themes(atlas, ids, summary.query)
    totals = initiative.totals if initiative else taxonomies.Totals()
    targets = atlas.cursor.execute(TARGETS, {"ids": ids, "shown": SHOWN}).fetchall()
    return InitiativeProfile(
        summary=summary,
        pillar_id=pillar.pillar_id,
        pillar_name=pillar.name,
        stated_budget_eur=totals.budget_eur,
        stated_smes_reached=totals.n_smes_reached,
        sources=initiative.source if initiative else (),
        years=years(atlas, ids, summary.query),
        broad_themes=broad,
        narrow_themes=narrow,
        targets=tallies(
            (path.strip("/"), title, n, {**summary.query, "theme": path.strip("/")})
            for path, title, n in targets
        ),
        **_partners(atlas, ids, summary.query),
        page=project_page(atlas, ids[skipped : skipped + page_size], len(ids), page, page_size),
    )


def _partners(atlas: Atlas, ids: list[str], query: dict[str, str]) -> dict:
    rows = atlas.rows(PARTNERS, {"ids": ids, "drawn": PARTNERS_DRAWN})
    organisations = [row for row in rows if not row["is_country"]]
    countries = [(row["country_code"], row["projects"]) for row in rows if row["is_country"]]
    found = collaborators(organisations)
    total = organisations[0]["total"] if organisations else 0
    # a network of those that met more than once; the rest are in the list
    return {
        "countries": country_tallies(countries, query),
        "countries_total": next((row["total"] for row in rows if row["is_country"]), 0),
        "partners": found,
        "partners_total": total,
        "network": network(atlas, ids, found, total),
    }
