"""Who works with whom: participations projected on organisations, each project weighed by its size."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy import sparse

from clusteratlas.errors import UsageError, nearest
from clusteratlas.observatory.networks.participations import Participations


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
    if weighting not in WEIGHTINGS:
        raise UsageError(f"there is no weighting '{weighting}'", remedy=nearest(weighting, WEIGHTINGS))
    return WEIGHTINGS[weighting](sizes)


def project(given: Participations, weighting: str) -> sparse.csr_array:
    """The symmetric matrix of ties between organisations: sums over their common projects, nothing on the diagonal."""
    weights = weighed(given.sizes, weighting)
    scaled = given.matrix.copy()
    scaled.data = np.repeat(weights, given.sizes)
    ties = sparse.csr_array(given.turned @ scaled)
    return without_diagonal(ties)


def without_diagonal(ties: sparse.csr_array) -> sparse.csr_array:
    """A symmetric matrix without the entries on its diagonal, columns in order."""
    rows = np.repeat(np.arange(ties.shape[0], dtype=ties.indices.dtype), np.diff(ties.indptr))
    off = ties.indices != rows
    ends = np.concatenate([[0], np.cumsum(off)])[ties.indptr]
    kept = sparse.csr_array(
        (ties.data[off], ties.indices[off], ends.astype(ties.indptr.dtype)), shape=ties.shape
    )
    # Turned over, a symmetric matrix is the same with its columns in order: cheaper than sorting them.
    return kept.T.tocsr()
