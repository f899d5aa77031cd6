"""Countries and regions by what people call them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from clusteratlas import taxonomies

FOUND_AT_MOST = 60
CODE_BEHIND = re.compile(r"\(([A-Za-z]{2}[A-Za-z0-9]{0,3})\)$")


def place_called(text: str) -> str | None:
    """The code of the one place that is meant: by its code, its whole name, a common name or an adjective.

    >>> place_called("AT33"), place_called("bavaria"), place_called("Tirol (AT33)"), place_called("Alps")
    ('AT33', 'DE2', 'AT33', None)
    """
    code = (behind[1] if (behind := CODE_BEHIND.search(text)) else text).upper()
    if code in taxonomies.regions() or code in taxonomies.countries():
        return code
    named = taxonomies.place_names().get(taxonomies.plain_name(text))
    return named.code if named else None


def places_named(text: str) -> list[tuple[str, str]]:
    """Code and name of the places whose name has, for each word of ``text``, a word that begins so.

    Countries come first, then regions from large to small.

    >>> places_named("salzb")[:2], places_named("")
    ([('AT32', 'Salzburg'), ('AT323', 'Salzburg und Umgebung')], [])
    """
    wanted = taxonomies.plain_name(text)
    if not wanted:
        return []
    found = {
        code: name
        for words, code, name in _named()
        if all(any(word.startswith(beginning) for word in words) for beginning in wanted)
    }
    return sorted(found.items(), key=lambda one: (len(one[0]), one[1]))[:FOUND_AT_MOST]


def places_like(text: str) -> list[tuple[str, str]]:
    """Code and name of at most three places whose name is written almost so, the likest first.

    >>> places_like("Bavria")[0], places_like("Narnia and beyond")
    (('DE2', 'Bayern'), [])
    """
    by_words = {" ".join(words): (code, name) for words, code, name in reversed(_named())}
    near = get_close_matches(" ".join(taxonomies.plain_name(text)), by_words, n=3, cutoff=0.8)
    return list(dict.fromkeys(by_words[words] for words in near))


@cache
def _named() -> list[tuple[tuple[str, ...], str, str]]:
    return list(_names())


def _names() -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Every name in plain words, with the code and the name of its place."""
    regions = {one.nuts_code: one for one in taxonomies.regions().values() if one.is_current and one.level}
    for one in regions.values():
        yield taxonomies.plain_name(one.name), one.nuts_code, one.name
    for words, place in taxonomies.place_names().items():
        if place.is_country:
            yield words, place.code, taxonomies.country_name(place.code)
        elif place.code in regions:
            yield words, place.code, regions[place.code].name
