"""Growth of terms: a log-linear trend of their share, drawn towards none where little is known, with bounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from scipy.special import ndtr

from clusteratlas.errors import UsageError
from clusteratlas.observatory.arguments import INNER_SHARE, SHARE, check
from clusteratlas.observatory.trends.counting import Counts, read_counts
from clusteratlas.observatory.trends.discovery import q_values

FALSE, ESTABLISHED = 0.1, 0.05
NONE = 1e-9
"""A number this small is none: what is left of rounding."""
LARGEST_STEP, ROUNDS, HALVINGS = 1.0, 100, 60


def growth(
    counts: Any,
    totals: Any,
    *,
    term: str = "term",
    period: str = "period",
    projects: str = "projects",
    group: str | None = None,
    confidence: float = 0.9,
    false_share: float = FALSE,
    established: float = ESTABLISHED,
) -> Any:
    """How fast the share of each term grows a period, with bounds, and what to call it.

    ``counts`` has the number of ``projects`` of each term and ``period`` (none where it is absent), ``totals``
    that of all projects of each period (see `term_counts`). Periods are numbers, such as years. With ``group``
    (in both frames) a term is compared with what its groups did, so that a year with more calls of one kind
    makes no trend.

    With y_t projects of a term out of n_t, s the mean period, and dispersion phi:

        y_t ~ Poisson(n_t exp(a + b (t - s))),  variance phi times the mean,  b ~ sum_k w_k Normal(0, tau_k^2)

    ``a`` is profiled out: given Y = sum of y_t, the y_t are multinomial with chances n_t exp(b t) / sum. At b = 0
    the score is U = sum of y_t (t - mean) and its information I = Y v, with mean and variance v of the period over
    the exposure. Over all terms, phi is Pearson's chi-square over its degrees of freedom (at least 1), and
    the weights w_k say which slopes there are (`prior`): most near none, some steep. They are found by
    expectation and maximisation, each term's likelihood under each tau_k by Laplace's approximation.

    One row for each term: ``projects`` (all), ``share_first`` and ``share_last`` (of the first and last
    period), ``growth`` (exp(b) - 1 at the median of the posterior), ``lower`` and ``upper`` (its bounds at
    ``confidence``), ``growth_unshrunk`` (at the most likely b; null where that is
    infinite), ``p_value`` (of the score U / sqrt(phi I), one-sided, for growth), ``q_value`` (share of false calls
    among all with at most that), and ``trend``: ``"emerging"`` (q at most ``false_share``, lower bound above 0 and
    a last share of at most ``established``), ``"growing"`` (the same with a larger share), ``"fading"`` (the
    mirror image), else ``"steady"``. A term whose share does not change is never emerging.

    Raises `InputError` for wrong columns, cells that are there twice, and terms with more projects than there are;
    `UsageError` for fewer than two periods. Sources: McCullagh and Nelder 1989 (quasi-likelihood),
    Stephens 2017 (empirical Bayes with a mixture of normals), Armitage 1955 (the trend test), Benjamini and
    Hochberg 1995.

    >>> import polars as pl
    >>> counts = pl.DataFrame({"term": ["a", "a", "b", "b"], "period": [1, 2, 1, 2], "projects": [4, 12, 8, 8]})
    >>> totals = pl.DataFrame({"period": [1, 2], "projects": [100, 100]})
    >>> growth(counts, totals).select("term", pl.col("growth_unshrunk", "growth").round(3), "trend").rows()
    [('a', 2.0, 0.695, 'steady'), ('b', 0.0, 0.0, 'steady')]
    """
    check(INNER_SHARE, confidence=confidence)
    check(SHARE, false_share=false_share, established=established)
    found = read_counts(counts, totals, term=term, period=period, projects=projects, group=group)
    if len(found.periods) < 2 and len(found.terms):
        raise UsageError("one period is no trend", remedy="give at least two periods with projects")
    return found.kind.frame(_table(found, term, confidence, false_share, established))


@dataclass(frozen=True)
class Slopes:
    """What counts say of the slope of each term: ``score`` and ``information`` at none, dispersion and spread."""

    counts: Counts

    @property
    def total(self) -> np.ndarray:
        """Projects of each term."""
        return self.counts.observed.sum(axis=1)

    @property
    def chances(self) -> np.ndarray:
        """The chance of each period for a project of a term, if the term keeps its share."""
        return self.counts.exposure / self.counts.exposure.sum(axis=1, keepdims=True)

    def moments(self, slope: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The mean and the variance of the period for a project of each term, with its slope."""
        times = self.counts.periods - self.counts.periods.mean()
        weights = self.chances * np.exp(np.clip(slope[:, None] * times, -300, 300))
        weights /= weights.sum(axis=1, keepdims=True)
        mean = weights @ times
        return mean, weights @ times**2 - mean**2

    def score(self, slope: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The derivative of the log likelihood at a slope, and the information there."""
        mean, variance = self.moments(slope)
        times = self.counts.periods - self.counts.periods.mean()
        return self.counts.observed @ times - self.total * mean, self.total * variance

    def dispersion(self, slope: np.ndarray) -> float:
        """Pearson's chi-square of all terms around their slopes, over its degrees of freedom; at least 1."""
        free = len(self.counts.periods) - 2
        if free < 1 or not len(slope):
            return 1.0
        times = self.counts.periods - self.counts.periods.mean()
        weights = self.chances * np.exp(np.clip(slope[:, None] * times, -300, 300))
        fitted = self.total[:, None] * weights / weights.sum(axis=1, keepdims=True)
        chi = ((self.counts.observed - fitted) ** 2 / np.maximum(fitted, 1e-12)).sum()
        return max(1.0, float(chi) / (free * len(slope)))

    def solved(self, dispersion: float, spread: float) -> np.ndarray:
        """The most likely slope of each term with a normal prior of variance ``spread``: Newton's method, damped."""
        slope = np.zeros(len(self.total))
        for _ in range(ROUNDS):
            score, information = self.score(slope)
            step = (score / dispersion - slope / spread) / (information / dispersion + 1 / spread)
            slope = slope + np.clip(step, -LARGEST_STEP, LARGEST_STEP)
            if np.abs(step).max(initial=0) < 1e-10:
                break
        return slope

    def likelihood(self, slope: np.ndarray) -> np.ndarray:
        """The logarithm of the likelihood of each term's slope, but for a constant."""
        times = self.counts.periods - self.counts.periods.mean()
        tilted = np.log((self.chances * np.exp(np.clip(slope[:, None] * times, -300, 300))).sum(axis=1))
        return self.counts.observed @ times * slope - self.total * tilted


@dataclass(frozen=True)
class Posterior:
    """What is known of each slope: a mixture of normals with ``weights``, ``means`` and ``errors`` (terms down)."""

    weights: np.ndarray
    means: np.ndarray
    errors: np.ndarray

    def quantile(self, chance: float) -> np.ndarray:
        """The slope below which each true one lies with a chance: by halving."""
        reach = 10 * self.errors.max(axis=1, initial=0)
        low, high = self.means.min(axis=1, initial=0) - reach, self.means.max(axis=1, initial=0) + reach
        for _ in range(HALVINGS):
            middle = (low + high) / 2
            below = (self.weights * ndtr((middle[:, None] - self.means) / self.errors)).sum(axis=1) < chance
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return (low + high) / 2


def prior(slopes: Slopes, dispersion: float) -> np.ndarray:
    """The standard deviations of the prior's parts: doubling, from a tenth of the least error to twice the steepest.

    Error is that of a slope at none, steepest the largest slope that one step of Newton's method gives.
    """
    score, information = slopes.score(np.zeros(len(slopes.total)))
    known = information > 0
    if not known.any():
        return np.ones(1)
    least = float(np.sqrt(dispersion / information[known].max())) / 10
    steepest = 2 * float(np.abs(score[known] / information[known]).max())
    return least * 2.0 ** np.arange(max(2, int(np.ceil(np.log2(max(steepest / least, 2)))) + 1))


def posterior(slopes: Slopes, dispersion: float) -> Posterior:
    """What is known of each slope, with a prior whose weights are learnt from all of them."""
    parts = []
    for spread in prior(slopes, dispersion) ** 2:
        mode = slopes.solved(dispersion, spread)
        _, information = slopes.score(mode)
        curved = information / dispersion + 1 / spread
        height = slopes.likelihood(mode) / dispersion - mode**2 / (2 * spread) - np.log(spread * curved) / 2
        parts.append((height, mode, 1 / np.sqrt(curved)))
    height, means, errors = (np.stack(part, axis=1) for part in zip(*parts, strict=True))
    likelihood = np.exp(height - height.max(axis=1, keepdims=True, initial=-np.inf))
    weights = np.full(means.shape[1], 1 / means.shape[1])
    for _ in range(ROUNDS if len(means) else 0):
        shares = likelihood * weights
        weights = (shares / shares.sum(axis=1, keepdims=True)).mean(axis=0)
    shares = likelihood * weights
    return Posterior(shares / shares.sum(axis=1, keepdims=True), means, errors)


WIDE = 1e9
"""A variance of slopes that holds nothing back."""


def _table(
    found: Counts, term: str, confidence: float, false_share: float, established: float
) -> pl.DataFrame:
    slopes = Slopes(found)
    free = slopes.solved(1.0, WIDE)
    dispersion = slopes.dispersion(free)
    known = posterior(slopes, dispersion)
    tail = (1 - confidence) / 2
    slope, lower, upper = (known.quantile(chance) for chance in (0.5, tail, 1 - tail))
    slope = np.where(np.abs(slope) < NONE, 0.0, slope)
    score, flat = slopes.score(np.zeros(len(slope)))
    z = np.divide(score, np.sqrt(dispersion * flat), out=np.zeros_like(score), where=flat > 0)
    none = np.zeros_like(found.observed)
    shares = np.divide(found.observed, found.exposure, out=none, where=found.exposure > 0)
    p = ndtr(-np.where(np.abs(z) < NONE, 0.0, z))
    q, q_down = q_values(p), q_values(1 - p)
    bounded = ((found.observed > 0).sum(axis=1) > 1) & (np.abs(free) < 50)
    lower, upper = np.expm1(lower), np.expm1(upper)
    grows, fades = (q <= false_share) & (lower > 0), (q_down <= false_share) & (upper < 0)
    called = np.where(shares[:, -1] <= established, "emerging", "growing") if len(p) else np.array([], str)
    return pl.DataFrame(
        {
            term: found.terms,
            "projects": found.observed.sum(axis=1).astype(np.int64),
            "share_first": shares[:, 0] if shares.size else [],
            "share_last": shares[:, -1] if shares.size else [],
            "growth": np.expm1(slope),
            "lower": lower,
            "upper": upper,
            "growth_unshrunk": pl.Series(
                np.where(bounded, np.expm1(np.clip(free, -50, 50)), np.nan), nan_to_null=True
            ),
            "p_value": p,
            "q_value": q,
            "trend": pl.Series(
                np.where(grows, called, np.where(fades, "fading", "steady")).tolist(), dtype=pl.String
            ),
        }
    )
