"""Does a table add up, and if not, where; flows that a table of whole units prints as 0."""

from __future__ import annotations

import numpy as np

SPREAD = 1 / 3
"""How a row's unprinted flows grow with the size of the buyer: see `unprinted`."""


def is_whole(*parts: np.ndarray) -> bool:
    """Whether a table is printed in whole units.

    >>> is_whole(np.array([1.0, 20.0])), is_whole(np.array([1.5]))
    (True, False)
    """
    return all(np.array_equal(part, np.rint(part)) for part in parts)


def unprinted(flows: np.ndarray, final: np.ndarray, gap: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What a table of whole units prints as 0: estimates for its blank cells, of flows and of final demand.

    A row whose sales fall short of its output by ``gap`` sells the rest in amounts below half a unit. The gap is
    spread over the row's blank cells in proportion to the cube root of what the buyer buys in all, at most half a
    unit a cell: small buyers are much closer to large ones in flows that small than in all they buy. (Of equal
    parts, cube, square root and full proportion, compared on WIOD 2000 and 2008, the cube root came nearest to
    measures published from unrounded tables.) Gaps below zero are left.
    """
    bought = np.maximum(np.concatenate([flows.sum(axis=0), final.sum(axis=0)]), 0.0) ** SPREAD
    split = flows.shape[1]
    blanks = np.hstack([flows, final]) == 0
    weights = blanks @ bought
    unit = np.divide(np.maximum(gap, 0.0), weights, out=np.zeros_like(weights), where=weights > 0)
    added = np.minimum(unit[:, None] * bought[None, :], 0.5)
    added *= blanks
    return added[:, :split], added[:, split:]
