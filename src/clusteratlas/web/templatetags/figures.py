"""How figures, dates and codes are written for people."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template

from clusteratlas import taxonomies

register = template.Library()


@register.filter
def number(value: Any) -> str:
    """A count with thin spaces between thousands; a dash for what is not known.

    >>> number(19189)
    '19\\u202f189'
    """
    return "–" if value is None or value == "" else f"{value:,.0f}".replace(",", "\u202f")


@register.filter
def euros(value: float | None) -> str:
    """Money in short, for reading; a dash for what is not known, and zero stays zero.

    >>> euros(2_500_000), euros(0), euros(None), euros(45_300_000_000)
    ('€2.5 m', '€0', 'not known', '€45.3 bn')
    """
    if value is None or value == "":
        return "not known"
    for floor, unit in ((1e9, "bn"), (1e6, "m")):
        if abs(value) >= floor:
            return f"€{_short(value / floor)} {unit}"
    return f"€{value:,.0f}".replace(",", "\u202f")


def _short(value: float) -> str:
    text = f"{value:.1f}" if abs(value) < 100 else f"{value:,.0f}".replace(",", "\u202f")
    return text.removesuffix(".0")


@register.filter
def exact_euros(value: float | None) -> str:
    """Money to the euro.

    >>> exact_euros(1496205.0)
    '€1\\u202f496\\u202f205'
    """
    return "not known" if value is None else f"€{value:,.0f}".replace(",", "\u202f")


@register.filter
def day(value: date | str | None) -> str:
    """A date in words.

    >>> day(date(2022, 2, 1))
    '1 February 2022'
    """
    moment = date.fromisoformat(value[:10]) if isinstance(value, str) and value else value
    return f"{moment.day} {moment:%B %Y}" if moment else "not known"


@register.filter
def country(code: str | None) -> str:
    """The name of a country.

    >>> country("EL")
    'Greece'
    """
    return taxonomies.country_name(code)


@register.filter
def percent(share: float | None) -> str:
    """A share between 0 and 1.

    >>> percent(0.256)
    '26 %'
    """
    return "–" if share is None else f"{share * 100:.0f}\u202f%"
