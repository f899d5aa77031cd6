"""The values of facets as arrays: which projects have a value, and how many of some projects have each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

from clusteratlas.arrow import numbers

Mask = np.ndarray
"""One boolean for each project of the release, in the order of project_id."""

FEW = 5
"""Fewer than one in so many projects are counted project by project."""


@dataclass(frozen=True)
class Column:
    """The values of a facet, and the rows (projects) that have each: value i those of ``starts[i]:starts[i + 1]``.

    ``labels`` are what a person reads. ``parents`` (of a tree) is the index of the value above, or -1.
    """

    values: list[str]
    labels: list[str]
    rows: np.ndarray
    starts: np.ndarray
    projects: int
    parents: np.ndarray | None = None

    @cached_property
    def code_of(self) -> dict[str, int]:
        """The place of each value."""
        return {value: code for code, value in enumerate(self.values)}

    @cached_property
    def spelling(self) -> dict[str, str]:
        """Each value by its form in small letters."""
        return {value.lower(): value for value in self.values}

    @cached_property
    def by_label(self) -> tuple[list[str], list[int]]:
        """The labels in small letters, in order, and the value of each."""
        pairs = sorted((label.lower(), code) for code, label in enumerate(self.labels))
        return [label for label, _ in pairs], [code for _, code in pairs]

    @cached_property
    def label_rank(self) -> np.ndarray:
        """The place of each value in the order of the labels."""
        order = sorted(
            range(len(self.values)), key=lambda code: (self.labels[code].lower(), self.values[code])
        )
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order))
        return rank

    def counts(self, mask: Mask) -> np.ndarray:
        """How many of the projects in ``mask`` have each value."""
        if not self.values:
            return np.zeros(0, np.int64)
        chosen = np.flatnonzero(mask)
        if FEW * len(chosen) < len(mask):
            return self._counts_of_few(chosen)
        if len(chosen) == len(mask):
            return np.diff(self.starts)
        before = np.cumsum(mask.take(self.rows), dtype=np.int32)
        return np.diff(before[self.starts[1:] - 1], prepend=0)

    def _counts_of_few(self, chosen: np.ndarray) -> np.ndarray:
        """As `counts`, by the values of each project rather than by the projects of each value."""
        codes, begin = self._by_row
        lengths = begin[chosen + 1] - begin[chosen]
        before = np.cumsum(lengths) - lengths
        places = np.arange(lengths.sum()) + np.repeat(begin[chosen] - before, lengths)
        return np.bincount(codes[places], minlength=len(self.values))

    def rows_of(self, code: int) -> np.ndarray:
        """The projects that have the value at ``code``."""
        return self.rows[self.starts[code] : self.starts[code + 1]]

    def codes_of(self, row: int) -> list[int]:
        """The places of a project's values."""
        codes, begin = self._by_row
        return codes[begin[row] : begin[row + 1]].tolist()

    @cached_property
    def _by_row(self) -> tuple[np.ndarray, np.ndarray]:
        """The values of all projects in a row, and where those of each project begin."""
        codes = np.repeat(np.arange(len(self.values), dtype=np.int32), np.diff(self.starts))
        order = np.argsort(self.rows, kind="stable")
        return codes[order], np.searchsorted(self.rows[order], np.arange(self.projects + 1))

    def mask(self, code: int) -> Mask:
        """The projects that have the value at ``code``."""
        mask = np.zeros(self.projects, bool)
        mask[self.rows_of(code)] = True
        return mask


def column(
    rows: np.ndarray,
    values: pa.Array,
    projects: int,
    labels: dict[str, str] | None = None,
) -> Column:
    """The column in which project ``rows[i]`` has ``values[i]``; empty ones are left out, repeated ones count once.

    >>> one = column(np.array([0, 1, 1, 2]), pa.array(["FR", "DE", "DE", None]), 3)
    >>> one.values, one.counts(np.array([True, True, True])).tolist()
    (['DE', 'FR'], [1, 1])
    """
    codes, names = encoded(values)
    return coded_column(rows, codes, names, projects, labels)


def encoded(values: pa.Array) -> tuple[np.ndarray, list[str]]:
    """The place of each value among the different ones (-1 for an empty one), and these, in order."""
    array = values.dictionary_encode(null_encoding="encode")
    there = array.dictionary.to_pylist()
    names = sorted(name for name in there if name)
    place = {name: at for at, name in enumerate(names)}
    return np.array([place.get(name, -1) for name in there], np.int64)[numbers(array.indices)], names


def coded_column(
    rows: np.ndarray,
    codes: np.ndarray,
    values: list[str],
    projects: int,
    labels: dict[str, str] | None = None,
    parents: np.ndarray | None = None,
) -> Column:
    """As `column`, with each value given by its place in ``values``; -1 for none."""
    there = codes >= 0
    # numpy's own unique takes twenty times as long
    keys = np.sort(codes[there].astype(np.int64) * max(projects, 1) + rows[there])
    keys = keys[np.append(True, keys[1:] != keys[:-1])] if len(keys) else keys
    found, rows = np.divmod(keys, max(projects, 1))
    starts = np.searchsorted(found, np.arange(len(values) + 1))
    kept = np.flatnonzero(np.diff(starts)) if parents is None else np.arange(len(values))
    if len(kept) < len(values):
        # a value that no project has would break the counting by segments
        starts = np.append(starts[kept], starts[-1])
        values = [values[i] for i in kept]
    names = [(labels or {}).get(value) or value for value in values]
    return Column(values, names, rows, starts, projects, parents)


def tree_column(
    rows: np.ndarray, values: pa.Array, path_of: Callable[[str], list[str]], projects: int
) -> Column:
    """As `column`, of values in a tree: ``path_of`` gives those above one, from the top down to it.

    A project that has a value has those above it too.
    """
    places, names = encoded(values)
    rows, places = rows[places >= 0], places[places >= 0]
    paths = [path_of(name) for name in names]
    nodes = sorted({node for path in paths for node in path})
    code_of = {node: code for code, node in enumerate(nodes)}
    parents = np.full(len(nodes), -1, np.int32)
    steps = np.full((len(paths), max(map(len, paths), default=1)), -1, np.int64)
    for at, path in enumerate(paths):
        codes = [code_of[node] for node in path]
        steps[at, : len(codes)] = codes
        parents[codes[1:]] = codes[:-1]
    found = steps[places]
    return coded_column(np.repeat(rows, found.shape[1]), found.ravel(), nodes, projects, parents=parents)
