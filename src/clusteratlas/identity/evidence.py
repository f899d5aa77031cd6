"""What speaks for and against two names being one body: shared words by their rarity, spelling, initials, form."""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa
from rapidfuzz import fuzz, process
from rapidfuzz.distance import JaroWinkler

from clusteratlas.identity.name_columns import Floats, NameColumns

ALIKE, WITHIN, REORDERED = 60, 75, 75
"""Similarity of two names, of one to a stretch of the other, and of both with their words in alphabetical order, from
which they are looked at closely (0-100)."""

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


def likely(names: NameColumns, pairs: pl.DataFrame) -> pl.DataFrame:
    """Those of ``pairs`` (``left``, ``right``) that are alike enough to look at closely."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    ours, theirs = names.concept_run[left], names.concept_run[right]
    keep = _similar(ours, theirs, fuzz.ratio, ALIKE) >= ALIKE
    rest = np.flatnonzero(~keep)
    keep[rest] = _similar(ours[rest], theirs[rest], fuzz.partial_ratio, WITHIN) >= WITHIN
    rest = np.flatnonzero(~keep)
    ordered = names.ordered[left[rest]], names.ordered[right[rest]]
    keep[rest] = _similar(*ordered, fuzz.ratio, REORDERED) >= REORDERED
    rest = np.flatnonzero(~keep)
    keep[rest] = _initials(names, left[rest], right[rest]) > 0
    return pairs.filter(pl.Series(keep, dtype=pl.Boolean))


def evidence(names: NameColumns, pairs: pl.DataFrame) -> dict[str, Floats]:
    """The columns of ``COLUMNS`` for each of ``pairs`` (``left``, ``right``: rows of ``names``)."""
    left, right = pairs["left"].to_numpy(), pairs["right"].to_numpy()
    return {
        **_by_words(names, left, right),
        **_by_spelling(names, left, right),
        **_by_form(names, left, right),
    }


def _similar(left: np.ndarray, right: np.ndarray, measure: object, least: float | None = None) -> Floats:
    given = left.tolist(), right.tolist()
    return process.cpdist(*given, scorer=measure, dtype=np.float32, score_cutoff=least, workers=-1).astype(
        float
    )


def _sums(lists: pl.Series, weight: Floats) -> tuple[Floats, Floats]:
    """For each list of numbers, the sum and the largest of their weights (0 for an empty list)."""
    sizes = lists.list.len().to_numpy().astype(np.int64)
    total, most = np.zeros(len(sizes)), np.zeros(len(sizes))
    filled = sizes > 0
    if filled.any():
        values = weight[lists.list.explode(empty_as_null=False).to_numpy()]
        starts = np.concatenate([[0], np.cumsum(sizes[filled])[:-1]]).astype(np.int64)
        total[filled], most[filled] = np.add.reduceat(values, starts), np.maximum.reduceat(values, starts)
    return total, most


def _run_together(lists: pl.Series, text: pl.Series) -> np.ndarray:
    """The texts of the numbers in each list, run together."""
    ends = np.concatenate([[0], np.cumsum(lists.list.len().to_numpy().astype(np.int64))])
    told = text.gather(lists.list.explode(empty_as_null=False)).to_arrow()
    held = pl.Series(pl.from_arrow(pa.LargeListArray.from_arrays(pa.array(ends), told))).list.join("")
    return held.to_numpy(allow_copy=True).astype(object)


def _by_words(names: NameColumns, left: np.ndarray, right: np.ndarray) -> dict[str, Floats]:
    ours, theirs = names.concepts.of.gather(left), names.concepts.of.gather(right)
    common = ours.list.set_intersection(theirs)
    rest = ours.list.set_difference(theirs), theirs.list.set_difference(ours)
    shared, rarest = _sums(common, names.rarity)
    (ours_left, ours_most), (theirs_left, theirs_most) = (_sums(side, names.rarity) for side in rest)
    digits = [_sums(side, names.has_digit)[0] > 0 for side in rest]
    tiny = 1e-9
    covers = shared / (shared + ours_left + tiny), shared / (shared + theirs_left + tiny)
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
        **_by_rest(names, *rest),
        **_by_first_word(names, left, right),
    }


def _by_rest(names: NameColumns, ours: pl.Series, theirs: pl.Series) -> dict[str, Floats]:
    empty = [(side.list.len() == 0).to_numpy() for side in (ours, theirs)]
    neither, one = empty[0] & empty[1], empty[0] ^ empty[1]
    spelling, beginning = np.where(neither, 100.0, -1.0), np.where(neither, 1.0, -1.0)
    both = ~neither & ~one
    if both.any():
        chosen = pl.Series(both, dtype=pl.Boolean)
        texts = [_run_together(side.filter(chosen), names.text) for side in (ours, theirs)]
        spelling[both], beginning[both] = (_similar(*texts, m) for m in (fuzz.ratio, JaroWinkler.similarity))
    return {"spelling_of_rest": spelling, "beginning_of_rest": beginning}


def _by_first_word(names: NameColumns, left: np.ndarray, right: np.ndarray) -> dict[str, Floats]:
    none = len(names.text)
    first = names.concepts.of.list.first().fill_null(none).to_numpy()
    ours, theirs = first[left], first[right]
    same = ((ours == theirs) & (ours < none)).astype(float)
    return {"first_word": same, "first_word_rarity": same * np.append(names.rarity, 0.0)[ours]}


def _by_spelling(names: NameColumns, left: np.ndarray, right: np.ndarray) -> dict[str, Floats]:
    ours, theirs = names.run[left], names.run[right]
    return {
        "spelling": _similar(ours, theirs, fuzz.ratio),
        "spelling_sorted": _similar(names.ordered[left], names.ordered[right], fuzz.ratio),
        "spelling_within": _similar(ours, theirs, fuzz.partial_ratio),
        "beginning": _similar(ours, theirs, JaroWinkler.similarity),
        "spelling_of_concepts": _similar(names.concept_run[left], names.concept_run[right], fuzz.ratio),
    }


def _by_form(names: NameColumns, left: np.ndarray, right: np.ndarray) -> dict[str, Floats]:
    ours, theirs = names.legal_form[left], names.legal_form[right]
    same = ours == theirs
    form = np.select([same & (ours > 0), same, (ours > 0) & (theirs > 0)], [2.0, 1.0, -1.0], 0.0)
    return {
        "legal_form": form,
        "initials": _initials(names, left, right),
        "part": _part(names, left, right),
        "fewer_words": np.minimum(names.size[left], names.size[right]),
        "more_words": np.maximum(names.size[left], names.size[right]),
        "fewer_letters": np.minimum(names.letters[left], names.letters[right]),
    }


def _initials(names: NameColumns, left: np.ndarray, right: np.ndarray) -> Floats:
    sides = np.zeros(len(left))
    for one, other in ((left, right), (right, left)):
        rows = np.flatnonzero(names.initials[one] >= 0)
        if len(rows):
            held = pl.DataFrame({
                "word": names.initials[one[rows]].astype(np.uint32), "words": names.written.of.gather(other[rows])
            })  # fmt: skip
            sides[rows] += held.select(pl.col("words").list.contains(pl.col("word"))).to_series().to_numpy()
    return sides


def _part(names: NameColumns, left: np.ndarray, right: np.ndarray) -> Floats:
    """Letters of the longest part of one name that is a part of the other, or all of it; -1 without parts."""
    letters = np.full(len(left), -1.0)
    rows = np.flatnonzero(names.has_parts[left] | names.has_parts[right])
    if len(rows):
        ours, theirs = names.parts.of.gather(left[rows]), names.parts.of.gather(right[rows])
        shared = ours.list.set_intersection(theirs)
        one = names.whole[left[rows]] == names.whole[right[rows]]
        if one.any():  # that the whole is the same is no news
            whole = pl.Series(names.whole[left[rows]].astype(np.uint32)).reshape((-1, 1)).arr.to_list()
            shared = pl.select(
                pl.when(pl.Series(one)).then(shared.list.set_difference(whole)).otherwise(shared)
            ).to_series()
        letters[rows] = _sums(shared, names.part_letters)[1]
    return letters
