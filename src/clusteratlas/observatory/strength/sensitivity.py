"""How firm the classes stand: which clusters change class when the thresholds of a profile move."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any

import narwhals.stable.v2 as nw
import polars as pl

from clusteratlas.observatory.frames import joined, refuse_same
from clusteratlas.observatory.imputed import IMPUTED, IMPUTED_SHARE
from clusteratlas.observatory.specialisation import Names
from clusteratlas.observatory.strength.files import DEFAULT_PROFILE, star_profile
from clusteratlas.observatory.strength.judging import (
    Case,
    bounds,
    name_of_class,
    rank_of_class,
    take_case,
)
from clusteratlas.observatory.strength.moves import Move, moves
from clusteratlas.observatory.strength.profile import Criterion, StarProfile
from clusteratlas.observatory.strength.thresholds import Answers, question, verdict, with_thresholds


@dataclass(frozen=True)
class Sensitivity:
    """What moved thresholds change, as two frames of the caller's kind.

    ``counts``: a row for each move (``criterion``, ``threshold``, ``change``, ``amount``) with the number of clusters
    ``clusters_before`` and ``clusters_after`` (cells that have a class) and of cells whose class ``changed``.
    ``changes``: a row for each cell and move that changes its class, with ``class_before`` and ``class_after``.
    """

    counts: Any
    changes: Any


def sensitivity(
    frame: Any,
    profile: str | os.PathLike[str] | Mapping[str, Any] | StarProfile = DEFAULT_PROFILE,
    *,
    by: float | Sequence[float] = (0.1, 0.2),
    region: str = "region",
    industry: str = "industry",
    value: str = "value",
    period: str | None = None,
    reference: Any = None,
    totals: Any = None,
    columns: Mapping[str, str] | None = None,
) -> Sensitivity:
    """How many clusters change class, and which, when the thresholds of ``profile`` move: each alone, and together.

    Each threshold becomes stricter and looser by the shares ``by`` (0.1: LQ 2 becomes 2.2 and 1.8, the top 10 %
    become the top 9 % and 11 %); a positive ``change`` is the stricter one. Where all move, ``criterion`` and
    ``threshold`` are ``all`` and ``amount`` is null. The other arguments are those of `stars`.

    Raises what `stars` raises, and `UsageError` for shares that are not between 0 and 1.

    >>> import polars as pl
    >>> jobs = pl.DataFrame({"region": ["A", "A", "B", "B"], "industry": ["x", "y", "x", "y"], "value": [9, 4, 5, 15]})
    >>> result = sensitivity(jobs, by=0.1)
    >>> result.counts.select("criterion", "change", "clusters_before", "clusters_after").rows()[:2]
    [('specialisation', -0.1, 1, 1), ('specialisation', 0.1, 1, 0)]
    >>> result.changes.filter(pl.col("criterion") == "all").select("region", "industry", "class_after").rows()
    [('A', 'x', 'none')]
    """
    names = Names(region, industry, value, period)
    case = take_case(frame, star_profile(profile), names, reference, totals, columns)
    variants = moves(case.profile, by)
    counts, changes = _results(case, variants, _crossed(case, variants))
    return Sensitivity(case.table.of_groups(counts), case.table.of_groups(changes))


def _results(case: Case, variants: list[Move], crossed: nw.LazyFrame) -> tuple[nw.LazyFrame, nw.LazyFrame]:
    keys = case.names.by("region", "industry")
    told = ["criterion", "threshold", "change", "amount"]
    differs = nw.col("__before") != nw.col("__after")
    ranked = crossed.select(
        "__move",
        *((nw.col(side) > 0).cast(nw.Int64).alias(side) for side in ("__before", "__after")),
        differs.cast(nw.Int64).alias("__changed"),
    )
    counted = ranked.group_by("__move").agg(
        nw.col("__before").sum().alias("clusters_before"),
        nw.col("__after").sum().alias("clusters_after"),
        nw.col("__changed").sum().alias("changed"),
    )
    numbers = ("clusters_before", "clusters_after", "changed")
    counts = _ids(case, variants).join(counted, on="__move", how="left")
    counts = counts.with_columns(nw.col(name).fill_null(0).cast(nw.Int64) for name in numbers)
    counts = counts.with_columns(_told(variants)).sort("__move").select(*told, *numbers)
    classes = [name_of_class(case.profile, nw.col(f"__{s}")).alias(f"class_{s}") for s in ("before", "after")]
    share = [nw.col(IMPUTED).alias(IMPUTED_SHARE)] if case.table.has_imputed else []
    refuse_same(keys, [*told, "class_before", "class_after", IMPUTED_SHARE])
    changes = crossed.filter(differs).with_columns(_told(variants)).select(*keys, *told, *classes, *share)
    return counts, changes


def _told(variants: list[Move]) -> list[nw.Expr]:
    """What was moved, by the number of the move."""
    return [
        _by_move([getattr(v, name) for v in variants], kind).alias(name)
        for name, kind in (
            ("criterion", nw.String),
            ("threshold", nw.String),
            ("change", nw.Float64),
            ("amount", nw.Float64),
        )
    ]


def _by_move(choices: list[Any], kind: Any) -> nw.Expr:
    first, *others = (nw.lit(choice, dtype=kind) for choice in choices)
    return _choice(list(enumerate(others, start=2)), first)


def _choice(choices: list[tuple[int, nw.Expr]], otherwise: nw.Expr) -> nw.Expr:
    """The expression that goes with the number in column ``__move``."""
    return reduce(
        lambda rest, one: nw.when(nw.col("__move") == one[0]).then(one[1]).otherwise(rest),
        choices,
        otherwise,
    )


def _crossed(case: Case, variants: list[Move]) -> nw.LazyFrame:
    """Each cell with each move: the ranks of its class ``__before`` and ``__after``."""
    profile = case.profile
    data, answers = with_thresholds(case.data, case.names, [profile, *(v.profile for v in variants)])
    base = {c.name: answers.numbers(profile, c) for c in profile.criteria}
    data = _with_class(data, profile, base, "before")
    if case.table.memory is not None:
        data = data.collect().lazy()  # once, not again for each of the two results
    by = case.names.by("industry")
    numbers = _moved_numbers(case, answers, variants, by)
    how = {"on": by, "how": "inner"} if answers.frames else {"how": "cross"}
    moved = {c.name: [nw.col(name) for name in _columns(c)] for c in profile.criteria}
    return _with_class(data.join(numbers, **how), profile, moved, "after")


def _columns(criterion: Criterion) -> list[str]:
    return [f"__n_{criterion.name}_{i}" for i in range(len(criterion.thresholds))]


def _moved_numbers(case: Case, answers: Answers, variants: list[Move], by: list[str]) -> nw.LazyFrame:
    """The numbers to reach, a row for each move and, where they depend on it, each category (and period).

    A small frame of its own: the same choice made in each cell would outgrow what Spark compiles.
    """
    numbers = _ids(case, variants)
    if answers.frames:
        first, *others = answers.frames
        numbers = reduce(lambda one, other: joined(one, other, by), others, first).join(numbers, how="cross")
    columns = [
        _number(answers, case.profile, at, i, variants).alias(name)
        for at, c in enumerate(case.profile.criteria)
        for i, name in enumerate(_columns(c))
    ]
    return numbers.select(*(by if answers.frames else []), "__move", *columns)


def _with_class(
    data: nw.LazyFrame, profile: StarProfile, numbers: Mapping[str, list[nw.Expr]], side: str
) -> nw.LazyFrame:
    """``data`` with the column ``__<side>``, the rank of the class that follows when these are the numbers to reach."""
    flags = {c.name: f"__{c.name}_{side}" for c in profile.criteria}
    data = data.with_columns(verdict(c, numbers[c.name]).alias(flags[c.name]) for c in profile.criteria)
    columns = {name: nw.col(flag) for name, flag in flags.items()}
    data = data.with_columns(bounds(profile, columns))
    return data.with_columns(rank_of_class(profile).alias(f"__{side}"))


def _number(answers: Answers, profile: StarProfile, at: int, i: int, variants: list[Move]) -> nw.Expr:
    """The number of threshold ``i`` of the criterion ``at``: another one only in the moves that change it."""

    def identity(of: StarProfile) -> object:
        criterion = of.criteria[at]
        threshold = criterion.thresholds[i]
        return question(of, criterion, threshold) if threshold.is_relative else threshold.amount

    def number(of: StarProfile) -> nw.Expr:
        return answers.number(of, of.criteria[at], of.criteria[at].thresholds[i])

    here = [
        (k, v.profile) for k, v in enumerate(variants, start=1) if identity(v.profile) != identity(profile)
    ]
    return _choice([(k, number(of)) for k, of in here], number(profile))


def _ids(case: Case, variants: list[Move]) -> nw.LazyFrame:
    """The numbers of the moves, from 1, in column ``__move``."""
    return case.table.like(pl.DataFrame({"__move": range(1, len(variants) + 1)}, schema={"__move": pl.Int64}))
