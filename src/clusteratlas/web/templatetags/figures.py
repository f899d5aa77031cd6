"""How figures, dates and codes are written for people."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.utils.safestring import SafeString

from clusteratlas import taxonomies
from clusteratlas.taxonomies import display_name

register = template.Library()

TOGETHER = "\u00a0"
"""Between a number and its unit: no line ends there."""


@register.filter
def number(value: Any) -> str:
    """A count with commas between thousands; a dash for what is not known.

    >>> number(19189)
    '19,189'
    """
    return "–" if value is None or value == "" else f"{value:,.0f}"


@register.filter
def euros(value: float | None) -> str:
    """Money in short, for reading; a dash for what is not known, and zero stays zero.

    >>> euros(2_500_000), euros(0), euros(None), euros(45_300_000_000)
    ('€2.5\\xa0m', '€0', 'not known', '€45.3\\xa0bn')
    """
    if value is None or value == "":
        return "not known"
    for floor, unit in ((1e9, "bn"), (1e6, "m")):
        if abs(value) >= floor:
            return f"€{_short(value / floor)}{TOGETHER}{unit}"
    return f"€{value:,.0f}"


def _short(value: float) -> str:
    text = f"{value:.1f}" if abs(value) < 100 else f"{value:,.0f}"
    return text.removesuffix(".0")


@register.filter
def exact_euros(value: float | None) -> str:
    """Money to the euro.

    >>> exact_euros(1496205.0)
    '€1,496,205'
    """
    return "not known" if value is None else f"€{value:,.0f}"


@register.filter
def day(value: date | str | None) -> str:
    """A date in words.

    >>> day(date(2022, 2, 1))
    '1 February 2022'
    """
    moment = date.fromisoformat(value[:10]) if isinstance(value, str) and value else value
    return f"{moment.day} {moment:%B %Y}" if moment else "not known"


@register.filter
def month(value: date | None) -> str:
    """A month and year in words.

    >>> month(date(2022, 2, 1))
    'February 2022'
    """
    return f"{value:%B %Y}" if value else "not known"


@register.filter
def country(code: str | None) -> str:
    """The name of a country.

    >>> country("EL")
    'Greece'
    """
    return taxonomies.country_name(code)


@register.filter
def programme(programme_id: str | None) -> str:
    """The short name of a programme.

    >>> programme("HORIZON")
    'Horizon Europe'
    """
    known = taxonomies.programmes().get(programme_id or "")
    return known.short_name if known else programme_id or ""


@register.filter
def years(start: date | None, end: date | None = None) -> str:
    """The years from one date to another.

    >>> years(date(2022, 2, 1), date(2025, 1, 31)), years(date(2022, 2, 1), None)
    ('2022–2025', '2022')
    """
    ends = dict.fromkeys(moment.year for moment in (start, end) if moment)
    return "–".join(map(str, ends))


named = register.filter("named", display_name)


@register.filter
def beside(short_name: str | None, name: str) -> bool:
    """Whether a short name tells more than the name it stands beside.

    >>> beside("VTT", "TEKNOLOGIAN TUTKIMUSKESKUS VTT OY"), beside("Photonics Finland", "PHOTONICS FINLAND")
    (True, False)
    """
    return bool(short_name) and taxonomies.plain_name(short_name) != taxonomies.plain_name(name)


TOWN_SMALL_WORDS = frozenset(
    "a aan am an au auf aux bei d da das de del dell della dels der des di do dos du e em en es et i im in lez lès "  # noqa: SIM905
    "nad ob on op pod sous sur ten upon y".split()
)
ARTICLES = frozenset(("el", "l", "la", "las", "le", "les", "lo", "los"))
"""Small within a name only after a hyphen or another small word: Louvain-la-Neuve, but Paris La Défense."""
ROMAN = frozenset(("II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII", "XIII", "XIV", "XV", "XVI"))
KEPT_TOWNS = 1 << 15
LETTERS = re.compile(r"[^\W\d_]+")
DISTRICT_LETTERS = 2
"""The last word of a name is taken for a district or a province up to this length: København K, Roma RM."""


@register.filter
@lru_cache(maxsize=KEPT_TOWNS)
def city(name: str | None) -> str:
    """The name of a town that a publisher wrote in capitals, as one writes it; all others stay as they are.

    >>> city("GIF-SUR-YVETTE"), city("SAN SEBASTIÁN DE LOS REYES"), city("L'AQUILA"), city("ROMA RM"), city("Łódź")
    ('Gif-sur-Yvette', 'San Sebastián de los Reyes', "L'Aquila", 'Roma RM', 'Łódź')
    """
    name = name or ""
    if not name.isupper():
        return name
    words, written, before = list(LETTERS.finditer(name)), [], 0
    is_small = False
    for at, word in enumerate(words):
        between = name[before : word.start()]
        is_last = at == len(words) - 1
        text = _town_word(word[0], between, is_small, is_first=at == 0, is_last=is_last)
        is_small = text.islower()
        written += [between, text]
        before = word.end()
    return "".join((*written, name[before:]))


def _town_word(word: str, between: str, after_small: bool, *, is_first: bool, is_last: bool) -> str:
    """A word of a town's name, given what stands between it and the one before."""
    low = word.lower().replace("i\u0307", "i")
    if is_first and low == "s" and between[-1:] in ("'", "’"):
        return low
    if (is_last and len(word) <= DISTRICT_LETTERS) or (word in ROMAN and not is_first):
        return word
    is_article = low in ARTICLES and (between.endswith("-") or after_small)
    if not (is_first or is_last) and (low in TOWN_SMALL_WORDS or is_article):
        return low
    kept = 2 if word.startswith("IJ") else 1
    return word[:kept] + low[kept:]


@register.filter
def marked(parts: Iterable[tuple[str, bool]]) -> SafeString:
    """Text in parts, with what was sought set apart; escaped.

    >>> marked((("Hydrogen <", False), ("valleys", True)))
    'Hydrogen &lt;<mark>valleys</mark>'
    """
    return SafeString(
        "".join(f"<mark>{escape(text)}</mark>" if is_match else escape(text) for text, is_match in parts)
    )


@register.filter
def percent(share: float | None) -> str:
    """A share between 0 and 1; what is nearly nothing or nearly all is not rounded to it.

    >>> percent(0.256), percent(0.001), percent(0.998), percent(1.0)
    ('26\\xa0%', 'under 1\\xa0%', 'over 99\\xa0%', '100\\xa0%')
    """
    if share is None:
        return "–"
    if 0 < share < 0.005:
        return f"under 1{TOGETHER}%"
    return f"over 99{TOGETHER}%" if 0.995 <= share < 1 else f"{share * 100:.0f}{TOGETHER}%"
