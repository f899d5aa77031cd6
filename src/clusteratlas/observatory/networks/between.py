"""Betweenness: exact where that is quick (igraph), else sampled with a stated error (NetworKit)."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

import numpy as np
from scipy import sparse

from clusteratlas import kernels
from clusteratlas.observatory.networks.standing import components

if TYPE_CHECKING:
    import networkit

QUICK = 200_000_000
"""Organisations times ties up to which betweenness is exact: a few seconds."""


def is_quick(ties: sparse.csr_array, most: int = QUICK) -> bool:
    """Whether organisations times ties are at most so many that the exact betweenness is quick."""
    return ties.shape[0] * (ties.nnz // 2) <= most


def graph(ties: sparse.csr_array) -> networkit.Graph:
    """The ties as NetworKit's graph."""
    upper = sparse.triu(ties, 1, format="coo")
    # NetworKit dies of nodes numbered with 32 bits.
    ends = (upper.row.astype(np.uint64), upper.col.astype(np.uint64))
    made = kernels.networkit().graph.GraphFromCoo
    return made((upper.data, ends), n=ties.shape[0], weighted=True, directed=False)


def exact(ties: sparse.csr_array) -> np.ndarray:
    """The share of the pairs of others that an organisation lies between, shortest paths sharing equally (Brandes)."""
    size = ties.shape[0]
    if size < 3:
        return np.zeros(size)
    upper = sparse.triu(ties, 1, format="coo")
    edges = memoryview(np.column_stack([upper.row, upper.col]).astype(np.int64))
    given = kernels.igraph()._igraph.GraphBase(size, edges)
    return np.asarray(given.betweenness(directed=False)) * 2 / ((size - 1) * (size - 2))


def sampled(
    ties: sparse.csr_array, epsilon: float, delta: float, seed: int, loaded: networkit.Graph | None = None
) -> np.ndarray:
    """The same within ``epsilon`` for all at once, with probability 1 - ``delta``: KADABRA (Borassi and Natale 2019).

    The same seed gives the same on as many processors. ``loaded`` are the ties as `graph` gives them.
    """
    size = ties.shape[0]
    if size < 3 or _all_know_each_other(ties):
        return np.zeros(size)
    given = graph(ties) if loaded is None else loaded
    plain = kernels.networkit().graphtools.GraphTools.toUnweighted(given)
    found = _kadabra(plain, epsilon * (size - 2) / size, delta, seed)
    # Its shares are of all ordered pairs; ours leave out those that an organisation itself begins or ends.
    return np.minimum(found / _scale() * size / (size - 2), 1.0)


def _kadabra(given: networkit.Graph, epsilon: float, delta: float, seed: int) -> np.ndarray:
    kit = kernels.networkit()
    kit.engineering.setSeed(seed, False)
    found = kit.centrality.KadabraBetweenness(given, epsilon, delta, True)
    found.run()
    return np.asarray(found.scores())


@cache
def _scale() -> int:
    """What NetworKit multiplies its shares by: some versions count each of an undirected graph's pairs twice.

    Asked of a star of 50, whose middle lies between 0.96 of the pairs.
    """
    rays = np.arange(1, 50)
    star = sparse.coo_array((np.ones(49), (np.zeros(49, np.int64), rays)), shape=(50, 50)).tocsr()
    return round(_kadabra(graph(star), 0.1, 0.1, 1).max() / 0.96)


def _all_know_each_other(ties: sparse.csr_array) -> bool:
    """Whether everybody works with all whom they can reach: nobody lies between, and KADABRA would not end."""
    labels = components(ties)
    return bool((np.diff(ties.indptr) == np.bincount(labels)[labels] - 1).all())
