"""Which firms are high-growth enterprises, gazelles or scale-ups by a profile: verdicts with their reasons."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

import narwhals.stable.v2 as nw

from clusteratlas.observatory.firms.around import (
    at,
    beside_earlier,
    born,
    chosen_years,
    mergers,
    together,
    with_facts,
)
from clusteratlas.observatory.firms.panel import Columns, Firms, own_roles, take_firms, year_asked
from clusteratlas.observatory.firms.profile import ASKED, FirmProfile, Kind, Rule, firm_profile
from clusteratlas.observatory.firms.words import CLOSE, FIRST, LAST, jump_words, rule_words, unknown_words


def verdicts(
    frame: Any,
    profile: str | os.PathLike[str] | Mapping[str, Any] | FirmProfile = "eu-high-growth",
    *,
    measure: str = "employees",
    year: int | str | None = None,
    by: Sequence[str] = (),
    **columns: Unpack[Columns],
) -> Any:
    """Judge every firm that is there in a year (each year of the panel that can be judged, unless told) by a profile.

    The panel has a row for each firm and year: columns ``firm``, ``year``, ``employees`` (persons) and/or
    ``turnover`` (any unit) and, where known, ``birth_year``, ``region``, ``industry``, ``merger`` (true in a year in
    which the firm merged, was split or taken over) and ``valuation`` (USD); other names are told as keywords
    (``employees="persons"``, ``year="yr"``, or ``year_column="yr"`` where ``year`` is the one year to judge).
    ``measure`` is what growth is taken of where the profile leaves that open. ``by`` are further columns to keep.

    Gives one row for each firm and year with ``start_year``, ``start_value``, ``end_value``, ``growth`` (average
    yearly rate; 0.1 is 10 %), ``birth_year`` and ``age`` (null when unknown), and for each kind of the profile its
    verdict ``is_*`` (true, false, or null when it cannot be told) and ``*_reason`` in words; ``flags`` says what to
    mistrust: jumps within a year, births after the first sight.

    Raises `InputError` for what is no panel (see `take_firms`) or does not reach back far enough, `UsageError` for an
    unknown profile, measure or year.

    >>> import polars as pl
    >>> panel = pl.DataFrame(
    ...     {"firm": ["a", "a", "b", "b"], "year": [2017, 2020, 2017, 2020],
    ...      "employees": [10, 14, 30, 24], "birth_year": [2015, 2015, 1990, 1990]}
    ... )
    >>> found = verdicts(panel).sort("firm")
    >>> found.select("firm", "is_high_growth", "is_gazelle").rows()
    [('a', True, True), ('b', False, False)]
    >>> found["high_growth_reason"][1]
    'no: shrank by 7.17 % a year from 2017 to 2020 (at least 10 % asked)'

    Source: the profile's; see `firm_profiles`.
    """
    year, columns = year_asked(year, columns)
    firms = take_firms(frame, columns, by)
    judge = _Judge(firms, firm_profile(profile), firms.measure(measure), year, by)
    return firms.hand_back(judge.explained())


def classify(
    frame: Any,
    profile: str | os.PathLike[str] | Mapping[str, Any] | FirmProfile = "eu-high-growth",
    *,
    measure: str = "employees",
    year: int | str | None = None,
    by: Sequence[str] = (),
    **columns: Unpack[Columns],
) -> Any:
    """The verdicts of `verdicts` without their words: for millions of firms, a few times as fast.

    >>> import polars as pl
    >>> panel = pl.DataFrame({"firm": ["a", "a"], "year": [2017, 2020], "employees": [10, 14]})
    >>> classify(panel).select("firm", "year", "is_high_growth").rows()
    [('a', 2020, True)]
    """
    year, columns = year_asked(year, columns)
    firms = take_firms(frame, columns, by)
    return firms.hand_back(judged(firms, firm_profile(profile), firms.measure(measure), year, by))


def judged(
    firms: Firms, profile: FirmProfile, measure: str, year: int | None, by: Sequence[str] = ()
) -> nw.LazyFrame:
    """The verdicts of `classify`, lazy, under the names of roles."""
    return _Judge(firms, profile, measure, year, by).judged()


class _Judge:
    """Judging by a profile. Each step's columns are made before the next builds on them, which keeps expressions small.

    Work columns of a rule: ``__value``, ``__holds`` and its number; rules that kinds share are one.
    """

    def __init__(
        self, firms: Firms, profile: FirmProfile, measure: str, year: int | None, by: Sequence[str]
    ) -> None:
        self.firms, self.profile, self.measure = firms, profile, measure
        every = [self._meant(rule) for kind in profile.kinds for rule in kind.rules]
        self.rules = list(dict.fromkeys(every))
        looks_back = any(rule.indicator not in ("end", "age") for rule in every)
        self.years = chosen_years(firms, year, profile.years if looks_back else 0)
        places = [name for name in ("region", "industry") if name in firms.names]
        self.kept = list(dict.fromkeys([*places, *own_roles(firms, by)]))

    def _meant(self, rule: Rule) -> Rule:
        """The rule with the measure that is asked for in its place."""
        return replace(rule, column=self.measure) if rule.column == ASKED else rule

    def judged(self) -> nw.LazyFrame:
        """The verdicts without words."""
        return self._selected(self._weighed([-self.profile.years]), self._verdicts())

    def explained(self) -> nw.LazyFrame:
        """The verdicts with their reasons, and what to mistrust."""
        data = self._weighed(range(-self.profile.years, 0)).with_columns(
            nw.col("start_year").cast(nw.String).alias(FIRST),
            nw.col("year").cast(nw.String).alias(LAST),
            *self._jumps(),
        )
        is_branched = self.firms.table.memory is not None
        if is_branched:
            data = data.collect().lazy()
        told: dict[str, nw.Expr] = {}
        for kind in self.profile.kinds:
            verdict, reason = f"is_{kind.name}", f"{kind.name}_reason"
            data = self._worded(data, reason, *self._reasons(kind))
            told |= {verdict: self._verdicts()[verdict], reason: nw.col(reason)}
        data = self._worded(
            data, "flags", [(~self._is_doubtful(), nw.lit(None).cast(nw.String))], self._flags()
        )
        return self._selected(
            data.sort("firm", "year") if is_branched else data, told | {"flags": nw.col("flags")}
        )

    def _worded(
        self, data: nw.LazyFrame, name: str, found: list[tuple[nw.Expr, nw.Expr]], otherwise: nw.Expr
    ) -> nw.LazyFrame:
        """``data`` with the column ``name``: the words of the first condition that holds, made for no other row.

        Engines make each branch of a choice for the rows that take it; Polars makes every branch for all, and is
        given the rows branch by branch.
        """
        if self.firms.table.memory is None:
            return data.with_columns(_first(found, otherwise).alias(name))
        numbers = [(condition, nw.lit(i)) for i, (condition, _) in enumerate(found)]
        data = data.with_columns(_first(numbers, nw.lit(len(found))).alias("__branch")).collect().lazy()
        branches = [*(words for _, words in found), otherwise]
        return together(
            [
                data.filter(nw.col("__branch") == i).drop("__branch").with_columns(words.alias(name))
                for i, words in enumerate(branches)
            ]
        )

    def _weighed(self, offsets: Sequence[int]) -> nw.LazyFrame:
        """The firms of all years, what they show for each rule, and whether that keeps to it."""
        data = with_facts(self.firms, together([self._seen(year, offsets) for year in self.years]))
        first = nw.col("year") - self.profile.years
        data = data.with_columns(
            born(self.firms).alias("__born"),
            first.alias("start_year"),
            *(self._growth(column).alias(f"__growth_{column}") for column in self._columns()),
        )
        numbered = list(enumerate(self.rules))
        data = data.with_columns(
            self._value(rule).cast(nw.Float64).alias(f"__value{i}") for i, rule in numbered
        )
        return data.with_columns(
            holds(rule, nw.col(f"__value{i}")).alias(f"__holds{i}") for i, rule in numbered
        )

    def _selected(self, data: nw.LazyFrame, told: Mapping[str, nw.Expr]) -> nw.LazyFrame:
        """The columns of the answer."""
        told = {
            "start_year": nw.col("start_year"),
            "start_value": self._amount("start", self.measure),
            "end_value": self._amount("end", self.measure),
            "growth": nw.col(f"__growth_{self.measure}"),
            "birth_year": nw.col("__born"),
            "age": nw.col("year") - nw.col("__born"),
            **told,
        }
        columns = {name: nw.col(name) for name in ("firm", "year", *self.kept) if name not in told} | told
        return data.select(expr.alias(name) for name, expr in columns.items())

    def _seen(self, year: int, offsets: Sequence[int]) -> nw.LazyFrame:
        """The firms that are there in a year, with what they had in years before it."""
        data = beside_earlier(self.firms, year, self._columns(), offsets)
        return mergers(self.firms, data, year, self.profile.years) if "merger" in self.firms.names else data

    def _columns(self) -> list[str]:
        """The measures that are used, of those that the panel tells."""
        used = {self.measure, *(rule.column for rule in self.rules)}
        return [name for name in self.firms.measures if name in used]

    def _amount(self, which: str, column: str) -> nw.Expr:
        """The amount at the start or end; null where the panel does not tell it."""
        if column not in self.firms.names:
            return nw.lit(None).cast(nw.Float64)
        return nw.col(at(column, -self.profile.years if which == "start" else 0))

    def _growth(self, column: str) -> nw.Expr:
        start, end = self._amount("start", column), self._amount("end", column)
        is_both = (start > 0) & (end > 0)
        quotient = nw.when(is_both).then(end) / nw.when(is_both).then(start)
        compound = (quotient.log() / self.profile.years).exp() - 1
        return nw.when((start > 0) & (end == 0)).then(nw.lit(-1.0)).otherwise(compound)

    def _value(self, rule: Rule) -> nw.Expr:
        """What a firm shows for a rule; null when it is not known."""
        if rule.indicator in ("start", "end"):
            return self._amount(rule.indicator, rule.column)
        if rule.indicator == "growth":
            known = rule.column in self.firms.names
            return nw.col(f"__growth_{rule.column}") if known else nw.lit(None)
        if rule.indicator == "mergers":
            return nw.col("merger") if "merger" in self.firms.names else nw.lit(None)
        then = nw.col("start_year" if rule.indicator == "age_at_start" else "year")
        age, seen = then - nw.col("__born"), then - nw.col("first_seen")
        # Who was seen long ago is at least so old, also when the year of birth is not known.
        is_settled = seen >= rule.amount if rule.bound == "at_least" else seen > rule.amount
        return nw.when(~nw.col("__born").is_null()).then(age).otherwise(nw.when(is_settled).then(seen))

    def _rules_of(self, kind: Kind) -> list[tuple[int, Rule]]:
        """All rules for a kind, each with its number."""
        return [(self.rules.index(rule), rule) for rule in map(self._meant, self.profile.rules_of(kind))]

    def _verdicts(self) -> dict[str, nw.Expr]:
        """Whether a firm is of each kind; null when that cannot be told."""
        found = {}
        for kind in self.profile.kinds:
            rules = self._rules_of(kind)
            broken = [_is_broken(number) for number, _ in rules]
            is_open = [nw.col(f"__holds{n}").is_null() for n, rule in rules if rule.when_unknown == "open"]
            verdict = nw.when(_any(broken)).then(nw.lit(False)).when(~_any(is_open)).then(nw.lit(True))
            found[f"is_{kind.name}"] = verdict
        return found

    def _reasons(self, kind: Kind) -> tuple[list[tuple[nw.Expr, nw.Expr]], nw.Expr]:
        """Why a firm is of a kind or not: the first rule that it breaks, else the first not known, else all."""
        broken, open_, words = [], [], []
        for number, rule in self._rules_of(kind):
            said = rule_words(rule, nw.col(f"__value{number}"))
            broken.append((_is_broken(number), nw.concat_str([nw.lit("no: "), said])))
            if rule.when_unknown == "open":
                unknown = nw.concat_str([nw.lit("not known: "), *unknown_words(rule)])
                open_.append((nw.col(f"__holds{number}").is_null(), unknown))
            if rule.indicator != "mergers":
                words += [nw.lit("; "), said.fill_null("age not known")]
        return [*broken, *open_], nw.concat_str([nw.lit("yes: "), *words[1:]])

    def _jumps(self) -> list[nw.Expr]:
        """By how much the measure was multiplied in each year of the span, where that is not to be believed."""
        found = []
        for offset in range(1 - self.profile.years, 1):
            before, after = nw.col(at(self.measure, offset - 1)), nw.col(at(self.measure, offset))
            is_both = (before > 0) & (after > 0)
            times = nw.when(is_both).then(after) / nw.when(is_both).then(before)
            is_jump = (times >= self.profile.jump) | (times <= 1 / self.profile.jump)
            found.append(nw.when(is_jump).then(times).alias(f"__jump{-offset}"))
        return found

    def _is_doubtful(self) -> nw.Expr:
        """Whether there is something to mistrust."""
        jumps = [~nw.col(f"__jump{n}").is_null() for n in range(self.profile.years)]
        return _any([*jumps, self._is_late(), nw.col("__born").is_null()])

    def _is_late(self) -> nw.Expr:
        """Whether a firm is seen before the year of birth that it tells."""
        if "birth_year" not in self.firms.names:
            return nw.lit(False)
        return (nw.col("birth_year") > nw.col("first_seen")).fill_null(False)

    def _flags(self) -> nw.Expr:
        """What makes a firm's figures doubtful."""
        jumps = [
            jump_words(self.measure, nw.col(f"__jump{n}"), n) for n in reversed(range(self.profile.years))
        ]
        late = nw.when(self._is_late()).then(nw.lit("seen before its year of birth; ")).otherwise(nw.lit(""))
        unknown = nw.when(nw.col("__born").is_null()).then(nw.lit("year of birth not known; "))
        return nw.concat_str([*jumps, late, unknown.otherwise(nw.lit(""))]).str.strip_chars_end("; ")


def holds(rule: Rule, value: nw.Expr) -> nw.Expr:
    """Whether a value keeps to a rule's bound; null when it is null."""
    bound = rule.amount
    close = CLOSE if rule.indicator == "growth" else CLOSE * max(1.0, abs(bound))
    if rule.bound == "at_least":
        return value >= bound - close
    if rule.bound == "above":
        return value > bound + close
    return value <= bound + close if rule.bound == "at_most" else value < bound - close


def _is_broken(number: int) -> nw.Expr:
    return (~nw.col(f"__holds{number}")).fill_null(False)


def _any(conditions: Sequence[nw.Expr]) -> nw.Expr:
    return nw.any_horizontal(*conditions, ignore_nulls=False) if conditions else nw.lit(False)


def _first(found: list[tuple[nw.Expr, nw.Expr]], otherwise: nw.Expr) -> nw.Expr:
    """The words of the first condition that holds."""
    (condition, words), *rest = found
    chain = nw.when(condition).then(words)
    for condition, words in rest:
        chain = chain.when(condition).then(words)
    return chain.otherwise(otherwise)
