"""Which pairs of names are worth comparing: those of one country that share a telling key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import polars as pl

from clusteratlas.identity.names import Name

MOST_IN_BLOCK = 40
"""Names that may share a key before the key says too little; keeps the pairs linear in the records."""
RAREST = 4
_NO_VOWELS = str.maketrans("", "", "aeiouy")


def keys_of(name: Name) -> Iterator[str]:
    """The keys of a name: its words, pairs of its words, its beginning and end run together, its initials.

    >>> from clusteratlas.identity.names import read_name
    >>> sorted(keys_of(read_name("Institut Galilée")))
    ['<institu', '>tegalilee', 'INSTITUTE', 'INSTITUTE galilee', 'galilee', '~gll', '~insttt']
    """
    words = sorted(set(name.concepts))
    yield from words
    if len(words) <= RAREST + 4:
        yield from (f"{a} {b}" for i, a in enumerate(words) for b in words[i + 1 :])
    else:
        yield from (f"{a} {b}" for a, b in pairwise(words))
    run = "".join(name.concepts).lower()
    yield "<" + run[:7]
    yield ">" + run[-9:]
    yield from {"~" + _skeleton(word) for word in name.words if len(word) > 5}
    if len(name.initials) > 2:
        yield name.initials


def _skeleton(word: str) -> str:
    """The first letter and the consonants after it: most misspellings are of vowels or double a letter."""
    return word[0] + word[1:].translate(_NO_VOWELS)


def candidate_pairs(names: Sequence[Name], countries: Sequence[str]) -> pl.DataFrame:
    """Pairs ``left`` < ``right`` (rows of ``names``) that share a key within their country."""
    keys = [key for name in names for key in (*set(keys_of(name)), "")]
    # each name's keys end in an empty one: flat lists are several times faster to hand over than lists of lists
    keyed = pl.DataFrame({"key": pl.Series(keys, dtype=pl.String)})
    ends = pl.col("key") == ""
    keyed = keyed.with_columns(name=ends.cum_sum() - ends.cast(pl.UInt32)).filter(~ends)
    where = pl.Series(countries, dtype=pl.String).gather(keyed["name"])
    block = keyed.select(
        pl.col("name").cast(pl.UInt32), block=pl.struct(where.alias("country"), "key").hash()
    )
    block = block.with_columns(size=pl.len().over("block")).filter(
        pl.col("size").is_between(2, MOST_IN_BLOCK)
    )
    block = block.select("name", "block")
    pairs = block.join(block, on="block", suffix="_right").filter(pl.col("name") < pl.col("name_right"))
    return pairs.select(left="name", right="name_right").unique()
