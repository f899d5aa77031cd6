"""Which projects a query tree matches, and how well: words from the tantivy index, everything else on arrays."""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path

import numpy as np
import tantivy

from clusteratlas.atlas.search.columns import Mask
from clusteratlas.atlas.search.tree import And, Filter, Node, Not, Or, Phrase, Prefix, Word
from clusteratlas.atlas.search.words import LONGEST_WORD, Vocabulary
from clusteratlas.errors import ReleaseError

WEIGHTS = {
    "title": 3.0,
    "acronym": 4.0,
    "objective": 1.0,
    "keyword": 2.0,
    "topic": 1.5,
    "theme": 1.5,
    "participant": 1.5,
    "id": 5.0,
}
"""How much a word counts by the field that it is found in."""

OWN_WORDS = ("title", "objective", "keyword")
"""Fields in a project's own words, not those of its call, its themes or its partners' names."""

OTHER_FORM = 0.7
"""How much another form of the word counts (valleys, when valley was asked for)."""

KEPT_WORDS = 50_000
"""Words whose projects are kept for the next related ones; those of all 19,189 projects take 15 MB."""

KEPT_HITS = 4_000_000
"""Hits of words that are kept for the next query, 8 bytes each."""


@dataclass(frozen=True)
class Found:
    """Projects by row, without order, and the score of each."""

    rows: np.ndarray
    scores: np.ndarray


@dataclass(frozen=True)
class Matches:
    """The projects that match, and the score of every project (0 where nothing was asked of words)."""

    mask: Mask
    scores: np.ndarray


class Texts:
    """The tantivy index of a release, asked for one word, phrase or beginning at a time. Safe between threads."""

    def __init__(self, folder: Path, projects: int, vocabulary: Vocabulary) -> None:
        try:
            index = tantivy.Index.open(str(folder))
        except ValueError as fault:
            raise ReleaseError(
                f"the search index cannot be opened ({fault})",
                where=str(folder),
                remedy="build the release again",
            ) from None
        index.config_reader("manual")  # else a thread watches the folder, and writes a lock file into it
        self._searcher, self._schema = index.searcher(), index.schema
        if self._searcher.num_docs != projects:
            raise ReleaseError(
                f"the search index holds {self._searcher.num_docs} projects and the database {projects}",
                where=str(folder),
                remedy="build the release again",
            )
        self.vocabulary, self.projects = vocabulary, projects
        self._kept: OrderedDict[Node, Found] = OrderedDict()
        self._kept_hits = 0
        self._lock = threading.Lock()
        self.having = lru_cache(KEPT_WORDS)(self._look_up_having)

    def find(self, leaf: Word | Phrase | Prefix) -> Found:
        """The projects that have the word, phrase or beginning."""
        with self._lock:
            if found := self._kept.get(leaf):
                self._kept.move_to_end(leaf)
                return found
        found = self._ask(self._query(leaf))
        with self._lock:
            if leaf not in self._kept:
                self._kept[leaf] = found
                self._kept_hits += len(found.rows)
            while self._kept_hits > KEPT_HITS:
                self._kept_hits -= len(self._kept.popitem(last=False)[1].rows)
        return found

    def _look_up_having(self, stem: str) -> np.ndarray:
        """The projects, by row and in no order, whose own words (`OWN_WORDS`) have a stem."""
        forms = self.vocabulary.with_stem(stem)
        terms = [
            tantivy.Query.term_query(self._schema, name, form, "basic")
            for name in OWN_WORDS
            for form in forms
        ]
        return self._rows_of(self._hits(self._any_of(terms)))

    def _ask(self, query: tantivy.Query) -> Found:
        hits = self._hits(query)
        return Found(self._rows_of(hits), np.array([score for score, _ in hits], np.float32))

    def _hits(self, query: tantivy.Query) -> list[tuple[float, tantivy.DocAddress]]:
        return self._searcher.search(query, limit=max(self.projects, 1), count=False).hits

    def _rows_of(self, hits: list[tuple[float, tantivy.DocAddress]]) -> np.ndarray:
        if self._rows is None:
            return np.array([address.doc for _, address in hits], np.int32)
        places = np.array([(address.segment_ord << 32) + address.doc for _, address in hits], np.int64)
        return self._rows[np.searchsorted(self._places, places)]

    @cached_property
    def _by_place(self) -> tuple[np.ndarray, np.ndarray]:
        """Places in the index (segment and document) in order, and the row of the project at each."""
        hits = self._searcher.search(tantivy.Query.all_query(), limit=max(self.projects, 1), count=False).hits
        addresses = [address for _, address in hits]
        places = np.array([(a.segment_ord << 32) + a.doc for a in addresses], np.int64)
        rows = np.array(self._searcher.fast_field_values("row", addresses), np.int32)
        order = np.argsort(places)
        return places[order], rows[order]

    @property
    def _places(self) -> np.ndarray:
        return self._by_place[0]

    @cached_property
    def _rows(self) -> np.ndarray | None:
        """The rows by place; None in the usual case that document and row have the same number."""
        places, rows = self._by_place
        return None if np.array_equal(places, rows) else rows

    def _query(self, leaf: Word | Phrase | Prefix) -> tantivy.Query:
        fields = (leaf.field,) if leaf.field else tuple(WEIGHTS)
        match leaf:
            case Word(text):
                forms = [text] if leaf.field == "id" else self.vocabulary.forms(text)
                return self._any_word(forms or [text], text, fields)
            case Prefix(text):
                return self._any_beginning(text, fields)
            case Phrase(text) if " " not in text:
                return self._any_word(self.vocabulary.exact(text) or [text], text, fields)
            case Phrase(text):
                return self._any_phrase(text.split(), fields)
        raise TypeError(leaf)

    def _any_word(self, forms: list[str], asked: str, fields: tuple[str, ...]) -> tantivy.Query:
        return self._any_of(
            [
                tantivy.Query.boost_query(
                    tantivy.Query.term_query(self._schema, name, form),
                    WEIGHTS[name] * (1.0 if form == asked else OTHER_FORM),
                )
                for name in fields
                for form in (forms if name != "id" else [asked])
            ]
        )

    def _any_beginning(self, prefix: str, fields: tuple[str, ...]) -> tantivy.Query:
        words = [known.word for known in self.vocabulary.beginning(prefix)] or [prefix]
        return self._any_of(
            [
                tantivy.Query.const_score_query(
                    tantivy.Query.term_set_query(self._schema, name, words), WEIGHTS[name]
                )
                for name in fields
            ]
        )

    def _any_phrase(self, words: list[str], fields: tuple[str, ...]) -> tantivy.Query:
        if any(len(word.encode()) >= LONGEST_WORD for word in words):
            return tantivy.Query.empty_query()
        forms = [self.vocabulary.forms(word) or [word] for word in words]
        firsts = [several[0] for several in forms]
        queries = []
        for name in fields:
            if name == "id" or all(len(several) == 1 for several in forms):
                query = tantivy.Query.phrase_query(self._schema, name, words if name == "id" else firsts)
            else:
                patterns = ["|".join(map(re.escape, several)) for several in forms]
                query = tantivy.Query.regex_phrase_query(self._schema, name, patterns)
            queries.append(tantivy.Query.boost_query(query, WEIGHTS[name]))
        return self._any_of(queries)

    @staticmethod
    def _any_of(queries: list[tantivy.Query]) -> tantivy.Query:
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def evaluate(node: Node | None, texts: Texts, filtered: Callable[[str, str], Mask]) -> Matches:
    """The projects that the tree matches; ``filtered`` gives those that a filter lets through."""
    zero = np.zeros(texts.projects, np.float32)
    match node:
        case None:
            return Matches(np.ones(texts.projects, bool), zero)
        case Word() | Phrase() | Prefix():
            found = texts.find(node)
            mask = zero.astype(bool)
            mask[found.rows] = True
            zero[found.rows] = found.scores
            return Matches(mask, zero)
        case Filter(name, value):
            return Matches(filtered(name, value), zero)
        case Not(part):
            return Matches(~evaluate(part, texts, filtered).mask, zero)
        case And(parts):
            several = [evaluate(part, texts, filtered) for part in parts]
            mask = np.logical_and.reduce([one.mask for one in several])
            return Matches(mask, np.sum([one.scores for one in several], axis=0))
        case Or(parts):
            several = [evaluate(part, texts, filtered) for part in parts]
            mask = np.logical_or.reduce([one.mask for one in several])
            return Matches(mask, np.sum([one.scores for one in several], axis=0))
    raise TypeError(node)
