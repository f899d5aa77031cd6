"""Stars: each criterion's value, threshold and verdict, and the class of cluster that follows."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from operator import add, mul
from typing import Any

import narwhals.stable.v2 as nw

from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import check_mapping
from clusteratlas.observatory.imputed import IMPUTED
from clusteratlas.observatory.specialisation import Names
from clusteratlas.observatory.strength.files import DEFAULT_PROFILE, star_profile
from clusteratlas.observatory.strength.indicators import (
    UNKNOWN,
    Given,
    check_columns_of,
    with_indicators,
)
from clusteratlas.observatory.strength.profile import StarProfile
from clusteratlas.observatory.strength.thresholds import highest, verdict, with_thresholds
from clusteratlas.observatory.tables import Table, take_table

NO_CLASS, NOT_JUDGED = "none", "not judged"


def stars(
    frame: Any,
    profile: str | os.PathLike[str] | Mapping[str, Any] | StarProfile = DEFAULT_PROFILE,
    *,
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    reference: Any = None,
    totals: Any = None,
    columns: Mapping[str, str] | None = None,
) -> Any:
    """How strong each region is in each category, by the criteria of a star profile.

    ``frame``: a row for each region and category (column ``industry``), ``value`` in persons employed. ``profile``:
    ``eccp-nodes``, ``eco-2008``, ``panorama-2016``, ``eocic-2020``, ``us-cmp``, or a user's own: a YAML file's path,
    its text, a dict or a `StarProfile`. ``reference`` (a frame of industry and value) and ``totals`` (of region and
    value): what the cells are compared with, as for `location_quotient`, when that is not the sum of the cells given.
    ``columns``: which column of ``frame`` stands for which of the profile (``productivity``, ``establishments`` ...;
    the same name when not said).

    The frame comes back with, for each criterion, ``<criterion>_value``, ``<criterion>_threshold`` and
    ``<criterion>_met``; then ``stars`` (0 when a filter is not passed), ``stars_judged`` (how many stars could be
    judged), ``cluster_class``, ``not_judged`` (the criteria that could not be judged, whose ``_met`` is null) and
    ``imputed_share`` (of the cell's value, from a column ``imputed`` or ``imputed_share``; null without one).
    ``cluster_class`` is ``none`` without a class, and ``not judged`` when what could not be judged decides: nothing
    unknown counts as failed.

    A top share or percentile is taken over the regions with a value above zero in the category and period, by linear
    interpolation between the two nearest (position 1 + (n - 1) p among n in ascending order). The top 10 % are the
    regions at or above the 90th percentile: of n regions that is n / 10 rounded up, and all that tie with the last.
    Values within a billionth of the threshold count as equal to it.

    Raises `UsageError` for an unknown profile, `InputError` for wrong columns, cells that are there twice, negative
    values, texts, and a profile that cannot be read.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "A", "B", "B"], "industry": ["x", "y", "x", "y"], "value": [9, 1, 5, 15]})
    >>> stars(jobs).filter(pl.col("cluster_class") == "node").select("region", "industry", "stars").rows()
    [('A', 'x', 2)]

    Source: each profile names its own; see `star_profiles`.
    """
    names = Names(region, industry, value, period)
    case = take_case(frame, star_profile(profile), names, reference, totals, columns)
    table, new = case.table, [*_added(case.profile), "imputed_share"]
    told = nw.col(IMPUTED) if table.has_imputed else UNKNOWN
    data = judged(case).with_columns(told.alias("imputed_share"))
    found = table.extended(data, {name: nw.col(name) for name in new}, share=False)
    return _with_missing(found, case.profile) if table.given.implementation.is_pandas() else found


@dataclass(frozen=True)
class Case:
    """Cells with the indicators that a profile asks for, one work column for each criterion."""

    table: Table
    names: Names
    profile: StarProfile
    data: nw.LazyFrame


def take_case(
    frame: Any,
    profile: StarProfile,
    names: Names,
    reference: Any,
    totals: Any,
    columns: Mapping[str, str] | None,
) -> Case:
    """Check what a caller gave, and compute the indicators."""
    check_mapping("{'growth': 'my_growth'}", columns=columns)
    table = take_table(frame, keys=[names.region, names.industry, names.period], values=[names.value])
    given = Given(table, names, reference, totals, columns or {})
    check_columns_of(profile, given)
    for name in _added(profile):
        if name in table.columns:
            raise InputError(f"column '{name}' would be written over", remedy="rename or drop it")
    return Case(table, names, profile, with_indicators(profile, given))


def _added(profile: StarProfile) -> list[str]:
    criteria = [f"{c.name}_{what}" for c in profile.criteria for what in ("value", "threshold", "met")]
    return [*criteria, "stars", "stars_judged", "cluster_class", "not_judged"]


def _with_missing(native: Any, profile: StarProfile) -> Any:
    """A pandas frame whose verdicts and counts have the types that know a missing value."""
    verdicts = {f"{c.name}_met": "boolean" for c in profile.criteria}
    return native.astype({**verdicts, "stars": "Int64", "stars_judged": "Int64"})


def judged(case: Case) -> nw.LazyFrame:
    """The case's data with each criterion's value, threshold and verdict, and the stars."""
    data, answers = with_thresholds(case.data, case.names, [case.profile])
    data = data.with_columns(
        expression
        for c in case.profile.criteria
        for expression in (
            nw.col(f"__{c.name}").alias(f"{c.name}_value"),
            highest(answers.numbers(case.profile, c)).alias(f"{c.name}_threshold"),
            verdict(c, answers.numbers(case.profile, c)).alias(f"__{c.name}_flag"),
        )
    )
    flags = {c.name: nw.col(f"__{c.name}_flag") for c in case.profile.criteria}
    data = data.with_columns(bounds(case.profile, flags))
    return data.with_columns(
        *(_is_met(flag).alias(f"{name}_met") for name, flag in flags.items()),
        *_stars(case.profile, flags),
        name_of_class(case.profile, rank_of_class(case.profile)).alias("cluster_class"),
        _not_judged(flags).alias("not_judged"),
    )


def bounds(profile: StarProfile, flags: Mapping[str, nw.Expr]) -> list[nw.Expr]:
    """The fewest and the most stars that a cell may have, given what could not be judged: ``__low``, ``__high``."""
    filters = [flags[c.name] for c in profile.filters]
    earned = [flags[c.name] for c in profile.star_criteria]
    return [
        (_product(filters, unknown) * _sum(earned, unknown)).alias(name)
        for name, unknown in (("__low", 0.0), ("__high", 1.0))
    ]


def _sum(flags: list[nw.Expr], unknown: float) -> nw.Expr:
    return reduce(add, (flag.fill_null(unknown) for flag in flags))


def _product(flags: list[nw.Expr], unknown: float) -> nw.Expr:
    return reduce(mul, (flag.fill_null(unknown) for flag in flags), nw.lit(1.0))


def rank_of_class(profile: StarProfile) -> nw.Expr:
    """Which class a cell has: 0 none, 1 the lowest, and so on up; -1 where it is not judged.

    Not judged is what has another class with the fewest stars it may have than with the most.
    """
    decided = reduce(
        lambda so_far, one: so_far & ((nw.col("__low") >= one.stars) | (nw.col("__high") < one.stars)),
        profile.classes,
        nw.lit(True),
    )
    rank = reduce(add, ((nw.col("__low") >= one.stars).cast(nw.Int64) for one in profile.classes))
    return nw.when(decided).then(rank).otherwise(nw.lit(-1))


def name_of_class(profile: StarProfile, rank: nw.Expr) -> nw.Expr:
    """The names that go with `rank_of_class`."""
    found = nw.when(rank == 0).then(nw.lit(NO_CLASS)).otherwise(nw.lit(NOT_JUDGED))
    for i, one in enumerate(reversed(profile.classes), start=1):
        found = nw.when(rank == i).then(nw.lit(one.name)).otherwise(found)
    return found


def _is_met(flag: nw.Expr) -> nw.Expr:
    return nw.when(~flag.is_null()).then(flag == 1)


def _stars(profile: StarProfile, flags: Mapping[str, nw.Expr]) -> list[nw.Expr]:
    """How many stars were earned, and how many could be judged."""
    earned = [flags[c.name] for c in profile.star_criteria]
    filters = [flags[c.name] for c in profile.filters]
    known = reduce(add, ((~flag.is_null()).cast(nw.Int64) for flag in earned))
    failed = _product(filters, 1.0) == 0
    passed = _product(filters, 0.0) == 1
    number = nw.when(failed | (passed & (known > 0))).then(nw.col("__low").cast(nw.Int64))
    return [number.alias("stars"), known.alias("stars_judged")]


def _not_judged(flags: Mapping[str, nw.Expr]) -> nw.Expr:
    names = [
        nw.when(flag.is_null()).then(nw.lit(f"{name}, ")).otherwise(nw.lit(""))
        for name, flag in flags.items()
    ]
    return nw.concat_str(*names).str.strip_chars(", ")
