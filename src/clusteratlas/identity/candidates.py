"""Which pairs of names are worth comparing: those of one country that share a telling key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

import polars as pl

from clusteratlas.identity.names import Name

MOST_IN_BLOCK = 40
"""Names that may share a key before the key says too little; keeps the pairs linear in the records."""
RAREST = 4


def keys_of(name: Name) -> Iterator[str]:
    """The keys of a name: its words, pairs of its words, its beginning and end run together, its initials.

    >>> sorted(keys_of(read_name("Institut Galilée")))[:3]
    ['<institutegalilee', '>', 'INSTITUTE galilee']
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
    yield from {"~" + word[:5] for word in name.words if len(word) > 5}
    if len(name.initials) > 2:
        yield name.initials


def candidate_pairs(names: Sequence[Name], countries: Sequence[str]) -> pl.DataFrame:
    """Pairs ``left`` < ``right`` (rows of ``names``) that share a key within their country."""
    keyed = pl.DataFrame({
        "name": pl.Series(range(len(names)), dtype=pl.UInt32),
        "country": pl.Series(countries, dtype=pl.String),
        "key": pl.Series([list(set(keys_of(name))) for name in names], dtype=pl.List(pl.String)),
    }).explode("key").drop_nulls("key")  # fmt: skip
    block = keyed.select("name", block=pl.struct("country", "key").hash())
    block = block.with_columns(size=pl.len().over("block")).filter(
        pl.col("size").is_between(2, MOST_IN_BLOCK)
    )
    block = block.select("name", "block")
    pairs = block.join(block, on="block", suffix="_right").filter(pl.col("name") < pl.col("name_right"))
    return pairs.select(left="name", right="name_right").unique()
