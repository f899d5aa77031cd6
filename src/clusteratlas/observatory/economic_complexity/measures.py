"""From values to comparative advantage, proximity, density and outlook: pure functions over matrices.

Regions are rows, industries columns. ``m`` is 1 where a region is specialised in an industry, else 0; ``phi``
is the proximity of industries; not a number stands for what is not defined.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

TOLERANCE = 1e-12
"""How far below the threshold, in parts of it, still counts as reaching it: what rounding may take away."""

BLOCK = 2**17
"""Cells that are worked on at once, so that what is intermediate stays small."""


def revealed_comparative_advantage(values: np.ndarray) -> np.ndarray:
    """(x_cp / x_c) / (x_p / x); not a number in rows and columns that sum to zero (Balassa 1965)."""
    row, column = values.sum(axis=1), values.sum(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        by_row = np.where(row > 0, row.sum() / row, np.nan)
        by_column = np.where(column > 0, 1 / column, np.nan)
    advantage = values * by_row[:, None]
    advantage *= by_column
    return advantage


def specialised(advantage: np.ndarray, threshold: float) -> np.ndarray:
    """The matrix M: 1.0 where the comparative advantage reaches the threshold, else 0.0."""
    return (advantage >= threshold * (1 - TOLERANCE)).astype(np.float64)


def co_occurrences(m: np.ndarray) -> np.ndarray:
    """In how many regions each pair of industries is specialised at once: M'M."""
    # Counts below 2**24 are exact in single precision, at half the time and memory.
    single = m.astype(np.float32)
    return (single.T @ single).astype(np.float64)


def proximity(m: np.ndarray) -> np.ndarray:
    """The smaller of the two conditional probabilities of being specialised in one industry given the other.

    phi_ij = sum_c M_ci M_cj / max(u_i, u_j) with the ubiquities u; 1 for an industry and itself, zero where
    no region is specialised (Hidalgo, Klinger, Barabasi and Hausmann 2007).
    """
    together = co_occurrences(m)
    ubiquity = np.diag(together).copy()
    most = np.maximum(ubiquity[:, None], ubiquity)
    return np.divide(together, most, out=together, where=most > 0)


def shares_of(phi: np.ndarray) -> np.ndarray:
    """The proximities to each industry (a column) as parts of their sum; zero where there are none."""
    sums = phi.sum(axis=0)
    return np.divide(phi, sums, out=np.zeros_like(phi), where=sums > 0)


def density(m: np.ndarray, phi: np.ndarray) -> np.ndarray:
    """The share of the proximity to an industry that lies in what the region is specialised in.

    d_cp = sum_p' M_cp' phi_pp' / sum_p' phi_pp', the industry itself included; zero for an industry in
    which no region is specialised (Hidalgo et al. 2007).
    """
    return m @ shares_of(phi)


def outlook_index(m: np.ndarray, densities: np.ndarray, pci: np.ndarray) -> np.ndarray:
    """Sum over the industries that a region lacks of density times PCI (Hausmann, Hidalgo et al. 2014)."""
    weight = np.nan_to_num(pci)
    index = densities @ weight
    for rows in blocks(m.shape):
        index[rows] -= (densities[rows] * m[rows]) @ weight
    return index


def outlook_gain(m: np.ndarray, phi: np.ndarray, pci: np.ndarray, own: np.ndarray | None) -> np.ndarray:
    """What an industry that a region lacks would bring near: zero for those that it has.

    sum_p' (1 - M_cp') PCI_p' phi_pp' / sum_p'' phi_p''p', less ``own`` (the densities) times PCI of
    the industry itself where they are given.
    """
    weights = (shares_of(phi) * np.nan_to_num(pci)).T
    gain = m @ -weights
    for rows in blocks(m.shape):
        gain[rows] += weights.sum(axis=0)
        if own is not None:
            gain[rows] -= own[rows] * pci
        gain[rows][m[rows] > 0] = 0.0
    return gain


def blocks(shape: tuple[int, int]) -> Iterator[slice]:
    """The rows in pieces of `BLOCK` cells."""
    step = max(BLOCK // max(shape[1], 1), 1)
    for start in range(0, shape[0], step):
        yield slice(start, start + step)
