"""How central each organisation is: PageRank, core number and components, from the matrix of ties."""

from __future__ import annotations

import numpy as np
from scipy import sparse
from scipy.sparse import csgraph

from clusteratlas.errors import ClusteratlasError

MOST_STEPS = 1000


def pagerank(ties: sparse.csr_array, damping: float, tolerance: float) -> np.ndarray:
    """The share of its time that a walk along ties spends at each organisation (Brin and Page 1998); sums to one.

    A step follows a tie in proportion to its weight, or (1 - ``damping``, and where there is no tie) goes anywhere.
    Stops when the shares are within ``tolerance`` in all of those of an endless walk: each step brings what is left to
    at most ``damping`` of what it was, so that the last change times damping / (1 - damping) bounds it.
    """
    size = ties.shape[0]
    if not size:
        return np.zeros(0)
    strength = np.asarray(ties.sum(axis=1)).ravel()
    onward = np.divide(damping, strength, out=np.zeros(size), where=strength > 0)
    alone = strength == 0
    rank = np.full(size, 1 / size)
    least_change = tolerance * (1 - damping) / damping if damping else np.inf
    for _ in range(MOST_STEPS):
        before = rank
        rank = ties @ (before * onward)
        rank += (1 - damping + damping * before[alone].sum()) / size
        if np.abs(rank - before).sum() < least_change:
            return rank
    raise ClusteratlasError("PageRank does not settle", remedy="give a larger tolerance or a smaller damping")


def core_numbers(ties: sparse.csr_array) -> np.ndarray:
    """The largest k for which an organisation belongs to a group whose members all have k ties in it (Seidman 1983)."""
    left = np.diff(ties.indptr).astype(np.int64)
    core = np.zeros(len(left), np.int64)
    there = np.ones(len(left), bool)
    k = 0
    while there.any():
        k = max(k, int(left[there].min()))
        weak = np.flatnonzero(there & (left <= k))
        while len(weak):
            core[weak], there[weak] = k, False
            met = np.concatenate([ties.indices[ties.indptr[at] : ties.indptr[at + 1]] for at in weak])
            lost = np.bincount(met, minlength=len(left))
            left -= lost
            weak = np.flatnonzero(there & (left <= k) & (lost > 0))
    return core


def components(ties: sparse.csr_array) -> np.ndarray:
    """The component of each organisation, 0 for the largest (the first among equals)."""
    _, labels = csgraph.connected_components(ties, directed=False)
    sizes = np.bincount(labels, minlength=1)
    rank = np.empty(len(sizes), np.int64)
    rank[np.lexsort((np.arange(len(sizes)), -sizes))] = np.arange(len(sizes))
    return rank[labels] if len(labels) else labels
