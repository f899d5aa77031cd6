"""Pairs that another body fits about as well: which of the two is meant, a person should say."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from clusteratlas.identity.clusters import STRENGTH, Keys

MARGIN = 1.0
"""Bits by which a body must fit better than any other that it cannot be one with."""
RIVALLED = "another body fits about as well"
Registers = Mapping[int, frozenset[str]]


def rivalled(
    pairs: pl.DataFrame, keys: Mapping[int, Keys], registers: Registers, listed_twice: set[int]
) -> pl.Series:
    """Whether one side of each of ``pairs`` has a rival: a unit that fits the other side about as well.

    ``pairs`` has ``left``, ``right``, ``bits`` (log2 of the odds) and ``is_open``, whether it is a pair to ask about;
    ``keys`` and ``registers`` are those of `clusters.join`. Two units are rivals when they cannot be one: they hold
    different certain keys, or one register lists both. A unit of ``listed_twice``, which a register lists twice in
    the very same words, stands for two bodies and is its own rival.

    >>> pairs = pl.DataFrame({"left": [0, 0], "right": [1, 2], "bits": [6.0, 5.5], "is_open": True})
    >>> rivalled(pairs, {1: {"pic": "A"}, 2: {"pic": "B"}}, {}, set()).to_list()
    [True, True]
    >>> rivalled(pairs, {}, {}, set()).to_list()
    [False, False]
    """
    numbered = pairs.with_row_index("pair")
    ends = (("left", "right"), ("right", "left"))
    every = pl.concat(
        numbered.select("pair", "bits", "is_open", shared=one, end=other) for one, other in ends
    )
    asked = every.filter("is_open").drop("is_open")
    others = every.select("shared", rival="end", rival_bits="bits")
    near = asked.join(others, on="shared").filter(
        pl.col("end") != pl.col("rival"), pl.col("rival_bits") > pl.col("bits") - MARGIN
    )
    doubted = {
        pair
        for pair, end, rival in near.select("pair", "end", "rival").iter_rows()
        if _apart(keys.get(end, {}), keys.get(rival, {}), registers, end, rival)
    }
    twice = asked.filter(pl.col("end").is_in(list(listed_twice)))["pair"].to_list()
    return pl.int_range(len(pairs), eager=True).is_in([*doubted, *twice])


def _apart(ours: Keys, theirs: Keys, registers: Registers, end: int, rival: int) -> bool:
    both = [kind for kind in STRENGTH if kind in ours and kind in theirs]
    if any(ours[kind] == theirs[kind] for kind in both):
        return False
    return bool(both) or bool(registers.get(end, frozenset()) & registers.get(rival, frozenset()))


__all__ = ["MARGIN", "RIVALLED", "Registers", "rivalled"]
