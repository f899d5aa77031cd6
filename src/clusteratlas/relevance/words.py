"""What the word *cluster* means where it stands: in the economy, in a programme, or in a science."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from itertools import islice

from clusteratlas.relevance.patterns import Patterns, Sense, load_patterns

MOST_MENTIONS = 300
"""No honest text says the word more often; a field of a million characters must not cost seconds."""


@dataclass(frozen=True)
class Mention:
    """The word at ``start`` to ``end`` of a text, in ``sense`` economic, programme, science or unclear."""

    start: int
    end: int
    sense: str


def _fits(sense: Sense, before: str, after: str, near: str) -> bool:
    return bool(
        (sense.before and sense.before.search(before))
        or (sense.after and sense.after.search(after))
        or (sense.near and sense.near.search(near))
    )


def _sense_at(text: str, start: int, end: int, patterns: Patterns) -> str:
    before, after = text[max(0, start - patterns.window) : start], text[end : end + patterns.window]
    near = before + text[start:end] + after
    for sense in patterns.senses:
        if _fits(sense, before, after, near):
            return sense.name
    return "unclear"


def mentions(text: str | None, patterns: Patterns | None = None) -> list[Mention]:
    """Each occurrence of the word in a text (any length, may be null) with its meaning.

    Word-sense disambiguation by local collocations, after Yarowsky 1993, "One sense per collocation".

    >>> [m.sense for m in mentions("Cluster 5 of Horizon Europe")]
    ['programme']
    >>> [m.sense for m in mentions("four regional clusters of automotive suppliers")]
    ['organised']
    """
    if not text:
        return []
    patterns, lowered = patterns or load_patterns(), _lower(text)
    found = islice(patterns.word.finditer(lowered), MOST_MENTIONS)
    return _same_sense(
        [Mention(m.start(), m.end(), _sense_at(lowered, m.start(), m.end(), patterns)) for m in found]
    )


def _same_sense(found: list[Mention]) -> list[Mention]:
    """Unclear mentions take the sense most of the others have (Gale, Church and Yarowsky 1992)."""
    clear = Counter(m.sense for m in found if m.sense != "unclear")
    if not clear:
        return found
    usual = clear.most_common(1)[0][0]
    return [replace(m, sense=usual) if m.sense == "unclear" else m for m in found]


def _lower(text: str) -> str:
    """Lower case of the same length, so that places found in it are places in the text."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c.lower()[0] for c in text)


def passage(text: str, mention: Mention, *, length: int = 200) -> str:
    """The words around a mention, cut at blanks, at most about ``length`` characters.

    >>> passage("We ask clusters.", Mention(7, 15, "economic"))
    'We ask clusters.'
    """
    if len(text) <= length:
        return " ".join(text.split())
    half = (length - (mention.end - mention.start)) // 2
    start, end = max(0, mention.start - half), min(len(text), mention.end + half)
    cut = text[start:end]
    cut = cut if start == 0 else "…" + cut[cut.find(" ") :].lstrip()
    cut = cut if end == len(text) else cut[: cut.rfind(" ")].rstrip() + "…"
    return " ".join(cut.split())
