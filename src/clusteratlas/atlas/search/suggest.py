"""What a person may be about to type: words, projects, organisations, themes and countries that begin so."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from clusteratlas.atlas.search.columns import Column
from clusteratlas.atlas.search.tree import Prefix
from clusteratlas.atlas.search.words import LAST_LETTER, split

if TYPE_CHECKING:
    from clusteratlas.atlas.search.searcher import Searcher

SHORTEST, LONGEST = 2, 100
EACH = {"project": 3, "organisation": 2, "theme": 1, "country": 1}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Something to search for or to go to. ``kind``: word (``value`` is the query completed), project,
    organisation, theme or country (``value`` is its id, path or code). ``projects`` have it."""

    kind: str
    value: str
    label: str
    projects: int


def suggest(searcher: Searcher, beginning: str, n: int = 8) -> tuple[Suggestion, ...]:
    """At most ``n`` suggestions for a search box; see `clusteratlas.atlas.Atlas.suggest`."""
    words = split(beginning[:LONGEST])
    if not words or len(words[-1]) < SHORTEST:
        return ()
    lower = " ".join(beginning[:LONGEST].lower().split())
    named = [*_projects(searcher, words[-1] if len(words) == 1 else "")]
    for name in ("organisation", "theme", "country"):
        named += _labelled(name, searcher.collection.columns[name], lower)
    completed = _completed(searcher, beginning[:LONGEST], words[-1], n)
    return tuple([*completed[: max(1, n - len(named))], *named][:n])


def _completed(searcher: Searcher, beginning: str, last: str, n: int) -> list[Suggestion]:
    """The query with its last word completed."""
    kept = beginning[: len(beginning) - len(last)]
    if not beginning.lower().endswith(last):
        return []
    known = searcher.vocabulary.beginning(last)[:n]
    return [Suggestion("word", kept + one.word, kept + one.word, one.projects) for one in known]


def _projects(searcher: Searcher, beginning: str) -> list[Suggestion]:
    """Projects whose acronym begins so."""
    if not beginning:
        return []
    rows = np.sort(searcher.texts.find(Prefix(beginning, "acronym")).rows)[:200]
    shown = searcher.shown_rows(rows, ["project_id", "acronym", "title"])
    begun = [one for one in shown if one["acronym"].lower().startswith(beginning)]
    begun.sort(key=lambda one: (len(one["acronym"]), one["acronym"], one["project_id"]))
    return [
        Suggestion("project", one["project_id"], f"{one['acronym']}: {one['title']}", 1)
        for one in begun[: EACH["project"]]
    ]


def _labelled(name: str, column: Column, lower: str) -> list[Suggestion]:
    """Values of a facet whose label begins so, those of most projects first."""
    labels, codes = column.by_label
    first, last = bisect_left(labels, lower), bisect_left(labels, lower + LAST_LETTER)
    counts = np.diff(column.starts)
    found = sorted(codes[first:last], key=lambda code: (-counts[code], column.values[code]))
    return [
        Suggestion(name, column.values[code], column.labels[code], int(counts[code]))
        for code in found[: EACH[name]]
    ]
