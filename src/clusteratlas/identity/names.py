"""Names of organisations made comparable: one script, no legal form, generic words as concepts."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from anyascii import anyascii

from clusteratlas.taxonomies.organisation_names import (
    city_names,
    legal_form_kinds,
    legal_forms,
    word_concepts,
)

_LETTERS = re.compile(r"\b(?:[a-z][. ]+){2,}(?:[a-z]\b)?")
_SLASHED = re.compile(r"\b([a-z])/([a-z])\b")
_WORD = re.compile(r"[a-z0-9]+")
_BETWEEN_PARTS = re.compile(r" - |[()*/;|\[\]]|, (?=[a-z]{6})")
_SPELLINGS = (("ae", "a"), ("oe", "o"), ("ue", "u"), ("aa", "a"), ("ph", "f"), ("ck", "k"))
_MOST_FORM_WORDS = 8
_MOST_INITIALS = 8
MOST_LETTERS = 1_000
"""Letters of a name that are read; no organisation's name is longer."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in parts: ``words`` that tell it apart (in order), its ``legal_form``, its ``initials``.

    ``words`` are folded to ASCII, without articles; ``concepts`` are the same words with generic ones (in any of
    Europe's languages) replaced by one concept in capitals and cities by their name at home. ``parts`` are the
    words of each part of the name that a dash, bracket or star sets off, where there is more than one.
    """

    words: tuple[str, ...]
    concepts: tuple[str, ...]
    legal_form: str
    initials: str
    parts: tuple[tuple[str, ...], ...]


def fold(text: str) -> str:
    """Lower-case ASCII of a name in any script; broken encodings mended, spelling variants made one.

    >>> fold("Fundação Müller"), fold("ΠΑΝΕΠΙΣΤΗΜΙΟ ΑΘΗΝΩΝ"), fold("LÃ¼beck")
    ('fundacao muller', 'panepistimio athinon', 'lubek')
    """
    folded = anyascii(_mended(text)).lower().replace("&", " and ").replace("'", " ").replace("`", " ")
    folded = _LETTERS.sub(lambda m: m.group().replace(".", "").replace(" ", "") + " ", folded)
    if "/" in folded:
        folded = _SLASHED.sub(r"\1\2", folded)
    for old, new in _SPELLINGS:
        folded = folded.replace(old, new)
    return folded


def _mended(text: str) -> str:
    """UTF-8 that was once read as Windows-1252, read again; other text as it is."""
    if not text.isascii() and any(mark in text for mark in "ÃÅÄÎ"):
        for encoding in ("cp1252", "latin-1"):
            try:
                return text.encode(encoding).decode("utf-8")
            except (UnicodeEncodeError, UnicodeDecodeError):
                continue
    return text


@cache
def _forms() -> dict[tuple[str, ...], str]:
    """Every legal form as its words: the form itself."""
    every = {form for forms in legal_forms().values() for form in forms}
    kinds = legal_form_kinds()
    return {tuple(_WORD.findall(fold(form))): kinds.get(form, form) for form in sorted(every)}


@cache
def _first_words() -> tuple[frozenset[str], frozenset[str]]:
    forms = _forms()
    return frozenset(form[0] for form in forms), frozenset(form[-1] for form in forms)


@cache
def _concepts() -> dict[str, str]:
    cities = {fold(other): fold(home) for other, home in city_names().items()}
    return cities | {fold(word): concept.upper() for word, concept in word_concepts().items()}


def _without_form(words: list[str]) -> tuple[list[str], str]:
    """``words`` without the legal forms at their end and beginning (never all of them), and those forms."""
    forms, (starts, ends) = _forms(), _first_words()
    found: list[str] = []
    while len(words) > 1 and words[-1] in ends:
        size = next(
            (n for n in range(min(_MOST_FORM_WORDS, len(words) - 1), 0, -1) if tuple(words[-n:]) in forms), 0
        )
        if not size:
            break
        found.insert(0, forms[tuple(words[-size:])])
        words = words[:-size]
    if len(words) > 1 and words[0] in starts:
        size = next(
            (n for n in range(min(_MOST_FORM_WORDS, len(words) - 1), 0, -1) if tuple(words[:n]) in forms), 0
        )
        if size and len(words[size]) > 1:
            found.insert(0, forms[tuple(words[:size])])
            words = words[size:]
    return words, " ".join(found)


def read_name(text: str) -> Name:
    """A name in its parts; its own initials, where it gives them too, are left out of its words.

    >>> name = read_name("Universität für Bodenkultur Wien (BOKU)")
    >>> name.words, name.concepts
    (('universitat', 'bodenkultur', 'wien', 'boku'), ('UNIVERSITY', 'bodenkultur', 'wien', 'boku'))
    >>> read_name("Muster S.p.A.").legal_form, read_name("Indian Institute of Technology (IIT)").words
    ('spa', ('indian', 'institute', 'technology'))
    """
    every = [part for part in map(_WORD.findall, _BETWEEN_PARTS.split(fold(text[:MOST_LETTERS]))) if part]
    every = _without_own_initials(every)
    words: list[str] = []
    forms: list[str] = []
    parts: list[tuple[str, ...]] = []
    known, every_form = _concepts(), _forms()
    for part in every:
        kept, form = _without_form(part)
        if form:
            forms.append(form)
        if words and tuple(part) in every_form:
            forms.append(every_form[tuple(part)])
            continue  # a part that is nothing but a legal form
        told = tuple([word for word in kept if known.get(word, word)])
        if told:
            parts.append(told)
        words += told or kept
    concepts = tuple([known.get(word, word) or word for word in words])
    initials = "".join([word[0] for word in words])
    return Name(tuple(words), concepts, " ".join(forms), initials, tuple(parts) if len(parts) > 1 else ())


def _without_own_initials(parts: list[list[str]]) -> list[list[str]]:
    """``parts`` without a word at an end, or a part of one word, that is nothing but the initials of the others."""
    if len(parts) == 1:
        (words,) = parts
        if len(words) > 3 and _are_initials(words[-1], words[:-1], least=3):
            return [words[:-1]]
        return [words[1:]] if len(words) > 3 and _are_initials(words[0], words[1:], least=3) else parts
    kept = []
    for place, part in enumerate(parts):
        others = [word for other in (*parts[:place], *parts[place + 1 :]) for word in other]
        if len(part) != 1 or not _are_initials(part[0], others, least=2):
            kept.append(part)
    return kept or parts


def _are_initials(word: str, others: list[str], least: int) -> bool:
    """Whether the initials of ``others``, or of those that tell something, begin with ``word``."""
    if not least <= len(word) <= _MOST_INITIALS or not others:
        return False
    known = _concepts()
    telling = "".join([other[0] for other in others if known.get(other, other)])
    return telling.startswith(word) or "".join([other[0] for other in others]).startswith(word)


def read_names(texts: Iterable[str]) -> list[Name]:
    """``read_name`` of each text."""
    return [read_name(text) for text in texts]
