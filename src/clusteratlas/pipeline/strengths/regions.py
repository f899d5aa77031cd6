"""Figures of regions of any version of NUTS, brought to the current one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas import taxonomies
from clusteratlas.taxonomies.nuts import LAST_VERSION

if TYPE_CHECKING:
    import polars as pl

KNOWN_SHARE = 0.5
"""A region counts in a year in which at least this part of the table's divisions has a figure."""


def nuts_version(code: str) -> int:
    """The version that a current code is of.

    >>> nuts_version("FRK2"), nuts_version("UKI3")
    (2024, 2021)
    """
    return LAST_VERSION.get(code[:2], taxonomies.CURRENT_NUTS)


def heirs(code: str, version: int | None) -> list[tuple[str, float]]:
    """The current regions that a NUTS 2 region became, with the part of it in each; none for what is no region.

    >>> heirs("FR71", 2013), heirs("HU10", 2013), heirs("FRZZ", 2013)
    ([('FRK2', 1.0)], [('HU11', 0.765), ('HU12', 0.235)], [])
    """
    found = taxonomies.resolve_region(code, version)
    if found.kind in ("extra-regio", "unknown", "coarser", "country"):
        return []
    total = sum(share for _, share in found.codes)
    return [(heir, share / total) for heir, share in found.codes]


def heirs_of(codes: pl.DataFrame) -> pl.DataFrame:
    """Each code (`region`, `nuts_version`) with its heirs: `region`, `heir`, `share`."""
    import polars as pl

    rows = [
        (code, *one) for code, version in codes.unique().sort("region").rows() for one in heirs(code, version)
    ]
    return pl.DataFrame(
        rows, schema={"region": pl.String, "heir": pl.String, "share": pl.Float64}, orient="row"
    )


def current(cells: pl.DataFrame) -> pl.DataFrame:
    """Cells (region, nuts_version, industry, period, value, imputed) of NUTS 2 regions as those of the current version.

    Gives region, industry, period, value, and of the value what is `imputed` and what is `split` (came from a region
    that was divided by a share). A cell is there when all its parts have a figure.
    """
    import polars as pl

    ours = heirs_of(cells.select("region", "nuts_version"))
    joined = _once(cells.filter(_is_counted()), ours)
    value = pl.col("value") * pl.col("share")
    return (
        joined.group_by(pl.col("heir").alias("region"), "industry", "period")
        .agg(
            whole=pl.col("value").is_not_null().all(),
            value=value.sum(),
            imputed=value.filter(pl.col("imputed")).sum(),
            split=value.filter(pl.col("share") < 1).sum(),
        )
        .filter(pl.col("whole"))
        .drop("whole")
        .sort("region", "industry", "period")
    )


def _is_counted() -> pl.Expr:
    import polars as pl

    known = pl.col("value").is_not_null().sum().over("region", "period")
    return known >= KNOWN_SHARE * pl.col("industry").n_unique()


def _once(cells: pl.DataFrame, ours: pl.DataFrame) -> pl.DataFrame:
    """Cells with their heirs, but not those of a region in a year in which its heir is published as well."""
    import polars as pl

    there = cells.select(pl.col("region").alias("heir"), "period").unique()
    moved = ours.filter(pl.col("region") != pl.col("heir")).join(there, on="heir")
    again = moved.select("region", "period").unique()
    return cells.join(again, on=["region", "period"], how="anti").join(ours, on="region")
