"""When is a location quotient high? Quotients standardised within each industry, with a bootstrapped cut-off."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from clusteratlas.observatory.arguments import COUNT, INNER_PERCENTAGE, SEED, check
from clusteratlas.observatory.frames import joined
from clusteratlas.observatory.specialisation import Names, with_quotient
from clusteratlas.observatory.tables import take_table

SCORE = "standardised_location_quotient"


def standardised_location_quotient(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    reference: Any = None,
    totals: Any = None,
    percentile: float = 95.0,
    samples: int = 1000,
    seed: int = 0,
) -> Any:
    """How many standard deviations the logarithm of a location quotient lies above its industry's mean.

    z_ir = (ln LQ_ir - mean_i) / s_i over the regions (of a period) where the quotient is above zero, s_i with n - 1.
    Null where the quotient is null or zero, and where fewer than two regions, or only equal ones, have the industry.

    The cut-off of an industry is the mean, over ``samples`` bootstrap samples of its regions drawn with replacement,
    of the sample's ``percentile`` of z (the smallest z that at least so many per cent of the sample do not exceed).
    It needs no normal distribution, as the customary 1.65 does. The same ``seed`` gives the same cut-offs on every
    kind of frame.

    The frame comes back with the columns ``standardised_location_quotient`` (without unit),
    ``standardised_location_quotient_cut_off`` and ``standardised_location_quotient_is_above``. The other arguments
    and errors are those of `location_quotient`; a percentile outside 0 to 100 and fewer than one sample raise
    `UsageError`. The scores of DuckDB and Spark frames are collected once, industry by industry, for the bootstrap.

    Source: Z. Tian (2013), "Measuring agglomeration using the standardized location quotient with a bootstrap
    method", Journal of Regional Analysis and Policy 43, 186-197.

    >>> import polars as pl
    >>> jobs = pl.DataFrame(
    ...     {"region": list("AABBCC"), "industry": list("xyxyxy"), "value": [10, 90, 30, 70, 40, 60]}
    ... )
    >>> standardised_location_quotient(jobs)["standardised_location_quotient"].round(3).to_list()
    [-1.132, 1.07, 0.369, -0.158, 0.763, -0.911]
    """
    check(INNER_PERCENTAGE, percentile=percentile)
    check(COUNT, samples=samples)
    check(SEED, seed=seed)
    names = Names(region, industry, value, period)
    table = take_table(frame, keys=[region, industry, period], values=[value])
    data = with_quotient(table, names, reference, totals, keys=True)
    by = names.by("industry")
    data = _with_score(data, by)
    cut_offs = _cut_offs(data, by, share=percentile / 100, samples=samples, seed=seed)
    score, cut_off = nw.col("__score"), nw.col("__cut_off")
    return table.extended(
        joined(data, table.like(cut_offs), by),
        {SCORE: score, f"{SCORE}_cut_off": cut_off, f"{SCORE}_is_above": score > cut_off},
    )


def _with_score(data: nw.LazyFrame, by: list[str]) -> nw.LazyFrame:
    """``data`` with z as ``__score``. The sum of squares is taken around the mean: without it digits are lost."""
    quotient = nw.col("__quotient")
    data = data.with_columns(nw.when(quotient > 0).then(quotient.log()).alias("__log"))
    log = nw.col("__log")
    means = data.group_by(by).agg(log.sum().alias("__sum"), log.count().alias("__count"))
    data = joined(data, means, by)
    distance = log - nw.when(nw.col("__count") > 0).then(nw.col("__sum") / nw.col("__count"))
    data = data.with_columns(distance.alias("__distance"))
    squares = data.group_by(by).agg((nw.col("__distance") * nw.col("__distance")).sum().alias("__squares"))
    data = joined(data, squares, by)
    spread = nw.when((nw.col("__count") > 1) & (nw.col("__squares") > 1e-24 * nw.col("__count"))).then(
        (nw.col("__squares") / nw.when(nw.col("__count") > 1).then(nw.col("__count") - 1)).sqrt()
    )
    return data.with_columns((nw.col("__distance") / spread).alias("__score"))


def _cut_offs(data: nw.LazyFrame, by: list[str], *, share: float, samples: int, seed: int) -> pl.DataFrame:
    scores = data.select(*by, "__score").filter(~nw.col("__score").is_null()).collect().to_native()
    table = scores if isinstance(scores, pl.DataFrame) else pl.from_arrow(scores)
    groups = table.group_by(by).agg(pl.col("__score").sort())
    found = [_cut_off(group, share, samples, seed) for group in _arrays(groups)]
    return groups.select(by).with_columns(pl.Series("__cut_off", found, pl.Float64))


def _arrays(groups: pl.DataFrame) -> Iterator[np.ndarray]:
    return (scores.to_numpy() for scores in groups["__score"])


def _cut_off(scores: np.ndarray, share: float, samples: int, seed: int) -> float:
    """The mean of the percentile over bootstrap samples of sorted ``scores``.

    The k-th smallest of n draws with replacement is the score at the k-th smallest of n uniform numbers, which has
    a Beta(k, n - k + 1) distribution: it is drawn at once, without drawing the n.
    """
    count = len(scores)
    place = min(max(math.ceil(share * count), 1), count)
    drawn = np.random.default_rng(seed).beta(place, count - place + 1, samples)
    return float(scores[np.minimum((drawn * count).astype(int), count - 1)].mean())
