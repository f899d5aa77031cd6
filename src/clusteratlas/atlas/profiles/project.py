"""The profile of a project: what it is, who does what for how much, its results, where each fact stands."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.citation import Citation, cite
from clusteratlas.atlas.profiles.lines import Part, programme_name, status_label
from clusteratlas.atlas.profiles.partners import (
    Partner,
    PartnerCountry,
    elsewhere,
    partner_countries,
    partners_of,
)
from clusteratlas.atlas.profiles.values import (
    Money,
    Network,
    Origin,
    Profile,
    Tally,
    money,
    origin,
    tallies,
)
from clusteratlas.errors import NotFoundError

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas

RELATED = 6

# Rows of all projects are kept in memory: a statement for each table would take most of a page's time. Objectives,
# which are long, the search maps into memory already; beside a summary they are not by themselves there.
PROJECT = """
  SELECT project_id, * EXCLUDE (project_id)
    REPLACE (CASE WHEN summary IS NOT NULL THEN objective END AS objective)
  FROM project ORDER BY project_id"""
VERDICT = "SELECT project_id, label, probability, core_probability, evidence FROM project_cluster ORDER BY project_id"
THEMES = """
  SELECT project_id, scheme, theme_code, title, path, weight, source, source_file, source_line FROM project_theme
  ORDER BY project_id, scheme, source_file, source_line, theme_code"""
RESULTS = """
  SELECT project_id, result_id, kind, result_type, title, result_date, url, source, source_file, source_line
  FROM project_result ORDER BY project_id, result_date DESC NULLS LAST, result_id"""
REFERENCES = {
    "link": """SELECT project_id, kind AS code, title, represents AS detail, url, source, source_file, source_line
      FROM project_link WHERE kind <> 'projectDeliverable' ORDER BY ALL""",
    "call": """SELECT project_id, call_id AS code, title, NULL AS detail, NULL AS url,
      source, source_file, source_line FROM project_call ORDER BY ALL""",
    "basis": """SELECT project_id, legal_basis_code AS code, title, CAST(is_main AS VARCHAR) AS detail, NULL AS url,
      source, source_file, source_line FROM project_legal_basis ORDER BY ALL""",
    "page": """SELECT project_id, confidence AS code, NULL AS title, NULL AS detail, url,
      source, source_file, source_line FROM project_source ORDER BY ALL""",
}


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of a project. ``steps`` are the names from the top of the classification down to it."""

    scheme: str
    theme_code: str
    title: str
    steps: tuple[str, ...]
    weight: float | None
    query: dict[str, str]
    origin: Origin


@dataclass(frozen=True, slots=True)
class Result:
    """A publication, deliverable, report or right; ``result_date`` is when the publisher took it in."""

    result_id: str
    kind: str
    result_type: str | None
    title: str | None
    result_date: date | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class ResultCount:
    """Number of results of a kind, by year; year None holds those without a date."""

    kind: str
    label: str
    results: int
    by_year: tuple[tuple[int | None, int], ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A link, topic, part of the programme, or page behind the facts, with its code or kind and its title."""

    code: str | None
    title: str | None
    detail: str | None
    url: str | None
    origin: Origin


@dataclass(frozen=True, slots=True)
class Evidence:
    """Something that speaks for a cluster project: its kind, the words, and its weight in the judgement."""

    kind: str
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class ClusterVerdict:
    """How far it is a cluster project; ``probability`` that it is core or related, 0 to 1."""

    label: str
    probability: float | None
    core_probability: float | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Related:
    """A project like this one, and why."""

    project_id: str
    acronym: str | None
    title: str
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class ProjectProfile(Profile):
    """Everything that a release knows of a project.

    Sums in EUR. ``net_to_partners`` adds up the net contributions published for the partners.
    ``network`` joins partners that also meet in other projects; ``stated_participants`` is the number of
    partners that the source states where it lists fewer.
    """

    project_id: str
    kind: str
    acronym: str | None
    title: str
    status: str | None
    status_label: str | None
    status_meaning: str | None
    start_date: date | None
    end_date: date | None
    signature_date: date | None
    termination_date: date | None
    date_precision: str | None
    total_cost_eur: float | None
    eu_contribution_eur: float | None
    net_to_partners: Money
    programme_id: str | None
    programme_name: str | None
    initiative_id: str | None
    initiative_name: str | None
    pillar_id: str | None
    pillar_name: str | None
    funding_scheme_code: str | None
    funding_scheme_label: str | None
    topic_code: str | None
    topic_title: str | None
    call_code: str | None
    master_call_code: str | None
    objective: str | None
    summary: str | None
    keywords: tuple[str, ...]
    website_url: str | None
    grant_doi: str | None
    publisher_id: str | None
    updated_at: datetime | None
    confidence: str | None
    stated_participants: int | None
    partners: tuple[Partner, ...]
    countries: tuple[PartnerCountry, ...]
    network: Network
    themes: tuple[Theme, ...]
    target_countries: tuple[Tally, ...]
    result_counts: tuple[ResultCount, ...]
    results: tuple[Result, ...]
    links: tuple[Reference, ...]
    topics: tuple[Reference, ...]
    programme_parts: tuple[Reference, ...]
    pages: tuple[Reference, ...]
    cluster: ClusterVerdict | None
    related: tuple[Related, ...]
    citation: Citation
    licence: dict[str, str]
    origin: Origin

    @property
    def name(self) -> str:
        """The acronym, or the title where it has none."""
        return self.acronym or self.title

    @property
    def coordinator(self) -> Partner | None:
        """The partner that leads, where one is named."""
        return next((p for p in self.partners if p.role == "coordinator"), None)

    @property
    def parts(self) -> tuple[Part, ...]:
        """The partners' roles and money, in their order."""
        return tuple(Part(p.role, p.role_label, p.net_eu_contribution_eur) for p in self.partners)


def project_profile(atlas: Atlas, project_id: str, *, related: int = RELATED) -> ProjectProfile:
    """The profile of a project, with up to ``related`` projects like it; raises `NotFoundError`."""
    row = _row(atlas, project_id) | next(iter(atlas.gathered(VERDICT).get(project_id)), {"label": None})
    title = row["title"] or row["acronym"] or project_id
    partners = partners_of(atlas, project_id)
    themes = [_theme(r) for r in atlas.gathered(THEMES).get(project_id)]
    results = tuple(_result(r) for r in atlas.gathered(RESULTS).get(project_id))
    references = _references(atlas, project_id)
    return ProjectProfile(
        **{name: row[name] for name in _OWN},
        title=title,
        **_named(row),
        net_to_partners=money(p.net_eu_contribution_eur for p in partners),
        keywords=_keywords(row["keywords"]),
        partners=partners,
        countries=partner_countries(partners),
        network=elsewhere(atlas, project_id, partners),
        themes=tuple(t for t in themes if t.scheme != "target-country"),
        target_countries=_targets(themes),
        result_counts=_result_counts(results),
        results=results,
        links=references["link"],
        topics=references["call"],
        programme_parts=references["basis"],
        pages=references["page"],
        cluster=_verdict(row),
        related=related_projects(atlas, project_id, related),
        citation=cite(row | {"title": title}, atlas.release.manifest, references["page"]),
        licence=_licence(atlas, row["source"]),
        origin=origin(row),
    )


def _row(atlas: Atlas, project_id: str) -> dict[str, Any]:
    """The row of a project; raises `NotFoundError`."""
    found = atlas.gathered(PROJECT).get(project_id)
    if not found:
        raise NotFoundError(
            f"this release has no project {project_id!r}",
            remedy="ids look like cordis:101069359; find one with the search",
        )
    row = found[0] | {"project_id": project_id}
    if row["summary"] is None:
        row["objective"] = atlas.searcher.shown["objective"][atlas.arrays.place[project_id]].as_py() or None
    return row


_OWN = (
    *(
        "project_id",
        "kind",
        "acronym",
        "status",
        "start_date",
        "end_date",
        "signature_date",
        "termination_date",
    ),
    *("date_precision", "total_cost_eur", "eu_contribution_eur", "programme_id", "initiative_id"),
    *(
        "funding_scheme_code",
        "topic_code",
        "topic_title",
        "call_code",
        "master_call_code",
        "objective",
        "summary",
    ),
    *("website_url", "grant_doi", "publisher_id", "updated_at", "confidence", "stated_participants"),
)


def _named(row: dict[str, Any]) -> dict[str, Any]:
    """Names of the codes in a row."""
    initiative = taxonomies.initiatives().get(row["initiative_id"] or "")
    status = taxonomies.statuses().get(row["status"] or "")
    scheme = row["funding_scheme_code"]
    return {
        "status_label": status_label(row["status"]),
        "status_meaning": status.meaning if status else None,
        "programme_name": programme_name(row["programme_id"]),
        "initiative_name": initiative.name if initiative else None,
        "pillar_id": initiative.pillar_id if initiative else None,
        "pillar_name": taxonomies.pillar(initiative.pillar_id).name if initiative else None,
        "funding_scheme_label": taxonomies.funding_scheme(scheme).label if scheme else None,
    }


def _keywords(text: str | None) -> tuple[str, ...]:
    words = (word.strip() for word in (text or "").replace(";", ",").split(","))
    return tuple(dict.fromkeys(word for word in words if word))


def _theme(row: dict[str, Any]) -> Theme:
    steps = tuple(s for s in (row["path"] or row["title"] or row["theme_code"] or "").split("/") if s.strip())
    return Theme(
        row["scheme"],
        row["theme_code"],
        row["title"] or (steps[-1] if steps else row["theme_code"]),
        steps,
        row["weight"],
        {"theme": "/".join(s.strip() for s in steps)},
        origin(row),
    )


def _targets(themes: list[Theme]) -> tuple[Tally, ...]:
    """Countries that a partnership aims at; each counts for one."""
    targets = (t for t in themes if t.scheme == "target-country")
    return tallies((t.theme_code, t.title, 1, t.query) for t in targets)


def _result(row: dict[str, Any]) -> Result:
    return Result(
        row["result_id"], row["kind"], row["result_type"], row["title"], row["result_date"], origin(row)
    )


def _result_counts(results: tuple[Result, ...]) -> tuple[ResultCount, ...]:
    """Results by kind, known kinds first, each by year."""
    labels = {code: term.label for code, term in taxonomies.result_types().items()}
    years: dict[str | None, Counter[int | None]] = {}
    for result in results:
        years.setdefault(result.kind, Counter())[result.result_date.year if result.result_date else None] += 1
    order = list(labels)
    kinds = sorted(years, key=lambda kind: (order.index(kind) if kind in labels else len(order), kind or ""))
    return tuple(
        ResultCount(
            kind,
            labels.get(kind) or (kind or "other").capitalize(),
            years[kind].total(),
            tuple(sorted(years[kind].items(), key=lambda year: (year[0] is None, year[0] or 0))),
        )
        for kind in kinds
    )


def _references(atlas: Atlas, project_id: str) -> dict[str, tuple[Reference, ...]]:
    """Links, topics, parts of the programme and pages, each told once."""
    parts = {}
    for part, query in REFERENCES.items():
        ones: dict[tuple, Reference] = {}
        for row in atlas.gathered(query).get(project_id):
            one = Reference(row["code"], row["title"], row["detail"], row["url"], origin(row))
            ones.setdefault((one.code, one.title, one.url), one)
        parts[part] = tuple(ones.values())
    return parts


def _verdict(row: dict[str, Any]) -> ClusterVerdict | None:
    if row["label"] is None:
        return None
    evidence = tuple(Evidence(e["kind"], e["text"], e["weight"]) for e in json.loads(row["evidence"] or "[]"))
    return ClusterVerdict(row["label"], row["probability"], row["core_probability"], evidence)


def _licence(atlas: Atlas, source: str | None) -> dict[str, str]:
    """Name, address and attribution of the licence of a source, as the release's manifest has them."""
    for entry in atlas.release.manifest.get("sources", ()):
        if entry.get("source") == source:
            return {"source": source or "", "title": entry.get("title", ""), **entry.get("licence", {})}
    return {}


def related_projects(atlas: Atlas, project_id: str, shown: int) -> tuple[Related, ...]:
    """Projects like this one, with the reasons; none where none are wanted."""
    find = getattr(atlas.searcher, "similar", None)
    found = find(project_id, shown) if find and shown else ()
    return tuple(
        Related(one.project_id, one.acronym, one.title, tuple(reason.text for reason in one.reasons))
        for one in found
    )
