"""A judgement in plain sentences, for the person who reads or decides it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clusteratlas.identity.names import Name, fold, read_name
from clusteratlas.identity.units import COMPARABLE

Row = Mapping[str, Any]

NOUNS = {
    "city": "city",
    "postal_code": "postal code",
    "website": "website",
    "short_name": "short name",
    "activity_type": "kind of organisation",
    "vat": "VAT number",
}
"""Columns beside the name that are weighed, as one says them."""
_GIVEN = {"website": "website_url", "vat": "vat_number"}
_KEYS = {
    "pic": ("PIC", "pic"),
    "ror": ("ROR id", "ror"),
    "national_id": ("national number", "national_id"),
    "vat": ("VAT number", "vat_number"),
}
_MOST_WORDS = 6


def words(judgement: Row, left: Row | None = None, right: Row | None = None) -> list[str]:
    """What speaks for and against two records being one body, a sentence for each thing, the weightiest first.

    ``judgement`` is a row of ``judge``; ``left`` and ``right`` are its two records as they were given to it, so that
    the sentences can quote them; without them they say less.

    >>> row = {"who": "model", "weight_name": 3.4, "weight_city": 0.2, "weight_postal_code": -1.1, "legal_form": 0.0}
    >>> one = {"name": "Arkema France SA", "city": "Colombes", "postal_code": "92700"}
    >>> other = {"name": "ARKEMA FRANCE", "city": "COLOMBES", "postal_code": "75001"}
    >>> for sentence in words(row, one, other):
    ...     print(sentence)
    same name but for the legal form (SA)
    other postal code (92700, 75001)
    same city (Colombes)
    """
    left, right = left or {}, right or {}
    return [
        *_reason(judgement, left, right),
        *_on_names(judgement, left.get("name"), right.get("name")),
        *_on_country(left.get("country"), right.get("country")),
        *_on_columns(judgement, left, right),
    ]


def _reason(judgement: Row, left: Row, right: Row) -> Iterator[str]:
    reason = judgement.get("reason") or ""
    for kind, (noun, column) in _KEYS.items():
        if reason == f"same {kind}":
            value = left.get(column) or right.get(column)
            reason = f"same {noun} ({value})" if value else f"same {noun}"
        elif reason.startswith(f"{kind} "):
            reason = reason.replace(kind, noun, 1)
    if reason:
        yield reason


def _on_names(judgement: Row, left: str | None, right: str | None) -> Iterator[str]:
    if left and right:
        yield from _on_texts(left, right)
    elif judgement.get("spelling") is not None:
        alike, common = round(judgement["spelling"]), round(100 * judgement["words_in_common"])
        yield f"names alike in {alike} of 100 letters, {common} % of their words (by rarity) in common"
    elif judgement.get("weight_name"):
        yield "same name, letter for letter"


def _on_texts(left: str, right: str) -> Iterator[str]:
    if left.strip() == right.strip():
        yield "same name, letter for letter"
        return
    if left.strip().casefold() == right.strip().casefold():
        yield "same name but for capitals"
        return
    ours, theirs = read_name(left), read_name(right)
    alike = _alike(ours, theirs, left, right)
    yield from [alike] if alike else _apart(ours, theirs, left, right)
    for short, long, text in ((ours, theirs, left), (theirs, ours, right)):
        if len(long.initials) > 2 and long.initials in short.words:
            yield f"{_spelt(text, [long.initials])} is the initials of the other name"


def _alike(ours: Name, theirs: Name, left: str, right: str) -> str | None:
    """In what two names differ that say the same; None when they do not."""
    forms = ours.legal_form != theirs.legal_form
    if "".join(ours.words) == "".join(theirs.words):
        if forms:
            return f"same name but for the legal form ({_forms(ours, theirs, left, right)})"
        return "same name but for accents, blanks, signs or alphabet"
    if sorted(ours.words) == sorted(theirs.words):
        return "same words of the name in another order"
    if sorted(ours.concepts) == sorted(theirs.concepts):
        said = [_spelt(left, _less(ours.words, theirs.words)), _spelt(right, _less(theirs.words, ours.words))]
        return f"same name in other words ({', '.join(said)})"
    return None


def _apart(ours: Name, theirs: Name, left: str, right: str) -> Iterator[str]:
    """Which words two names share, and which only one of them has."""
    concept = dict(zip(ours.words, ours.concepts, strict=True))
    there = set(theirs.concepts)
    shared = [word for word in ours.words if concept[word] in there]
    here = set(ours.concepts)
    rests = (
        _spelt(left, [word for word in ours.words if concept[word] not in there]),
        _spelt(right, [w for w, c in zip(theirs.words, theirs.concepts, strict=True) if c not in here]),
    )
    yield f"both names have {_spelt(left, shared)}" if shared else "names without a word in common"
    if all(rests):
        yield f"{rests[0]} in one name, {rests[1]} in the other"
    elif any(rests):
        yield f"{rests[0] or rests[1]} in one name only"
    if ours.legal_form and theirs.legal_form and ours.legal_form != theirs.legal_form:
        yield f"other legal form ({_forms(ours, theirs, left, right)})"


def _less(words: Sequence[str], others: Sequence[str]) -> list[str]:
    return [word for word in words if word not in set(others)]


def _forms(ours: Name, theirs: Name, left: str, right: str) -> str:
    held = ((left, ours.legal_form), (right, theirs.legal_form))
    return ", ".join(_spelt(text, form.split()) for text, form in held if form)


def _spelt(text: str, folded: Sequence[str]) -> str:
    """Folded words as ``text`` writes them, where they stand in it."""
    written = {}
    for token in re.findall(r"[^\s,;()\[\]/]+", text):
        plain = re.sub(r"[^a-z0-9]", "", fold(token))
        written.setdefault(plain, token.strip("-*\"'"))
    some = [written.get(word, word) for word in dict.fromkeys(folded)]
    return " ".join(some[:_MOST_WORDS]) + (" ..." if len(some) > _MOST_WORDS else "")


def _on_country(left: str | None, right: str | None) -> Iterator[str]:
    if left and right and left != right:
        yield f"other country ({left}, {right})"


def _on_columns(judgement: Row, left: Row, right: Row) -> Iterator[str]:
    weighed = [(judgement.get(f"weight_{column}") or 0.0, column) for column in NOUNS]
    for weight, column in sorted(weighed, key=lambda pair: -abs(pair[0])):
        given = _GIVEN.get(column, column)
        ours, theirs = left.get(given), right.get(given)
        if not weight:
            continue
        if not ours or not theirs:
            yield f"{NOUNS[column]} speaks {'for' if weight > 0 else 'against'} it"
        elif _plain(column, ours) == _plain(column, theirs):
            yield f"same {NOUNS[column]} ({ours})"
        else:
            yield f"{'like' if weight > 0 else 'other'} {NOUNS[column]} ({ours}, {theirs})"


def _plain(column: str, text: object) -> object:
    return COMPARABLE[column](str(text)) if column in COMPARABLE else str(text)
