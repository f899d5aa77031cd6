"""The number that each threshold of a profile comes to, and whether a value passes it.

Several variants of one profile (as a sensitivity analysis asks for) share one aggregation: no window, no row leaves
the engine.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from operator import and_

import narwhals.stable.v2 as nw

from clusteratlas.observatory.frames import joined
from clusteratlas.observatory.specialisation import Names
from clusteratlas.observatory.strength.profile import Criterion, StarProfile, Threshold

SAME = 1e-9
"""Values that differ by less than this share count as equal: engines add up in different orders."""


@dataclass(frozen=True)
class Question:
    """One quantile to find: of which criterion, among whom (all present, or those that pass these filters)."""

    criterion: str
    quantile: float
    filters: tuple[Criterion, ...] | None


class Answers:
    """Where each threshold's number stands: a column of the data, or the amount itself.

    ``frames`` hold the quantiles, a row for each category (and period).
    """

    def __init__(self) -> None:
        self._columns: dict[Question, str] = {}
        self.frames: list[nw.LazyFrame] = []

    def ask(self, questions: Sequence[Question]) -> dict[Question, str]:
        """The columns of the questions that were not asked before, which are now expected in the data."""
        fresh = [q for q in dict.fromkeys(questions) if q not in self._columns]
        names = {question: f"__q{len(self._columns) + i}" for i, question in enumerate(fresh)}
        self._columns |= names
        return names

    def number(self, profile: StarProfile, criterion: Criterion, threshold: Threshold) -> nw.Expr:
        """The number to reach."""
        if not threshold.is_relative:
            return nw.lit(threshold.amount, dtype=nw.Float64)
        return nw.col(self._columns[question(profile, criterion, threshold)])

    def numbers(self, profile: StarProfile, criterion: Criterion) -> list[nw.Expr]:
        """The numbers to reach, one for each threshold of a criterion."""
        return [self.number(profile, criterion, t) for t in criterion.thresholds]


def highest(numbers: Sequence[nw.Expr]) -> nw.Expr:
    """The highest of a criterion's numbers; null when one of them is unknown."""
    if len(numbers) == 1:
        return numbers[0]
    return nw.when(*(~n.is_null() for n in numbers)).then(nw.max_horizontal(*numbers))


def verdict(criterion: Criterion, numbers: Sequence[nw.Expr]) -> nw.Expr:
    """1 where a criterion is met, 0 where not, null where it cannot be judged."""
    value = nw.col(f"__{criterion.name}")
    pairs = zip(criterion.thresholds, numbers, strict=True)
    passed = reduce(and_, (_passes(value, number, t.is_strict) for t, number in pairs))
    return nw.when(~value.is_null(), *(~n.is_null() for n in numbers)).then(passed.cast(nw.Float64))


def _passes(value: nw.Expr, number: nw.Expr, is_strict: bool) -> nw.Expr:
    slack = number.abs() * SAME
    return value > number + slack if is_strict else value >= number - slack


def question(profile: StarProfile, criterion: Criterion, threshold: Threshold) -> Question:
    """The quantile that a relative threshold needs."""
    filters = profile.filters if threshold.among == "candidates" else None
    return Question(criterion.name, threshold.quantile, filters)


def with_thresholds(
    data: nw.LazyFrame, names: Names, variants: Sequence[StarProfile]
) -> tuple[nw.LazyFrame, Answers]:
    """``data`` with a column for each quantile that the variants need, and where each one's number stands.

    ``data`` holds the indicators (``__<criterion>``); the variants have the same criteria.
    """
    answers = Answers()
    every = [
        question(profile, c, t)
        for profile in variants
        for c in profile.criteria
        for t in c.thresholds
        if t.is_relative
    ]
    present = [q for q in every if q.filters is None]
    data = _answered(data, names, answers, present, {})
    rivals = {p.filters: candidates(answers, p) for p in variants}
    return _answered(data, names, answers, every, rivals), answers


def candidates(answers: Answers, profile: StarProfile) -> nw.Expr:
    """Whether a cell passes all filters for sure."""
    flags = (verdict(c, answers.numbers(profile, c)).fill_null(0.0) == 1 for c in profile.filters)
    return reduce(and_, flags, nw.lit(True))


def _answered(
    data: nw.LazyFrame,
    names: Names,
    answers: Answers,
    questions: Sequence[Question],
    rivals: dict[tuple[Criterion, ...], nw.Expr],
) -> nw.LazyFrame:
    """``data`` with the quantiles asked for, found for each category (and period) among those who compete."""
    columns = answers.ask(questions)
    if not columns:
        return data
    by = names.by("industry")
    groups = list(dict.fromkeys((q.criterion, q.filters) for q in columns))
    masked = {group: f"__m{i}" for i, group in enumerate(groups)}
    present = nw.col(names.value) > 0
    competing = (
        nw.when(present if filters is None else present & rivals[filters])
        .then(nw.col(f"__{criterion}"))
        .alias(masked[criterion, filters])
        for criterion, filters in groups
    )
    wanted = {name: (masked[q.criterion, q.filters], q.quantile) for q, name in columns.items()}
    found = _quantiles(data.select(*by, *competing), by, wanted)
    answers.frames.append(found)
    return joined(data, found, by)


def _quantiles(data: nw.LazyFrame, by: list[str], wanted: dict[str, tuple[str, float]]) -> nw.LazyFrame:
    """For each group the wanted quantiles, each of a column, by linear interpolation; missing values left out."""
    return data.group_by(by).agg(
        nw.col(column).quantile(share, interpolation="linear").alias(name)
        for name, (column, share) in wanted.items()
    )
