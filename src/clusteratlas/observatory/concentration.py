"""How unevenly an industry is spread over regions, or a region over industries: Herfindahl, Gini, Theil.

Conventions of all: a cell without a row counts as zero; a cell whose value is empty is unknown and left out; a total
of zero gives null. ``of="industry"`` measures each industry across regions, ``of="region"`` each region across
industries; the result has a row for each of them (and period). When the frame has a column ``imputed`` or
``imputed_share``, it also has the ``imputed_share`` of the total that is spread.
"""

from __future__ import annotations

from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.errors import InputError
from clusteratlas.observatory.detour import detour
from clusteratlas.observatory.frames import check_columns, joined, one_row, ratio, take_panel
from clusteratlas.observatory.shares import PARTS, ROWS, SHARE, Spread, size_of_parts, spread


def herfindahl(
    frame: Any,
    *,
    of: str = "industry",
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
) -> Any:
    """The Herfindahl index: the sum of the squared shares.

    H = sum_i s_i^2, with s_i the share of region i in the industry (``of="industry"``), or of industry i in the region
    (``of="region"``). Without unit: from 1 / n (spread evenly over n) to 1 (all in one place). A frame with a row for
    each industry or region, and the column ``herfindahl``.

    Raises `UsageError` for another ``of``, `InputError` for wrong columns, cells that are there twice, negative values
    and texts.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "B"], "industry": ["x", "x"], "value": [3, 1]})
    >>> herfindahl(jobs)["herfindahl"].to_list()
    [0.625]

    Source: Herfindahl (1950), Hirschman (1964).
    """
    found = spread(take_panel(frame, region=region, industry=industry, value=value, period=period), of)
    return found.given(found.sums({"__h": SHARE * SHARE}), herfindahl=nw.col("__h"))


def gini(
    frame: Any,
    *,
    of: str = "industry",
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
) -> Any:
    """The Gini coefficient of the values themselves: how unequal in size the parts are.

    G = sum_i (2 i - n - 1) x_i / (n sum x), with x in ascending order. Without unit: from 0 (all equal) to 1 - 1 / n
    (all in one of n). Every region (industry) of the frame is a part, with zero where it has no row. A frame with a
    row for each industry or region, and the column ``gini``. See `locational_gini` for the one that allows for the
    size of regions.

    Raises `UsageError` for another ``of``, `InputError` for wrong columns, cells that are there twice, negative values
    and texts.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "B"], "industry": ["x", "x"], "value": [3, 1]})
    >>> gini(jobs)["gini"].to_list()
    [0.25]

    Source: Gini (1912).
    """
    found = spread(take_panel(frame, region=region, industry=industry, value=value, period=period), of)
    place = nw.col("__value").rank("average").over(found.by) + PARTS - ROWS
    term = (2 * place - PARTS - 1) * SHARE / PARTS
    rows = found.rows()
    ranked = detour(rows, lambda data: _added(data.with_columns(term.alias("__g")), found.by), found.by)
    data = joined(found.groups, ranked, found.by)
    return found.given(data, gini=nw.col("__g"))


def _added(data: nw.LazyFrame, by: list[str]) -> nw.LazyFrame:
    return data.group_by(by).agg(nw.col("__g").sum())


def theil(
    frame: Any,
    *,
    of: str = "industry",
    group: str | None = None,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
) -> Any:
    """Theil's T, and its parts between and within the countries (or other groups) of the regions.

    T = sum_i s_i ln(n s_i), with s_i the share of region i among n. Without unit: from 0 (all equal) to ln n (all in
    one). With ``group`` (a column that says the country of a region) two columns more, which add up to ``theil``:
    ``theil_between`` = sum_g s_g ln(n s_g / n_g), as if each country were spread evenly, and ``theil_within`` =
    sum_g s_g T_g, with n_g the number of regions and s_g the share of country g.

    Raises `UsageError` for another ``of``, `InputError` for wrong columns, cells that are there twice, negative values,
    texts, and regions of two countries.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["AT1", "AT2", "FR1"], "country": ["AT", "AT", "FR"], "industry": ["x"] * 3,
    ...                      "value": [4, 4, 1]})
    >>> [round(x, 4) for x in theil(jobs, group="country").row(0)[1:]]
    [0.1336, 0.1336, 0.0]

    Source: Theil (1967).
    """
    panel = take_panel(frame, region=region, industry=industry, value=value, period=period)
    if group is None:
        found = spread(panel, of)
        return found.given(found.sums({"__t": _surprise(SHARE, PARTS)}), theil=nw.col("__t"))
    check_columns(panel.data, [region, industry, value, group])
    found = spread(panel, of, group)
    _check_groups(found, group)
    data = found.sums({"__t": _surprise(SHARE, PARTS)})
    data = joined(data, _between(found, group), found.by).with_columns(nw.col("__b").fill_null(0.0))
    within = nw.col("__t") - nw.col("__b")
    return found.given(data, theil=nw.col("__t"), theil_between=nw.col("__b"), theil_within=within)


def _surprise(share: nw.Expr, ratio_to: nw.Expr) -> nw.Expr:
    """``share * ln(share * ratio_to)``, 0 where the share is 0: engines differ on the logarithm of 0."""
    safe = nw.when(share > 0).then(share * ratio_to).otherwise(1.0)
    return share * safe.log()


def _between(found: Spread, group: str) -> nw.LazyFrame:
    """What of Theil's T lies between the groups of parts: ``__b``."""
    keys = [*found.by, group]
    shares = found.rows().select(*keys, SHARE.alias("__share"), PARTS.alias("__n"))
    shares = shares.group_by(keys).agg(nw.col("__share").sum(), nw.col("__n").max())
    data = joined(shares, size_of_parts(found, group), [*found.by[1:], group])
    data = joined(data, _unknown(found, group), keys)
    members = nw.col("__parts_of") - nw.col("__unknown").fill_null(0.0)
    term = _surprise(nw.col("__share"), ratio(nw.col("__n").cast(nw.Float64), members))
    return data.select(*found.by, term.alias("__b")).group_by(found.by).agg(nw.col("__b").sum())


def _unknown(found: Spread, group: str) -> nw.LazyFrame:
    """How many parts of a group of parts are unknown in each group."""
    panel, keys = found.panel, [*found.by, group]
    empty = panel.data.filter(nw.col(panel.value).is_null()).with_columns(nw.lit(1.0).alias("__unknown"))
    return empty.group_by(keys).agg(nw.col("__unknown").sum())


def _check_groups(found: Spread, group: str) -> None:
    """Raise `InputError` for parts without a group, or of two."""
    pairs = found.panel.data.select(found.part, group).unique()
    empty = one_row(pairs.filter(nw.col(group).is_null()).head(1))
    twice = one_row(pairs.group_by(found.part).agg(nw.len().alias("__n")).filter(nw.col("__n") > 1).head(1))
    for row, what in ((empty, "is empty for"), (twice, "has two values for")):
        if row:
            raise InputError(f"column '{group}' {what} {found.part} {row[found.part]!r}")
