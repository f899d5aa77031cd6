"""Emerging industries: related industries that a region took up, or is likely to take up next."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
from scipy.special import bdtrc

from clusteratlas.observatory.diversification import entry_exit, entry_prediction
from clusteratlas.observatory.economic_complexity import measures
from clusteratlas.observatory.matrices import Grid, Names, collected, grids
from clusteratlas.observatory.trends.discovery import q_values

SHOWN = 3


def emerging_industries(
    frame: Any,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str = "period",
    start: Any = None,
    end: Any = None,
    threshold: float = 1.0,
    groups: int = 5,
) -> Any:
    """Industries that regions newly specialise in, and those that they are close to, with the chance of entry.

    ``frame`` has values such as persons employed of each region, industry and period; ``start`` and ``end`` are by
    default its first and last. What was entered between them is told by `entry_exit`; how often industries were
    entered by density (how much of what is related the region had at the start) by `entry_prediction`, in
    ``groups`` of equal size. That rate is the chance of an industry of such a density now.

    One row for each region and industry that was entered (``stage`` "entered") or is not yet a specialisation at
    the end but grows there faster than elsewhere ("candidate"): ``location_quotient_start`` and ``_end``,
    ``growth`` (of the value, per period unit and compound; null from nothing), ``density`` (at the start for what
    was entered, at the end for candidates), ``related`` (the up to three specialisations of the region that are
    closest to it: the combination), ``entry_chance`` with its 95 % bounds ``lower`` and ``upper`` (Wilson), and
    ``q_value`` (share of false calls when groups of such density are said to be entered more often than all are;
    exact binomial test). Most likely first.

    Raises as `entry_exit`. Sources: Hidalgo et al. 2007; Neffke, Henning and Boschma 2011; Boschma, Balland and
    Kogler 2015; Wilson 1927; Benjamini and Hochberg 1995.

    >>> import polars as pl
    >>> cells = [(r, i, y, v) for y, t in [(1, {"A": "915", "B": "591", "C": "159"}), (2, {"A": "991", "B": "591",
    ...          "C": "159"})] for r, vs in t.items() for i, v in zip("xyz", map(int, vs))]
    >>> jobs = pl.DataFrame(cells, schema=["region", "industry", "period", "value"], orient="row")
    >>> emerging_industries(jobs, groups=1).select("region", "industry", "stage", "entry_chance").rows()[0][:3]
    ('A', 'y', 'entered')
    """
    names = Names(region, industry, value, period)
    data, kind = collected(frame, names.keys, value)
    cells = entry_exit(
        data,
        region=region,
        industry=industry,
        value=value,
        period=period,
        start=start,
        end=end,
        threshold=threshold,
    )
    if not cells.height:
        return kind.frame(_nothing(data, names))
    first = data[period].min() if start is None else start
    last = data[period].max() if end is None else end
    table = _staged(data, cells, names, first, last, threshold)
    table = _chances(table, entry_prediction(cells, region=region, groups=groups, permutations=0))
    columns = ["stage", "location_quotient_start", "location_quotient_end", "growth", "density", "related"]
    chosen = table.select(region, industry, *columns, "entry_chance", "lower", "upper", "q_value")
    order = ["lower", "density", region, industry]
    return kind.frame(chosen.sort(order, descending=[True, True, False, False], nulls_last=True))


def _staged(
    data: pl.DataFrame, cells: pl.DataFrame, names: Names, first: Any, last: Any, threshold: float
) -> pl.DataFrame:
    """The cells that were entered or rise without being specialisations: their stage, density, growth and relations."""
    keys = [names.region, names.industry]
    kept = data.filter(pl.col(names.period).is_in([first, last])).join(
        cells.select(keys), on=keys, how="semi"
    )
    before, after = list(grids(_whole(kept, names), names))
    table = cells.join(_now(after, names, threshold), on=keys)
    table = table.join(_growths(before, after, names, first, last), on=keys)
    is_entry = pl.col("entry_exit") == "entry"
    rises = (pl.col("entry_exit") == "absent") & (
        pl.col("location_quotient_end") > pl.col("location_quotient_start")
    )
    return table.filter(is_entry | rises).with_columns(
        stage=pl.when(is_entry).then(pl.lit("entered")).otherwise(pl.lit("candidate")),
        density=pl.when(is_entry).then("density").otherwise("density_now"),
    )


def _nothing(data: pl.DataFrame, names: Names) -> pl.DataFrame:
    keys = {name: data.schema[name] for name in (names.region, names.industry)}
    numbers = ("location_quotient_start", "location_quotient_end", "growth", "density")
    chances = ("entry_chance", "lower", "upper", "q_value")
    types = {"stage": pl.String} | dict.fromkeys(numbers, pl.Float64) | {"related": pl.String}
    return pl.DataFrame(schema=keys | types | dict.fromkeys(chances, pl.Float64))


def _whole(data: pl.DataFrame, names: Names) -> pl.DataFrame:
    """Both periods over the same regions and industries; a cell that is absent counts as zero."""
    cells = data.select(names.region).unique().join(data.select(names.industry).unique(), how="cross")
    whole = cells.join(data.select(names.period).unique(), how="cross")
    return whole.join(data, on=names.keys, how="left").with_columns(pl.col(names.value).fill_null(0.0))


def _now(grid: Grid, names: Names, threshold: float) -> pl.DataFrame:
    """Density at the end, and the closest specialisations of each region to each industry."""
    m = measures.specialised(measures.revealed_comparative_advantage(grid.values), threshold)
    phi = measures.proximity(m)
    np.fill_diagonal(phi, 0.0)
    density = measures.density(m, phi)
    density[:, phi.sum(axis=0) == 0] = np.nan
    row, column = np.indices(grid.shape)
    said = [
        _closest(m[r], phi[:, i], grid.industries) for r, i in zip(row.ravel(), column.ravel(), strict=True)
    ]
    return pl.DataFrame(
        {
            names.region: grid.regions.gather(row.ravel()),
            names.industry: grid.industries.gather(column.ravel()),
            "density_now": pl.Series(density.ravel(), nan_to_null=True),
            "related": pl.Series(said, dtype=pl.String),
        }
    )


def _closest(held: np.ndarray, phi: np.ndarray, industries: pl.Series) -> str:
    score = held * phi
    order = np.argsort(-score, kind="stable")[:SHOWN]
    return "; ".join(str(industries[int(at)]) for at in order if score[at] > 0)


def _growths(before: Grid, after: Grid, names: Names, first: Any, last: Any) -> pl.DataFrame:
    """The compound growth of each cell; null where it began from nothing or periods are no numbers."""
    span = last - first if isinstance(first, (int, float)) else 1
    with np.errstate(divide="ignore", invalid="ignore"):
        growth = (after.values / before.values) ** (1 / span) - 1
    growth = np.where(before.values > 0, growth, np.nan)
    row, column = np.indices(after.shape)
    return pl.DataFrame(
        {
            names.region: after.regions.gather(row.ravel()),
            names.industry: after.industries.gather(column.ravel()),
            "growth": pl.Series(growth.ravel(), nan_to_null=True),
        }
    )


def _chances(table: pl.DataFrame, prediction: Any) -> pl.DataFrame:
    """The rate of entry of the group of density that each row falls in."""
    found = prediction.groups.sort("from_density")
    if not found.height:
        empty = [
            pl.lit(None, pl.Float64).alias(name) for name in ("entry_chance", "lower", "upper", "q_value")
        ]
        return table.with_columns(empty)
    n, entries = found["opportunities"].to_numpy(), found["entries"].to_numpy()
    base = entries.sum() / n.sum()
    p = np.where(entries > 0, bdtrc(np.maximum(entries - 1, 0), n.astype(np.int64), base), 1.0)
    found = found.with_columns(q_value=pl.Series(q_values(p)))
    density = table["density"].to_numpy()
    at = np.searchsorted(found["from_density"].to_numpy(), np.nan_to_num(density), side="right") - 1
    chances = found[np.maximum(at, 0)].select(
        pl.col("entry_rate").alias("entry_chance"), "lower", "upper", "q_value"
    )
    known = pl.Series(~np.isnan(density.astype(float)))
    return pl.concat([table, chances], how="horizontal").with_columns(
        pl.when(known).then(name) for name in ("entry_chance", "lower", "upper", "q_value")
    )
