"""Some projects of a release, and what they have in common, counted in the arrays of the search.

The counts are therefore those that a visitor finds when following them into the search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from clusteratlas.atlas.profiles.values import Edge, Money, Tally, YearCount, tallies

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas
    from clusteratlas.atlas.search.columns import Column

SHOWN = 12
"""Rows of a list of the most frequent ones."""

TARGETS = "SELECT DISTINCT path FROM project_theme WHERE scheme = 'target-country'"

# The fields at the top of EuroSciVoc are too broad to say anything; the next step is broad, then narrow.
BROAD, NARROW = 1, 2


class Arrays:
    """The arrays of a release that selections are counted in, with what is worked out once."""

    def __init__(self, atlas: Atlas) -> None:
        self.collection = atlas.searcher.collection
        self._targets = {path.strip("/") for (path,) in atlas.cursor.execute(TARGETS).fetchall() if path}

    def __len__(self) -> int:
        return len(self.collection)

    @property
    def columns(self) -> dict[str, Column]:
        """The values of each facet."""
        return self.collection.columns

    @cached_property
    def place(self) -> dict[str, int]:
        """The place of each project id."""
        return {project_id: row for row, project_id in enumerate(self.collection.project_ids)}

    @cached_property
    def cluster_rank(self) -> np.ndarray:
        """0 for core cluster projects, 1 for related ones, 2 for all others."""
        rank = np.full(len(self), 2, np.int8)
        for place, label in enumerate(("core", "related")):
            rank[self.mask("cluster", label)] = place
        return rank

    @cached_property
    def is_target(self) -> np.ndarray:
        """Themes that are countries which partnerships aim at."""
        return np.array([value in self._targets for value in self.columns["theme"].values], bool)

    @cached_property
    def is_broad(self) -> np.ndarray:
        """Themes one step below the top of their classification."""
        return (self._depths == BROAD) & ~self.is_target

    @cached_property
    def is_narrow(self) -> np.ndarray:
        """Themes further down, and words that belong to no classification."""
        parents = self.columns["theme"].parents
        alone = parents == -1
        alone[parents[parents >= 0]] = False
        return ((self._depths >= NARROW) | alone) & ~self.is_target

    @cached_property
    def _depths(self) -> np.ndarray:
        return np.array([value.count("/") for value in self.columns["theme"].values], np.int8)

    def mask(self, facet: str, value: str) -> np.ndarray:
        """The projects that have a value of a facet; none when no project has it."""
        column = self.columns[facet]
        code = column.code_of.get(value)
        return np.zeros(len(self), bool) if code is None else column.mask(code)

    def having(self, facet: str, *values: str) -> Selection:
        """The projects that have any of the values of a facet."""
        masks = [self.mask(facet, value) for value in values]
        return Selection(self, np.logical_or.reduce(masks) if masks else np.zeros(len(self), bool))

    def everything(self) -> Selection:
        """All projects."""
        return Selection(self, np.ones(len(self), bool))


@dataclass(frozen=True)
class Selection:
    """Some projects of a release; ``mask`` has one boolean for each project, in the order of project_id."""

    of: Arrays
    mask: np.ndarray

    def __len__(self) -> int:
        return int(np.count_nonzero(self.mask))

    @cached_property
    def rows(self) -> np.ndarray:
        """Their places in the collection: core ones first, then related ones, the newest first."""
        rows = np.flatnonzero(self.mask)
        starts = self.of.collection.start[rows].astype(np.int64)
        return rows[np.lexsort((rows, -starts, self.of.cluster_rank[rows]))]

    @property
    def ids(self) -> list[str]:
        """Their ids, in that order."""
        return [self.of.collection.project_ids[row] for row in self.rows.tolist()]

    def labelled(self, *labels: str) -> int:
        """How many of them are so far cluster projects."""
        return len(self.with_label(*labels))

    def with_label(self, *labels: str) -> Selection:
        """Those of them that are so far cluster projects."""
        wanted = np.logical_or.reduce([self.of.mask("cluster", label) for label in labels])
        return Selection(self.of, self.mask & wanted)

    def most(
        self, facet: str, shown: int | None = SHOWN, among: np.ndarray | None = None
    ) -> list[tuple[str, str, int]]:
        """The most frequent values of a facet (``among`` these): value, label and number of projects."""
        column = self.of.columns[facet]
        counts = column.counts(self.mask)
        if among is not None:
            counts = np.where(among, counts, 0)
        there = np.flatnonzero(counts)
        top = there[np.lexsort((there, -counts[there]))][:shown].tolist()
        return [(column.values[code], column.labels[code], int(counts[code])) for code in top]

    @property
    def budget(self) -> Money:
        """The EU contributions published for them."""
        amounts = self.of.collection.budget[self.mask]
        known = amounts[~np.isnan(amounts)]
        return Money(round(float(known.sum()), 2) if len(known) else None, len(known), len(amounts))

    def counted(self, facet: str, values: Sequence[str]) -> dict[str, int]:
        """How many of them have each of some values of a facet."""
        return {value: int(np.count_nonzero(self.mask & self.of.mask(facet, value))) for value in values}

    def different(self, facet: str) -> int:
        """How many different values of a facet they have."""
        return int(np.count_nonzero(self.of.columns[facet].counts(self.mask)))

    def years(self, query: Mapping[str, str]) -> tuple[YearCount, ...]:
        """Projects by the year they start in, earliest first, unknown last; ``query`` finds all of them."""
        column = self.of.columns["year"]
        masks = [self.mask, *(self.mask & (self.of.cluster_rank == place) for place in (0, 1))]
        counts = [column.counts(mask) for mask in masks]
        found = [
            YearCount(int(year), *(int(count[code]) for count in counts), {**query, "year": year})
            for code, year in enumerate(column.values)
            if counts[0][code]
        ]
        undated = [
            int(np.count_nonzero(mask) - count.sum()) for mask, count in zip(masks, counts, strict=True)
        ]
        found.sort(key=lambda one: one.year or 0)
        return (*found, *([YearCount(None, *undated, {})] if undated[0] else []))

    def themes(self, query: Mapping[str, str]) -> dict[str, tuple[Tally, ...]]:
        """The most frequent broad and narrow themes; a theme stands for all below it."""
        among = {"broad_themes": self.of.is_broad, "narrow_themes": self.of.is_narrow}
        return {name: self._theme_tallies(query, mask) for name, mask in among.items()}

    def targets(self, query: Mapping[str, str]) -> tuple[Tally, ...]:
        """The countries that they aim at most."""
        return self._theme_tallies(query, self.of.is_target)

    def _theme_tallies(self, query: Mapping[str, str], among: np.ndarray) -> tuple[Tally, ...]:
        found = self.most("theme", SHOWN, among)
        return tallies((path, label, count, {**query, "theme": path}) for path, label, count in found)

    def meetings(self, organisations: Sequence[str], without: str | None = None) -> tuple[Edge, ...]:
        """How often each two of the organisations meet in these projects, one project left out."""
        column = self.of.columns["organisation"]
        codes = [column.code_of.get(one) for one in organisations]
        rows = [np.empty(0, np.int64) if code is None else column.rows_of(code) for code in codes]
        times = np.bincount(np.concatenate([np.empty(0, np.int64), *rows]), minlength=len(self.of))
        crowded = (times > 1) & self.mask
        if without is not None and without in self.of.place:
            crowded[self.of.place[without]] = False
        place = np.cumsum(crowded) - 1
        there = np.zeros((len(rows), np.count_nonzero(crowded)), np.float32)
        for at, ones in enumerate(rows):
            there[at, place[ones[crowded[ones]]]] = 1
        shared = np.triu(there @ there.T, 1)
        ones, others = np.nonzero(shared)
        edges = (Edge(int(a), int(b), int(shared[a, b])) for a, b in zip(ones, others, strict=True))
        return tuple(sorted(edges, key=lambda edge: (-edge.projects, edge.one, edge.other)))
