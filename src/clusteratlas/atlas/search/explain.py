"""A query and its filters in a sentence of plain English."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clusteratlas.atlas.search.facets import facet
from clusteratlas.atlas.search.tree import And, Filter, Node, Not, Or, Phrase, Prefix, Word

FIELD_WORDS = {
    "title": "the title",
    "acronym": "the acronym",
    "objective": "the objective",
    "keyword": "the keywords",
    "topic": "the topic",
    "theme": "the themes",
    "participant": "a participant's name",
    "id": "the id",
}

Label = Callable[[str, str], str]
"""The label of a facet's value."""


def explain(node: Node | None, filters: Mapping[str, tuple[str, ...]], label: Label, total: int) -> str:
    """The sentence under a list of results.

    >>> explain(And((Word("hydrogen"), Word("valley"))), {"country": ("FR",)}, lambda name, value: "France", 41)
    'Projects with "hydrogen" and "valley" in any field, with participants from France; 41 found.'
    """
    subject = "Projects" if node or filters else "All projects"
    clauses = [f" {_words(node, label)}"] if node else []
    clauses += [
        f", {clause}" if node or i else f" {clause}" for i, clause in enumerate(_clauses(filters, label))
    ]
    return f"{subject}{''.join(clauses)}; {total:,} found."


def _clauses(filters: Mapping[str, tuple[str, ...]], label: Label) -> list[str]:
    return [
        facet(name).clause.format(listed([label(name, value) for value in values], "or"))
        for name, values in filters.items()
    ]


def listed(words: list[str], last: str) -> str:
    """Words in a row.

    >>> listed(["a", "b", "c"], "and")
    'a, b and c'
    """
    return f" {last} ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _words(node: Node, label: Label) -> str:
    fields = _fields(node)
    if fields == {None}:
        return f"{_with(node, label)} in any field"
    return _with(node, label, is_mixed=True)


def _with(node: Node, label: Label, is_mixed: bool = False) -> str:
    text = _said(node, label, is_mixed)
    return text if text.startswith("without ") else f"with {text}"


def _said(node: Node, label: Label, is_mixed: bool) -> str:
    match node:
        case Word(text, of):
            return f'"{text}"' + _where(of, is_mixed)
        case Phrase(text, of):
            kind = "the phrase" if " " in text else "exactly"
            return f'{kind} "{text}"' + _where(of, is_mixed)
        case Prefix(text, of):
            return f'words beginning with "{text}"' + _where(of, is_mixed)
        case Filter(name, value):
            return f"{facet(name).label.lower()} {label(name, value)}"
        case Not(part):
            return f"without {_inner(part, label, is_mixed)}"
        case And(parts) | Or(parts):
            word = "and" if isinstance(node, And) else "or"
            ordered = sorted(parts, key=lambda part: isinstance(part, Not))
            said = [_inner(part, label, is_mixed) for part in ordered]
            return listed(said, word).replace(" and without ", " but without ")
    raise TypeError(node)


def _inner(node: Node, label: Label, is_mixed: bool) -> str:
    text = _said(node, label, is_mixed)
    return f"({text})" if isinstance(node, And | Or) else text


def _where(of: str | None, is_mixed: bool) -> str:
    if of:
        return f" in {FIELD_WORDS[of]}"
    return " in any field" if is_mixed else ""


def _fields(node: Node) -> set[str | None]:
    match node:
        case Word(_, of) | Phrase(_, of) | Prefix(_, of):
            return {of}
        case Filter(name, _):
            return {name}
        case Not(part):
            return _fields(part)
        case And(parts) | Or(parts):
            return set().union(*(_fields(part) for part in parts))
    raise TypeError(node)
