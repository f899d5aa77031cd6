"""Terms of projects: words and short phrases of their titles, objectives and keywords, without what all of them say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
import pyarrow.compute as pc

from clusteratlas.arrow import numbers, whole_numbers
from clusteratlas.errors import InputError
from clusteratlas.observatory.arguments import COUNT, Range, check, check_texts
from clusteratlas.observatory.matrices import Kind
from clusteratlas.observatory.trends.counting import memory
from clusteratlas.observatory.trends.vocabulary import STRONG, WEAK, vocabulary

TOKENS = r"[\p{L}\p{N}][\p{L}\p{N}'’\-]*|[.,;:()!?/|•\[\]\"“”]"
"""Words, and the marks at which a phrase ends."""
FEWEST, MOST = 5, 3000
NESTED = 0.75
"""A part is left out when this share of its projects have one longer term that holds it."""
PREFERRED = 2
"""Heads have a single word this many times more often than by their share of all words."""
MOSTLY_HEADS = 0.5
"""With this share of the words in heads there is nothing to compare them with."""
RARE = 3
"""Spellings are passed over that occur less than so many times less often than a term must."""
LONGEST = 5
PART = 4000
"""Rows whose texts are taken apart at a time."""


def project_terms(
    frame: Any,
    *,
    project: str = "project_id",
    heads: Sequence[str] = ("title", "keywords"),
    bodies: Sequence[str] = ("objective",),
    fewest: int = FEWEST,
    most: int = MOST,
    longest: int = 3,
) -> Any:
    """The terms of each project: single words that say something, and phrases of up to ``longest`` words.

    ``frame`` has one row for each project with texts: ``heads`` (what says in few words what it is about) and
    ``bodies`` (what says it at length); missing values are empty. Phrases end at punctuation and at words that
    any project says (`word_lists`). Plurals count with their singulars.

    A term is kept when at least ``fewest`` projects have it, heads prefer it to bodies (a single word `PREFERRED`
    times, a phrase at all, by their shares of the words there: what only bodies say is the wording of
    applications), and it is not part of one longer term nearly always. The ``most`` of highest termhood are kept:
    with f the projects of a term of n words, g the mean number of projects of the terms that are a word longer
    and hold it, and w the mean weight of its words (1, or a half for a weak one of `word_lists`),

        C = w log2(n + 1) (f - g)

    One row for each project and term of it: ``project_id``, ``term`` (as it is mostly written), ``termhood``;
    in the order of projects and terms.

    Raises `InputError` for columns that are absent and projects that are there twice, `UsageError` for numbers
    that make no sense. Source: Frantzi, Ananiadou and Mima 2000 (C-value, made to count single words); weak
    words and the preference of heads are ours.

    >>> import polars as pl
    >>> projects = pl.DataFrame({"project_id": ["1", "2"], "title": ["Solid-state batteries", "A solid-state battery"]})
    >>> project_terms(projects, heads=["title"], bodies=[], fewest=2).rows()
    [('1', 'solid-state battery', 3.17), ('2', 'solid-state battery', 3.17)]
    """
    check_texts(heads=heads, bodies=bodies)
    check(COUNT, fewest=fewest, most=most)
    check(Range(1, LONGEST, is_whole=True), longest=longest)
    try:
        rows, kind = read_texts(frame, project, [*heads, *bodies])
    except InputError as fault:
        if fault.what not in (f"there is no column '{name}'" for name in (*heads, *bodies)):
            raise
        remedy = f"{fault.remedy}; name the columns of texts that there are: heads=['title'], bodies=[]"
        raise InputError(fault.what, where=fault.where, remedy=remedy) from None
    found = _found(tokens(rows, list(heads), list(bodies), rare=(fewest - 1) // RARE), fewest, most, longest)
    table = pl.DataFrame(
        {
            project: rows[project].gather(found.document),
            "term": pl.Series(found.names, dtype=pl.String).gather(found.term),
            "termhood": pl.Series(found.termhood, dtype=pl.Float64).gather(found.term),
        }
    )
    return kind.frame(table.sort(project, "term"))


def read_texts(frame: Any, project: str, texts: list[str]) -> tuple[pl.DataFrame, Kind]:
    """The rows of projects in memory, each project once, and the kind of frame it was."""
    rows, kind = memory(frame, [project, *texts])
    if rows[project].is_duplicated().any():
        raise InputError(
            f"a project is there twice in column '{project}'", remedy="give each project one row"
        )
    return rows, kind


@dataclass(frozen=True)
class Tokens:
    """Texts, one after the other: the code of each ``word`` and the row of its text (``document``).

    ``is_head`` tells the words of heads, ``words`` are the spellings by code (``plain`` without capitals),
    ``worth`` says what each is: END, STOP, WEAK or STRONG.
    """

    word: np.ndarray
    document: np.ndarray
    is_head: np.ndarray
    worth: np.ndarray
    words: list[str]
    plain: list[str]

    @property
    def head_share(self) -> float:
        """The share of the words that heads have."""
        return float(self.is_head.mean()) if self.is_head.size else 0.0


@dataclass(frozen=True)
class Found:
    """Terms kept, and which document has which."""

    document: np.ndarray
    term: np.ndarray
    names: list[str]
    termhood: np.ndarray


def tokens(
    rows: pl.DataFrame, heads: list[str], bodies: list[str], also: Sequence[str] = (), rare: int = 0
) -> Tokens:
    """The words of texts; ``also`` are words known beforehand, to whose singulars plurals are counted.

    Spellings that occur at most ``rare`` times are taken for a mark: nothing frequent is made of them.
    """
    of_heads, of_bodies = (_pieces(rows, columns) for columns in (heads, bodies))
    pieces = _joined([*of_heads, *of_bodies])
    spelling, spellings, piece = _spelled(pieces)
    documents = pieces.document[piece]
    is_head = piece < sum(len(part.document) for part in of_heads)
    del of_heads, of_bodies, pieces, piece  # they are large
    counts = np.bincount(spelling, minlength=len(spellings))
    often = np.flatnonzero(counts > rare)
    written = [".", *spellings.gather(often).to_list()]
    in_bodies = np.bincount(spelling[~is_head], minlength=len(counts))
    totals = (np.append(1, counts[often]), np.append(0, in_bodies[often]))
    code, worth, words, lowered = vocabulary(written, totals, also)
    place = np.zeros(len(counts), np.int32)
    place[often] = np.arange(1, len(often) + 1)
    return Tokens(code[place[spelling]], documents, is_head, worth, words, lowered)


@dataclass(frozen=True)
class Pieces:
    """What stands between the spaces of texts: the code of each piece among the ``texts`` that differ, and its row."""

    code: np.ndarray
    texts: pl.Series
    document: np.ndarray


def _pieces(rows: pl.DataFrame, columns: list[str]) -> list[Pieces]:
    """The pieces of some columns, a part for each `PART` rows: millions of them are never in memory as texts."""
    texts = [pl.col(name).fill_null("").cast(pl.String) for name in columns]
    found = []
    for start in range(0, rows.height if columns else 0, PART):
        part = (
            rows.slice(start, PART).select(pl.concat_str(texts, separator=" | ")).to_series().str.split(" ")
        )
        places = np.arange(start, start + len(part), dtype=np.int32)
        document = np.repeat(places, part.list.len().to_numpy())
        found.append(Pieces(*_coded(part.list.explode(empty_as_null=False)), document))
    return found


def _joined(parts: list[Pieces]) -> Pieces:
    """Pieces one after the other, those that are alike with one code."""
    if not parts:
        return Pieces(np.zeros(0, np.int32), pl.Series([], dtype=pl.String), np.zeros(0, np.int32))
    code, texts = _coded(pl.concat([part.texts for part in parts]))
    starts = np.cumsum([0, *(len(part.texts) for part in parts)])
    codes = [code[start + part.code] for start, part in zip(starts, parts, strict=False)]
    return Pieces(np.concatenate(codes), texts, np.concatenate([part.document for part in parts]))


def _spelled(pieces: Pieces) -> tuple[np.ndarray, pl.Series, np.ndarray]:
    """The words and marks of pieces, one after the other: their codes, the spellings by code, the piece of each.

    Pieces that are alike are taken apart once: of millions of them some hundred thousand differ.
    """
    parts = pieces.texts.str.extract_all(TOKENS)
    spelling, spellings = _coded(parts.list.explode(empty_as_null=False))
    lengths = parts.list.len().to_numpy().astype(np.int32)
    times = lengths[pieces.code]
    ends = np.cumsum(times, dtype=np.int32)
    # What lies between where a piece's words stand among all, and where they stand among those of pieces that differ.
    moved = np.cumsum(lengths, dtype=np.int32)[pieces.code] - ends
    places = np.arange(ends[-1] if len(ends) else 0, dtype=np.int32) + np.repeat(moved, times)
    return spelling[places], spellings, np.repeat(np.arange(len(times), dtype=np.int32), times)


def _coded(texts: pl.Series) -> tuple[np.ndarray, pl.Series]:
    """The code of each text, and the texts by code, in the order in which they first come.

    Texts are told apart by 64 bits of their hashes: of a million different ones, two are taken for one with a
    probability of 3e-8.
    """
    codes, number = _numbered(texts.hash().to_numpy().view(np.int64))
    return codes, texts.gather(_first_places(codes, number))


def _numbered(keys: np.ndarray) -> tuple[np.ndarray, int]:
    """The number of each key, counted from 0 in the order in which they first come, and how many differ."""
    coded = pc.dictionary_encode(whole_numbers(keys))
    return numbers(coded.indices), len(coded.dictionary)


def _first_places(codes: np.ndarray, number: int) -> np.ndarray:
    """Where each of the codes 0 to ``number`` - 1 stands first."""
    first = np.empty(number, np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]
    return first


def _found(texts: Tokens, fewest: int, most: int, longest: int) -> Found:
    phrases = _phrases(texts, fewest, longest)
    names = [" ".join(texts.words[w] for w in words) for level in phrases for words in level.words.tolist()]
    if not names:
        return Found(np.zeros(0, np.int64), np.zeros(0, np.int64), [], np.zeros(0))
    termhood, keep = _judged(phrases, texts, fewest)
    order = np.lexsort((np.array(names), -termhood))
    chosen = np.sort(order[keep[order]][:most])
    place = np.full(len(names), -1)
    place[chosen] = np.arange(len(chosen))
    offsets = np.cumsum([0, *(len(level.words) for level in phrases)])
    term = place[np.concatenate([level.term + at for level, at in zip(phrases, offsets, strict=False)])]
    document = np.concatenate([level.document for level in phrases])[term >= 0]
    return Found(document, term[term >= 0], [names[at] for at in chosen], np.round(termhood[chosen], 2))


@dataclass(frozen=True)
class Phrases:
    """The phrases of one length that occur often enough: their words, and which document (once) has which.

    ``parts`` are the first and the last phrase of the length below that each holds; ``preferred`` is how many
    times heads prefer each.
    """

    words: np.ndarray
    document: np.ndarray
    term: np.ndarray
    parts: np.ndarray | None
    preferred: np.ndarray

    @property
    def counts(self) -> np.ndarray:
        """The number of documents of each phrase."""
        return np.bincount(self.term, minlength=len(self.words)).astype(float)


def _phrases(texts: Tokens, fewest: int, longest: int) -> list[Phrases]:
    """Phrases of one word, of two, ...: a longer one is only looked for where both its parts occur often enough."""
    keys = np.where(texts.worth[texts.word] >= WEAK, texts.word, -1)
    goes_on = (texts.document[:-1] == texts.document[1:]) & (texts.is_head[:-1] == texts.is_head[1:])
    found: list[Phrases] = []
    below = keys
    for length in range(1, longest + 1):
        there, code, number = _often(keys, fewest)
        if not number:
            break
        first = there[_first_places(code, number)]
        parts = np.stack([below[first], below[first + 1]], axis=1) if found else None
        words = texts.word[first[:, None] + np.arange(length)]
        preferred = _preferred(texts, there, code)
        # Words are many, and few of them are preferred: the others need no counting.
        counted = (preferred >= PREFERRED)[code] if length == 1 else slice(None)
        pairs = once(code[counted], texts.document[there[counted]])
        found.append(Phrases(words, *pairs, parts, preferred))
        below = np.full(len(keys), -1, np.int32)
        below[there] = code
        keys = np.full(len(keys), -1, np.int64)
        start = there[:-1][(np.diff(there) == 1) & goes_on[there[:-1]]]
        keys[start] = below[start].astype(np.int64) * number + below[start + 1]
    return found


def _often(keys: np.ndarray, fewest: int) -> tuple[np.ndarray, np.ndarray, int]:
    """Where keys stand that are there at least ``fewest`` times, their numbers, and how many there are."""
    there = np.flatnonzero(keys >= 0)
    code, number = _numbered(keys[there])
    often = np.bincount(code, minlength=number) >= fewest
    numbers = np.where(often, np.cumsum(often) - 1, -1)[code]
    return there[numbers >= 0], numbers[numbers >= 0], int(often.sum())


def once(term: np.ndarray, document: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Each document of each term once: the documents, and the terms."""
    width = int(document.max(initial=0)) + 1
    pairs = np.sort(term.astype(np.int64) * width + document)
    pairs = pairs[np.diff(pairs, prepend=-1) != 0]
    return pairs % width, pairs // width


def _preferred(texts: Tokens, there: np.ndarray, code: np.ndarray) -> np.ndarray:
    """How many times more often heads have each phrase than by their share of the words."""
    share = texts.head_share
    if share > MOSTLY_HEADS or share == 0:
        return np.full(int(code.max(initial=-1)) + 1, np.inf)
    return np.bincount(code, weights=texts.is_head[there]) / np.bincount(code) / share


def _judged(phrases: list[Phrases], texts: Tokens, fewest: int) -> tuple[np.ndarray, np.ndarray]:
    """The termhood of each phrase, and whether enough speaks for it."""
    termhood, keep = [], []
    for level, above in zip(phrases, [*phrases[1:], None], strict=True):
        f, (mean, largest) = level.counts, _holders(len(level.words), above)
        strong = (texts.worth[level.words] == STRONG).mean(axis=1)
        n = level.words.shape[1]
        termhood.append((1 + strong) / 2 * np.log2(n + 1) * (f - mean))
        preferred = (f >= fewest) & (level.preferred >= (PREFERRED if n == 1 else 1))
        keep.append(preferred & (largest < NESTED * f) & ((strong > 0) | (n > 1)))
    return np.concatenate(termhood), np.concatenate(keep)


def _holders(number: int, above: Phrases | None) -> tuple[np.ndarray, np.ndarray]:
    """The mean and the largest number of documents of the longer phrases that hold each phrase."""
    if above is None:
        return np.zeros(number), np.zeros(number)
    part, counts = above.parts.T.ravel(), np.tile(above.counts, 2)
    largest, holders = np.zeros(number), np.bincount(part, minlength=number)
    np.maximum.at(largest, part, counts)
    return np.bincount(part, weights=counts, minlength=number) / np.maximum(holders, 1), largest
