"""Closeness: exact where that is quick, else from a sample of organisations, with the error that remains."""

from __future__ import annotations

from dataclasses import dataclass
from math import log

import numpy as np
from scipy import sparse

from clusteratlas.observatory.networks.reach import Steps, steps_from, steps_to
from clusteratlas.observatory.networks.standing import components


@dataclass(frozen=True)
class Closeness:
    """For each organisation the mean number of steps to those it can reach, its error, and the closeness.

    ``mean`` and ``error`` are not a number where nobody can be reached.
    """

    mean: np.ndarray
    error: np.ndarray
    closeness: np.ndarray


def closeness(ties: sparse.csr_array, pivots: int, delta: float, seed: int) -> Closeness:
    """Closeness from the steps to at most ``pivots`` organisations of each component, drawn with ``seed``.

    Components of at most ``pivots`` organisations are exact. With probability 1 - ``delta`` every mean lies
    within its error.
    """
    size, labels = ties.shape[0], components(ties)
    sizes = np.bincount(labels, minlength=1)
    mean, error = np.full(size, np.nan), np.full(size, np.nan)
    small = np.flatnonzero((sizes[labels] > 1) & (sizes[labels] <= pivots))
    mean[small], error[small] = _means(steps_from(ties, small), small)[small], 0.0
    random = np.random.default_rng(seed)
    for label in np.flatnonzero(sizes > pivots):
        members = np.flatnonzero(labels == label)
        chosen = np.sort(random.choice(members, pivots, replace=False))
        steps = steps_from(ties, chosen)
        mean[members] = _means(steps, chosen)[members]
        error[members] = _errors(ties, steps, chosen, mean, delta / (sizes > pivots).sum())[members]
    # Wasserman and Faust 1994: the share of the others that can be reached, over the mean way to them.
    share = (sizes[labels] - 1) / max(size - 1, 1)
    return Closeness(mean, error, np.divide(share, mean, out=np.zeros(size), where=mean > 0))


def _means(steps: Steps, sources: np.ndarray) -> np.ndarray:
    """The mean steps to the sources, oneself left out."""
    others = _others(steps, sources)
    return np.divide(steps.total, others, out=np.full(len(others), np.nan), where=others > 0)


def _others(steps: Steps, sources: np.ndarray) -> np.ndarray:
    others = steps.number.copy()
    others[sources] -= 1
    return others


def _errors(
    ties: sparse.csr_array, steps: Steps, sources: np.ndarray, mean: np.ndarray, delta: float
) -> np.ndarray:
    """How far the means may lie off, all at once: the empirical bound of Bernstein (Maurer and Pontil 2009).

    Nobody is farther away than the way over the source that is best placed. To draw without giving back, as here,
    only narrows the bound.
    """
    best = int(np.argmin(steps.farthest))
    span = np.maximum(steps_to(ties, int(sources[best])) + steps.farthest[best] - 1, 0)
    drawn = np.maximum(_others(steps, sources), 2)
    variance = np.maximum(steps.squares - drawn * mean**2, 0) / (drawn - 1)
    word = log(4 * ties.shape[0] / delta)
    return np.sqrt(2 * variance * word / drawn) + 7 * span * word / (3 * (drawn - 1))
