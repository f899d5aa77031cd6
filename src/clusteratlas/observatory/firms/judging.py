"""Which firms are high-growth enterprises, gazelles or scale-ups by a profile: verdicts with their reasons."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Unpack

import narwhals.stable.v2 as nw

from clusteratlas.observatory.firms.around import around, at, born, chosen_years, together
from clusteratlas.observatory.firms.panel import Columns, Firms, own_roles, take_firms
from clusteratlas.observatory.firms.profile import ASKED, FirmProfile, Kind, Rule, firm_profile
from clusteratlas.observatory.firms.words import CLOSE, FIRST, LAST, jump_words, rule_words, unknown_words


def verdicts(
    frame: Any,
    profile: str | os.PathLike[str] | Mapping[str, Any] | FirmProfile = "eu-high-growth",
    *,
    measure: str = "employees",
    year: int | None = None,
    by: Sequence[str] = (),
    **columns: Unpack[Columns],
) -> Any:
    """Judge every firm that is there in a year (each year of the panel that can be judged, unless told) by a profile.

    The panel has a row for each firm and year: columns ``firm``, ``year``, ``employees`` (persons) and/or
    ``turnover`` (any unit) and, where known, ``birth_year``, ``region``, ``industry``, ``merger`` (true in a year in
    which the firm merged, was split or taken over) and ``valuation`` (USD); other names are told as keywords
    (``employees="persons"``). ``measure`` is what growth is taken of where the profile leaves that open. ``by`` are
    further columns to keep.

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
    firms = take_firms(frame, columns, by)
    chosen = firm_profile(profile)
    return firms.hand_back(judged(firms, chosen, firms.measure(measure), year, by))


def classify(
    frame: Any,
    profile: str | os.PathLike[str] | Mapping[str, Any] | FirmProfile = "eu-high-growth",
    *,
    measure: str = "employees",
    year: int | None = None,
    by: Sequence[str] = (),
    **columns: Unpack[Columns],
) -> Any:
    """The verdicts of `verdicts` without their words: for millions of firms, a few times as fast.

    >>> import polars as pl
    >>> panel = pl.DataFrame({"firm": ["a", "a"], "year": [2017, 2020], "employees": [10, 14]})
    >>> classify(panel).select("firm", "year", "is_high_growth").rows()
    [('a', 2020, True)]
    """
    firms = take_firms(frame, columns, by)
    found = judged(firms, firm_profile(profile), firms.measure(measure), year, by)
    words = {"flags", *(name for name in found.collect_schema().names() if name.endswith("_reason"))}
    return firms.hand_back(found.select(n for n in found.collect_schema().names() if n not in words))


def judged(
    firms: Firms, profile: FirmProfile, measure: str, year: int | None, by: Sequence[str] = ()
) -> nw.LazyFrame:
    """The verdicts of `verdicts`, lazy, under the names of roles."""
    looks_back = any(rule.indicator not in ("end", "age") for kind in profile.kinds for rule in kind.rules)
    years = chosen_years(firms, year, profile.years if looks_back else 0)
    places = [name for name in ("region", "industry") if name in firms.names]
    kept = list(dict.fromkeys([*places, *own_roles(firms, by)]))
    return _Judge(firms, profile, measure).judged(years, kept)


class _Judge:
    """Judging by a profile. Each step's columns are made before the next builds on them, which keeps expressions small.

    Work columns of a rule: ``__value``, ``__holds``, ``__said`` and its number; rules that kinds share are one.
    """

    def __init__(self, firms: Firms, profile: FirmProfile, measure: str) -> None:
        self.firms, self.profile, self.measure = firms, profile, measure
        every = [self._meant(rule) for kind in profile.kinds for rule in kind.rules]
        self.rules = list(dict.fromkeys(every))

    def _meant(self, rule: Rule) -> Rule:
        """The rule with the measure that is asked for in its place."""
        return replace(rule, column=self.measure) if rule.column == ASKED else rule

    def judged(self, years: list[int], kept: list[str]) -> nw.LazyFrame:
        data = together([self._seen(year) for year in years])
        first = nw.col("year") - self.profile.years
        data = data.with_columns(
            born(self.firms).alias("__born"),
            first.alias("start_year"),
            first.cast(nw.String).alias(FIRST),
            nw.col("year").cast(nw.String).alias(LAST),
            *(self._growth(column).alias(f"__growth_{column}") for column in self._columns()),
        )
        numbered = list(enumerate(self.rules))
        data = data.with_columns(
            self._value(rule).cast(nw.Float64).alias(f"__value{i}") for i, rule in numbered
        )
        data = data.with_columns(
            *(holds(rule, nw.col(f"__value{i}")).alias(f"__holds{i}") for i, rule in numbered),
            *(rule_words(rule, nw.col(f"__value{i}")).alias(f"__said{i}") for i, rule in numbered),
            *self._jumps(),
        )
        told = {
            "start_year": nw.col("start_year"),
            "start_value": self._amount("start", self.measure),
            "end_value": self._amount("end", self.measure),
            "growth": nw.col(f"__growth_{self.measure}"),
            "birth_year": nw.col("__born"),
            "age": nw.col("year") - nw.col("__born"),
        }
        for kind in self.profile.kinds:
            told[f"is_{kind.name}"], told[f"{kind.name}_reason"] = self._verdict(kind)
        told["flags"] = self._flags()
        columns = {name: nw.col(name) for name in ("firm", "year", *kept) if name not in told} | told
        return data.select(expr.alias(name) for name, expr in columns.items())

    def _seen(self, year: int) -> nw.LazyFrame:
        """The firms that are there in a year, with what they had in the years up to it."""
        data = around(self.firms, year, back=self.profile.years, measures=self._columns())
        return data.filter(nw.col("there_0") == 1).with_columns(nw.lit(year).cast(nw.Int64).alias("year"))

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

    def _verdict(self, kind: Kind) -> tuple[nw.Expr, nw.Expr]:
        """Whether a firm is of a kind, and why: the first rule that it breaks, else the first not known, else all."""
        broken, open_, words = [], [], []
        for rule in map(self._meant, self.profile.rules_of(kind)):
            number = self.rules.index(rule)
            does, said = nw.col(f"__holds{number}"), nw.col(f"__said{number}")
            broken.append(((~does).fill_null(False), nw.concat_str([nw.lit("no: "), said])))
            if rule.when_unknown == "open":
                open_.append((does.is_null(), nw.concat_str([nw.lit("not known: "), *unknown_words(rule)])))
            if rule.indicator != "mergers":
                words += [nw.lit("; "), said.fill_null("age not known")]
        yes = nw.concat_str([nw.lit("yes: "), *words[1:]])
        verdict = nw.when(_any(broken)).then(nw.lit(False)).when(~_any(open_)).then(nw.lit(True))
        return verdict, _first([*broken, *open_], yes)

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

    def _flags(self) -> nw.Expr:
        """What makes a firm's figures doubtful; null when nothing does."""
        found = [
            jump_words(self.measure, nw.col(f"__jump{n}"), n) for n in reversed(range(self.profile.years))
        ]
        if "birth_year" in self.firms.names:
            is_late = (nw.col("birth_year") > nw.col("first_seen")).fill_null(False)
            found.append(
                nw.when(is_late).then(nw.lit("seen before its year of birth; ")).otherwise(nw.lit(""))
            )
        unknown = nw.when(nw.col("__born").is_null()).then(nw.lit("year of birth not known; "))
        whole = nw.concat_str([*found, unknown.otherwise(nw.lit(""))]).str.strip_chars_end("; ")
        return nw.when(whole != "").then(whole)


def holds(rule: Rule, value: nw.Expr) -> nw.Expr:
    """Whether a value keeps to a rule's bound; null when it is null."""
    bound = rule.amount
    close = CLOSE if rule.indicator == "growth" else CLOSE * max(1.0, abs(bound))
    if rule.bound == "at_least":
        return value >= bound - close
    if rule.bound == "above":
        return value > bound + close
    return value <= bound + close if rule.bound == "at_most" else value < bound - close


def _any(found: list[tuple[nw.Expr, nw.Expr]]) -> nw.Expr:
    return (
        nw.any_horizontal(*(condition for condition, _ in found), ignore_nulls=False)
        if found
        else nw.lit(False)
    )


def _first(found: list[tuple[nw.Expr, nw.Expr]], otherwise: nw.Expr) -> nw.Expr:
    """The words of the first condition that holds."""
    (condition, words), *rest = found
    chain = nw.when(condition).then(words)
    for condition, words in rest:
        chain = chain.when(condition).then(words)
    return chain.otherwise(otherwise)
