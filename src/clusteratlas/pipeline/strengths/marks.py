"""What stands against figures: breaks that the publisher marks, and sectors that cannot well be where they are said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clusteratlas import taxonomies

if TYPE_CHECKING:
    import polars as pl

BREAK, EXPLAINED = "b", "i"
"""The publisher's letters for a break in a time series, and for a figure that it explains apart."""
CELL = ["region", "industry", "period"]


def with_marks(ready: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """``ready`` (cells of the regions of today) with `is_doubtful` and `is_break`.

    Doubtful is what is `implausible`, and what the publisher explains apart (its flag i). ``published`` are the cells
    as the publisher's regions have them, with `flag` and `nuts_version`; what it marks in a region that was divided or
    joined holds for all its heirs.
    """
    import polars as pl

    from clusteratlas.observatory.plausibility import implausible

    moved = implausible(ready).select(*CELL, is_moved=pl.lit(True))
    marked = ready.join(moved, on=CELL, how="left").join(_flagged(published), on=CELL, how="left")
    flags, is_moved = pl.col("flags").fill_null(""), pl.col("is_moved").fill_null(False)
    return marked.with_columns(
        is_doubtful=is_moved | flags.str.contains(EXPLAINED, literal=True),
        is_break=flags.str.contains(BREAK, literal=True),
    ).drop("is_moved", "flags")


def _flagged(published: pl.DataFrame) -> pl.DataFrame:
    """The flags of these kinds of the cells of the regions of today, in `flags`."""
    import polars as pl

    told = published.filter(pl.col("flag").fill_null("").str.contains(f"[{BREAK}{EXPLAINED}]"))
    places = told.select("region", "nuts_version").unique().sort("region", "nuts_version")
    heirs = [
        (code, version, heir)
        for code, version in places.rows()
        for heir, _ in taxonomies.resolve_region(code, version).codes
    ]
    schema = {**places.schema, "heir": pl.String}
    known = pl.DataFrame(heirs, schema=schema, orient="row")
    found = told.join(known, on=["region", "nuts_version"]).with_columns(region="heir")
    return found.group_by(CELL).agg(flags=pl.col("flag").sort().str.join(""))
