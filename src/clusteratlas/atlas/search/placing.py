"""Places among the words of a query: ``photonics Germany`` asks for photonics with partners from Germany."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from clusteratlas import taxonomies
from clusteratlas.atlas.search.syntax import TOKEN

LONGEST_NAME = 6
"""Words of a place's name at most."""

LED_IN = re.compile(r"(?:^|\s)(?:in|from|of|the)(?:\s+the)?$", re.IGNORECASE)
"""Small words before a name that belong to it: ``in the Netherlands``."""

NAMING = re.compile(r"\b(?:of|for)(?:\s+the)?\s*$", re.IGNORECASE)
"""What stands before a place in an organisation's name: *Technical University of Denmark*."""


@dataclass(frozen=True, slots=True)
class PlaceRead:
    """A word or words of a query that name a place: as typed, the filter and value that they mean.

    ``is_applied`` tells whether the search was filtered by it or sought the words.
    """

    words: str
    facet: str
    value: str
    label: str = ""
    is_applied: bool = False


@dataclass(frozen=True)
class PlacesFound:
    """The places of a query, the query without them, and with them in quotes so that they are sought as words.

    ``is_naming`` tells that the words may be an organisation's name, of which the place is a part.
    """

    places: tuple[PlaceRead, ...]
    rest: str
    literal: str
    is_naming: bool


def find_places(text: str) -> PlacesFound | None:
    """The places named in a query of plain words; None when there are none, or when it has alternatives.

    Words in quotes, in a field, or left out with NOT or a minus are never a place.

    >>> found = find_places("hydrogen valleys in Baden-Württemberg")
    >>> found.rest, [(place.words, place.facet, place.value) for place in found.places]
    ('hydrogen valleys', [('Baden-Württemberg', 'region', 'DE1')])
    >>> find_places('photonics "Germany"') is None
    True
    """
    words = list(_bare_words(text))
    spans = list(_named(words, text))
    if not spans:
        return None
    rest, literal, last = "", "", 0
    for start, end, _ in spans:
        before = text[last:start]
        rest += LED_IN.sub("", before.rstrip()) + " "
        literal += f'{before}"{text[start:end]}"'
        last = end
    places = tuple(
        PlaceRead(text[start:end], "country" if name.is_country else "region", name.code)
        for start, end, name in spans
    )
    is_naming = any(NAMING.search(text[:start]) for start, _, _ in spans) or text[: spans[0][0]].strip() == ""
    return PlacesFound(places, " ".join((rest + text[last:]).split()), literal + text[last:], is_naming)


def _bare_words(text: str) -> Iterator[tuple[int, int, bool]]:
    """Start and end of each word that stands for itself, and whether it stands right after the last; none of a
    query with alternatives or groups."""
    found, at, is_held, in_quotes, is_after = [], 0, False, False, False
    while match := TOKEN.match(text, at):
        kind, at = match.lastgroup, match.end()
        if kind in {"or", "open", "close"}:
            return iter(())
        if kind == "quote":
            in_quotes = not in_quotes
        if kind == "word" and not (is_held or in_quotes):
            found.append((match.start(), match.end(), is_after))
        if kind != "space":
            is_held = kind in {"not", "minus", "field"}
            is_after = kind == "word" and not in_quotes
    return iter(found)


def _named(words: list[tuple[int, int, bool]], text: str) -> Iterator[tuple[int, int, taxonomies.PlaceName]]:
    """Start, end and place of each name, the longest first at every word."""
    at = 0
    while at < len(words):
        for length in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            part = words[at : at + length]
            start, end = part[0][0], part[-1][1]
            name = taxonomies.place_names().get(taxonomies.plain_name(text[start:end]))
            if name and all(follows for _, _, follows in part[1:]):
                yield start, end, name
                break
        else:
            length = 1
        at += length


def said_of(places: Sequence[PlaceRead]) -> str:
    """What to add to the sentence that explains a query: which words were read as places.

    >>> said_of([PlaceRead("German", "country", "DE", "Germany", is_applied=True)])
    ' "German" was read as a place.'
    """
    read = [f'"{place.words}"' for place in places if place.is_applied]
    if not read:
        return ""
    return f" {' and '.join(read)} {'was read as a place' if len(read) == 1 else 'were read as places'}."
