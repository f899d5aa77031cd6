"""Which pairs of names are worth comparing: those of one country that share a telling key."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from clusteratlas.identity.name_columns import NameColumns

MOST_IN_BLOCK = 40
"""Names that may share a key before the key says too little; keeps the pairs linear in the records."""
MOST_PAIRED = 8
"""Words of a name of which every two are a key; of a longer name, each with the next in order."""
FEWEST_LETTERS = 6
"""Letters of a word from which its skeleton (first letter and consonants) is a key."""
NAMES_AT_A_TIME = 50_000
_KINDS = ("word", "words", "beginning", "end", "skeleton")


def candidate_pairs(names: NameColumns, countries: pl.Series) -> Iterator[pl.DataFrame]:
    """Pairs ``left`` < ``right`` (rows of ``names``) that share a key within their country, some countries at a time.

    Keys are the words of a name, every two of them, its beginning and its end run together, the skeletons of its
    words (most misspellings are of vowels or double a letter), its initials.
    """
    held = (
        pl.DataFrame({"country": countries})
        .with_row_index("name")
        .with_columns(pl.col("name").cast(pl.UInt32))
    )
    sizes = held.group_by("country").len("size").sort("country")
    turn = (pl.col("size").cum_sum() - pl.col("size")) // NAMES_AT_A_TIME
    held = held.join(sizes.select("country", turn=turn), on="country", nulls_equal=True)
    keys = _keys(names)
    for _, part in held.sort("turn", "name").group_by("turn", maintain_order=True):
        yield _pairs(keys.join(part, on="name"))


def _pairs(keys: pl.DataFrame) -> pl.DataFrame:
    block = keys.select("name", block=pl.struct("country", "key").hash())
    block = block.unique().with_columns(size=pl.len().over("block"))
    block = block.filter(pl.col("size").is_between(2, MOST_IN_BLOCK)).select("name", "block")
    pairs = block.join(block, on="block", suffix="_right").filter(pl.col("name") < pl.col("name_right"))
    return pairs.select(left="name", right="name_right").unique().sort("left", "right")


def _keys(names: NameColumns) -> pl.DataFrame:
    """``name``, ``key``: a number for each key of each name."""
    word = pl.DataFrame({"word": names.concepts.of}).with_row_index("name").explode("word").drop_nulls()
    run = pl.DataFrame({"run": pl.Series(names.concept_run.tolist(), dtype=pl.String)}).with_row_index("name")
    run = run.filter(pl.col("run") != "")
    every = [
        pl.concat([word, _initials(names)]).select("name", key="word"),
        _two_words(names, word),
        run.select("name", key=pl.col("run").str.head(7)),
        run.select("name", key=pl.col("run").str.tail(9)),
        _skeletons(names),
    ]
    return pl.concat(
        keys.select(pl.col("name").cast(pl.UInt32), key=pl.struct(pl.lit(kind), "key").hash())
        for kind, keys in zip(_KINDS, every, strict=True)
    )


def _initials(names: NameColumns) -> pl.DataFrame:
    """The initials of names as words, so that they meet the names in which they stand."""
    number = dict(names.concepts.number)
    held = [
        (name, number.setdefault(text, len(number))) for name, text in enumerate(names.initials_text) if text
    ]
    return pl.DataFrame(held, schema={"name": pl.UInt32, "word": pl.UInt32}, orient="row")


def _two_words(names: NameColumns, word: pl.DataFrame) -> pl.DataFrame:
    short = pl.DataFrame({"is_short": names.concepts.of.list.len() <= MOST_PAIRED}).with_row_index("name")
    alphabetical = pl.DataFrame({"place": names.text.rank("ordinal")}).with_row_index("word")
    word = word.join(short, on="name").join(alphabetical, on="word").sort("name", "place")
    few = word.filter("is_short").select("name", "word", "place")
    each = few.join(few, on="name", suffix="_right").filter(pl.col("place") < pl.col("place_right"))
    many = word.filter(~pl.col("is_short")).with_columns(word_right=pl.col("word").shift(-1).over("name"))
    every = pl.concat(
        [each.select("name", "word", "word_right"), many.select("name", "word", "word_right").drop_nulls()]
    )
    return every.select("name", key=pl.struct("word", "word_right"))


def _skeletons(names: NameColumns) -> pl.DataFrame:
    words = list(names.written.number)
    long = np.array([len(word) >= FEWEST_LETTERS for word in words], dtype=bool)
    bones = pl.Series([_skeleton(word) for word in words], dtype=pl.String)
    held = pl.DataFrame({"word": names.written.of}).with_row_index("name").explode("word").drop_nulls()
    held = held.filter(pl.Series(long[held["word"].to_numpy()], dtype=pl.Boolean))
    return held.select("name", key=bones.gather(held["word"]))


_NO_VOWELS = str.maketrans("", "", "aeiouy")


def _skeleton(word: str) -> str:
    return word[0] + word[1:].translate(_NO_VOWELS)
