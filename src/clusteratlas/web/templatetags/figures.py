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


KEPT_NAMES = 1 << 15
"""Names whose quieter form is kept: a page tells most of its names several times."""


@register.filter
@lru_cache(maxsize=KEPT_NAMES)
def named(name: str | None) -> str:
    """A name that a publisher wrote in capitals, in a quieter form; all others stay as they are.

    >>> named("UNIVERSITAT DE BARCELONA"), named("VDI TECHNOLOGIEZENTRUM GMBH"), named("Alfa Laval")
    ('Universitat de Barcelona', 'VDI Technologiezentrum GmbH', 'Alfa Laval')
    >>> named("IPRONICS PROGRAMMABLE PHOTONICS,SL"), named("LUONNONVARAKESKUS"), named("TECNALIA")
    ('Ipronics Programmable Photonics, SL', 'Luonnonvarakeskus', 'TECNALIA')
    >>> named("THE UNIVERSITY OF ST ANDREWS"), named("POLE DE L'ALIMENTATION"), named("NORCE-OG AS")
    ('The University of St Andrews', "Pole de l'Alimentation", 'Norce-og AS')
    >>> named('"THE ""DEMOKRITOS"" CENTER"'), named("MOTOR OIL (HELLAS) REFINERIES (DEUTSCHLAND)")
    ('The "Demokritos" Center', 'Motor OIL (HELLAS) Refineries (Deutschland)')
    """
    name = name or ""
    if QUOTED.fullmatch(name):
        name = name[1:-1].replace('""', '"')
    words = COMMA_BEFORE_LETTER.sub(", ", name).split()
    if not name.isupper() or (len(words) < 2 and len(name) <= ACRONYM_LETTERS):
        return name
    return " ".join(_quiet(word, at) for at, word in enumerate(words))


@register.filter
def beside(short_name: str | None, name: str) -> bool:
    """Whether a short name tells more than the name it stands beside.

    >>> beside("VTT", "TEKNOLOGIAN TUTKIMUSKESKUS VTT OY"), beside("Photonics Finland", "PHOTONICS FINLAND")
    (True, False)
    """
    return bool(short_name) and taxonomies.plain_name(short_name) != taxonomies.plain_name(name)


SMALL_WORDS = frozenset(
    "a and ve of the for d de del della der des di do du da dos e et y i og och kai la le les el los las und fur "  # noqa: SIM905
    "für von van zu zur en in im per na za w z al au aux sur pour par con delle degli dei und".split()
)
FORMS = {"GMBH": "GmbH", "MBH": "mbH", "NEW": "New", "ST": "St", "ST.": "St."}
ELIDED = re.compile(r"([DL])(['’])(\w{3,})")
QUOTED = re.compile(r'"(?=.*"").*"')
"""A name that was quoted for a table, with the quotes within it doubled, and never read back."""
OPENED = re.compile(r"([(\[\"“«]+)(.+)")
COMMA_BEFORE_LETTER = re.compile(r",(?=[^\W\d_])")
ACRONYM_LETTERS = 10
"""A name of one word in capitals stays as it is up to this length: TECNALIA, FRAUNHOFER."""
ABBREVIATION_LETTERS = 3
"""Words up to this length, and those without a vowel, are taken for abbreviations."""


def _quiet(word: str, at: int) -> str:
    if opened := OPENED.fullmatch(word):
        is_short = word.startswith("(") and len(word.strip("()")) <= ACRONYM_LETTERS
        return word if is_short else opened[1] + _quiet(opened[2], 0)
    if word.lower() in SMALL_WORDS:
        return word.lower() if at else word.capitalize()
    if elided := ELIDED.match(word):
        article = elided[1].lower() if at else elided[1]
        return article + elided[2] + word[elided.start(3) :].capitalize()
    if len(word) <= ABBREVIATION_LETTERS or not any(letter in "AEIOUYÄÖÜÉÈÓÁÍ" for letter in word):
        return FORMS.get(word, word)
    return FORMS.get(word) or "-".join(
        part.lower() if place and part.lower() in SMALL_WORDS else part.capitalize()
        for place, part in enumerate(word.split("-"))
    )


TOWN_SMALL_WORDS = frozenset(
    "a aan am an au auf aux bei d da das de del dell della dels der des di do dos du e em en es et i im in lez lès "  # noqa: SIM905
    "nad ob on op pod sous sur ten upon y".split()
)
ARTICLES = frozenset(("el", "l", "la", "las", "le", "les", "lo", "los"))
"""Small within a name only after a hyphen or another small word: Louvain-la-Neuve, but Paris La Défense."""
ROMAN = frozenset(("II", "III", "IV", "VI", "VII", "VIII", "IX", "XI", "XII", "XIII", "XIV", "XV", "XVI"))
LETTERS = re.compile(r"[^\W\d_]+")
DISTRICT_LETTERS = 2
"""The last word of a name is taken for a district or a province up to this length: København K, Roma RM."""


@register.filter
@lru_cache(maxsize=KEPT_NAMES)
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
