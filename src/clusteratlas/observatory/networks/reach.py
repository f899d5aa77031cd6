"""Steps between organisations, 64 searches at a time: each has one bit of a word, and a step is an OR over ties."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

BITS = 64
FREE_TIES = 1 << 22
"""Ties looked at together, so that what is gathered stays small."""


def rings(ties: sparse.csr_array, sources: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
    """For each number of steps, the words that tell which of at most 64 sources are first met after so many."""
    size = ties.shape[0]
    front = np.zeros(size, np.uint64)
    np.bitwise_or.at(front, sources, np.uint64(1) << np.arange(len(sources), dtype=np.uint64))
    seen, steps = front.copy(), 0
    has_ties = np.flatnonzero(np.diff(ties.indptr))
    while front.any():
        yield steps, front
        reached = np.zeros(size, np.uint64)
        for part in _parts(ties, has_ties):
            first, last = ties.indptr[part[0]], ties.indptr[part[-1] + 1]
            met = front[ties.indices[first:last]]
            reached[part] = np.bitwise_or.reduceat(met, ties.indptr[part] - first)
        front = reached & ~seen
        seen |= front
        steps += 1


def _parts(ties: sparse.csr_array, rows: np.ndarray) -> Iterator[np.ndarray]:
    """Rows that have ties, so many together as have about `FREE_TIES` ties."""
    if len(rows):
        group = ties.indptr[rows] // FREE_TIES
        yield from np.split(rows, np.flatnonzero(np.diff(group)) + 1)


@dataclass(frozen=True)
class Steps:
    """For each organisation the number of sources that it reaches, the sum of the steps to them and of their squares.

    ``farthest`` is, for each source, the most steps that anyone it reaches is away.
    """

    number: np.ndarray
    total: np.ndarray
    squares: np.ndarray
    farthest: np.ndarray


def steps_from(ties: sparse.csr_array, sources: np.ndarray) -> Steps:
    """The steps between each organisation and the sources, added up."""
    number, total, squares = (np.zeros(ties.shape[0]) for _ in range(3))
    farthest = np.zeros(len(sources), np.int64)
    for start in range(0, len(sources), BITS):
        group = sources[start : start + BITS]
        bits = np.uint64(1) << np.arange(len(group), dtype=np.uint64)
        for steps, ring in rings(ties, group):
            met = np.bitwise_count(ring)
            number += met
            total += steps * met
            squares += float(steps**2) * met
            farthest[start : start + BITS][(np.bitwise_or.reduce(ring) & bits) > 0] = steps
    return Steps(number, total, squares, farthest)


def steps_to(ties: sparse.csr_array, source: int) -> np.ndarray:
    """The steps from each organisation to one; -1 where it cannot be reached."""
    found = np.full(ties.shape[0], -1)
    for steps, ring in rings(ties, np.array([source])):
        found[ring > 0] = steps
    return found
