"""How far industries and regions depart from the whole: Krugman's index, the locational Gini, Ellison and Glaeser's.

The conventions are those of `clusteratlas.observatory.concentration`.
"""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory.detour import detour
from clusteratlas.observatory.frames import (
    Panel,
    as_numbers,
    check_columns,
    joined,
    lazy,
    one_row,
    ratio,
    take_panel,
    total,
)
from clusteratlas.observatory.shares import SHARE, WHOLE_SHARE, WHOLE_SQUARES, spread


def krugman(
    frame: Any,
    *,
    of: str = "region",
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
) -> Any:
    """Krugman's index: how far a region's industries (or an industry's regions) depart from the whole.

    K = sum_i |s_i - S_i|, with s_i the share of industry i in the region and S_i its share in all regions together
    (``of="region"``), or of regions in the industry and in all industries (``of="industry"``). Without unit: from 0
    (the same mix) to 2 (nothing in common); half of it is the share of jobs that would have to change industry. A
    frame with a row for each region or industry, and the column ``krugman``.

    Raises `UsageError` for another ``of``, `InputError` for wrong columns, cells that are there twice, negative values
    and texts.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "B"], "industry": ["x", "y"], "value": [1, 3]})
    >>> krugman(jobs).sort("region")["krugman"].to_list()
    [1.5, 0.5]

    Source: Krugman (1991), Geography and Trade; the whole stands for the other region.
    """
    found = spread(take_panel(frame, region=region, industry=industry, value=value, period=period), of)
    data = found.sums({"__k": (SHARE - WHOLE_SHARE).abs(), "__seen": WHOLE_SHARE})
    return found.given(data, krugman=nw.col("__k") + _rest(1.0))


def _rest(whole: nw.Expr | float) -> nw.Expr:
    """What of ``whole`` is not ``__seen`` in rows: the parts without one. Never below zero by rounding."""
    rest = whole - nw.col("__seen")
    return nw.when(rest > 0).then(rest).otherwise(0.0)


def locational_gini(
    frame: Any,
    *,
    of: str = "industry",
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
) -> Any:
    """The locational Gini: the Gini coefficient of location quotients, each weighted with the size of its region.

    Twice the area between the diagonal and the curve that adds up the industry's regions by rising location quotient:
    along the one axis their share of all jobs S_i, along the other their share of the industry s_i;
    G = sum_i s_i (2 (S_1 + ... + S_i) - S_i) - 1. Without unit: from 0 (spread as all jobs are) to nearly 1.
    ``of="region"`` does the same with the industries of a region. A frame with a row for each industry or region, and
    the column ``locational_gini``.

    Raises `UsageError` for another ``of``, `InputError` for wrong columns, cells that are there twice, negative values
    and texts.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "B"], "industry": ["x", "y"], "value": [1, 3]})
    >>> locational_gini(jobs).sort("industry")["locational_gini"].to_list()
    [0.75, 0.25]

    Source: Krugman (1991), Geography and Trade, appendix.
    """
    found = spread(take_panel(frame, region=region, industry=industry, value=value, period=period), of)
    rows = found.rows().select(
        *found.by,
        found.part,
        SHARE.alias("__s"),
        WHOLE_SHARE.alias("__x"),
        ratio(SHARE, WHOLE_SHARE).alias("__quotient"),
    )
    # Parts without a row come first on the curve: what the rows lack of 1 is theirs.
    added = detour(rows, lambda data: _curve(data, found.by, found.part), found.by)
    data = joined(found.groups, added, found.by)
    area = nw.col("__area") + 2 * _rest(1.0) * nw.col("__share_sum") - 1
    return found.given(data, locational_gini=area)


def _curve(data: nw.LazyFrame, by: list[str], part: str) -> nw.LazyFrame:
    # Cells of regions without any jobs have no quotient and no share: they add nothing wherever they stand.
    data = data.filter(~nw.col("__quotient").is_null())
    so_far = nw.col("__x").cum_sum().over(by, order_by=["__quotient", part])
    term = nw.col("__s") * (2 * so_far - nw.col("__x"))
    data = data.with_columns(term.alias("__area"))
    return data.group_by(by).agg(
        nw.col("__area").sum(),
        nw.col("__x").sum().alias("__seen"),
        nw.col("__s").sum().alias("__share_sum"),
    )


def ellison_glaeser(
    frame: Any,
    *,
    plants: Any = None,
    plant_herfindahl: str | None = None,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
) -> Any:
    """Ellison and Glaeser's index: an industry's concentration beyond that of its plants and of all jobs.

    gamma = (G - (1 - X) H) / ((1 - X) (1 - H)), with G = sum_i (s_i - S_i)^2 (``raw_concentration``), X = sum_i S_i^2,
    s_i the share of region i in the industry, S_i in all industries, and H the Herfindahl index of the sizes of the
    industry's plants (``plant_herfindahl``). Without unit: 0 as if plants had been placed at random, above 0.05 highly
    concentrated; below 0 spread more than at random. A frame with a row for each industry, and the columns
    ``raw_concentration``, ``plant_herfindahl``, ``ellison_glaeser``; null where H is unknown or 1 (a single plant),
    and where all jobs are in one region.

    H comes from ``plants``, a frame with a row for each plant (columns ``industry``, ``value``: its size, and the
    period), or from a column of ``frame`` named by ``plant_herfindahl``. It cannot be told from employment by region.

    Raises `UsageError` when neither or both are given, `InputError` for wrong columns, cells that are there twice,
    negative values, texts, and industries with two Herfindahl indices.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "B"] * 2, "industry": ["x", "x", "y", "y"], "value": [8, 2, 2, 8]})
    >>> plants = pl.DataFrame({"industry": ["x"] * 5 + ["y"] * 10, "value": [2] * 5 + [1] * 10})
    >>> found = ellison_glaeser(jobs, plants=plants).sort("industry")
    >>> [round(gamma, 3) for gamma in found["ellison_glaeser"]]
    [0.2, 0.289]

    Source: Ellison and Glaeser (1997), Journal of Political Economy 105.
    """
    if (plants is None) == (plant_herfindahl is None):
        raise UsageError(
            "the index needs the sizes of plants, once",
            remedy="give plants=, a frame with a row for each plant, or plant_herfindahl=, a column of the frame",
        )
    panel = take_panel(frame, region=region, industry=industry, value=value, period=period)
    by = panel.by("industry")
    sizes = (
        _of_plants(panel, plants, by) if plant_herfindahl is None else _column(panel, plant_herfindahl, by)
    )
    found = spread(panel, "industry")
    gap = SHARE - WHOLE_SHARE
    data = found.sums({"__g": gap * gap, "__seen": WHOLE_SHARE * WHOLE_SHARE})
    data = joined(data.with_columns((nw.col("__g") + _rest(WHOLE_SQUARES)).alias("__g")), sizes, by)
    raw, plant, evenness = nw.col("__g"), nw.col("__h"), 1 - WHOLE_SQUARES
    gamma = ratio(raw - evenness * plant, evenness * (1 - plant))
    return found.given(data, raw_concentration=raw, plant_herfindahl=plant, ellison_glaeser=gamma)


def _of_plants(panel: Panel, plants: Any, by: list[str]) -> nw.LazyFrame:
    """The Herfindahl index of the sizes of plants, ``__h``, for each industry (and period)."""
    data, _ = lazy(plants)
    if data.implementation != panel.data.implementation:
        raise InputError(
            f"a frame of {data.implementation.name} beside one of {panel.data.implementation.name}",
            remedy="give frames of one kind",
        )
    check_columns(data, [*by, panel.value])
    data = as_numbers(data, [panel.value])
    if one_row(data.filter(nw.col(panel.value) < 0).head(1)):
        raise InputError(f"column '{panel.value}' of the plants is negative")
    data = joined(data, total(data, panel.value, "__size", by), by)
    share = ratio(nw.col(panel.value), nw.col("__size"))
    return total(data.with_columns((share * share).alias("__square")), "__square", "__h", by)


def _column(panel: Panel, name: str, by: list[str]) -> nw.LazyFrame:
    """The Herfindahl index as the caller's column has it, one for each industry (and period)."""
    check_columns(panel.data, [name])
    found = as_numbers(panel.data.select(*by, name), [name]).filter(~nw.col(name).is_null())
    ends = found.group_by(by).agg(nw.col(name).min().alias("__h"), nw.col(name).max().alias("__h_max"))
    twice = one_row(ends.filter(nw.col("__h_max") - nw.col("__h") > 1e-9).head(1))
    if twice:
        raise InputError(f"column '{name}' has two values for {panel.industry} {twice[panel.industry]!r}")
    wrong = one_row(ends.filter((nw.col("__h") < 0) | (nw.col("__h") > 1)).head(1))
    if wrong:
        raise InputError(f"column '{name}' is no Herfindahl index: {wrong['__h']}", remedy="from 0 to 1")
    return ends.select(*by, "__h")
