"""Projects like a given one, and why: shared rare words, partners, themes, topic."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import nlargest
from math import log
from typing import TYPE_CHECKING

import numpy as np

from clusteratlas import taxonomies
from clusteratlas.atlas.search.columns import Column
from clusteratlas.atlas.search.explain import listed
from clusteratlas.atlas.search.matching import Texts
from clusteratlas.atlas.search.tree import STOP_WORDS
from clusteratlas.atlas.search.words import split
from clusteratlas.errors import NotFoundError

if TYPE_CHECKING:
    from clusteratlas.atlas.search.searcher import Searcher

KEY_WORDS = 8
SHORTEST_KEY_WORD = 3
COMMON_SHARE = 0.08
"""A word, theme or partner of a larger share of all projects says little about any one of them."""

SHOWN_PER_REASON = 3
NAMES = ("project_id", "acronym", "title")
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

    def shared(self, rows: list[int], projects: int) -> list[list[tuple[str, str]]]:
        """Items (value and label) that each of some projects shares, the weightiest first."""
        place = np.full(projects, -1, np.int32)
        place[rows] = np.arange(len(rows))
        found: list[list[tuple[str, str]]] = [[] for _ in rows]
        for value, label, having, _ in sorted(self.items, key=lambda item: (-item[3], item[0], item[1])):
            there = place[having]
            for at in there[there >= 0].tolist():
                found[at].append((value, label))
        return found


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
    best = _best(np.sum(list(parts.values()), axis=0), n)
    items = {one.kind: one.shared([other for other, _ in best], len(of)) for one in evidence}
    names = searcher.shown_rows(np.array([other for other, _ in best], np.int64), list(NAMES)) if best else []
    return tuple(
        Related(**names[at], score=round(score, 4), reasons=_reasons(other, at, parts, items))
        for at, (other, score) in enumerate(best)
    )


def _best(scores: np.ndarray, n: int) -> list[tuple[int, float]]:
    """The ``n`` rows that score most, the first of equals first, and their scores; none that score nothing.

    >>> _best(np.array([0.0, 2.0, 3.0, 2.0]), 2)
    [(2, 3.0), (1, 2.0)]
    """
    rows = np.flatnonzero(scores > scores.max(initial=0.0) / 2)  # mostly enough, and few to put in order
    if len(rows) < n:
        rows = np.flatnonzero(scores > 0)
    rows = rows[np.argsort(-scores[rows], kind="stable")][: max(n, 0)]
    return list(zip(rows.tolist(), scores[rows].tolist(), strict=True))


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
    for word, stem, weight in key_words(texts, searcher.text_of(row)):
        yield word, word, texts.having(stem), weight


def key_words(texts: Texts, text: str) -> list[tuple[str, str, float]]:
    """The words that tell a text from others, with their stem and weight (tf-idf), weightiest first."""
    counted = Counter(split(text))
    words = [word for word in counted if _may_be_key(word)]
    most = max(2, COMMON_SHARE * texts.projects)
    forms: dict[str, list[tuple[int, str]]] = {}
    having: dict[str, int] = {}
    for word, (stem, projects) in zip(words, texts.vocabulary.stemmed(words), strict=True):
        if 1 < projects <= most:
            forms.setdefault(stem, []).append((counted[word], word))
            having[stem] = projects
    weighed = (
        ((1 + log(sum(times for times, _ in several))) * log(texts.projects / having[stem]), stem)
        for stem, several in forms.items()
    )
    return [(max(forms[stem])[1], stem, weight) for weight, stem in nlargest(KEY_WORDS, weighed)]


def _may_be_key(word: str) -> bool:
    return len(word) >= SHORTEST_KEY_WORD and not word.isdigit() and word not in STOP_WORDS


def _values(column: Column, row: int) -> Iterable[tuple[str, str, np.ndarray, float]]:
    """The values of a project with the projects that share each, weighed by how rare it is."""
    for code in column.codes_of(row):
        rows = column.rows_of(code)
        if 1 < len(rows) <= max(2, COMMON_SHARE * column.projects):
            weight = log(column.projects / len(rows)) / log(column.projects)
            yield column.values[code], column.labels[code], rows, weight


def _reasons(
    row: int, at: int, parts: dict[str, np.ndarray], items: dict[str, list[list[tuple[str, str]]]]
) -> tuple[Reason, ...]:
    """Why a project is like another, strongest first; ``at`` is its place among the items that are shared."""
    reasons = []
    for kind in sorted(items, key=lambda kind: (-parts[kind][row], kind)):
        shared = list(dict.fromkeys(items[kind][at]))
        if shared:
            shown = shared[:SHOWN_PER_REASON]
            text = _said(kind, [label for _, label in shown], len(shared) - len(shown))
            values = tuple(value for value, _ in shared)
            reasons.append(Reason(kind, values, text, round(float(parts[kind][row]), 4)))
    return tuple(reasons)


def _said(kind: str, labels: list[str], more: int) -> str:
    """The reason in words.

    >>> _said("partners", ["VTT", "ALFA LAVAL AB"], 1)
    'shared partners: VTT, Alfa Laval AB and 1 more'
    """
    if kind == "partners":
        labels = [taxonomies.display_name(label) for label in labels]
    if kind == "topic":
        return f"same topic: {listed(labels, 'and')}"
    if kind == "words":
        labels = [f'"{label}"' for label in labels]
    shared = listed(labels, "and") if not more else f"{', '.join(labels)} and {more} more"
    names = {"words": "words", "partners": "partners", "themes": "themes"}
    return f"shared {names[kind]}: {shared}"
