"""Every three organisations that all work together, found once: what constraint and brokerage are counted from.

Ties run from the organisation with fewer ties to the one with more, so that nobody has many ties onward; the number
of pairs to look at then stays near the number of triangles (Chiba and Nishizeki 1985; Latapy 2008).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import sparse

WEDGES = 1 << 20
"""Pairs of ties looked at together."""

MARKS = 1 << 23
"""Places for marks: their memory is four times that."""


@dataclass(frozen=True)
class Forward:
    """Ties in one direction: ``start`` and ``end`` of each (places in ``order``, start < end), by start then end.

    ``order`` gives the organisation at each place; ``weight`` is the weight of each tie; the ties of place p are
    ``bounds[p]`` to ``bounds[p + 1]``.
    """

    order: np.ndarray
    bounds: np.ndarray
    start: np.ndarray
    end: np.ndarray
    weight: np.ndarray

    @property
    def size(self) -> int:
        """The number of organisations."""
        return len(self.order)


def forward(ties: sparse.csr_array) -> Forward:
    """The ties of a symmetric matrix, each once, from the less to the more connected organisation."""
    degree = np.diff(ties.indptr)
    order = np.argsort(degree, kind="stable")
    place = np.empty(len(order), np.int32)
    place[order] = np.arange(len(order), dtype=np.int32)
    starts = np.repeat(place, degree)
    ends = place[ties.indices]
    onward = starts < ends
    shape = ties.shape
    upper = sparse.csr_array((ties.data[onward], (starts[onward], ends[onward])), shape=shape)
    upper.sort_indices()
    rows = np.repeat(np.arange(shape[0], dtype=np.int32), np.diff(upper.indptr))
    return Forward(order, upper.indptr.astype(np.int64), rows, upper.indices, upper.data)


def triangles(ties: Forward) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Each triangle x < y < z once, in groups: the numbers of its ties x-y, y-z and x-z."""
    by_end = np.argsort(ties.end, kind="stable")  # ties in the order of y; those of one y lie together
    after = ties.bounds[ties.start[by_end] + 1] - by_end - 1  # ties x-z that lie behind x-y
    first_of = np.searchsorted(ties.end[by_end], np.arange(ties.size + 1))
    marks = np.zeros(max(MARKS // max(ties.size, 1), 1) * ties.size, np.int32)
    for low, high in _groups(
        np.concatenate([[0], np.cumsum(after)])[first_of], len(marks) // max(ties.size, 1)
    ):
        onward = np.arange(ties.bounds[low], ties.bounds[high])
        spots = (ties.start[onward] - low).astype(np.int64) * ties.size + ties.end[onward]
        marks[spots] = onward + 1
        chosen = slice(first_of[low], first_of[high])
        xy = np.repeat(by_end[chosen], after[chosen])
        ends = np.cumsum(after[chosen])
        xz = np.arange(len(xy)) - np.repeat(ends - after[chosen], after[chosen]) + xy + 1
        yz = marks[(ties.end[xy] - low).astype(np.int64) * ties.size + ties.end[xz]]
        closed = np.flatnonzero(yz)
        marks[spots] = 0
        if len(closed):
            yield xy[closed], yz[closed] - 1, xz[closed]


def _groups(wedges: np.ndarray, most: int) -> Iterator[tuple[int, int]]:
    """Places one after the other, at most ``most`` of them and about `WEDGES` pairs together."""
    low, size = 0, len(wedges) - 1
    while low < size:
        high = int(np.searchsorted(wedges, wedges[low] + WEDGES, side="right")) - 1
        high = min(max(high, low + 1), low + most, size)
        yield low, high
        low = high
