"""Numbers and what is asked of them as words, made by the frame's own engine and alike on each."""

from __future__ import annotations

import narwhals.stable.v2 as nw

from clusteratlas.observatory.firms.profile import Rule

CLOSE = 1e-9
"""Rates so near a threshold are at it: 10 to 13.31 employees are 10 % a year, whatever floating points say."""
MOST_TOLD = 1e15
"""Numbers from here on are told as more than it."""
BOUND_WORDS = {"at_least": "at least", "above": "above", "at_most": "at most", "below": "below"}
FIRST, LAST = "__first", "__last"
"""Work columns: the span's first and last year as words."""
UNITS = {"employees": " employees", "turnover": " of turnover", "valuation": " of valuation"}


def decimal_words(number: nw.Expr) -> nw.Expr:
    """A number at least 0, rounded to two decimals.

    >>> import polars as pl
    >>> given = nw.from_native(pl.DataFrame({"x": [28.0, 30.059, 0.05, 1e40]}))
    >>> given.select(decimal_words(nw.col("x")).alias("x"))["x"].to_list()
    ['28', '30.06', '0.05', 'over 1,000,000,000,000,000']
    """
    hundredths = _hundredths(nw.when(number < MOST_TOLD).then(number))
    whole = (hundredths / 100).floor()
    rest = hundredths - whole * 100
    digits = rest.cast(nw.Int64).cast(nw.String)
    told = whole.cast(nw.Int64).cast(nw.String)
    return (
        nw.when(number >= MOST_TOLD)
        .then(nw.lit(f"over {MOST_TOLD:,.0f}"))
        .when(rest < 1)
        .then(told)
        .when(rest < 10)
        .then(nw.concat_str([told, nw.lit(".0"), digits]))
        .otherwise(nw.concat_str([told, nw.lit("."), digits]))
    )


def _hundredths(number: nw.Expr) -> nw.Expr:
    """A number in hundredths, rounded half up whatever floating points say."""
    return (number * 100 + 0.5 + 1e-6).floor()


def bound_words(number: nw.Expr, bound: float, told: str, close: float) -> nw.Expr:
    """A number at least 0 beside a bound: rounded, but where that would reach the bound, just below or above it.

    ``told`` is the bound in words; numbers within ``close`` of it are at it.

    >>> import polars as pl
    >>> given = nw.from_native(pl.DataFrame({"x": [9.99, 9.996, 10.0, 10.003, 10.02]}))
    >>> given.select(bound_words(nw.col("x"), 10.0, "10", 1e-7).alias("x"))["x"].to_list()
    ['9.99', 'just below 10', '10', 'just above 10', '10.02']
    """
    shown = _hundredths(nw.when(number < MOST_TOLD).then(number)) / 100
    is_below = (number < bound - close) & (shown >= bound - close)
    is_above = (number > bound + close) & (shown <= bound + close)
    return (
        nw.when(is_below)
        .then(nw.lit(f"just below {told}"))
        .when(is_above)
        .then(nw.lit(f"just above {told}"))
        .otherwise(decimal_words(number))
    )


def rule_words(rule: Rule, value: nw.Expr) -> nw.Expr:
    """What a firm shows for a rule and what is asked: '2 years old in 2017 (at least 1 asked)'."""
    asked = nw.lit(asked_words(rule))
    if rule.indicator == "growth":
        return _growth_words(rule, value, asked)
    if rule.indicator in ("start", "end"):
        close = CLOSE * max(1.0, abs(rule.amount))
        amount = bound_words(value, rule.amount, _amount(rule), close)
        return nw.concat_str([amount, nw.lit(f"{UNITS[str(rule.column)]} in "), _year(rule), asked])
    if rule.indicator == "mergers":
        merged = nw.concat_str([nw.lit("took part in a merger after "), nw.col(FIRST)])
        return nw.when(value > 0).then(merged).otherwise(nw.lit("no merger"))
    years = nw.when(value == 1).then(nw.lit(" year old in ")).otherwise(nw.lit(" years old in "))
    return (
        nw.when(value < 0)
        .then(nw.concat_str([nw.lit("born after "), _year(rule)]))
        .when(value == 0)
        .then(nw.concat_str([nw.lit("newly born in "), _year(rule), asked]))
        .when(value > 0)
        .then(nw.concat_str([decimal_words(value), years, _year(rule), asked]))
    )


def _year(rule: Rule) -> nw.Expr:
    """The year, as a word, of which a rule speaks."""
    return nw.col(FIRST if rule.indicator in ("start", "age_at_start") else LAST)


def _growth_words(rule: Rule, value: nw.Expr, asked: nw.Expr) -> nw.Expr:
    what = "" if rule.column == "employees" else f" in {rule.column}"
    bound = abs(rule.amount * 100)
    rate = bound_words((value * 100).abs(), bound, f"{bound:g}", CLOSE * 100)
    way = nw.when(value < 0).then(nw.lit("shrank by ")).otherwise(nw.lit("grew by "))
    span = [nw.lit(f" % a year{what} from "), nw.col(FIRST), nw.lit(" to "), nw.col(LAST)]
    return nw.concat_str([way, rate, *span, asked])


def jump_words(measure: str, times: nw.Expr, ago: int) -> nw.Expr:
    """That a measure jumped in a year so long ago; empty when ``times`` is null."""
    year = nw.col("year") - ago
    span = [nw.lit("-fold from "), (year - 1).cast(nw.String), nw.lit(" to "), year.cast(nw.String)]
    way = nw.when(times > 1).then(nw.lit(f"{measure} grew ")).otherwise(nw.lit(f"{measure} shrank "))
    factor = decimal_words(nw.when(times > 1).then(times).otherwise(1 / times))
    words = nw.concat_str([way, factor, *span, nw.lit(", a merger or a mistake?; ")])
    return nw.when(~times.is_null()).then(words).otherwise(nw.lit(""))


def asked_words(rule: Rule) -> str:
    """What a rule asks, in brackets.

    >>> asked_words(Rule("growth", "at_least", 0.1, "source", "employees"))
    ' (at least 10 % asked)'
    """
    amount = f"{rule.amount * 100:g} %" if rule.indicator == "growth" else _amount(rule)
    return f" ({BOUND_WORDS[rule.bound]} {amount} asked)"


def _amount(rule: Rule) -> str:
    return f"{rule.amount:,.0f}" if rule.amount >= 1e6 else f"{rule.amount:,g}"


def unknown_words(rule: Rule) -> list[nw.Expr]:
    """Why the value for a rule is not known, in parts."""
    be = "are" if rule.column == "employees" else "is"
    if rule.indicator in ("start", "end"):
        return [nw.lit(f"{rule.column} in "), _year(rule), nw.lit(f" {be} not known")]
    if rule.indicator == "growth":
        reason = nw.lit(f": {rule.column} {be} not known, or zero at first")
        return [nw.lit("no growth from "), nw.col(FIRST), nw.lit(" to "), nw.col(LAST), reason]
    return [
        nw.lit("the year of birth is not known" if rule.indicator != "mergers" else "mergers are not known")
    ]
