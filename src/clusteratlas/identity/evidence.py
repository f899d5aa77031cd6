"""What speaks for and against two names being one body: shared words by their rarity, spelling, initials, form."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
import polars as pl
import pyarrow as pa
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from clusteratlas.identity.names import Name

Floats = np.ndarray

BACKGROUND = 30_000
"""Names that ``background`` was counted in; the logarithm of it is the most that a word can weigh."""

COLUMNS = {
    "words_in_common": "share of all words that both names have, by rarity",
    "smaller_cover": "share of the words of the name less covered",
    "larger_cover": "share of the words of the name better covered",
    "shared_rarity": "sum of the rarity of shared words",
    "rarest_shared": "rarity of the rarest shared word",
    "rarest_unshared": "rarity of the rarest word left on the side where it is less",
    "rarest_unshared_any": "rarity of the rarest word left on either side",
    "unshared_rarity": "sum of the rarity of words left, on the side where it is less",
    "words_shared": "number of shared words",
    "numbers_unshared": "sides (0-2) with a word with digits that the other has not",
    "spelling": "similarity of the names without blanks (0-100)",
    "spelling_sorted": "similarity of the words in alphabetical order (0-100)",
    "spelling_within": "similarity of the shorter name to the best stretch of the longer (0-100)",
    "beginning": "similarity that favours the beginning (Jaro-Winkler, 0-1)",
    "spelling_of_concepts": "similarity with generic words as concepts (0-100)",
    "spelling_of_rest": "similarity of the words left (0-100; -1 when one side has none left, 100 when neither)",
    "beginning_of_rest": "the same, favouring the beginning (0-1)",
    "legal_form": "2 the same, 1 none given, 0 given once, -1 different",
    "first_word": "whether the first word is the same",
    "first_word_rarity": "rarity of the first word when it is the same",
    "initials": "sides (0-2) with the initials of the other as a word",
    "part": "letters of a part of one name (set off by a dash or bracket) that is the other; -1 without parts",
    "fewer_words": "words of the shorter name",
    "more_words": "words of the longer name",
    "fewer_letters": "letters of the shorter name",
}
"""Each column of evidence and what it says."""


@dataclass(frozen=True)
class Words:
    """The words of all names as numbers: ``of`` each name, their ``rarity`` (inverse document frequency)."""

    of: pl.Series
    text: list[str]
    rarity: Floats
    has_digit: Floats


def count_words(names: Sequence[Name]) -> Words:
    """Number the words and weigh each by its rarity, the logarithm of names per name that has it, here and usually.

    Method: inverse document frequency, Spärck Jones 1972, Journal of Documentation 28.
    """
    numbers: dict[str, int] = {}
    distinct = [dict.fromkeys(name.concepts) for name in names]
    flat = np.array(
        [numbers.setdefault(word, len(numbers)) for held in distinct for word in held], dtype=np.uint32
    )
    ends = np.cumsum([0, *map(len, distinct)]).astype(np.int64)
    lists = pa.LargeListArray.from_arrays(pa.array(ends), pa.array(flat))
    series = pl.Series("words", pl.from_arrow(lists))
    count = np.bincount(flat, minlength=len(numbers)).astype(float)
    text = list(numbers)
    has_digit = np.array([any(sign.isdigit() for sign in word) for word in text], dtype=float)
    usual = background()
    before = np.array([usual.get(word, 0) for word in text], dtype=float)
    rarity = np.log((len(names) + BACKGROUND) / np.maximum(count + before, 1))
    return Words(series, text, np.clip(rarity, 0, np.log(BACKGROUND)), has_digit)


@cache
def background() -> dict[str, int]:
    """How many of about ``BACKGROUND`` names of European organisations have each common word.

    Counted in the names of CORDIS; so that a handful of records is judged as the same among many.

    >>> background()["UNIVERSITY"] > background()["wien"]
    True
    """
    return json.loads(files("clusteratlas.identity").joinpath("word_counts.json").read_text(encoding="utf-8"))


def _sums(lists: pl.Series, weight: Floats) -> tuple[Floats, Floats]:
    """For each list of word numbers, the sum and the largest of their weights (0 for an empty list)."""
    sizes = lists.list.len().to_numpy().astype(np.int64)
    total, most = np.zeros(len(sizes)), np.zeros(len(sizes))
    filled = sizes > 0
    if filled.any():
        values = weight[lists.filter(pl.Series(filled)).explode().to_numpy()]
        starts = np.concatenate([[0], np.cumsum(sizes[filled])[:-1]]).astype(np.int64)
        total[filled], most[filled] = np.add.reduceat(values, starts), np.maximum.reduceat(values, starts)
    return total, most


def _similar(left: Sequence[str], right: Sequence[str], measure: object) -> Floats:
    return process.cpdist(left, right, scorer=measure, dtype=np.float32).astype(float)


def _rests(lists: pl.Series, text: list[str]) -> list[str]:
    return ["".join([text[number] for number in numbers]).lower() for numbers in lists.to_list()]


def _initials(left: Name, right: Name) -> float:
    ours = len(left.initials) > 2 and left.initials in right.words
    return float(ours) + float(len(right.initials) > 2 and right.initials in left.words)


def _part(left: Name, right: Name) -> float:
    """Letters of the longest part of one name that is a part of the other, or all of it."""
    if not left.parts and not right.parts:
        return -1.0
    shared = {*left.parts, left.words} & {*right.parts, right.words} - ({left.words} & {right.words})
    return float(max((sum(map(len, part)) for part in shared), default=0))


def _legal_form(left: str, right: str) -> float:
    if left == right:
        return 2.0 if left else 1.0
    return -1.0 if left and right else 0.0


def likely(names: Sequence[Name], pairs: pl.DataFrame) -> pl.DataFrame:
    """Those of ``pairs`` (``left``, ``right``) that are alike enough to look at closely."""
    runs = ["".join(name.concepts).lower() for name in names]
    left, right = pairs["left"].to_list(), pairs["right"].to_list()
    ours, theirs = [runs[i] for i in left], [runs[i] for i in right]
    spelling = _similar(ours, theirs, fuzz.ratio)
    unsure = np.flatnonzero(spelling < 60)
    within = np.zeros(len(ours))
    within[unsure] = _similar([ours[i] for i in unsure], [theirs[i] for i in unsure], fuzz.partial_ratio)
    keep = (spelling >= 60) | (within >= 75)
    vocabulary = {word for name in names for word in name.words}
    short = np.array([len(name.initials) > 2 and name.initials in vocabulary for name in names], dtype=bool)
    for row in np.flatnonzero(~keep & (short[left] | short[right])).tolist():
        keep[row] = _initials(names[left[row]], names[right[row]]) > 0
    return pairs.filter(pl.Series(keep))


def evidence(names: Sequence[Name], pairs: pl.DataFrame, words: Words) -> dict[str, Floats]:
    """The columns of ``COLUMNS`` for each of ``pairs`` (``left``, ``right``: rows of ``names``)."""
    left, right = pairs["left"].to_list(), pairs["right"].to_list()
    return {**_by_words(names, left, right, words), **_by_form(names, left, right)}


def _by_words(names: Sequence[Name], left: list[int], right: list[int], words: Words) -> dict[str, Floats]:
    ours, theirs = words.of.gather(left), words.of.gather(right)
    common = ours.list.set_intersection(theirs)
    rest = ours.list.set_difference(theirs), theirs.list.set_difference(ours)
    shared, rarest = _sums(common, words.rarity)
    (ours_left, ours_most), (theirs_left, theirs_most) = (_sums(side, words.rarity) for side in rest)
    digits = [_sums(side, words.has_digit)[0] > 0 for side in rest]
    tiny = 1e-9
    covers = shared / (shared + ours_left + tiny), shared / (shared + theirs_left + tiny)
    texts = _rests(rest[0], words.text), _rests(rest[1], words.text)
    empty = [np.array([not text for text in side], dtype=bool) for side in texts]
    spelling, beginning = _similar(*texts, fuzz.ratio), _similar(*texts, JaroWinkler.similarity)
    return {
        "words_in_common": shared / (shared + ours_left + theirs_left + tiny),
        "smaller_cover": np.minimum(*covers),
        "larger_cover": np.maximum(*covers),
        "shared_rarity": shared,
        "rarest_shared": rarest,
        "rarest_unshared": np.minimum(ours_most, theirs_most),
        "rarest_unshared_any": np.maximum(ours_most, theirs_most),
        "unshared_rarity": np.minimum(ours_left, theirs_left),
        "words_shared": common.list.len().to_numpy().astype(float),
        "numbers_unshared": digits[0].astype(float) + digits[1],
        "spelling_of_rest": np.select([empty[0] & empty[1], empty[0] | empty[1]], [100.0, -1.0], spelling),
        "beginning_of_rest": np.select([empty[0] & empty[1], empty[0] | empty[1]], [1.0, -1.0], beginning),
        **_by_first_word(words, left, right),
    }


def _by_first_word(words: Words, left: list[int], right: list[int]) -> dict[str, Floats]:
    first = words.of.list.first().fill_null(len(words.text)).to_numpy()
    ours, theirs = first[left], first[right]
    same = ((ours == theirs) & (ours < len(words.text))).astype(float)
    return {"first_word": same, "first_word_rarity": same * np.append(words.rarity, 0.0)[ours]}


def _by_form(names: Sequence[Name], left: list[int], right: list[int]) -> dict[str, Floats]:
    runs = ["".join(name.words) for name in names]
    ordered = [" ".join(sorted(name.words)) for name in names]
    concepts = ["".join(name.concepts).lower() for name in names]
    size = np.array([len(name.words) for name in names], dtype=float)
    letters = np.array([len(run) for run in runs], dtype=float)
    ours, theirs = [runs[i] for i in left], [runs[i] for i in right]
    both = [(names[i], names[j]) for i, j in zip(left, right, strict=True)]
    return {
        "spelling": _similar(ours, theirs, fuzz.ratio),
        "spelling_sorted": _similar([ordered[i] for i in left], [ordered[i] for i in right], fuzz.ratio),
        "spelling_within": _similar(ours, theirs, fuzz.partial_ratio),
        "beginning": _similar(ours, theirs, JaroWinkler.similarity),
        "spelling_of_concepts": _similar(
            [concepts[i] for i in left], [concepts[i] for i in right], fuzz.ratio
        ),
        "legal_form": np.array([_legal_form(a.legal_form, b.legal_form) for a, b in both], dtype=float),
        "initials": np.array([_initials(a, b) for a, b in both], dtype=float),
        "part": np.array([_part(a, b) for a, b in both], dtype=float),
        "fewer_words": np.minimum(size[left], size[right]),
        "more_words": np.maximum(size[left], size[right]),
        "fewer_letters": np.minimum(letters[left], letters[right]),
    }
