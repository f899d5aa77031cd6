"""Industries added up into categories (clusters, ecosystems) by a weighted crosswalk, nothing lost on the way."""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory.arguments import check_name, need_column, told
from clusteratlas.observatory.frames import from_any, refuse_same
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE, imputed_part, imputed_weight
from clusteratlas.observatory.tables import Table, small, take_table

TOTALS = "category_totals"


def category_totals(
    frame: Any,
    crosswalk: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    category: str = "category",
    weight: str = "weight",
    unassigned: str | None = "unassigned",
) -> Any:
    """The value of each category in each region (and period): e_kr = sum over industries of w_ik e_ir.

    ``crosswalk`` has a row for each ``industry`` and ``category`` with its ``weight``, 0 to 1 (without that column
    all weights are 1). It may be of another kind than ``frame``. An industry may belong to several categories.

    The result has one row for each region, category (and period): those columns, ``category_totals`` (unit of the
    value), the same number under the caller's name for the value, so that it goes into every other indicator with
    ``industry=category``, and ``imputed_share`` when the frame tells what is imputed. What industries, or parts of
    them, the crosswalk gives to no category is kept under the category ``unassigned``, so that the totals of regions
    stay right: with weights that add up to at most 1 for each industry, the rows of a region add up to its total.
    ``unassigned=None`` leaves it out. Null cells count as nothing; a category all of whose cells are null is null.

    Raises `InputError` for what `location_quotient` does, for links that are there twice, and for weights above 1.

    Source: method of the European Cluster Observatory and of M. Delgado, M. Porter and S. Stern (2014).

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "A", "A"], "industry": ["C10", "C29", "Q86"], "value": [50, 80, 10]})
    >>> links = pl.DataFrame({"industry": ["C10", "C29"], "category": ["food", "mobility"], "weight": [1.0, 0.75]})
    >>> result = category_totals(jobs, links).sort("category")
    >>> dict(result.select("category", "category_totals").iter_rows())
    {'food': 50.0, 'mobility': 60.0, 'unassigned': 30.0}
    """
    need_column(region=region, industry=industry, category=category, weight=weight)
    check_name(category=category, weight=weight)
    if unassigned is not None and not isinstance(unassigned, str):
        raise UsageError(f"unassigned={told(unassigned)} is not possible", remedy="give a name, or None")
    table = take_table(frame, keys=[region, industry, period], values=[value])
    refuse_same([region, value, period], [category, TOTALS, IMPUTED_SHARE])
    links = _links(crosswalk, industry, category, weight)
    by = [name for name in (region, category, period) if name is not None]
    wholes = _with_rest(links, _industries(table, industry, links), industry, category, unassigned)
    data = table.data.join(table.like(wholes), on=industry, how="inner")
    return table.of_groups(_added_up(table, data, by, value))


def _links(crosswalk: Any, industry: str, category: str, weight: str) -> pl.DataFrame:
    what = "crosswalk"
    given = from_any(crosswalk, what)
    values = [weight] if weight in given.collect_schema().names() else []
    links = small(given.to_native(), keys=[industry, category], values=values, what=what)
    links = links.rename({weight: "__weight"}) if values else links.with_columns(__weight=pl.lit(1.0))
    if wrong := links.filter(pl.col("__weight").is_null() | (pl.col("__weight") > 1)).height:
        raise InputError(
            f"column '{weight}' is empty or above 1 in {wrong} rows",
            where=what,
            remedy="give shares from 0 to 1",
        )
    return links


def _industries(table: Table, industry: str, links: pl.DataFrame) -> pl.DataFrame:
    there = table.data.select(industry).unique().collect().to_native()
    there = there if isinstance(there, pl.DataFrame) else pl.from_arrow(there)
    if there.schema[industry] != links.schema[industry] and there.height:
        raise InputError(
            f"column '{industry}' holds {links.schema[industry]}, in the frame {there.schema[industry]}",
            where="crosswalk",
            remedy="give both the same type",
        )
    return there.cast({industry: links.schema[industry]})


def _with_rest(
    links: pl.DataFrame, industries: pl.DataFrame, industry: str, category: str, unassigned: str | None
) -> pl.DataFrame:
    """The links, and for each industry what no category gets of it."""
    if unassigned is None:
        return links
    given = links.group_by(industry).agg(pl.col("__weight").sum())
    rest = industries.join(given, on=industry, how="left").select(
        industry,
        pl.lit(unassigned).cast(links.schema[category]).alias(category),
        (1 - pl.col("__weight").fill_null(0.0)).alias("__weight"),
    )
    return pl.concat([links, rest.filter(pl.col("__weight") > 1e-12)], how="vertical")


def _added_up(table: Table, data: nw.LazyFrame, by: list[str], value: str) -> nw.LazyFrame:
    weighted = {"__sum": nw.col(value) * nw.col("__weight")}
    if table.has_imputed:
        weighted[IMPUTED] = imputed_weight(value) * nw.col("__weight")
    data = data.with_columns(**weighted)
    sums = [nw.col(name).sum() for name in weighted]
    added = data.group_by(by).agg(*sums, nw.col(value).count().alias("__count"))
    found = nw.when(nw.col("__count") > 0).then(nw.col("__sum"))
    shares = (
        [imputed_part(nw.col(IMPUTED), nw.col("__sum")).alias(IMPUTED_SHARE)] if table.has_imputed else []
    )
    return added.select(*by, found.alias(TOTALS), found.alias(value), *shares)
