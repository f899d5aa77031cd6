"""A query as a tree: words, phrases, beginnings and filters, joined by *and*, *or* and *not*."""

from __future__ import annotations

from dataclasses import dataclass

STOP_WORDS = frozenset(
    [
        *(
            "a",
            "an",
            "and",
            "are",
            "as",
            "at",
            "be",
            "by",
            "for",
            "from",
            "in",
            "into",
            "is",
            "it",
            "its",
            "of",
            "on",
        ),
        *("or", "that", "the", "their", "this", "to", "was", "were", "with"),
    ]
)
"""Words that say nothing about a project; left out unless they are all that is asked, or stand in a phrase."""


@dataclass(frozen=True)
class Word:
    """A word, in any of its forms."""

    text: str
    field: str | None = None


@dataclass(frozen=True)
class Phrase:
    """Words that stand together; a single word in quotes is meant exactly so."""

    text: str
    field: str | None = None


@dataclass(frozen=True)
class Prefix:
    """The beginning of a word."""

    text: str
    field: str | None = None


@dataclass(frozen=True)
class Filter:
    """A facet and a value, written in the query: ``country:FR``."""

    name: str
    value: str


@dataclass(frozen=True)
class Not:
    """Whatever does not match ``part``."""

    part: Node


@dataclass(frozen=True)
class And:
    """Whatever matches all parts."""

    parts: tuple[Node, ...]


@dataclass(frozen=True)
class Or:
    """Whatever matches any part."""

    parts: tuple[Node, ...]


Node = Word | Phrase | Prefix | Filter | Not | And | Or


def joined(kind: type, parts: list[Node | None]) -> Node | None:
    """One tree of several: without empty and repeated parts, and without ``kind`` where one part is left."""
    there: list[Node] = []
    for part in parts:
        if part is not None and part not in there:
            there.append(part)
    return kind(tuple(there)) if len(there) > 1 else (there[0] if there else None)


def within(node: Node | None, of: str) -> Node | None:
    """The same tree, its words sought in one field."""
    match node:
        case Word(text, None):
            return Word(text, of)
        case Phrase(text, None):
            return Phrase(text, of)
        case Prefix(text, None):
            return Prefix(text, of)
        case Not(part):
            inner = within(part, of)
            return Not(inner) if inner else None
        case And(parts) | Or(parts):
            return type(node)(tuple(p for p in (within(part, of) for part in parts) if p))
    return node


def without_stop_words(node: Node | None) -> Node | None:
    """The same tree without words that say nothing, unless nothing else is left."""
    return _stripped(node) or node


def _stripped(node: Node | None) -> Node | None:
    match node:
        case Word(text, None) if text in STOP_WORDS:
            return None
        case Not(part):
            inner = _stripped(part)
            return Not(inner) if inner else None
        case And(parts) | Or(parts):
            return joined(type(node), [_stripped(part) for part in parts])
    return node


def written(node: Node | None, inside: bool = False) -> str:
    """The query that gives this tree, in its plainest form.

    >>> written(And((Word("hydrogen"), Or((Phrase("green deal"), Not(Word("coal", "title")))))))
    'hydrogen ("green deal" OR NOT title:coal)'
    """
    match node:
        case Word(text, of):
            return f"{of}:{text}" if of else text
        case Phrase(text, of):
            return f'{of}:"{text}"' if of else f'"{text}"'
        case Prefix(text, of):
            return f"{of}:{text}*" if of else f"{text}*"
        case Filter(name, value):
            return f'{name}:"{value}"' if " " in value else f"{name}:{value}"
        case Not(part):
            return f"NOT {written(part, inside=True)}"
        case And(parts) | Or(parts):
            text = (" " if isinstance(node, And) else " OR ").join(written(p, inside=True) for p in parts)
            return f"({text})" if inside else text
    return ""
