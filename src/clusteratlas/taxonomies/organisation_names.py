"""Words in the names of organisations: legal forms by country, generic words and cities with their translations."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml

HERE = Path(__file__).parent


def _words(name: str) -> dict[str, list[str]]:
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # every cell a text: "no" and "on" are words here
    return yaml.load((HERE / name).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506


@cache
def legal_forms() -> dict[str, tuple[str, ...]]:
    """Legal forms by ISO country code, folded to lower-case ASCII (``EU`` holds those of European law).

    >>> "gmbh" in legal_forms()["DE"]
    True
    """
    held = _words("legal_forms.yml")
    return {country: tuple(forms) for country, forms in held.items()}


@cache
def legal_form_kinds() -> dict[str, str]:
    """The short form of each legal form that has several spellings.

    >>> legal_form_kinds()["aktiengesellschaft"]
    'ag'
    """
    held = _words("legal_form_kinds.yml")
    return {form: kind for kind, forms in held.items() for form in (kind, *forms)}


@cache
def word_concepts() -> dict[str, str]:
    """The concept of each generic word in Europe's languages; empty for words that say nothing.

    >>> word_concepts()["universidad"], word_concepts()["egyetem"], word_concepts()["of"]
    ('university', 'university', '')
    """
    held = _words("organisation_words.yml")
    concepts = {
        word: "" if concept == "nothing" else concept
        for concept, words in reversed(held.items())
        for word in words
        if " " not in word
    }
    return {word: concept for word, concept in concepts.items() if word.isascii()}


@cache
def city_names() -> dict[str, str]:
    """The name at home of each city that other languages name otherwise, folded to lower-case ASCII.

    >>> city_names()["vienna"], city_names()["varsovie"]
    ('wien', 'warszawa')
    """
    return {other: home for home, others in _words("city_names.yml").items() for other in others}
