"""Bursts: spans of time in which a term is said much more often than it usually is."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.special import bdtrc

from clusteratlas.observatory.arguments import NOT_NEGATIVE, Range, check
from clusteratlas.observatory.trends.counting import Counts, read_counts
from clusteratlas.observatory.trends.discovery import q_values

CERTAIN = 0.9999
"""The largest share of projects that a state of the automaton may have."""


def bursts(
    counts: Any,
    totals: Any,
    *,
    term: str = "term",
    period: str = "period",
    projects: str = "projects",
    scaling: float = 2.0,
    cost: float = 1.0,
) -> Any:
    """The spans of periods in which each term bursts, by Kleinberg's automaton of two states for batches.

    With r_t projects of a term out of d_t in period t, R and D their sums, p0 = R / D and p1 = ``scaling`` times
    p0 (at most 0.9999), a period costs in state i

        sigma_i(t) = -ln( binomial(d_t, r_t) p_i^r_t (1 - p_i)^(d_t - r_t) )

    and going up from state 0 to 1 costs ``cost`` times ln n (n periods); going down costs nothing, and it starts
    in state 0. A burst is a run of state 1 on the cheapest path; its ``weight`` is the sum of sigma_0 - sigma_1.

    One row for each burst: ``term``, ``start``, ``end``, ``projects`` in it, ``expected`` had they been spread
    like all projects, ``weight``, ``p_value`` (chance of so many projects in the span, given R, times the number
    of spans there are) and ``q_value`` (share of false ones among bursts so sure, over all terms). Terms without
    a burst have no row.

    Raises as `growth`. Source: Kleinberg 2002; the p-value is ours (exact binomial, Bonferroni over spans).

    >>> import polars as pl
    >>> counts = pl.DataFrame({"term": ["a"] * 4, "period": [1, 2, 3, 4], "projects": [2, 2, 20, 2]})
    >>> totals = pl.DataFrame({"period": [1, 2, 3, 4], "projects": [100] * 4})
    >>> bursts(counts, totals).select("term", "start", "end", pl.col("weight").round(2)).rows()
    [('a', 3, 3, 8.1)]
    """
    check(Range(1, low_open=True), scaling=scaling)
    check(NOT_NEGATIVE, cost=cost)
    found = read_counts(counts, totals, term=term, period=period, projects=projects)
    gain = _gain(found, scaling)
    row, start, end = _runs(_cheapest(gain, cost))
    table = _table(found, gain, row, start, end, term)
    return found.kind.frame(table)


def _gain(found: Counts, scaling: float) -> np.ndarray:
    """sigma_0 - sigma_1 of each term and period."""
    y, n = found.observed, found.exposure
    low = y.sum(axis=1, keepdims=True) / n.sum(axis=1, keepdims=True)
    high = np.minimum(scaling * low, CERTAIN)
    with np.errstate(divide="ignore", invalid="ignore"):
        gain = y * np.log(high / low) + (n - y) * (np.log1p(-high) - np.log1p(-low))
    return np.where((low > 0) & (high > low), gain, -np.inf)


def _cheapest(gain: np.ndarray, cost: float) -> np.ndarray:
    """The state of each term and period on the path of least cost; ties stay in state 0."""
    terms, periods = gain.shape
    up = cost * np.log(max(periods, 1))
    best = np.stack([np.zeros(terms), np.full(terms, -np.inf)])
    came = np.zeros((periods, 2, terms), dtype=bool)
    for t in range(periods):
        to_high = np.stack([best[0] - up, best[1]])
        came[t] = np.stack([best[1] > best[0], to_high[1] >= to_high[0]])
        best = np.stack([best.max(axis=0), to_high.max(axis=0) + gain[:, t]])
    state = np.zeros((terms, periods), dtype=bool)
    here = best[1] > best[0]
    for t in range(periods - 1, -1, -1):
        state[:, t] = here
        here = np.where(here, came[t, 1], came[t, 0])
    return state


def _runs(state: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The term, the first and the last period of each run of state 1."""
    edged = np.pad(state.astype(np.int8), ((0, 0), (1, 1)))
    change = np.diff(edged, axis=1)
    row, start = np.nonzero(change == 1)
    _, after = np.nonzero(change == -1)
    return row, start, after - 1


def _table(
    found: Counts, gain: np.ndarray, row: np.ndarray, start: np.ndarray, end: np.ndarray, term: str
) -> pl.DataFrame:
    def inside(values: np.ndarray) -> np.ndarray:
        sums = np.pad(np.cumsum(values, axis=1), ((0, 0), (1, 0)))
        return sums[row, end + 1] - sums[row, start]

    whole = found.observed.sum(axis=1)[row]
    share = inside(found.exposure) / found.exposure.sum(axis=1)[row]
    observed, periods = inside(found.observed), len(found.periods)
    spans = periods * (periods + 1) / 2
    p = np.minimum(1.0, spans * bdtrc(observed - 1, whole.astype(np.int64), np.minimum(share, 1.0)))
    every = np.concatenate([p, np.ones(max(0, len(found.terms) - len(np.unique(row))))])
    columns = {
        term: found.terms.gather(row),
        "start": pl.Series(found.periods[start]),
        "end": pl.Series(found.periods[end]),
        "projects": observed.astype(np.int64),
        "expected": whole * share,
        "weight": inside(np.where(np.isfinite(gain), gain, 0.0)),
        "p_value": p,
        "q_value": q_values(every)[: len(p)],
    }
    return pl.DataFrame(columns)
