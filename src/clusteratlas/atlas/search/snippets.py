"""Passages of a text that show why a project was found."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from clusteratlas.atlas.search.tree import And, Node, Not, Or, Phrase, Prefix, Word
from clusteratlas.atlas.search.words import Vocabulary

PASSAGE_LETTERS = 260
READ_LETTERS = 20_000
FORMS_SHOWN = 60

Part = tuple[str, bool]
"""A piece of text and whether it is what was sought."""


@dataclass(frozen=True)
class Sought:
    """What to mark in texts: words in small letters, and runs of words."""

    words: frozenset[str]
    runs: tuple[tuple[frozenset[str], ...], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words or self.runs)


def sought(node: Node | None, vocabulary: Vocabulary) -> Sought:
    """The words and runs of words that a query asks for, in all their forms; nothing of what it excludes."""
    words: set[str] = set()
    runs: list[tuple[frozenset[str], ...]] = []
    for leaf in _leaves(node):
        match leaf:
            case Word(text):
                words |= {text, *vocabulary.forms(text)}
            case Prefix(text):
                words |= {known.word for known in vocabulary.beginning(text)[:FORMS_SHOWN]}
            case Phrase(text) if " " not in text:
                words |= {text, *vocabulary.exact(text)}
            case Phrase(text):
                runs.append(tuple(frozenset({word, *vocabulary.forms(word)}) for word in text.split()))
    return Sought(frozenset(words), tuple(runs))


def _leaves(node: Node | None) -> Iterable[Node]:
    match node:
        case Word() | Phrase() | Prefix():
            yield node
        case And(parts) | Or(parts):
            for part in parts:
                yield from _leaves(part)
        case Not() | None:
            return


def marks(text: str, of: Sought) -> list[tuple[int, int]]:
    """Where the text has what is sought: beginnings and ends, in order, none within another."""
    small = text.lower()
    if not of or len(small) != len(text):
        # a few capital letters become two small ones, and every place after them shifts
        small = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    found = [(at, at + len(word)) for word in of.words for at in _places(small, word)]
    for run in of.runs:
        pattern = re.compile(r"[\W_]+".join("(?:" + "|".join(map(re.escape, sorted(w))) + ")" for w in run))
        for first in run[0]:
            ends = ((at, pattern.match(small, at)) for at in _places(small, first))
            found += [(at, match.end()) for at, match in ends if match and _is_edge(small, match.end())]
    kept: list[tuple[int, int]] = []
    for start, end in sorted(found, key=lambda mark: (mark[0], -mark[1])):
        if not kept or start >= kept[-1][1]:
            kept.append((start, end))
    return kept


def _places(text: str, word: str) -> Iterable[int]:
    """Where the word stands by itself."""
    at = text.find(word)
    while at >= 0:
        if (at == 0 or not text[at - 1].isalnum()) and _is_edge(text, at + len(word)):
            yield at
        at = text.find(word, at + 1)


def _is_edge(text: str, at: int) -> bool:
    return at == len(text) or not text[at].isalnum()


def marked(text: str, of: Sought) -> tuple[Part, ...]:
    """The whole text in parts, what is sought apart from the rest.

    >>> marked("Hydrogen valleys", Sought(frozenset({"valleys"})))
    (('Hydrogen ', False), ('valleys', True))
    """
    return _parts(text, marks(text, of), 0, len(text))


def passage(text: str, of: Sought) -> tuple[Part, ...]:
    """The passage of the text that has most of what is sought, in parts; the beginning when it has nothing."""
    text = text[:READ_LETTERS]
    places = marks(text, of)
    start, end = _window(text, places)
    parts = _parts(text, [mark for mark in places if mark[0] >= start and mark[1] <= end], start, end)
    lead, tail = ("… " if start else ""), (" …" if end < len(text) else "")
    return tuple(part for part in ((lead, False), *parts, (tail, False)) if part[0])


def _window(text: str, places: list[tuple[int, int]]) -> tuple[int, int]:
    """Beginning and end of the best passage, at the edges of words."""
    start = 0
    if places and places[-1][1] > PASSAGE_LETTERS:
        start = max(0, _best(text, places) - PASSAGE_LETTERS // 4)
        edge = text.find(" ", start)
        start = edge + 1 if start and 0 <= edge < start + PASSAGE_LETTERS // 4 else start
    end = min(len(text), start + PASSAGE_LETTERS)
    if end < len(text):
        cut = text.rfind(" ", start, end)
        end = cut if cut > start + PASSAGE_LETTERS // 2 else end
    return start, end


def _best(text: str, places: list[tuple[int, int]]) -> int:
    """The first mark of the passage that has most different marked words, and then most marked words."""
    words = [text[start:end].lower() for start, end in places]
    best, worth = 0, (0, 0)
    last = 0
    for first in range(len(places)):
        while last < len(places) and places[last][1] <= places[first][0] + 3 * PASSAGE_LETTERS // 4:
            last += 1
        here = (len(set(words[first:last])), last - first)
        if here > worth:
            best, worth = first, here
    return places[best][0]


def _parts(text: str, places: list[tuple[int, int]], start: int, end: int) -> tuple[Part, ...]:
    parts: list[Part] = []
    at = start
    for first, last in places:
        parts += [(text[at:first], False), (text[first:last], True)]
        at = last
    parts.append((text[at:end], False))
    return tuple((_spaced(piece), is_match) for piece, is_match in parts if piece)


def _spaced(text: str) -> str:
    return re.sub(r"\s+", " ", text) if "\n" in text or "  " in text else text
