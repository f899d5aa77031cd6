"""Whether a cell is there twice, told by one bit for each possible cell: by DuckDB for its relations, by NumPy.

To group tens of millions of cells takes a gigabyte; their bits take some megabytes, which stay in the processor's
cache, and a third of the time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

MOST_BITS = 1 << 30
"""Possible cells, at most: their bits take 128 MB for each processor. With more, others have to tell."""


def any_twice(relation: Any, keys: Sequence[str]) -> bool | None:
    """Whether two rows have the same ``keys``, none of which is null; None when there are too many possible cells.

    The column with the most different values is numbered; each combination of the others has a bit for each number.

    >>> import duckdb
    >>> cells = duckdb.sql("from (values ('A', 'x'), ('A', 'y'), ('B', 'x')) cells(region, industry)")
    >>> any_twice(cells, ["region", "industry"]), any_twice(cells, ["region"])
    (False, True)
    """
    names = [quoted(key) for key in keys]
    kinds = ", ".join(f"count(DISTINCT {name})" for name in names)
    rows, *counts = relation.query("__given", f"SELECT count(*), {kinds} FROM __given").fetchall()[0]
    if rows > math.prod(counts):
        return True
    if math.prod(counts) > MOST_BITS:
        return None
    most = max(range(len(names)), key=counts.__getitem__)
    others = [name for name in names if name != names[most]]
    told = relation.query(
        "__given",
        f"""WITH numbered AS (
              SELECT {names[most]}, CAST(row_number() OVER () - 1 AS INTEGER) AS __number
              FROM (SELECT DISTINCT {names[most]} FROM __given)),
            marked AS (
              SELECT bit_count(bitstring_agg(__number, 0, {max(counts[most], 2) - 1})) AS cells
              FROM __given JOIN numbered USING ({names[most]}) {"GROUP BY " + ", ".join(others) if others else ""})
            SELECT coalesce(sum(cells), 0) FROM marked""",
    )
    return told.fetchall()[0][0] < rows


class Marks:
    """A bit for each of ``size`` places.

    >>> marks = Marks(20)
    >>> marks.mark(np.array([3, 19, 4]))
    >>> marks.mark(np.array([3, 0]))
    >>> marks.count()
    3
    """

    def __init__(self, size: int) -> None:
        self.bits = np.zeros(size // 8 + 1, np.uint8)

    def mark(self, places: np.ndarray) -> None:
        """Add one to the bit of each place: a place marked once has its bit, one marked twice carries bits away."""
        np.add.at(self.bits, places >> 3, BIT[places & 7])

    def count(self) -> int:
        """How many bits there are: as many as were marked if and only if no place was marked twice."""
        return int(np.bitwise_count(self.bits).sum(dtype=np.int64))


BIT = (1 << np.arange(8)).astype(np.uint8)


def quoted(name: str) -> str:
    """A column's name as SQL has it."""
    return '"' + name.replace('"', '""') + '"'
