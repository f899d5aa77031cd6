"""Whether like works with like, and the ties between countries, regions or other groups."""

from __future__ import annotations

import numpy as np
from scipy import sparse


def between_groups(values: np.ndarray, ties: sparse.csr_array, group: np.ndarray) -> np.ndarray:
    """Sums of ``values`` (one for each entry of ``ties``) between each two groups, both directions; -1 is no group."""
    rows = np.repeat(group, np.diff(ties.indptr))
    columns = group[ties.indices]
    known = (rows >= 0) & (columns >= 0)
    groups = int(group.max(initial=-1)) + 1
    cells = rows[known].astype(np.int64) * groups + columns[known]
    return np.bincount(cells, values[known], groups * groups).reshape(groups, groups)


def assortativity(mixing: np.ndarray) -> float:
    """Newman's coefficient from sums between groups (2003): 1 like with like alone, 0 chance; not a number if all
    are of one group."""
    whole = mixing.sum()
    if not whole:
        return float("nan")
    share = mixing / whole
    chance = float((share.sum(axis=0) * share.sum(axis=1)).sum())
    return float((np.trace(share) - chance) / (1 - chance)) if chance < 1 else float("nan")


def degree_assortativity(ties: sparse.csr_array) -> float:
    """The correlation of the degrees at the two ends of a tie (Newman 2002)."""
    degree = np.diff(ties.indptr).astype(float)
    here, there = np.repeat(degree, np.diff(ties.indptr)), degree[ties.indices]
    if not len(here) or not here.std():
        return float("nan")
    return float(np.corrcoef(here, there)[0, 1])
