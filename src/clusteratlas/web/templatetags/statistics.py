"""How figures of the statistics are written in templates."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django import template
from django.utils.safestring import SafeString

from clusteratlas.web.observatory.indicators import written
from clusteratlas.web.templatetags.figures import TOGETHER

if TYPE_CHECKING:
    from clusteratlas.observatory.strength.profile import Criterion

SIGNS = "①②③④⑤⑥⑦⑧⑨"
register = template.Library()


@register.filter
def figure(value: float | None, kind: str) -> str:
    """A figure of a kind: quotient, share, growth, count.

    >>> figure(3.13, "quotient")
    '3.1'
    """
    return units(written(value, kind))


@register.filter
def units(text: str) -> str:
    """A text in which no line ends between a number and its unit.

    >>> units("6.4 % of the jobs")
    '6.4\\xa0% of the jobs'
    """
    return text.replace(" %", f"{TOGETHER}%")


@register.filter
def stars(count: int | None, most: int) -> SafeString:
    """Full and empty stars, said in words.

    >>> stars(1, 2)
    '<span class="stars" role="img" aria-label="1 of 2 stars">★☆</span>'
    >>> stars(None, 2)
    '<span class="soft">not judged</span>'
    """
    if count is None:
        return SafeString('<span class="soft">not judged</span>')
    full, empty = "★" * int(count), "☆" * max(int(most) - int(count), 0)
    return SafeString(
        f'<span class="stars" role="img" aria-label="{count:d} of {most:d} stars">{full}{empty}</span>'
    )


@register.filter
def signed(criteria: Sequence[Criterion]) -> list[tuple[str, Criterion]]:
    """Each criterion of a star profile with its sign: those that earn a star are numbered, the others have none.

    >>> from clusteratlas.observatory import star_profile
    >>> [(sign, one.name) for sign, one in signed(star_profile("eccp-nodes").criteria)]
    [('①', 'specialisation'), ('②', 'focus')]
    """
    numbers = iter(SIGNS)
    return [(next(numbers, "★") if one.role == "star" else "", one) for one in criteria]


@register.filter
def words(name: str) -> str:
    """A name of the tables in words.

    >>> words("persons_employed")
    'persons employed'
    """
    return name.replace("_", " ")


@register.filter
def api(source: dict[str, Any] | None) -> str:
    """Where the source's rows of a figure are."""
    return f"/observations/?{urlencode({name: value for name, value in (source or {}).items() if value})}"
