"""The query language: what a person types, as a tree; whatever is malformed is repaired and the repair is said."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from clusteratlas.atlas.search.tree import (
    And,
    Filter,
    Node,
    Not,
    Or,
    Phrase,
    Prefix,
    Word,
    joined,
    within,
    without_stop_words,
)

FIELD_NAMES = {
    "title": "title",
    "acronym": "acronym",
    "objective": "objective",
    "summary": "objective",
    "keyword": "keyword",
    "keywords": "keyword",
    "topic": "topic",
    "call": "topic",
    "theme": "theme",
    "participant": "participant",
    "organisation": "participant",
    "organization": "participant",
    "id": "id",
}
"""What may stand before a colon, and the field of the index that it means."""

LONGEST_QUERY = 500
TERMS_AT_MOST = 32
DEPTH_AT_MOST = 20
SHORTEST_PREFIX = 2


@dataclass(frozen=True)
class Parsed:
    """A query as a tree (None when it asks nothing), and what was repaired in it."""

    node: Node | None
    repairs: tuple[str, ...] = ()


TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<open>\() | (?P<close>\))
    | (?P<and>(?:AND|&&)(?=[\s()]|$)) | (?P<or>(?:OR|\|\|?)(?=[\s()]|$)) | (?P<not>NOT(?=[\s()]|$))
    | (?P<minus>[-−–!](?=[^\s)])) | (?P<plus>\+(?=[^\s)]))
    | (?P<field>[A-Za-z_]+(?:-[A-Za-z_]+)*):(?=[^\s)])
    | (?P<quote>["“”„«»])
    | (?P<word>[^\s()"“”„«»]+)""",
    re.VERBOSE,
)
QUOTE = re.compile(r'["“”„«»]')


@dataclass
class _Reader:
    """A recursive-descent reader of one query."""

    text: str
    split: Callable[[str], list[str]]
    is_filter: Callable[[str], bool]
    at: int = 0
    depth: int = 0
    terms: int = 0
    repairs: list[str] = field(default_factory=list)

    def peek(self) -> tuple[str, str]:
        """Kind and text of the next token; kind `end` at the end."""
        while match := TOKEN.match(self.text, self.at):
            if match.lastgroup != "space":
                return str(match.lastgroup), match.group()
            self.at = match.end()
        return "end", ""

    def take(self, kind: str) -> bool:
        """Step over the next token if it is of that kind."""
        found, text = self.peek()
        if found == kind and kind != "end":
            self.at += len(text)
            return True
        return False

    def repair(self, what: str) -> None:
        """Note a repair, once."""
        if what not in self.repairs:
            self.repairs.append(what)

    def any_of(self) -> Node | None:
        """Alternatives, up to a closing parenthesis or the end."""
        parts = [self.all_of()]
        while self.take("or"):
            parts.append(self.all_of())
        if len(parts) > 1 and None in parts:
            self.repair("an OR without words on both sides was left out")
        return joined(Or, parts)

    def all_of(self) -> Node | None:
        """What must hold together."""
        parts: list[Node | None] = []
        while (kind := self.peek()[0]) not in {"end", "or"}:
            if kind == "close":
                if self.depth:
                    break
                self.take("close")
                self.repair("a closing parenthesis without an opening one was left out")
            elif kind == "and":
                self.take("and")
                if not parts or self.peek()[0] in {"end", "or", "and", "close"}:
                    self.repair("an AND without words on both sides was left out")
            else:
                parts.append(self.one())
        return joined(And, parts)

    def one(self) -> Node | None:
        """One word, phrase, group or filter, or the exclusion of one."""
        turns = 0
        while self.peek()[0] in {"not", "minus", "plus"}:
            turns += self.peek()[0] != "plus"
            self.take(self.peek()[0])
        if self.peek()[0] in {"end", "close", "and", "or"}:
            if turns:
                self.repair("a NOT without a word after it was left out")
            return None
        part = self.positive(None)
        return Not(part) if part is not None and turns % 2 else part

    def positive(self, of: str | None) -> Node | None:
        """A word, phrase or group, sought in the field ``of``."""
        kind, text = self.peek()
        self.at += len(text)
        if kind == "open":
            return self.group(of)
        if kind == "quote":
            return self.phrase(of)
        if kind == "field":
            return self.fielded(text.removesuffix(":"), of)
        return self.word(text, of)

    def group(self, of: str | None) -> Node | None:
        """What stands in parentheses, the opening one being taken."""
        if self.depth >= DEPTH_AT_MOST:
            self.repair(f"parentheses deeper than {DEPTH_AT_MOST} were left out")
            return None
        self.depth += 1
        node = self.any_of()
        self.depth -= 1
        if not self.take("close"):
            self.repair("a parenthesis was not closed; it now closes at the end")
        return node if of is None else within(node, of)

    def phrase(self, of: str | None) -> Node | None:
        """What stands in quotes, the opening one being taken."""
        end = QUOTE.search(self.text, self.at)
        if end is None:
            self.repair("a quotation mark was not closed; it now closes at the end")
        inside = self.text[self.at : end.start() if end else len(self.text)]
        self.at = end.end() if end else len(self.text)
        words = self.split(inside)
        return Phrase(" ".join(words), of) if words and self.counted() else None

    def fielded(self, name: str, of: str | None) -> Node | None:
        """What follows a name and a colon."""
        lower = name.lower().replace("-", "_")
        if lower in FIELD_NAMES and not self.names_organisation(lower):
            return self.positive(FIELD_NAMES[lower])
        if self.is_filter(lower):
            return self.filter(lower)
        if self.peek()[0] == "word":
            return self.word(f"{name}:{self.taken_word()}", of)
        self.repair(f"there is no field '{name}'; its words were sought everywhere")
        return self.positive(of)

    def names_organisation(self, name: str) -> bool:
        """Whether an organisation's id follows, which is a filter rather than words."""
        return name.startswith("organi") and re.match(r"\w+:\S", self.text[self.at :]) is not None

    def filter(self, name: str) -> Node | None:
        """A filter's value: a word, or words in quotes."""
        if self.take("quote"):
            end = QUOTE.search(self.text, self.at)
            value = self.text[self.at : end.start() if end else len(self.text)]
            self.at = end.end() if end else len(self.text)
        else:
            match = re.compile(r"[^\s()]+").match(self.text, self.at)
            value = match.group() if match else ""
            self.at += len(value)
        if value.strip():
            return Filter(name, value.strip()) if self.counted() else None
        self.repair(f"'{name}:' without a value was left out")
        return None

    def taken_word(self) -> str:
        """The next token's text, stepped over."""
        text = self.peek()[1]
        self.at += len(text)
        return text

    def word(self, text: str, of: str | None) -> Node | None:
        """A word as typed: several words in one (low-carbon) are a phrase, a star makes it a beginning."""
        words = self.split(text)
        if not words:
            return None
        if not self.counted():
            return None
        if text.endswith("*") and len(words) == 1:
            if len(words[0]) >= SHORTEST_PREFIX:
                return Prefix(words[0], of)
            self.repair(
                f"'{text}' is too short for a beginning; at least {SHORTEST_PREFIX} letters are needed"
            )
        return Word(words[0], of) if len(words) == 1 else Phrase(" ".join(words), of)

    def counted(self) -> bool:
        """Count one more word; False when there are too many."""
        self.terms += 1
        if self.terms > TERMS_AT_MOST:
            self.repair(f"only the first {TERMS_AT_MOST} words are sought")
        return self.terms <= TERMS_AT_MOST


def parse(text: str, split: Callable[[str], list[str]], is_filter: Callable[[str], bool]) -> Parsed:
    """Read a query. Never raises: what cannot be read is repaired or left out, and said.

    ``split`` gives the words of a text as the index has them; ``is_filter`` tells the names of filters.

    >>> parse("hydrogen -valley", str.split, lambda name: False).node
    And(parts=(Word(text='hydrogen', field=None), Not(part=Word(text='valley', field=None))))
    >>> parse('"green deal', str.split, lambda name: False).repairs
    ('a quotation mark was not closed; it now closes at the end',)
    """
    reader = _Reader(text[:LONGEST_QUERY], split, is_filter)
    if len(text) > LONGEST_QUERY:
        reader.repair(f"only the first {LONGEST_QUERY} characters were read")
    node = without_stop_words(reader.any_of())
    return Parsed(node, tuple(reader.repairs))
