"""The words of a release: their forms, their stems, and the word that was meant when one is mistyped."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from functools import cache, cached_property, lru_cache
from itertools import pairwise
from math import log
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import tantivy
from rapidfuzz import process
from rapidfuzz.distance import OSA

from clusteratlas.arrow import map_table, numbers, one_array, strings, whole_numbers, write_table

LONGEST_WORD = 40
FORMS_AT_MOST = 24
PREFIX_FORMS_AT_MOST = 2_000
LAST_LETTER = "\U0010ffff"
SHORTEST_CORRECTED, LONG_WORD = 4, 6
"""Words of fewer letters are not corrected; long words may be two edits away from what was meant."""

RARE, FREQUENT, FREQUENT_BESIDE = 5, 4, 100
"""A word of more projects than `RARE` stands as it is. What was meant is in at least `FREQUENT` projects, and in
`FREQUENT_BESIDE` times as many as the word itself."""

NAMING = ("acronym", "participant", "topic", "theme", "keyword")
"""Fields in which even a rare word is meant as it stands."""


class Known(NamedTuple):
    """A word of the release: its form without accents, and the number of projects that have it (in the field
    where it is most frequent)."""

    plain: str
    word: str
    projects: int


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


def sound(text: str) -> str:
    """The text with halves of characters, which no file can hold, replaced."""
    return text.encode("utf-8", "replace").decode()


def split(text: str) -> list[str]:
    """The words of a text, as the index has them: small letters, no punctuation.

    >>> split("Low-carbon H2!")
    ['low', 'carbon', 'h2']
    """
    return _splitter().analyze(sound(text))


def plain_forms(words: list[str]) -> list[str]:
    """Each word without accents.

    >>> plain_forms(["région", "öko"])
    ['region', 'oko']
    """
    accented = [word for word in words if not word.isascii()]
    folded = dict(zip(accented, _folder().analyze("\n".join(accented)), strict=True)) if accented else {}
    return [folded.get(word, word) for word in words] if folded else list(words)


def stems(words: Iterable[str]) -> list[str]:
    """The stem of each word, without accents.

    >>> stems(["clusters", "régions"])
    ['cluster', 'region']
    """
    return _stemmer().analyze("\n".join(words))


def write_words(path: Path, fields: dict[str, list[tuple[str, int]]]) -> None:
    """Write the words of all fields; ``fields`` gives each its words and the number of projects that have them.

    Two lists side by side: the words in the order of their plain form; and all stems in order, each with the
    place of its word in the first list.
    """
    counts: dict[str, int] = {}
    for terms in fields.values():
        for word, projects in terms:
            if projects > counts.get(word, 0):
                counts[word] = projects
    named = {word for name in NAMING for word, _ in fields.get(name, ())}
    words = list(counts)
    plain, stem = strings(plain_forms(words)), strings(stems(words))
    told = pa.table(
        {
            "plain": plain,
            "word": strings(words),
            "projects": whole_numbers(list(counts.values())),
            "is_name": whole_numbers([word in named for word in words]),
        }
    )
    order = pc.sort_indices(told, [("plain", "ascending"), ("word", "ascending")])
    stemmed = pa.table({"stem": stem.take(order), "place": whole_numbers(np.arange(len(words)))})
    by_stem = stemmed.take(pc.sort_indices(stemmed, [("stem", "ascending"), ("place", "ascending")]))
    columns = [*told.take(order).columns, *by_stem.columns]
    write_table(path, pa.table(columns, names=[*told.column_names, *by_stem.column_names]).combine_chunks())


KEPT_WORDS = 50_000
"""Words whose forms, or stems, are kept; the usual vocabulary of all profiles that people open."""


class Vocabulary:
    """The words of a release, mapped into memory. Safe between threads."""

    def __init__(self, path: Path) -> None:
        table = map_table(path)
        columns = {name: one_array(table[name]) for name in table.column_names}
        self._plain, self._word, self._stem = columns["plain"], columns["word"], columns["stem"]
        self._projects, self._place, self._is_name = columns["projects"], columns["place"], columns["is_name"]
        self._forms = lru_cache(KEPT_WORDS)(self._look_up_forms)
        self.meant = lru_cache(10_000)(self._look_up_meant)
        self._stemmed: dict[str, tuple[str, int]] = {}

    def __len__(self) -> int:
        return len(self._word)

    def exact(self, word: str) -> list[str]:
        """The words of the release that are this word, accents aside."""
        (plain,) = plain_forms([word])
        first, last = _first(self._plain, plain), _first(self._plain, plain + "\0")
        return self._word[first:last].to_pylist()

    def forms(self, word: str) -> list[str]:
        """The words of the release with the stem of this one, most frequent first."""
        return [known.word for known, _ in self._forms(word)[:FORMS_AT_MOST]]

    def _look_up_forms(self, word: str) -> tuple[tuple[Known, bool], ...]:
        """The words with the same stem, and whether each names something."""
        first, last = self._stems.get("".join(stems([word])), (0, 0))
        places = self._place[first:last]
        columns = (self._plain, self._word, self._projects, self._is_name)
        rows = zip(*(column.take(places).to_pylist() for column in columns), strict=True)
        known = ((Known(plain, word, projects), bool(is_name)) for plain, word, projects, is_name in rows)
        return tuple(sorted(known, key=lambda one: (-one[0].projects, one[0].word)))

    def with_stem(self, stem: str) -> list[str]:
        """The words of the release with a stem; of very many some."""
        first, last = self._stems.get(stem, (0, 0))
        places = self._place[first : min(last, first + FORMS_AT_MOST)]
        return [self._word[place].as_py() for place in places.to_pylist()]

    def stemmed(self, words: list[str]) -> list[tuple[str, int]]:
        """The stem of each word, and the number of projects that have a word with it (of several words the sum)."""
        kept = self._stemmed
        if fresh := [word for word in words if word not in kept]:
            if len(kept) + len(fresh) > KEPT_WORDS:
                kept = self._stemmed = {}
                fresh = words
            known = self._projects_by_stem
            kept.update(
                (word, (stem, known.get(stem, 0))) for word, stem in zip(fresh, stems(fresh), strict=True)
            )
        return [kept[word] for word in words]

    @cached_property
    def _stems(self) -> dict[str, tuple[int, int]]:
        """Each stem with the places, from and to, of its words in the list by stem."""
        runs = pc.run_end_encode(self._stem)
        ends = runs.run_ends.to_pylist()
        return dict(zip(runs.values.to_pylist(), pairwise([0, *ends]), strict=True))

    @cached_property
    def _projects_by_stem(self) -> dict[str, int]:
        """The number of projects that have a word with each stem (of several words the sum)."""
        starts = [first for first, _ in self._stems.values()]
        sums = np.add.reduceat(numbers(self._projects)[numbers(self._place)], starts) if starts else []
        return dict(zip(self._stems, map(int, sums), strict=True))

    def beginning(self, prefix: str) -> list[Known]:
        """The words of the release that begin so, most frequent first."""
        (plain,) = plain_forms([prefix])
        first, last = _first(self._plain, plain), _first(self._plain, plain + LAST_LETTER)
        return self._most_frequent(first, last)[:PREFIX_FORMS_AT_MOST]

    def _most_frequent(self, first: int, last: int) -> list[Known]:
        """The words of these places, most frequent first."""
        cut = slice(first, last)
        columns = (self._plain[cut].to_pylist(), self._word[cut].to_pylist(), self._projects[cut].to_pylist())
        known = (Known(*one) for one in zip(*columns, strict=True))
        return sorted(known, key=lambda one: (-one.projects, one.word))

    def _look_up_meant(self, word: str) -> str | None:
        """The word that was meant, when this one is as good as absent and a frequent one is near; else None.

        Near is one edit away (two for words of six letters and more), a swap of neighbours counting as one.
        Words that name something are never taken for another.
        """
        if len(word) < SHORTEST_CORRECTED or any(c.isdigit() for c in word):
            return None
        forms = self._forms(word)
        there = sum(known.projects for known, _ in forms)
        (plain,) = plain_forms([word])
        if there > RARE or any(is_name and known.plain == plain for known, is_name in forms):
            return None
        least = max(FREQUENT, FREQUENT_BESIDE * there)
        reach = 1 if len(plain) < LONG_WORD or there else 2
        return self._nearest(plain, plain[0], reach, least) or self._nearest(plain, "", 1, least)

    def _nearest(self, plain: str, first: str, reach: int, least: int) -> str | None:
        choices, known = self._frequent
        places = bisect_left(choices, first), bisect_left(choices, first + LAST_LETTER)
        found = process.extract(
            plain, choices[slice(*places)], scorer=OSA.distance, score_cutoff=reach, limit=None
        )
        near = [(distance, known[places[0] + at]) for _, distance, at in found]
        # twenty times as frequent weighs as much as one edit
        ranked = [(edits - log(k.projects) / log(20), k.word) for edits, k in near if k.projects >= least]
        return min(ranked)[1] if ranked else None

    @cached_property
    def _frequent(self) -> tuple[list[str], list[Known]]:
        """The plain forms of frequent words, in order, and these words."""
        places = whole_numbers(np.flatnonzero(numbers(self._projects) >= FREQUENT))
        columns = (column.take(places).to_pylist() for column in (self._plain, self._word, self._projects))
        known = [Known(*one) for one in zip(*columns, strict=True) if one[0].isalpha()]
        return [k.plain for k in known], known


def _first(values: pa.Array, least: str) -> int:
    """The place of the first value that is not before ``least``, in values in order."""
    return bisect_left(range(len(values)), least, key=lambda place: values[place].as_py())
