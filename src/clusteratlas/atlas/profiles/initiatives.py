"""The European cluster initiatives and their pillars: what for, with whom, and how complete the list is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.lines import PAGE_SIZE, ProjectPage, check_page, project_page
from clusteratlas.atlas.profiles.overview import Collaborator, collaborators, country_tallies, network
from clusteratlas.atlas.profiles.values import Money, Network, Profile, Tally, YearCount

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas
    from clusteratlas.atlas.profiles.selection import Selection

PARTNERS_DRAWN = 30
CLUSTER = ("core", "related")
STATED_PROJECTS = "partnerships or projects"

SUMMARIES = """
  WITH partner AS (
    SELECT p.initiative_id, count(DISTINCT t.organisation_id) AS organisations,
      count(DISTINCT t.country_code) AS countries
    FROM project p JOIN participation t ON t.project_id = p.project_id
    WHERE p.initiative_id IS NOT NULL GROUP BY p.initiative_id)
  SELECT p.initiative_id, count(*) FILTER (p.kind = 'project') AS projects,
    count(*) FILTER (p.kind = 'partnership') AS partnerships,
    count(*) FILTER (c.label IN ('core', 'related')) AS cluster_projects,
    coalesce(any_value(r.organisations), 0) AS organisations,
    coalesce(any_value(r.countries), 0) AS countries,
    sum(p.eu_contribution_eur) AS eur, count(p.eu_contribution_eur) AS published, count(*) AS held
  FROM project p LEFT JOIN project_cluster c ON c.project_id = p.project_id
  LEFT JOIN partner r ON r.initiative_id = p.initiative_id
  WHERE p.initiative_id IS NOT NULL GROUP BY p.initiative_id"""


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

    @property
    def stated(self) -> int | None:
        """Projects and partnerships that its publisher states."""
        return next((one.stated for one in self.completeness if one.what == STATED_PROJECTS), None)


@dataclass(frozen=True)
class PillarSummary(Profile):
    """A pillar in short, with its initiatives. Counts and money are of its cluster projects.

    ``unassigned`` of them belong to no initiative; ``others`` are projects of its initiatives that are no
    cluster projects. ``first_year`` and ``last_year`` are years in which one began.
    """

    pillar_id: str
    name: str
    question: str
    description: str
    projects: int
    partnerships: int
    unassigned: int
    others: int
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
        _pillar(atlas, pillar, by_pillar.get(pillar.pillar_id, []))
        for pillar in taxonomies.pillars().values()
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
        (STATED_PROJECTS, totals.n_partnerships, row["held"]),
        ("organisations", totals.n_organisations, row["organisations"]),
        ("countries", totals.n_countries, row["countries"]),
    )
    return tuple(Completeness(what, n, held, totals.source_url) for what, n, held in stated if n is not None)


def pillar_projects(atlas: Atlas, pillar_id: str) -> Selection:
    """The projects and partnerships that count for a pillar: its cluster projects, of an initiative or of none."""
    return atlas.arrays.having("pillar", pillar_id).with_label(*CLUSTER)


def _pillar(atlas: Atlas, pillar: taxonomies.Pillar, ones: list[InitiativeSummary]) -> PillarSummary:
    everything = atlas.arrays.having("pillar", pillar.pillar_id)
    found = pillar_projects(atlas, pillar.pillar_id)
    kinds = found.counted("kind", ("project", "partnership"))
    years = [one.year for one in found.years({}) if one.year]
    return PillarSummary(
        pillar.pillar_id,
        pillar.name,
        pillar.question,
        pillar.description,
        kinds["project"],
        kinds["partnership"],
        len(found) - sum(one.cluster_projects for one in ones),
        len(everything) - len(found),
        found.budget,
        min(years, default=None),
        max(years, default=None),
        tuple(ones),
        {"pillar": pillar.pillar_id, "cluster": "yes"},
    )


def pillar_profile(
    atlas: Atlas, pillar_id: str, *, page: int = 1, page_size: int = PAGE_SIZE
) -> InitiativeProfile:
    """The profile of a pillar, with its cluster projects; raises `NotFoundError`."""
    known = taxonomies.pillar(pillar_id)
    summary = next(one for one in atlas.initiatives() if one.pillar_id == pillar_id)
    found = pillar_projects(atlas, pillar_id)
    return _profile(atlas, summary, known, found, None, page, page_size)


def initiative_profile(
    atlas: Atlas, initiative_id: str, *, page: int = 1, page_size: int = PAGE_SIZE
) -> InitiativeProfile:
    """The profile of an initiative; raises `NotFoundError`."""
    known = taxonomies.initiative(initiative_id)
    summaries = (one for pillar in atlas.initiatives() for one in pillar.initiatives)
    summary = next(one for one in summaries if one.initiative_id == initiative_id)
    pillar = taxonomies.pillar(known.pillar_id)
    found = atlas.arrays.having("initiative", initiative_id)
    return _profile(atlas, summary, pillar, found, known, page, page_size)


def _profile(
    atlas: Atlas,
    summary: InitiativeSummary | PillarSummary,
    pillar: taxonomies.Pillar,
    found: Selection,
    initiative: taxonomies.Initiative | None,
    page: int,
    page_size: int,
) -> InitiativeProfile:
    skipped = check_page(page, page_size)
    query, ids = summary.query, found.ids
    totals = initiative.totals if initiative else taxonomies.Totals()
    partners, partners_total = collaborators(atlas, found, PARTNERS_DRAWN)
    return InitiativeProfile(
        summary=summary,
        pillar_id=pillar.pillar_id,
        pillar_name=pillar.name,
        stated_budget_eur=totals.budget_eur,
        stated_smes_reached=totals.n_smes_reached,
        sources=initiative.source if initiative else (),
        years=found.years(query),
        **found.themes(query),
        targets=found.targets(query),
        countries=country_tallies(found, query),
        partners=partners,
        partners_total=partners_total,
        network=network(found, partners, partners_total),
        page=project_page(atlas, ids[skipped : skipped + page_size], len(ids), page, page_size),
    )
