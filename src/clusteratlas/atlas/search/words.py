"""The words of a release: their forms, their stems, and the word that was meant when one is mistyped."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import NamedTuple

import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

LONGEST_WORD = 40
FORMS_AT_MOST = 24
PREFIX_FORMS_AT_MOST = 2_000
FREQUENT = 4
"""A word in at least this many projects can be what a mistyped word was meant to be."""


class Known(NamedTuple):
    """A word of the release: the form without accents, the stem, the number of projects (in the field where
    it is most frequent), and whether it names something (occurs in more than running text)."""

    plain: str
    word: str
    stem: str
    projects: int
    is_name: bool


@cache
def _splitter() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple()).filter(tantivy.Filter.lowercase()).build()


@cache
def _folder() -> tantivy.TextAnalyzer:
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace())
        .filter(tantivy.Filter.ascii_fold())
        .build()
    )


@cache
def _stemmer() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).filter(tantivy.Filter.ascii_fold())
    return builder.filter(tantivy.Filter.stemmer("english")).build()


def split(text: str) -> list[str]:
    """The words of a text, as the index has them: small letters, no punctuation.

    >>> split("Low-carbon H2!")
    ['low', 'carbon', 'h2']
    """
    return _splitter().analyze(text)


def plain_forms(words: Iterable[str]) -> list[str]:
    """Each word without accents.

    >>> plain_forms(["région", "öko"])
    ['region', 'oko']
    """
    return _folder().analyze("\n".join(words))


def stems(words: Iterable[str]) -> list[str]:
    """The stem of each word, without accents.

    >>> stems(["clusters", "régions"])
    ['cluster', 'region']
    """
    return _stemmer().analyze("\n".join(words))


def write_words(path: Path, fields: dict[str, list[tuple[str, int]]]) -> None:
    """Write the words of all fields, in the order of their plain form; ``fields`` gives each its words and counts."""
    counts: dict[str, int] = {}
    for terms in fields.values():
        for word, projects in terms:
            if projects > counts.get(word, 0):
                counts[word] = projects
    names = {word for name, terms in fields.items() if name != "objective" for word, _ in terms}
    words = sorted(counts)
    rows = sorted(zip(plain_forms(words), words, stems(words), strict=True))
    lines = [f"{plain}\t{word}\t{stem}\t{counts[word]}\t{int(word in names)}" for plain, word, stem in rows]
    path.write_text("\n".join(lines), "utf-8")


class Vocabulary:
    """The words of a release, read from the index."""

    def __init__(self, path: Path) -> None:
        lines = path.read_text("utf-8").split("\n")
        self._words = [
            Known(plain, word, stem, int(projects), is_name == "1")
            for plain, word, stem, projects, is_name in (line.split("\t") for line in lines if line)
        ]
        self._plain = [known.plain for known in self._words]
        self._by_stem: dict[str, list[Known]] = defaultdict(list)
        for known in self._words:
            self._by_stem[known.stem].append(known)
        self._choices: dict[str, tuple[list[str], list[Known]]] = {}

    def exact(self, word: str) -> list[str]:
        """The words of the release that are this word, accents aside."""
        (plain,) = plain_forms([word]) or [word]
        at = bisect_left(self._plain, plain)
        found = []
        while at < len(self._plain) and self._plain[at] == plain:
            found.append(self._words[at].word)
            at += 1
        return found

    def forms(self, word: str) -> list[str]:
        """The words of the release with the stem of this one, most frequent first."""
        (stem,) = stems([word]) or [word]
        known = sorted(self._by_stem.get(stem, ()), key=lambda k: (-k.projects, k.word))
        return [k.word for k in known[:FORMS_AT_MOST]]

    def beginning(self, prefix: str) -> list[Known]:
        """The words of the release that begin so, most frequent first."""
        (plain,) = plain_forms([prefix]) or [prefix]
        first, last = bisect_left(self._plain, plain), bisect_left(self._plain, plain + "\U0010ffff")
        found = sorted(self._words[first:last], key=lambda k: (-k.projects, k.word))
        return found[:PREFIX_FORMS_AT_MOST]

    def meant(self, word: str) -> str | None:
        """The word that was meant, when this one is as good as absent and a frequent one is near; else None.

        Near is one edit away (two for words of six letters and more), a swap of neighbours counting as one.
        Words that name something are never taken for another.
        """
        if len(word) < 4 or any(c.isdigit() for c in word):
            return None
        (stem,), (plain,) = stems([word]) or [word], plain_forms([word]) or [word]
        known = self._by_stem.get(stem, [])
        there = sum(k.projects for k in known)
        if there > 2 or any(k.is_name for k in known):
            return None
        least = max(FREQUENT, 25 * there)
        reach = 1 if len(plain) < 6 or there else 2
        return self._nearest(plain, plain[0], reach, least) or self._nearest(plain, "", 1, least)

    def _nearest(self, plain: str, first: str, reach: int, least: int) -> str | None:
        choices, known = self._candidates(first)
        found = process.extract(plain, choices, scorer=OSA.distance, score_cutoff=reach, limit=None)
        ranked = [
            (distance, -known[at].projects, known[at].word)
            for _, distance, at in found
            if known[at].projects >= least
        ]
        return min(ranked)[2] if ranked else None

    def _candidates(self, first: str) -> tuple[list[str], list[Known]]:
        """Frequent words with that first letter (any, when empty), made on first use."""
        if first not in self._choices:
            known = [
                k
                for k in self._words
                if k.projects >= FREQUENT
                and k.plain.startswith(first)
                and not any(c.isdigit() for c in k.plain)
            ]
            self._choices[first] = ([k.plain for k in known], known)
        return self._choices[first]
