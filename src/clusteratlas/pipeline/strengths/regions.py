"""Figures of regions of any version of NUTS, brought to the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas import taxonomies
from clusteratlas.taxonomies.nuts import LAST_VERSION

if TYPE_CHECKING:
    import polars as pl

KNOWN_SHARE = 0.5
"""A region counts in a year in which at least this part of the table's divisions has a figure."""
CELL = ["region", "industry", "period"]


def nuts_version(code: str) -> int:
    """The version that a current code is of.

    >>> nuts_version("FRK2"), nuts_version("UKI3")
    (2024, 2021)
    """
    return LAST_VERSION.get(code[:2], taxonomies.CURRENT_NUTS)


def current(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cells (region, nuts_version, industry, period, value, imputed) of NUTS 2 regions as those of the current version.

    The first frame has region, industry, period, value, `imputed_share` and `conversion_basis` (what the shares of
    divided regions rest on), and only cells with a figure, of regions and years in which most divisions have one. The
    second lists what could not be brought there, by code, version, reason, rows and value.
    """
    import polars as pl

    from clusteratlas.observatory import convert_regions

    is_extra = pl.col("region").str.ends_with("ZZ")
    as_they_are, moved = _apart(cells.filter(~is_extra))
    imputed = pl.col("value") * pl.col("imputed")
    found = []
    for value in (pl.col("value"), imputed):
        given = moved.select(*CELL, "nuts_version", value.alias("value"))
        found.append(convert_regions(given, taxonomies.CURRENT_NUTS, "nuts_version", by=CELL[1:]))
    amounts, estimates = (one.frame for one in found)
    joined = amounts.join(estimates.select(*CELL, imputed="value"), on=CELL)
    same = as_they_are.with_columns(imputed=imputed, conversion_basis=pl.lit("whole"))
    columns = [*CELL, "value", "imputed", "conversion_basis"]
    both = pl.concat([same.select(columns), joined.select(columns)])
    share = pl.when(pl.col("value") > 0).then(pl.col("imputed") / pl.col("value"))
    ready = both.with_columns(imputed_share=share.fill_null(0.0)).drop("imputed").filter(_is_counted())
    left = pl.concat([found[0].unconverted, _outside(cells.filter(is_extra))])
    return ready.filter(pl.col("value").is_not_null()).sort(CELL), left


def _is_counted() -> pl.Expr:
    import polars as pl

    known = pl.col("value").is_not_null().sum().over("region", "period")
    return known >= KNOWN_SHARE * pl.col("industry").n_unique()


def _outside(extra: pl.DataFrame) -> pl.DataFrame:
    """Figures of territory outside all regions, as `convert_regions` lists what it leaves behind."""
    import polars as pl

    known = extra.filter(pl.col("value").is_not_null())
    reason = pl.lit("extra-regio").alias("reason")
    listed = known.group_by(
        pl.col("region").alias("code"), pl.col("nuts_version").cast(pl.Int64).alias("version")
    )
    rows = listed.agg(reason, pl.len().cast(pl.Int64).alias("rows"), pl.col("value").sum())
    return rows.select("code", "version", "reason", "rows", "value").sort("code", "version")


def _apart(cells: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Cells of regions that are as they were, and those of regions that changed or that others became.

    Most regions never changed: conversion, which takes seconds for all, is left for those that did.
    """
    import polars as pl

    moved = set()
    for code, version in cells.select("region", "nuts_version").unique().rows():
        found = taxonomies.resolve_region(code, version)
        if found.codes != ((code, 1.0),):
            moved |= {code, *(heir for heir, _ in found.codes)}
    is_moved = pl.col("region").is_in(sorted(moved))
    return cells.filter(~is_moved), cells.filter(is_moved)
