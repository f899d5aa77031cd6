"""How many of the finds may be false: q-values of many tests at once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def q_values(p_values: Sequence[float] | np.ndarray) -> np.ndarray:
    """The q-value of each p-value: calling all with at most q means that about the share q of the calls is false.

    With the p-values in order p_(1) <= ... <= p_(m): q_(i) = min over j >= i of m p_(j) / j. Missing values (NaN)
    stay missing and are no tests. Source: Benjamini and Hochberg 1995.

    >>> q_values([0.01, 0.04, 0.03, 0.5]).round(3).tolist()
    [0.04, 0.053, 0.053, 0.5]
    """
    given = np.asarray(p_values, dtype=float)
    known = np.flatnonzero(~np.isnan(given))
    order = known[np.argsort(-given[known], kind="stable")]
    ranks = np.arange(len(order), 0, -1)
    found = np.full(given.shape, np.nan)
    found[order] = np.minimum.accumulate(np.minimum(given[order] * len(order) / ranks, 1.0))
    return found
