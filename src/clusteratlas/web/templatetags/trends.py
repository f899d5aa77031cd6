"""How figures of trends are written in templates."""

from __future__ import annotations

from django import template

from clusteratlas.web.trends.words import per_year as said_per_year

register = template.Library()


@register.filter
def per_year(value: float | None) -> str:
    """Growth in whole percent with its sign; nothing for what is not told.

    >>> per_year(0.118), per_year(None)
    ('+12 %', '')
    """
    return "" if value is None else said_per_year(value)


@register.filter
def q_value(value: float | None) -> str:
    """The share of chance among what is as sure.

    >>> q_value(0.0004), q_value(0.26), q_value(None)
    ('under 1 %', '26 %', '')
    """
    if value is None:
        return ""
    return "under 1 %" if value < 0.01 else f"{value * 100:.0f} %"


@register.filter
def percent(value: float) -> str:
    """A share with as many digits as small ones need.

    >>> percent(0.0213), percent(0.4), percent(0.0004)
    ('2.1 %', '40 %', '0.04 %')
    """
    hundredths = value * 100
    digits = 0 if hundredths >= 10 else 1 if hundredths >= 0.1 or not hundredths else 2
    return f"{hundredths:.{digits}f} %"


@register.filter
def part_of(value: float, whole: float) -> float:
    """A part of a whole, 0 to 1."""
    return value / whole if whole else 0.0
