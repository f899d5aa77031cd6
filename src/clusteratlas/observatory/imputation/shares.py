"""How much of a total is estimated: the imputed share that goes with every sum and indicator."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.observatory.arguments import check_name, check_texts
from clusteratlas.observatory.frames import (
    as_numbers,
    check_columns,
    check_keys,
    hand_back,
    lazy,
    ratio,
    refuse_same,
)


def imputed_share(
    frame: Any,
    *,
    by: str | Sequence[str] = "region",
    value: str = "value",
    imputed: str = "imputed",
    crosswalk: Any = None,
    industry: str = "industry",
    weight: str = "weight",
) -> Any:
    """The total of each group and the share of it that is imputed (0 to 1, null where the total is zero).

    ``by`` names the columns that make a group. With ``crosswalk`` (a frame of ``industry``, ``category`` and
    ``weight``) each value counts with its weight in the category, and ``by`` may name ``category``. The result has
    the columns of ``by``, ``value`` and ``imputed_share``. Raises `InputError` for columns that are not there.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "A"], "value": [30.0, 10.0], "imputed": [False, True]})
    >>> imputed_share(jobs).rows()
    [('A', 40.0, 0.25)]
    """
    keys = [by] if isinstance(by, str) else by
    check_texts(by=keys)
    check_name(industry=industry, weight=weight)
    data, is_eager = lazy(frame)
    if crosswalk is not None:
        data = _weighted(data, crosswalk, industry, value, weight)
    check_columns(data, [*keys, value, imputed])
    check_keys(data, keys)
    refuse_same(keys, [value, "imputed_share"])
    refuse_same([value], ["imputed_share"])
    data = as_numbers(data, [value])
    estimated = nw.when(nw.col(imputed)).then(nw.col(value)).otherwise(0.0)
    data = data.with_columns(estimated.alias("__imputed"))
    sums = data.group_by(keys).agg(nw.col(value).sum(), nw.col("__imputed").sum())
    shares = sums.select(*keys, value, ratio(nw.col("__imputed"), nw.col(value)).alias("imputed_share"))
    return hand_back(shares, is_eager=is_eager)


def _weighted(data: nw.LazyFrame, crosswalk: Any, industry: str, value: str, weight: str) -> nw.LazyFrame:
    """Values by category, each times its weight."""
    check_columns(data, [industry, value])
    data = as_numbers(data, [value])
    links, _ = lazy(crosswalk)
    check_columns(links, [industry, "category", weight])
    links = as_numbers(links, [weight]).select(industry, "category", nw.col(weight).alias("__weight"))
    found = data.join(links, on=industry, how="inner")
    return found.with_columns((nw.col(value) * nw.col("__weight")).alias(value))
