"""Filters of the pages of firms."""

from __future__ import annotations

from collections.abc import Mapping
from math import expm1
from typing import Any

from django import template

from clusteratlas.observatory.firms.profile import ASKED, Rule
from clusteratlas.observatory.firms.words import asked_words

register = template.Library()

SUBJECTS = {
    "start": "{column} in the first year",
    "end": "{column} in the last year",
    "growth": "average yearly growth of {column}",
    "age": "years old in the last year",
    "age_at_start": "years old in the first year",
    "mergers": "mergers after the first year",
}


@register.filter
def asked(rule: Rule) -> str:
    """What a rule asks, in words.

    >>> asked(Rule("growth", "at_least", 0.1, "source", "employees"))
    'average yearly growth of employees at least 10 %'
    """
    column = "employees or turnover, as chosen," if rule.column == ASKED else rule.column
    bound = asked_words(rule).strip(" ()").removesuffix(" asked")
    return f"{SUBJECTS[rule.indicator].format(column=column)} {bound}"


@register.filter
def kind(row: Mapping[str, Any], name: str) -> Any:
    """A cell of a row by its name."""
    return row.get(name)


@register.filter
def reason(row: Mapping[str, Any]) -> str:
    """The reason that tells most: of the last kind that a firm is of, else of the first.

    >>> reason({"verdicts": [("a", True, "yes: 1"), ("b", False, "no: 2")]})
    '1; b: no: 2'
    """
    verdicts = row["verdicts"]
    (_, first, said), *rest = verdicts
    if not first:
        return said.partition(": ")[2] if first is False else said
    told = [f"{title}: {why}" for title, verdict, why in rest if verdict is not True]
    last = next((why for _, verdict, why in reversed(verdicts) if verdict), said)
    return "; ".join([last.partition(": ")[2], *told])


@register.filter
def percent(log_rate: float) -> str:
    """A logarithmic rate as the change in per cent that it is.

    >>> percent(0.0953), percent(-0.105)
    ('+10 %', '−10 %')
    """
    return f"{expm1(log_rate) * 100:+.0f} %".replace("-", "−")


@register.filter
def lowfirst(text: str) -> str:
    """A text with a small first letter."""
    return text[:1].lower() + text[1:]
