"""What a shock costs each region: losses of a country's industries shared out by where their jobs are."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import polars as pl

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import check_pairs, choose_among
from clusteratlas.observatory.frames import as_numbers, check_columns, lazy
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE
from clusteratlas.observatory.matrices import collected

AMOUNTS = ("lost_sales", "lost_supplies")
KEYS = ["country", "industry"]


def shock_by_region(
    losses: Any, employment: Any, *, region: str | None = None, cluster: Iterable[tuple[str, str]] = ()
) -> Any:
    """Losses of industries (as `InputOutput.shock` gives them) by region.

    ``employment``: ``country`` and ``industry`` as in the table, ``region`` and ``value`` (persons employed).

    **The assumption**: within a country, an industry's output, and what it loses, lie where its jobs are. A region
    with a tenth of the country's jobs in steel has a tenth of what its steel loses. Who supplies whom within the
    country is not known, so a region beside the cluster loses no more than one far away.

    Where the cluster lies in one ``region``, what the rows ``cluster`` (country, industry) lose is all that region's.

    One row for each region: ``country``, ``region``, ``lost_sales``, ``lost_supplies`` (in the table's unit) and
    both as shares of the output that the region has by the same rule, and, when ``employment`` has a column ``imputed``
    or ``imputed_share``, the ``imputed_share`` of that output. The largest loss of sales first. What industries
    without jobs in any region lose stands in rows of the country with an empty region, so that all adds up.

    Raises `InputError` for wrong columns, `UsageError` for a region that is not there.

    Source of the rule: employment shares, as in the regional tables of Flegg and Webber 1997.

    >>> losses = pl.DataFrame({"country": ["AT"] * 2, "industry": ["ore", "steel"], "output": [100.0, 200.0],
    ...                        "lost_sales": [8.0, 20.0], "lost_supplies": [0.0, 20.0]})
    >>> jobs = pl.DataFrame({"country": "AT", "region": ["N", "S", "S"], "industry": ["ore", "ore", "steel"],
    ...                      "value": [3, 1, 50]})
    >>> shock_by_region(losses, jobs).select("region", "lost_sales", "lost_sales_share").rows()
    [('S', 22.0, 0.09777777777777778), ('N', 6.0, 0.08)]
    """
    check_pairs(cluster=cluster)
    jobs, kind = collected(employment, ["country", "region", "industry"], "value")
    lost = _losses(losses)
    choose_among("region", jobs["region"].unique(), region=region)
    jobs = jobs.filter(pl.col("value") > 0)
    own = pl.DataFrame(list(cluster) if region else [], schema=dict.fromkeys(KEYS, pl.String), orient="row")
    whole = pl.col("value").sum().over(KEYS)
    is_told = IMPUTED in jobs.columns
    told = [pl.col(IMPUTED) if is_told else pl.lit(0.0).alias(IMPUTED)]
    shares = jobs.select(*KEYS, "region", *told, share=pl.col("value") / whole)
    spread = lost.join(shares, on=KEYS, how="left").with_columns(
        pl.col(IMPUTED).fill_null(0.0), share=pl.col("share").fill_null(1.0)
    )
    spread = spread.with_columns(pl.col(name) * pl.col("share") for name in ("output", *AMOUNTS))
    if region is not None:
        spread = _given_to(spread, lost, own, region)
    estimated = (pl.col("output") * pl.col(IMPUTED)).sum()
    found = spread.group_by("country", "region").agg(pl.col("output", *AMOUNTS).sum(), __estimated=estimated)
    has = pl.when(pl.col("output") > 0)
    shown = found.select(
        "country",
        "region",
        *AMOUNTS,
        *(has.then(pl.col(name) / pl.col("output")).alias(f"{name}_share") for name in AMOUNTS),
        *([has.then(pl.col("__estimated") / pl.col("output")).alias(IMPUTED_SHARE)] if is_told else []),
    )
    return kind.frame(shown.sort("lost_sales", "country", "region", descending=[True, False, False]))


def _given_to(spread: pl.DataFrame, lost: pl.DataFrame, own: pl.DataFrame, region: str) -> pl.DataFrame:
    """``spread`` with what the rows ``own`` lose given to one region; their output stays where the jobs are."""
    nothing = [pl.lit(0.0).alias(name) for name in AMOUNTS]
    others = spread.join(own, on=KEYS, how="anti")
    theirs = spread.join(own, on=KEYS, how="semi").with_columns(nothing)
    given = lost.join(own, on=KEYS, how="semi")
    given = given.with_columns(
        pl.lit(0.0).alias(IMPUTED), output=pl.lit(0.0), region=pl.lit(region), share=pl.lit(1.0)
    )
    return pl.concat([others, theirs, given.select(spread.columns)])


def _losses(losses: Any) -> pl.DataFrame:
    data, _ = lazy(losses)
    amounts = ["output", *AMOUNTS]
    check_columns(data, [*KEYS, *amounts])
    found = as_numbers(data.select(*KEYS, *amounts), amounts).collect(backend="polars").to_native()
    if (twice := found.filter(found.select(KEYS).is_duplicated())).height:
        raise InputError(f"{twice['country'][0]} {twice['industry'][0]} is there twice", where="losses")
    return found.with_columns(pl.col(amounts).fill_nan(None).fill_null(0.0))
