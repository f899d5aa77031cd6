"""The facets' values by project, as arrays: which projects have a value, and how many of some projects have each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa

Mask = np.ndarray
"""One boolean for each project of the release, in the order of project_id."""


@dataclass(frozen=True)
class Column:
    """The values of a facet and the rows (projects) that have each: ``rows[starts[i]:starts[i + 1]]`` has value i.

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
    def label_rank(self) -> np.ndarray:
        """The place of each value in the order of the labels."""
        order = sorted(
            range(len(self.values)), key=lambda code: (self.labels[code].lower(), self.values[code])
        )
        rank = np.empty(len(order), np.int32)
        rank[order] = np.arange(len(order))
        return rank

    @cached_property
    def value_lengths(self) -> np.ndarray:
        """The number of letters of each value."""
        return np.array([len(value) for value in self.values], np.int32)

    @cached_property
    def _first_codes(self) -> np.ndarray:
        codes = np.full(self.projects, -1, np.int32)
        codes[self.rows[::-1]] = np.repeat(np.arange(len(self.values)), np.diff(self.starts))[::-1]
        return codes

    def first(self, row: int) -> str | None:
        """The (first) value of a project."""
        code = self._first_codes[row]
        return self.values[code] if code >= 0 else None

    def counts(self, mask: Mask) -> np.ndarray:
        """How many of the projects in ``mask`` have each value."""
        if not self.values:
            return np.zeros(0, np.int64)
        return np.add.reduceat(mask[self.rows].view(np.uint8), self.starts[:-1], dtype=np.int64)

    def mask(self, code: int) -> Mask:
        """The projects that have the value at ``code``."""
        mask = np.zeros(self.projects, bool)
        mask[self.rows[self.starts[code] : self.starts[code + 1]]] = True
        return mask


def column(
    rows: np.ndarray,
    values: pa.Array | Sequence[str | None],
    projects: int,
    labels: dict[str, str] | None = None,
) -> Column:
    """The column in which project ``rows[i]`` has ``values[i]``; empty values are left out, repeated ones count once.

    >>> import numpy as np
    >>> one = column(np.array([0, 1, 1, 2]), ["FR", "DE", "DE", None], 3)
    >>> one.values, one.counts(np.array([True, True, True])).tolist()
    (['DE', 'FR'], [1, 1])
    """
    array = values if isinstance(values, pa.Array) else pa.array(values, pa.string())
    encoded = array.dictionary_encode()
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    names = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names) + 1, np.int64)
    rank[order] = np.arange(len(names))
    rank[-1] = -1
    return coded_column(rows, rank[codes], [names[i] for i in order], projects, labels)


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
    keys = np.unique(codes[there].astype(np.int64) * max(projects, 1) + rows[there])
    found, rows = np.divmod(keys, max(projects, 1))
    starts = np.searchsorted(found, np.arange(len(values) + 1))
    kept = np.flatnonzero(np.diff(starts)) if parents is None else np.arange(len(values))
    if len(kept) < len(values):
        # a value that no project has would break the counting by segments
        starts = np.append(starts[kept], starts[-1])
        values = [values[i] for i in kept]
    names = [(labels or {}).get(value) or value for value in values]
    return Column(values, names, rows.astype(np.int32), starts, projects, parents)


def tree_column(rows: np.ndarray, paths: list[list[str] | None], places: np.ndarray, projects: int) -> Column:
    """A column in which project ``rows[i]`` has all values of ``paths[places[i]]``, from the top of a tree down."""
    values = sorted({value for path in paths for value in path or ()})
    code_of = {value: code for code, value in enumerate(values)}
    parents = np.full(len(values), -1, np.int32)
    deepest = max((len(path) for path in paths if path), default=0)
    steps = np.full((len(paths), max(deepest, 1)), -1, np.int64)
    for at, path in enumerate(paths):
        for depth, value in enumerate(path or ()):
            steps[at, depth] = code_of[value]
            parents[code_of[value]] = code_of[path[depth - 1]] if depth else -1
    codes = steps[places]
    return coded_column(np.repeat(rows, codes.shape[1]), codes.ravel(), values, projects, parents=parents)
