"""Names that publishers write in capitals, as one reads them."""

from __future__ import annotations

import re
from functools import lru_cache

KEPT_NAMES = 1 << 15
"""Names whose quieter form is kept: a page tells most of its names several times."""

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


@lru_cache(maxsize=KEPT_NAMES)
def display_name(name: str | None) -> str:
    """A name that a publisher wrote in capitals, in a quieter form; all others stay as they are.

    >>> display_name("UNIVERSITAT DE BARCELONA"), display_name("VDI TECHNOLOGIEZENTRUM GMBH")
    ('Universitat de Barcelona', 'VDI Technologiezentrum GmbH')
    >>> display_name("Alfa Laval"), display_name("TECNALIA"), display_name("NORCE-OG AS")
    ('Alfa Laval', 'TECNALIA', 'Norce-og AS')
    >>> display_name("IPRONICS PROGRAMMABLE PHOTONICS,SL"), display_name("LUONNONVARAKESKUS")
    ('Ipronics Programmable Photonics, SL', 'Luonnonvarakeskus')
    >>> display_name("THE UNIVERSITY OF ST ANDREWS"), display_name("POLE DE L'ALIMENTATION")
    ('The University of St Andrews', "Pole de l'Alimentation")
    >>> display_name('"THE ""DEMOKRITOS"" CENTER"')
    'The "Demokritos" Center'
    >>> display_name("MOTOR OIL (HELLAS) REFINERIES (DEUTSCHLAND)")
    'Motor OIL (HELLAS) Refineries (Deutschland)'
    """
    name = name or ""
    if QUOTED.fullmatch(name):
        name = name[1:-1].replace('""', '"')
    words = COMMA_BEFORE_LETTER.sub(", ", name).split()
    if not name.isupper() or (len(words) < 2 and len(name) <= ACRONYM_LETTERS):
        return name
    return " ".join(_quiet(word, at) for at, word in enumerate(words))


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
