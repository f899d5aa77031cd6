"""Projects like a given one, and why: shared rare words, partners, themes, topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

import numpy as np

from clusteratlas.atlas.search.columns import Column
from clusteratlas.atlas.search.explain import listed
from clusteratlas.atlas.search.matching import Texts
from clusteratlas.atlas.search.tree import STOP_WORDS, Word
from clusteratlas.atlas.search.words import split, stems
from clusteratlas.errors import NotFoundError

if TYPE_CHECKING:
    from clusteratlas.atlas.search.searcher import Searcher

KEY_WORDS = 8
SHORTEST_KEY_WORD = 3
COMMON_SHARE = 0.08
"""A word, theme or partner of a larger share of all projects says little about any one of them."""

SHOWN_PER_REASON = 3
WEIGHTS = {"words": 1.0, "partners": 0.35, "themes": 0.4, "topic": 0.5}
"""How much each reason counts at most."""

ENOUGH = {"words": 0.5, "partners": 1.5, "themes": 1.0, "topic": 1.0}
"""What must be shared for a reason to count in full: of words and themes a share of the project's own, of partners
and topics a number (a rare one counts 1, one of every project 0)."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a project is like another.

    ``kind`` is words, partners, themes or topic; ``items`` are what is shared (ids of organisations, codes of
    topics, paths of themes, words); ``text`` says it; ``weight`` is its part in the score.
    """

    kind: str
    items: tuple[str, ...]
    text: str
    weight: float


@dataclass(frozen=True, slots=True)
class Related:
    """A project like another, with the reasons, strongest first."""

    project_id: str
    acronym: str
    title: str
    score: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True)
class _Evidence:
    """What a project could have in common with others: for each item, the rows that have it and its weight."""

    kind: str
    items: list[tuple[str, str, np.ndarray, float]]

    def scores(self, projects: int) -> np.ndarray:
        """How much each project shares, from 0 to the weight of this kind of reason."""
        total = np.zeros(projects)
        for _, _, rows, weight in self.items:
            total[rows] += weight
        own = sum(weight for *_, weight in self.items) if self.kind in {"words", "themes"} else 1.0
        return WEIGHTS[self.kind] * np.minimum(1.0, total / (ENOUGH[self.kind] * own or 1.0))

    def shared(self, row: int) -> list[tuple[str, str]]:
        """Items (value and label) that a project shares, the weightiest first."""
        there = [(-weight, value, label) for value, label, rows, weight in self.items if (rows == row).any()]
        return [(value, label) for _, value, label in sorted(there)]


def similar(searcher: Searcher, project_id: str, n: int = 6) -> tuple[Related, ...]:
    """The ``n`` projects most like one; see `clusteratlas.atlas.Atlas.similar`."""
    of = searcher.collection
    row = of.row_of.get(project_id)
    if row is None:
        raise NotFoundError(
            f"no project has the id '{project_id}'", remedy="look it up: clusteratlas search WORDS"
        )
    evidence = _evidence(searcher, row)
    parts = {}
    for one in evidence:
        scores = one.scores(len(of))
        scores[row] = 0
        parts[one.kind] = scores
    total = np.sum(list(parts.values()), axis=0)
    best = [other for other in np.argsort(-total, kind="stable")[:n].tolist() if total[other] > 0]
    return tuple(_related(searcher, other, float(total[other]), evidence, parts) for other in best)


def _evidence(searcher: Searcher, row: int) -> list[_Evidence]:
    columns = searcher.collection.columns
    return [
        _Evidence("words", list(_words(searcher, row))),
        _Evidence("partners", list(_values(columns["organisation"], row))),
        _Evidence("themes", list(_values(columns["theme"], row))),
        _Evidence("topic", list(_values(columns["topic"], row))),
    ]


def _words(searcher: Searcher, row: int) -> Iterable[tuple[str, str, np.ndarray, float]]:
    texts = searcher.texts
    for word, weight in key_words(texts, searcher.text_of(row)):
        yield word, word, texts.find(Word(word)).rows, weight


def key_words(texts: Texts, text: str) -> list[tuple[str, float]]:
    """The words that tell a text from others, with their weight (tf-idf), weightiest first."""
    counted = Counter(word for word in split(text) if _may_be_key(word))
    forms: dict[str, list[str]] = {}
    words = sorted(counted)
    for word, stem in zip(words, stems(words), strict=True):
        forms.setdefault(stem, []).append(word)
    most = max(2, COMMON_SHARE * texts.projects)
    weighed = []
    for several in forms.values():
        word = max(several, key=lambda one: (counted[one], one))
        projects = texts.vocabulary.projects(word)
        if 1 < projects <= most:
            times = sum(counted[one] for one in several)
            weighed.append(((1 + log(times)) * log(texts.projects / projects), word))
    return [(word, weight) for weight, word in sorted(weighed, reverse=True)[:KEY_WORDS]]


def _may_be_key(word: str) -> bool:
    return len(word) >= SHORTEST_KEY_WORD and not word.isdigit() and word not in STOP_WORDS


def _values(column: Column, row: int) -> Iterable[tuple[str, str, np.ndarray, float]]:
    """The values of a project with the projects that share each, weighed by how rare it is."""
    for code in column.codes_of(row):
        rows = column.rows_of(code)
        if 1 < len(rows) <= max(2, COMMON_SHARE * column.projects):
            weight = log(column.projects / len(rows)) / log(column.projects)
            yield column.values[code], column.labels[code], rows, weight


def _related(
    searcher: Searcher, row: int, score: float, evidence: list[_Evidence], parts: dict[str, np.ndarray]
) -> Related:
    reasons = []
    for one in sorted(evidence, key=lambda one: (-parts[one.kind][row], one.kind)):
        items = list(dict.fromkeys(one.shared(row)))
        if items:
            shown = items[:SHOWN_PER_REASON]
            weight = round(float(parts[one.kind][row]), 4)
            text = _said(one.kind, [label for _, label in shown], len(items) - len(shown))
            reasons.append(Reason(one.kind, tuple(value for value, _ in items), text, weight))
    shown = searcher.shown.slice(row, 1).select(["project_id", "acronym", "title"]).to_pylist()[0]
    return Related(**shown, score=round(score, 4), reasons=tuple(reasons))


def _said(kind: str, labels: list[str], more: int) -> str:
    """The reason in words.

    >>> _said("partners", ["VTT", "TNO"], 1)
    'shared partners: VTT, TNO and 1 more'
    """
    if kind == "topic":
        return f"same topic: {listed(labels, 'and')}"
    if kind == "words":
        labels = [f'"{label}"' for label in labels]
    shared = listed(labels, "and") if not more else f"{', '.join(labels)} and {more} more"
    names = {"words": "rare words", "partners": "partners", "themes": "themes"}
    return f"shared {names[kind]}: {shared}"
