"""Early regions: which regions took a term up before others did, against what their size lets expect."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.special import gammaincinv, pdtrc

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import INNER_SHARE, SHARE, Range, check
from clusteratlas.observatory.matrices import Kind
from clusteratlas.observatory.trends.counting import memory
from clusteratlas.observatory.trends.discovery import q_values


def early_regions(
    counts: Any,
    totals: Any,
    *,
    term: str = "term",
    region: str = "region",
    period: str = "period",
    projects: str = "projects",
    early_share: float = 0.25,
    confidence: float = 0.9,
    false_share: float = 0.1,
) -> Any:
    """Which regions entered each term early, and how sure that is.

    ``counts`` has the number of ``projects`` of each term, region and period (a project counts in each of its
    regions), ``totals`` the regions' projects of any term. The early periods of a term are its first ones, up to
    the one in which ``early_share`` of its projects are reached. With n_r the projects of region r and Y the
    term's projects of all regions, both in those periods,

        E_r = Y n_r / sum of n_r,   O_r ~ Poisson(E_r theta_r),   theta_r ~ Gamma(k, k)

    with 1 / k = sum((O - E)^2 - E) / sum(E^2) over all regions of the term, and at least its standard error were there
    no differences, sqrt(sum(2 E^2 + E)) / sum(E^2): that none is seen does not mean that none is there.

    One row for each term and region with projects in the early periods: ``until`` (the last of them),
    ``projects`` (O), ``expected`` (E), ``ratio`` (mean of theta, drawn towards 1 where E is small), ``lower`` and
    ``upper`` (its bounds at ``confidence``), ``p_value`` (chance of at least O with theta 1), ``q_value`` (share
    of false calls of those so sure, over the regions of the term), ``is_early`` (q at most ``false_share`` and
    the lower bound above 1).

    Raises `InputError` for wrong columns, cells that are there twice and regions without totals. Sources: Clayton
    and Kaldor 1987 (Gamma and Poisson, the moments in closed form), Benjamini and Hochberg 1995.

    >>> import polars as pl
    >>> counts = pl.DataFrame({"term": "a", "region": ["A", "B"], "period": 1, "projects": [18, 2]})
    >>> totals = pl.DataFrame({"region": ["A", "B"], "period": 1, "projects": [50, 50]})
    >>> early_regions(counts, totals).select("region", "expected", pl.col("ratio").round(2), "is_early").rows()
    [('A', 10.0, 1.68, True), ('B', 10.0, 0.32, False)]
    """
    check(Range(0, 1, low_open=True), early_share=early_share)
    check(INNER_SHARE, confidence=confidence)
    check(SHARE, false_share=false_share)
    said, held, kind = _checked(counts, totals, term, region, period, projects)
    parts = [
        _judged(
            part.drop(term).rename({projects: "__n"}),
            held,
            (region, period, projects),
            early_share,
            confidence,
        ).select(pl.lit(key, dtype=said.schema[term]).alias(term), pl.all())
        for (key,), part in said.sort(term).group_by(term, maintain_order=True)
    ]
    if not parts:
        return kind.frame(_nothing(said, term, region, period))
    table = pl.concat(parts).with_columns(is_early=(pl.col("q_value") <= false_share) & (pl.col("lower") > 1))
    return kind.frame(table)


def _checked(
    counts: Any, totals: Any, term: str, region: str, period: str, projects: str
) -> tuple[pl.DataFrame, pl.DataFrame, Kind]:
    """Counts and totals in memory, and the kind of frame they were; raises as `early_regions`."""
    said, kind = memory(counts, [term, region, period, projects], [projects])
    held, _ = memory(totals, [region, period, projects], [projects])
    for data, cell in ((said, [term, region, period]), (held, [region, period])):
        if data.select(cell).is_duplicated().any() or data.select(cell).null_count().transpose().sum().item():
            raise InputError(
                f"a cell of {', '.join(cell)} is there twice or empty", remedy="add its rows up first"
            )
    if said.join(held.filter(pl.col(projects) > 0), on=[region, period], how="anti").height:
        raise InputError(
            "a region and period has no total", remedy="give the totals of every region and period"
        )
    return said, held, kind


def _nothing(said: pl.DataFrame, term: str, region: str, period: str) -> pl.DataFrame:
    numbers = ("expected", "ratio", "lower", "upper", "p_value", "q_value")
    keys = {term: said.schema[term], region: said.schema[region], "until": said.schema[period]}
    return pl.DataFrame(
        schema=keys | {"projects": pl.Int64} | dict.fromkeys(numbers, pl.Float64) | {"is_early": pl.Boolean}
    )


def _judged(
    part: pl.DataFrame,
    held: pl.DataFrame,
    names: tuple[str, str, str],
    early_share: float,
    confidence: float,
) -> pl.DataFrame:
    region, period, projects = names
    by_period = part.group_by(period).agg(pl.col("__n").sum()).sort(period)
    reached = by_period["__n"].cum_sum() >= early_share * by_period["__n"].sum()
    until = by_period[period].gather([int(reached.arg_true()[0])]).item()
    first = by_period[period][0]
    observed = part.filter(pl.col(period) <= until).group_by(region).agg(pl.col("__n").sum())
    there = held.filter(pl.col(period).is_between(first, until)).group_by(region).agg(pl.col(projects).sum())
    rows = there.join(observed, on=region, how="left").with_columns(pl.col("__n").fill_null(0)).sort(region)
    o, n = rows["__n"].to_numpy(), rows[projects].to_numpy()
    e = o.sum() * n / n.sum()
    spread = _spread(o, e)
    p = np.where(o > 0, pdtrc(np.maximum(o - 1, 0), e), 1.0)
    tail = (1 - confidence) / 2
    k = 1 / spread
    lower, upper = (gammaincinv(k + o, chance) / (k + e) for chance in (tail, 1 - tail))
    table = pl.DataFrame(
        {
            region: rows[region],
            "until": pl.Series([until] * rows.height, dtype=part.schema[period]),
            "projects": o.astype(np.int64),
            "expected": e,
            "ratio": (k + o) / (k + e),
            "lower": lower,
            "upper": upper,
            "p_value": p,
            "q_value": q_values(p),
        }
    )
    return table.filter(pl.col("projects") > 0)


def _spread(observed: np.ndarray, expected: np.ndarray) -> float:
    """The variance of the regions' ratios, by moments; at least what chance alone hides."""
    below = (expected**2).sum()
    seen = ((observed - expected) ** 2 - expected).sum() / below
    hidden = np.sqrt((2 * expected**2 + expected).sum()) / below
    return float(max(seen, hidden))
