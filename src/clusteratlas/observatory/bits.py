"""Whether a DuckDB relation has a cell twice, told by its engine with one bit for each possible cell.

To group tens of millions of cells takes a gigabyte; their bits take some megabytes and a third of the time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

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
    names = [_quoted(key) for key in keys]
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


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
