"""Communities of organisations that work more with each other than with the rest, and what they are about."""

from __future__ import annotations

import threading
from collections.abc import Iterable
from math import log
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from clusteratlas import kernels
from clusteratlas.observatory.networks.between import graph

if TYPE_CHECKING:
    import networkit

ROUNDS = 3
_ONE_AT_A_TIME = threading.Lock()


def leiden(
    ties: sparse.csr_array, resolution: float, seed: int, loaded: networkit.Graph | None = None
) -> np.ndarray:
    """A community for each organisation, 0 for the largest: the Leiden method on modularity (Traag et al. 2019).

    NetworKit's, on one processor: the same seed then gives the same communities. Organisations without ties are
    communities of their own. ``loaded`` are the ties as `between.graph` gives them.
    """
    if not ties.nnz:
        return np.arange(ties.shape[0])
    given = graph(ties) if loaded is None else loaded
    kit = kernels.networkit()
    with _ONE_AT_A_TIME:
        threads = kit.engineering.getMaxNumberOfThreads()
        try:
            kit.engineering.setNumberOfThreads(1)
            kit.engineering.setSeed(seed, False)
            found = kit.community.ParallelLeiden(given, iterations=ROUNDS, randomize=False, gamma=resolution)
            found.run()
            labels = np.asarray(found.getPartition().getVector(), np.int64)
        finally:
            kit.engineering.setNumberOfThreads(threads)
    return numbered(labels)


def numbered(labels: np.ndarray) -> np.ndarray:
    """Communities numbered from the largest on; among equals the one with the first organisation first.

    >>> numbered(np.array([7, 3, 3, 9])).tolist()
    [1, 0, 0, 2]
    """
    _, first, codes, sizes = np.unique(labels, return_index=True, return_inverse=True, return_counts=True)
    rank = np.empty(len(sizes), np.int64)
    rank[np.lexsort((first, -sizes))] = np.arange(len(sizes))
    return rank[codes]


def modularity(ties: sparse.csr_array, labels: np.ndarray, resolution: float = 1.0) -> float:
    """How much more of the ties lies inside communities than chance would put there (Newman and Girvan 2004)."""
    strength = np.asarray(ties.sum(axis=1)).ravel()
    whole = strength.sum()
    if not whole:
        return 0.0
    rows = np.repeat(labels, np.diff(ties.indptr))
    inside = ties.data[rows == labels[ties.indices]].sum()
    return float(inside / whole - resolution * ((np.bincount(labels, strength) / whole) ** 2).sum())


def distinctive(counts: sparse.csr_array, names: Iterable[str], most: int) -> list[list[str]]:
    """For each row the ``most`` columns that tell it apart: by the log-likelihood ratio (Dunning 1993) of their
    frequency in the row against the rest, of those that are more frequent there.

    >>> distinctive(sparse.csr_array([[9, 5, 0], [0, 5, 8]]), ["fish", "common", "steel"], 1)
    [['fish'], ['steel']]
    """
    names = list(names)
    of_column = np.asarray(counts.sum(axis=0)).ravel()
    of_row = np.asarray(counts.sum(axis=1)).ravel()
    whole = of_row.sum()
    chosen = []
    for row in range(counts.shape[0]):
        columns = counts.indices[counts.indptr[row] : counts.indptr[row + 1]].tolist()
        values = counts.data[counts.indptr[row] : counts.indptr[row + 1]].tolist()
        scored = [
            (likelihood(value, of_row[row], of_column[column], whole), names[column])
            for column, value in zip(columns, values, strict=True)
            if value * whole > of_row[row] * of_column[column]
        ]
        chosen.append([name for _, name in sorted(scored, key=lambda one: (-one[0], one[1]))[:most]])
    return chosen


def likelihood(both: float, row: float, column: float, whole: float) -> float:
    """Dunning's log-likelihood ratio of a two by two table: how sure it is that row and column belong together."""
    cells = (both, row - both, column - both, whole - row - column + both)
    sides = (row * column, row * (whole - column), (whole - row) * column, (whole - row) * (whole - column))
    return 2 * sum(n * log(n * whole / side) for n, side in zip(cells, sides, strict=True) if n > 0)
