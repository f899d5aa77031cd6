"""A candidate project, read: what the word means in its texts, and who takes part as what."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas.relevance.candidates import text_column
from clusteratlas.relevance.organisations import participant_kind
from clusteratlas.relevance.patterns import Patterns
from clusteratlas.relevance.words import Mention, mentions

ECONOMIC = ("organised", "economic")
"""Senses of the word that speak for a cluster project."""

LEAD = 400
"""Characters of the objective that say what the project is first of all about."""


@dataclass
class Consortium:
    """The participants of one project, counted by what they are."""

    size: int = 0
    kinds: Counter = field(default_factory=Counter)
    activities: Counter = field(default_factory=Counter)
    clusters: list[tuple[str, str]] = field(default_factory=list)
    coordinator_kind: str = "other"


@dataclass(frozen=True)
class Case:
    """One candidate project, read: its texts, what the word means in them, and its consortium."""

    project: dict
    title_text: str
    body_text: str
    title_mentions: Sequence[Mention]
    body_mentions: Sequence[Mention]
    consortium: Consortium

    @property
    def text(self) -> str:
        """Title and body as one text."""
        return f"{self.title_text}. {self.body_text}"

    @property
    def has_body(self) -> bool:
        """Whether there is more to read than a title or a line of summary."""
        return len(self.body_text) >= LEAD

    @property
    def is_near_cluster(self) -> bool:
        """Whether a cluster organisation takes part or the text speaks of an economic cluster."""
        said = any(m.sense in ECONOMIC for m in (*self.title_mentions, *self.body_mentions))
        return said or bool(self.consortium.clusters)


def read_cases(projects: pa.Table, participants: pa.Table, patterns: Patterns) -> list[Case]:
    """Each candidate with its texts read and its consortium counted, in the order of ``projects``."""
    consortia = read_consortia(projects["project_id"], participants, patterns)
    return [_case(row, consortia, patterns) for row in _rows(projects)]


def _rows(projects: pa.Table) -> list[dict]:
    wanted = ("acronym", "title", "objective", "summary", "keywords", "topic_code", "topic_title",
              "funding_scheme_code", "legal_basis_code")  # fmt: skip
    columns = {name: text_column(projects, name).to_pylist() for name in wanted}
    columns["project_id"] = projects["project_id"].to_pylist()
    for name in ("eu_contribution_eur", "initiative_id", "initiative_label"):
        known = name in projects.column_names
        columns[name] = projects[name].to_pylist() if known else [None] * projects.num_rows
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def _case(row: dict, consortia: dict[str, Consortium], patterns: Patterns) -> Case:
    title = f"{row['acronym']}: {row['title']}"
    body = " ".join(t for t in (row["objective"] or row["summary"], row["keywords"]) if t)
    consortium = consortia.get(row["project_id"], Consortium())
    return Case(row, title, body, mentions(title, patterns), mentions(body, patterns), consortium)


def read_consortia(
    project_ids: pa.ChunkedArray, participants: pa.Table, patterns: Patterns
) -> dict[str, Consortium]:
    """The consortium of each named project."""
    chosen = participants.filter(pc.is_in(participants["project_id"], value_set=pc.unique(project_ids)))
    kinds = participant_kind(chosen, patterns).to_pylist()
    fields = (text_column(chosen, n).to_pylist() for n in ("project_id", "name", "role", "activity_type"))
    consortia: dict[str, Consortium] = {}
    for kind, (project_id, name, role, activity) in zip(kinds, zip(*fields, strict=True), strict=True):
        _count(consortia.setdefault(project_id, Consortium()), kind, name, role, activity)
    return consortia


def _count(consortium: Consortium, kind: str, name: str, role: str, activity: str) -> None:
    consortium.size += 1
    consortium.activities[activity] += 1
    consortium.kinds[kind] += 1
    if role == "coordinator":
        consortium.coordinator_kind = kind
    if kind in ("cluster", "known"):
        consortium.clusters.append((name, role))


def texts_of(cases: Sequence[Case]) -> list[str | None]:
    """What there is to read of each case, None where it is little."""
    return [case.text if case.has_body else None for case in cases]
