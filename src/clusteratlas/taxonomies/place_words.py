"""The words by which people call countries and regions: names, common names and adjectives."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

from clusteratlas.taxonomies.nuts import Region, regions
from clusteratlas.taxonomies.places import countries
from clusteratlas.taxonomies.tables import document

NAMED_LEVELS = (2, 1)
"""Levels of NUTS whose names people write; where two levels share a name, the larger region is meant."""

ADDED = re.compile(r"\s*\(.*?\)|^Prov\. |^Principado de |^Región de |^Comunidad de ")
"""What a publisher adds to a region's name, and nobody writes."""

FOLDED = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "’": "'"})


@dataclass(frozen=True, slots=True)
class PlaceName:
    """A name of a place: a country by its ISO code, or a region by its NUTS code."""

    name: str
    is_country: bool
    code: str


def plain_name(name: str) -> tuple[str, ...]:
    """The words of a name in small letters, without accents and punctuation.

    >>> plain_name("Baden-Württemberg"), plain_name("Côte d’Azur")
    (('baden', 'wurttemberg'), ('cote', 'd', 'azur'))
    """
    decomposed = unicodedata.normalize("NFKD", name.lower().translate(FOLDED))
    bare = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return tuple(re.findall(r"[^\W_]+", bare))


@cache
def place_names() -> dict[tuple[str, ...], PlaceName]:
    """Every name by its plain words.

    >>> place_names()["bavaria",].code, place_names()["german",].code
    ('DE2', 'DE')
    """
    other = document("place_words.yml")
    no_places = {plain_name(name) for name in other["not_places"]}
    named = [
        (ADDED.sub("", r.name), False, r.nuts_code) for level in NAMED_LEVELS for r in _named_regions(level)
    ]
    named += [(name, False, code) for code, names in other["regions"].items() for name in names]
    named += [(name, True, code) for code, names in other["countries"].items() for name in names]
    named += [(country.name, True, country.country_code) for country in countries().values()]
    found = {plain_name(name): PlaceName(name, *of) for name, *of in named}
    return {words: place for words, place in found.items() if words and words not in no_places}


def _named_regions(level: int) -> list[Region]:
    at_level = [r for r in regions().values() if r.level == level and r.is_current]
    return [r for r in at_level if not re.search("[,/—]", r.name)]
