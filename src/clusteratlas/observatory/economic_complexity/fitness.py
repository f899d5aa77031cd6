"""Fitness of regions and of industries: the map of Tacchella et al. (2012)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from clusteratlas.observatory.economic_complexity.measures import blocks

MOST = 1000
"""Iterations after which it stops when it was not told how many."""

STILL = 1e-8
"""Converged when no value moves by more than this, on a scale where the mean is 1."""


LEAST = 1e-200
"""Fitness that tends to zero is kept above this, so that its inverse stays a number."""


@dataclass(frozen=True)
class Fitness:
    """Fitness of regions and industries (mean 1; not a number where nothing is specialised)."""

    regions: np.ndarray
    industries: np.ndarray
    iterations: int
    converged: bool


def fitness(m: np.ndarray, iterations: int | None = None) -> Fitness:
    """F_c = sum_p M_cp Q_p and Q_p = 1 / sum_c (M_cp / F_c), each divided by its mean, from all ones.

    Until nothing moves any more, or ``iterations`` times.
    """
    row, column = m.any(axis=1), m.any(axis=0)
    part = m[np.ix_(row, column)]
    regions, industries = np.full(m.shape[0], np.nan), np.full(m.shape[1], np.nan)
    if not part.size:
        return Fitness(regions, industries, 0, True)
    f, q, moved, done = np.ones(part.shape[0]), np.ones(part.shape[1]), np.inf, 0
    while done < (MOST if iterations is None else iterations):
        f_next, q_next = _step(part, f, q)
        f_next /= f_next.mean()
        q_next /= q_next.mean()
        moved = max(np.abs(f_next - f).max(), np.abs(q_next - q).max())
        f, q, done = np.maximum(f_next, LEAST), q_next, done + 1
        if iterations is None and moved < STILL:
            break
    regions[row], industries[column] = f, q
    return Fitness(regions, industries, done, moved < STILL)


def _step(m: np.ndarray, f: np.ndarray, q: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The next values of both, in one passage over the matrix: it is the reading of it that takes the time."""
    f_next, burden, inverse = np.empty_like(f), np.zeros_like(q), 1 / f
    for rows in blocks(m.shape):
        f_next[rows] = m[rows] @ q
        burden += inverse[rows] @ m[rows]
    return f_next, 1 / burden
