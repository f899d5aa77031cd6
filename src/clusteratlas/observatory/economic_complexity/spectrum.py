"""The second eigenvector of the network of regions and industries: what ECI and PCI are made of."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass

import numpy as np
from scipy.linalg import eigh
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import ArpackError, eigsh

ONE = 1 - 1e-9
"""Eigenvalues above this are 1: the network falls into parts."""

DENSE = 300
"""Up to this many rows all eigenvalues are computed at once."""

NOTHING = 1e-12
"""A second eigenvalue below this is zero: all regions are specialised alike, and there is no ranking."""


@dataclass(frozen=True)
class Spectrum:
    """The second eigenvectors before standardising (not a number where unknown) and what tells how firm they are."""

    regions: np.ndarray
    industries: np.ndarray
    second: float
    third: float
    parts: int

    @property
    def gap(self) -> float:
        """The second eigenvalue less the third."""
        return self.second - self.third


def spectrum(m: np.ndarray) -> Spectrum:
    """The second eigenvectors of M~ = D^-1 M U^-1 M' (regions) and U^-1 M' D^-1 M (industries).

    The regions' values are the means of the values of the industries they are specialised in, and their
    correlation with diversity is positive. Empty rows and columns are left out. Where the network falls
    into parts (the eigenvalue 1 is repeated), it is that of the part with most cells.
    """
    row, column = m.any(axis=1), m.any(axis=0)
    second, third, kp = _second_vector(_within(m, row, column))
    parts = 1
    if second > ONE:
        parts, row, column = _largest_part(m)
        second, third, kp = _second_vector(_within(m, row, column))
    regions, industries = np.full(m.shape[0], np.nan), np.full(m.shape[1], np.nan)
    if second > NOTHING:
        part = _within(m, row, column)
        diversity = part.sum(axis=1)
        kc = part @ kp / diversity
        sign = _sign(diversity, kc)
        regions[row], industries[column] = sign * kc, sign * kp
    return Spectrum(regions, industries, second, third, parts)


def _within(m: np.ndarray, row: np.ndarray, column: np.ndarray) -> np.ndarray:
    return m if row.all() and column.all() else m[np.ix_(row, column)]


def _second_vector(m: np.ndarray) -> tuple[float, float, np.ndarray]:
    """The second and third eigenvalue, and the second eigenvector of the industries."""
    if min(m.shape) < 2:
        return 0.0, 0.0, np.zeros(m.shape[1])
    if m.shape[1] > m.shape[0]:
        second, third, kc = _second_vector(m.T)
        return second, third, m.T @ kc / m.sum(axis=0)
    # Symmetric, and on the smaller side: the same eigenvalues at a fraction of the work.
    diversity, root = m.sum(axis=1), np.sqrt(m.sum(axis=0))
    weighted = m / np.sqrt(diversity)[:, None]
    symmetric = weighted.T @ weighted / root / root[:, None]
    # The first eigenvector is known, with the eigenvalue 1: it says nothing of complexity.
    first = root / np.linalg.norm(root)
    symmetric -= np.outer(first, first)
    second, third, vector = _top_two(symmetric)
    return second, third, vector / root


def _top_two(symmetric: np.ndarray) -> tuple[float, float, np.ndarray]:
    """The two largest eigenvalues (zero where there is none) and the vector of the first."""
    if len(symmetric) > DENSE:
        with suppress(ArpackError):
            return _top_two_of_many(symmetric)
    values, vectors = eigh(symmetric, check_finite=False)
    return max(float(values[-1]), 0.0), max(float(values[-2]), 0.0), vectors[:, -1]


def _top_two_of_many(symmetric: np.ndarray) -> tuple[float, float, np.ndarray]:
    """The same by Lanczos iteration; the vector found is taken out before the next is sought, or a tie is missed."""
    start = np.cos(np.arange(len(symmetric)))
    values, vectors = eigsh(symmetric, k=2, which="LA", v0=start)
    top = vectors[:, 1]
    rest = symmetric - values[1] * np.outer(top, top)
    third = eigsh(rest, k=1, which="LA", v0=start, tol=1e-8, return_eigenvectors=False)[0]
    return max(float(values[1]), 0.0), max(float(third), 0.0), top


def _largest_part(m: np.ndarray) -> tuple[int, np.ndarray, np.ndarray]:
    """How many parts the network has, and which regions and industries the one with most cells holds."""
    row, column = np.nonzero(m)
    nodes = sum(m.shape)
    links = coo_array((np.ones(len(row)), (row, column + m.shape[0])), shape=(nodes, nodes))
    _, part = connected_components(links, directed=False)
    cells = np.bincount(part[row])
    held = part == cells.argmax()
    return int((cells > 0).sum()), held[: m.shape[0]], held[m.shape[0] :]


def _sign(diversity: np.ndarray, kc: np.ndarray) -> float:
    """The sign that makes the correlation with diversity positive; where there is none, the first value."""
    together = float((diversity - diversity.mean()) @ (kc - kc.mean()))
    if abs(together) > NOTHING * np.linalg.norm(kc) * np.linalg.norm(diversity):
        return float(np.sign(together))
    return float(np.sign(kc[np.abs(kc) > NOTHING][:1].sum())) or 1.0
