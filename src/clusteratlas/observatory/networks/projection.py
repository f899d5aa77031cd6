"""Who works with whom: participations projected on organisations, each project weighed by its size."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import numpy as np
from scipy import sparse

from clusteratlas.observatory.arguments import choose
from clusteratlas.observatory.networks.participations import Participations

PAIRS_OF_A_PART = 2_000_000
"""Pairs of participations (of one project) from which another processor is worth its start."""


def newman(sizes: np.ndarray) -> np.ndarray:
    """1 / (n - 1) for each pair of a project of n: an organisation's ties from it add up to one (Newman 2001)."""
    return 1.0 / np.maximum(sizes - 1, 1)


def count(sizes: np.ndarray) -> np.ndarray:
    """1 for each pair, whatever the size: the weight of a tie is the number of common projects."""
    return np.ones(len(sizes))


WEIGHTINGS: dict[str, Callable[[np.ndarray], np.ndarray]] = {"newman": newman, "count": count}
"""How much a project of n organisations gives to each of its pairs."""


def weighed(sizes: np.ndarray, weighting: str) -> np.ndarray:
    """What each project gives to a pair; raises `UsageError` for a weighting that does not exist.

    >>> weighed(np.array([2, 5]), "newman").tolist()
    [1.0, 0.25]
    """
    choose(WEIGHTINGS, weighting=weighting)
    return WEIGHTINGS[weighting](sizes)


def project(given: Participations, weighting: str) -> sparse.csr_array:
    """The symmetric matrix of ties between organisations: sums over their common projects, nothing on the diagonal.

    Its columns are in order. Large ones are made in parts, on as many processors as there are.
    """
    scaled = given.matrix.copy()
    scaled.data = np.repeat(weighed(given.sizes, weighting), given.sizes)
    bounds = _parts(given)
    with ThreadPoolExecutor(len(bounds)) as pool:
        rows = list(pool.map(lambda part: _rows(given.turned, scaled, *part), bounds))
    return rows[0] if len(rows) == 1 else sparse.csr_array(sparse.vstack(rows, format="csr"))


def _parts(given: Participations) -> list[tuple[int, int]]:
    """Where to cut the organisations into parts that are about as much work: one part of a small network."""
    size = len(given)
    pairs = np.bincount(given.matrix.indices, np.repeat(given.sizes, given.sizes), size)
    count = min(os.cpu_count() or 1, int(pairs.sum() // PAIRS_OF_A_PART) + 1)
    done = np.cumsum(pairs)
    inner = np.searchsorted(done, done[-1] * np.arange(1, count) / count) if count > 1 else []
    return list(pairwise([0, *map(int, inner), size]))


def _rows(turned: sparse.csr_array, scaled: sparse.csr_array, low: int, high: int) -> sparse.csr_array:
    """The ties of the organisations from ``low`` to before ``high``: made as columns, which are the same.

    Turned over, the columns of each row are in order: cheaper than sorting them.
    """
    whole = (low, high) == (0, scaled.shape[1])
    ties = sparse.csr_array(turned @ (scaled if whole else scaled[:, low:high]))
    return _without_own(ties, low).T.tocsr()


def _without_own(ties: sparse.csr_array, low: int) -> sparse.csr_array:
    """A part of the ties, whose columns begin at organisation ``low``, without those to oneself."""
    size, kind = ties.shape[0], ties.indices.dtype
    own = np.repeat(np.arange(-low, size - low, dtype=kind), np.diff(ties.indptr)) == ties.indices
    kept = ~own
    gone = np.zeros(size + 1, ties.indptr.dtype)
    gone[1:] = np.cumsum(np.bincount(ties.indices[own] + low, minlength=size))
    return sparse.csr_array((ties.data[kept], ties.indices[kept], ties.indptr - gone), shape=ties.shape)
