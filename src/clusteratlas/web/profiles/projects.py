"""The page of a project."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas.atlas.profiles.project import ProjectProfile, Result, ResultCount
from clusteratlas.atlas.profiles.values import Origin
from clusteratlas.taxonomies import display_name
from clusteratlas.web.profiles import drawings

PARTNERS_SHOWN, RESULTS_SHOWN, EVIDENCE_SHOWN = 25, 8, 5
DAYS_IN_MONTH = 30.44

EVIDENCE_KINDS = {
    "rule": "Initiative",
    "participant": "Who takes part",
    "passage": "In its words",
    "vocabulary": "Vocabulary",
    "wording": "Wording",
    "call": "The call",
    "fact": "Fact",
}
VERDICTS = {
    "core": ("Cluster project", "Clusters are what it is about."),
    "related": ("Related to clusters", "Clusters take part or are served, but it is about something else."),
    "none": ("Not a cluster project", "Clusters play no part in it, or too small a one to count."),
}


@dataclass(frozen=True)
class ResultKind:
    """The results of a kind: the latest in sight, the rest behind a fold."""

    count: ResultCount
    shown: Sequence[Result]
    more: Sequence[Result]


@dataclass(frozen=True)
class SourceLine:
    """Where facts of a kind stand: the file and its lines."""

    facts: str
    source: str
    file: str
    lines: str


def project(request: HttpRequest, project_id: str) -> HttpResponse:
    """A project: what it is, its partners, results, evidence, relatives and sources."""
    profile = request.atlas.project(project_id)
    return render(request, "profiles/project.html", context(profile))


def context(profile: ProjectProfile) -> dict[str, Any]:
    """Everything that the template of a project needs."""
    name = profile.name
    evidence = _evidence(profile, speaks_for=True)
    return {
        "profile": profile,
        "crumbs": [("Home", "/"), ("Projects", "/projects/"), (name, "")],
        "verdict": VERDICTS.get(profile.cluster.label) if profile.cluster else None,
        "evidence": evidence[:EVIDENCE_SHOWN],
        "more_evidence": evidence[EVIDENCE_SHOWN:],
        "against": _evidence(profile, speaks_for=False),
        "keywords": [word for word in profile.keywords if word not in {t.title for t in profile.themes}],
        "partners": profile.partners[:PARTNERS_SHOWN],
        "more_partners": profile.partners[PARTNERS_SHOWN:],
        "has_money": profile.net_to_partners.published > 0,
        "unlisted": max(0, (profile.stated_participants or 0) - len(profile.partners)),
        "span": drawings.span_figure(profile),
        "months": _months(profile),
        "map": drawings.partner_map(profile, f"Where the partners of {name} are"),
        "network": drawings.network_figure(
            profile.network,
            f"How the partners of {name} meet in other projects",
            "Circles are partners, sized by their projects; a line joins two that meet in another one.",
        ),
        "meetings": [
            (profile.network.nodes[e.one], profile.network.nodes[e.other], e.projects)
            for e in profile.network.edges[:10]
        ],
        "compared": _compared(profile),
        "results": list(_results(profile)),
        "result_chart": drawings.result_figure(profile.result_counts, f"Results of {name} by year"),
        "source_lines": source_lines(profile),
    }


def _compared(profile: ProjectProfile) -> str:
    """Whose other projects were compared: of very large projects not all."""
    nodes = len(profile.network.nodes)
    return f"the {nodes} partners compared" if profile.network.left_out else "the partners"


def _months(profile: ProjectProfile) -> int | None:
    """How long it takes, in months; None where an end is not known."""
    if not profile.start_date or not profile.end_date:
        return None
    return round((profile.end_date - profile.start_date).days / DAYS_IN_MONTH)


def _evidence(profile: ProjectProfile, *, speaks_for: bool) -> list[tuple[str, str]]:
    """Kind and words of what speaks for a cluster project, or against one; the strongest first."""
    known = profile.cluster.evidence if profile.cluster else ()
    return [
        (
            EVIDENCE_KINDS.get(one.kind, one.kind.capitalize()),
            _with_quiet_names(one.text) if one.kind == "participant" else one.text,
        )
        for one in known
        if (one.weight > 0) == speaks_for
    ]


def _with_quiet_names(text: str) -> str:
    """What is told of participants, their names behind the colon as the rest of the page writes them.

    >>> _with_quiet_names("2 of 9 participants are cluster organisations: CLUSTER DE MADERA; Alpe Cluster")
    '2 of 9 participants are cluster organisations: Cluster de Madera; Alpe Cluster'
    """
    told, colon, names = text.partition(": ")
    return told + colon + "; ".join(display_name(name) for name in names.split("; "))


def _results(profile: ProjectProfile) -> Iterable[ResultKind]:
    for count in profile.result_counts:
        ones = [one for one in profile.results if one.kind == count.kind]
        yield ResultKind(count, ones[:RESULTS_SHOWN], ones[RESULTS_SHOWN:])


def source_lines(profile: ProjectProfile) -> list[SourceLine]:
    """The files and lines that the facts of a profile stand in, kind by kind."""
    kinds: list[tuple[str, Iterable[Origin]]] = [
        ("Title, dates, money, call", [profile.origin]),
        ("Partners and their money", [partner.origin for partner in profile.partners]),
        ("Themes", [theme.origin for theme in profile.themes]),
        ("Results", [result.origin for result in profile.results]),
        ("Topics", [topic.origin for topic in profile.topics]),
        ("Parts of the programme", [part.origin for part in profile.programme_parts]),
        ("Links", [link.origin for link in profile.links]),
    ]
    return [
        SourceLine(facts, source or "", file or "", ranges(lines))
        for facts, origins in kinds
        for (source, file), lines in _by_file(origins)
    ]


def _by_file(origins: Iterable[Origin]) -> Iterable[tuple[tuple[str | None, str | None], list[int]]]:
    ordered = sorted(origins, key=lambda o: (o.source or "", o.source_file or "", o.source_line or 0))
    for key, ones in groupby(ordered, key=lambda o: (o.source, o.source_file)):
        yield key, [one.source_line for one in ones if one.source_line]


def ranges(lines: Sequence[int], shown: int = 6) -> str:
    """Line numbers in short.

    >>> ranges([2, 3, 4, 9]), ranges([])
    ('2–4, 9', '')
    """
    runs: list[list[int]] = []
    for line in sorted(set(lines)):
        if runs and line == runs[-1][1] + 1:
            runs[-1][1] = line
        else:
            runs.append([line, line])
    told = [f"{first}–{last}" if last > first else f"{first}" for first, last in runs]
    return ", ".join(told[:shown]) + (f" and {len(told) - shown} more" if len(told) > shown else "")
