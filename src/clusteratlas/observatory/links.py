"""Which clusters are linked: relatedness between categories, and the rule of the US Cluster Mapping Project."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import COUNT_OR_NONE, PERCENTAGE, SHARE, check, check_name
from clusteratlas.observatory.frames import as_numbers, check_columns, lazy
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE, share_of, with_imputed
from clusteratlas.observatory.matrices import Kind

RELATED = 90.0
"""Percentile of the pairs of industries from which on two industries are called related."""


def linkages(
    relatedness: Any,
    *,
    industry: str = "industry",
    other: str | None = None,
    value: str = "relatedness",
    related_industries: str | None = None,
    solid: float = 95.0,
    grey: float = 90.0,
    share: float = 0.2,
    nearest: int = 2,
) -> Any:
    """The links of each cluster, by the rule of the US Cluster Mapping Project.

    ``relatedness`` has one row for each ordered pair of clusters (or industries); pairs of a cluster with
    itself are left out. All pairs come back, with

    - ``percentile``: the share, in percent, of all pairs that are less related, ties and itself counting half;
    - ``rank``: the place among the partners of ``industry``, 1 the most related;
    - ``linkages``: ``"solid"`` at the ``solid`` percentile or above, ``"grey"`` from the ``grey`` percentile,
      both only with at least ``share`` related industries; ``"dashed"`` for the ``nearest`` next closest of each
      cluster; else null.

    ``related_industries`` names the column with the share of industries of the two clusters that are
    related across them (0 to 1; see `category_relatedness`); without it the percentile alone decides.

    Other columns stay, ``imputed_share`` among them. Raises `InputError` for wrong columns, pairs that are there twice,
    and texts for numbers.
    Source: Delgado, Porter and Stern 2016; clustermapping.us, "related clusters".

    >>> import polars as pl
    >>> pairs = {"industry": [*"aabbcc"], "other_industry": [*"bcacab"], "relatedness": [5, 1, 5, 2, 1, 2]}
    >>> pairs = pl.DataFrame(pairs)
    >>> linkages(pairs, solid=60, nearest=1).select("industry", "other_industry", "linkages").rows()[:2]
    [('a', 'b', 'solid'), ('a', 'c', 'dashed')]
    """
    check(PERCENTAGE, solid=solid, grey=grey)
    check(SHARE, share=share)
    check_name(related_industries=related_industries)
    check(COUNT_OR_NONE, nearest=nearest)
    check_name(other=other)
    other = other or f"other_{industry}"
    given, is_eager = lazy(relatedness)
    numbers = [value, *([related_industries] if related_industries else [])]
    check_columns(given, [industry, other, *numbers])
    kind = Kind(nw.to_native(given), given.implementation, is_eager)
    pairs = as_numbers(given, numbers).collect(backend="polars").to_native()
    pairs = pairs.filter(pl.col(industry) != pl.col(other))
    _check_pairs(pairs, industry, other)
    is_enough = pl.col(related_industries) >= share if related_industries else pl.lit(True)
    pairs = pairs.with_columns(
        percentile=100 * (pl.col(value).rank("average") - 0.5) / pl.col(value).count(),
        rank=pl.col(value).rank("ordinal", descending=True).over(industry, order_by=other).cast(pl.Int64),
    )
    pairs = pairs.with_columns(linkages=_strong(solid, grey, is_enough))
    is_next = _is_among_the_next(industry, value, nearest)
    return kind.frame(
        pairs.with_columns(linkages=pl.when(is_next).then(pl.lit("dashed")).otherwise(pl.col("linkages")))
    )


def _strong(solid: float, grey: float, is_enough: pl.Expr) -> pl.Expr:
    """The links that the percentile makes; null for the others."""
    return (
        pl.when((pl.col("percentile") >= solid) & is_enough)
        .then(pl.lit("solid"))
        .when((pl.col("percentile") >= grey) & is_enough)
        .then(pl.lit("grey"))
    )


def _is_among_the_next(industry: str, value: str, nearest: int) -> pl.Expr:
    """Whether a pair is one of the ``nearest`` closest of its cluster that have no link yet."""
    unlinked = pl.when(pl.col("linkages").is_null() & pl.col(value).is_not_null()).then(pl.col("rank"))
    return unlinked.rank("ordinal").over(industry) <= nearest


def _check_pairs(pairs: pl.DataFrame, *keys: str) -> None:
    twice = pairs.filter(pl.struct(keys).is_duplicated())
    if twice.height:
        raise InputError(
            f"a pair is there twice: {twice[keys[0]][0]!r}, {twice[keys[1]][0]!r}",
            remedy="give one row for each ordered pair (and one period at a time)",
        )


def category_relatedness(
    relatedness: Any,
    crosswalk: Any,
    *,
    industry: str = "industry",
    other: str | None = None,
    value: str = "relatedness",
    related: float = RELATED,
) -> Any:
    """How related categories (clusters, ecosystems) are, from how related their industries are.

    ``crosswalk`` has ``industry``, ``category`` and ``weight`` (0 to 1). One row for each ordered pair
    of different categories: ``category``, ``other_category``;

    - ``relatedness``: the mean over the pairs of one industry in each, weighted by the product of their
      weights, an industry that is in both not paired with itself;
    - ``related_industries``: the share of the industries of either category that are related to one of the
      other (at the ``related`` percentile of all pairs of industries or above): the mean of the two directions;
    - ``least_related_industries``: the smaller of the two;
    - ``imputed_share``: the mean over the same pairs with the same weights, when they have it (as from `relatedness`).

    Raises `InputError` for wrong columns. Source: Delgado, Porter and Stern 2016.
    """
    check(PERCENTAGE, related=related)
    check_name(other=other)
    other = other or f"other_{industry}"
    given, is_eager = lazy(relatedness)
    check_columns(given, [industry, other, value])
    kind = Kind(nw.to_native(given), given.implementation, is_eager)
    given = with_imputed(given, [industry, other, value])
    told = [IMPUTED] if IMPUTED in given.collect_schema().names() else []
    pairs = as_numbers(given.select(industry, other, value, *told), [value]).collect(backend="polars")
    pairs = pairs.to_native().filter(pl.col(industry) != pl.col(other), pl.col(value).is_not_null())
    _check_pairs(pairs, industry, other)
    links, _ = lazy(crosswalk)
    check_columns(links, ["industry", "category", "weight"])
    links = links.select("industry", "category", "weight").collect(backend="polars").to_native()
    pairs = pairs.rename({industry: "industry", other: "other_industry", value: "relatedness"})
    return kind.frame(_between(pairs, links.filter(pl.col("weight") > 0), related))


def _between(pairs: pl.DataFrame, links: pl.DataFrame, related: float) -> pl.DataFrame:
    industries = pl.concat([links["industry"], pairs["industry"], pairs["other_industry"]]).unique().sort()
    categories = links["category"].unique().sort()
    matrix = np.full((len(industries), len(industries)), np.nan)
    at = industries.search_sorted
    matrix[at(pairs["industry"]), at(pairs["other_industry"])] = pairs["relatedness"].to_numpy()
    weights = np.zeros((len(industries), len(categories)))
    weights[at(links["industry"]), categories.search_sorted(links["category"])] = links["weight"].to_numpy()
    known = (~np.isnan(matrix)).astype(float)
    sums, counts = weights.T @ np.nan_to_num(matrix) @ weights, weights.T @ known @ weights
    shares = _related_shares(matrix, weights, related)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = np.where(counts > 0, sums / counts, np.nan)
    one, two = np.nonzero(~np.eye(len(categories), dtype=bool))
    columns = {
        "relatedness": mean,
        "related_industries": (shares + shares.T) / 2,
        "least_related_industries": np.minimum(shares, shares.T),
    }
    if IMPUTED in pairs.columns:
        told = np.zeros_like(matrix)
        told[at(pairs["industry"]), at(pairs["other_industry"])] = pairs[IMPUTED].fill_null(0.0).to_numpy()
        columns[IMPUTED_SHARE] = share_of(weights.T @ told @ weights, counts)
    names = {"category": categories.gather(one), "other_category": categories.gather(two)}
    return pl.DataFrame(names | {name: of[one, two] for name, of in columns.items()}).fill_nan(None)


def _related_shares(matrix: np.ndarray, weights: np.ndarray, related: float) -> np.ndarray:
    """The weighted share of the industries of each category (rows) that are related to one of another (columns)."""
    known = matrix[~np.isnan(matrix)]
    if not known.size:
        return np.zeros((weights.shape[1],) * 2)
    close = (np.nan_to_num(matrix, nan=-np.inf) >= np.percentile(known, related)).astype(float)
    reached = (close @ (weights > 0) > 0).astype(float)
    return weights.T @ reached / weights.sum(axis=0)[:, None]
