"""DuckDB's relations read once, in numbers: cells there twice are found exactly and sums made in the same pass.

Each key's values are numbered: whole numbers that lie close together by their distance from the lowest, others by a
join with the values there are. Each possible cell has one bit, and sums are made batch by batch. Sums are then looked
up by number where a join would take the texts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas.observatory.bits import MOST_BITS, Marks, quoted

BATCH = 16_384
"""Rows that are read at a time: they stay in the processor's cache."""
MOST_SUMS = 1 << 22
"""Sums of a group of keys, at most: with more, the engine is asked to make them."""
WIDEST = 4_096
"""Whole numbers that are at most so far apart are numbered by their distance from the lowest."""

Group = tuple[str, ...]


@dataclass(frozen=True)
class Numbering:
    """The numbers from 0 to ``count`` - 1 of a key's values: distances from ``low``, else places among ``words``."""

    key: str
    count: int
    low: int | None
    words: pa.ChunkedArray | None

    def numbered(self, relation: Any, as_: str, first: int = 0, step: int = 1) -> Any:
        """``relation`` with column ``as_``: ``first`` and the value's number, times ``step``; null for other values."""
        name, as_ = f"__given.{quoted(self.key)}", quoted(as_)
        if self.words is None:
            within = f"{name} BETWEEN {self.low} AND {self.low + self.count - 1}"
            number = f"CASE WHEN {within} THEN ({name} - ({self.low - first})) * {step} END"
            return relation.query("__given", f"SELECT *, CAST({number} AS BIGINT) AS {as_} FROM __given")
        numbers = (np.arange(self.count) + first) * step
        words = pa.table({"word": self.words, "number": numbers})  # noqa: F841 - DuckDB finds it by its name
        joined = f"__given LEFT JOIN words ON {name} = words.word"
        return relation.query("__given", f"SELECT __given.*, words.number AS {as_} FROM {joined}")


@dataclass(frozen=True)
class Cells:
    """What one reading of a relation found."""

    numberings: Mapping[str, Numbering]
    has_twice: bool
    sums: Mapping[Group, np.ndarray]
    """The sums of the value for each group: an axis for each of its keys, in their order."""

    def with_found(self, data: nw.LazyFrame, found: Mapping[str, tuple[Group, np.ndarray]]) -> nw.LazyFrame:
        """``data`` with columns of what was ``found`` for each group (one key of its own, or that and a common one).

        Null where it was not a number, and for a combination that came into the relation after it was read.
        """
        width = max(self.numberings[group[0]].count for group, _ in found.values()).bit_length()
        relation = data.to_native()
        for key in {key for group, _ in found.values() for key in group[1:]}:
            relation = self.numberings[key].numbered(relation, _number(key), 1, 1 << width)
        for name, (group, values) in found.items():
            relation = self.numberings[group[0]].numbered(relation, _number(group[0]))
            rows = values.reshape(len(values), -1).T
            table = np.full((len(rows) + 1, 1 << width), np.nan)
            table[1:, : len(values)] = rows
            entries = pa.array(table.ravel()[1:], from_pandas=True)
            looked_up = pa.table({"found": pa.ListArray.from_arrays([0, len(entries)], entries)})  # noqa: F841
            row = quoted(_number(group[1])) if len(group) > 1 else str(1 << width)
            relation = relation.query("__given", LOOK_UP.format(row, quoted(_number(group[0])), quoted(name)))
        return nw.from_native(relation)


LOOK_UP = "SELECT *, (SELECT found FROM looked_up)[{} | {}] AS {} FROM __given"
"""A list in place of a join: it takes a third of the time, and the rows stay as many whatever comes."""


def _number(key: str) -> str:
    """The work column with the number of a key's value."""
    return f"__number {key}"


def like(data: nw.LazyFrame, arrow: pa.Table) -> nw.LazyFrame:
    """A small table as a relation of the same connection as ``data``."""
    return nw.from_native(data.to_native().query("__given", "select * from arrow"))


def read_cells(data: nw.LazyFrame, keys: Sequence[str], value: str, groups: Sequence[Group]) -> Cells | None:
    """Read a relation's ``keys``, and the sums of ``value`` by ``groups`` of them.

    None when there are too many possible cells or sums, when there are no rows, when a key is null, when a value is
    negative or infinite, and when a value of a key does not come back from Arrow as it was.
    """
    schema = data.collect_schema()
    numberings = {}
    for key in keys:
        found = _numbering(data.to_native(), key, schema[key].is_integer())
        if found is None:
            return None
        numberings[key] = found
    sizes = {group: tuple(numberings[key].count for key in group) for group in (*groups, tuple(keys))}
    if not 0 < math.prod(sizes[tuple(keys)]) <= MOST_BITS:
        return None
    if max((math.prod(sizes[group]) for group in groups), default=0) > MOST_SUMS:
        return None
    return _read(numberings, data, value, {group: np.zeros(math.prod(sizes[group])) for group in groups})


def _numbering(relation: Any, key: str, is_whole: bool) -> Numbering | None:
    """How the values of a key are numbered; None when one is null or not a number."""
    name = quoted(key)
    if is_whole:
        asked = f"SELECT min({name}), max({name}), count(*) - count({name}) FROM __given"
        low, high, nulls = relation.query("__given", asked).fetchall()[0]
        if nulls:
            return None
        if low is not None and high - low < WIDEST:
            return Numbering(key, high - low + 1, low, None)
    words = relation.query("__given", f"SELECT DISTINCT {name} AS word FROM __given").to_arrow_table()["word"]
    is_empty = words.null_count or (pa.types.is_floating(words.type) and pc.any(pc.is_nan(words)).as_py())
    return None if is_empty else Numbering(key, len(words), None, words)


def _read(
    numberings: Mapping[str, Numbering], data: nw.LazyFrame, value: str, sums: Mapping[Group, np.ndarray]
) -> Cells | None:
    keys, marks, rows = list(numberings), Marks(math.prod(n.count for n in numberings.values())), 0

    def place(numbers: Mapping[str, np.ndarray], group: Sequence[str]) -> np.ndarray:
        found = numbers[group[0]]
        for key in group[1:]:
            found = found * numberings[key].count + numbers[key]
        return found

    def take(batch: pa.RecordBatch) -> bool:
        *columns, values = batch.columns
        if any(column.null_count for column in columns):
            return False
        numbers = {key: column.to_numpy() for key, column in zip(keys, columns, strict=True)}
        marks.mark(place(numbers, keys))
        values = values.to_numpy(zero_copy_only=False)
        if np.isnan(values.sum()):
            values = np.nan_to_num(values, nan=0.0, posinf=np.inf)
        for group, added in sums.items():
            np.add.at(added, place(numbers, group), values)
        return values.min() >= 0 and values.max() < np.inf

    relation = data.to_native()
    for key, numbering in numberings.items():
        relation = numbering.numbered(relation, _number(key))
    columns = [quoted(_number(key)) for key in keys]
    asked = f"SELECT {', '.join(columns)}, CAST({quoted(value)} AS DOUBLE) FROM __given"
    with (
        ThreadPoolExecutor(1) as behind,
        relation.query("__given", asked).to_arrow_reader(BATCH) as batches,
    ):
        taken = None
        for batch in batches:  # DuckDB makes the next one while this is taken
            if taken is not None and not taken.result():
                return None
            rows += batch.num_rows
            taken = behind.submit(take, batch)
        if taken is None or not taken.result():
            return None
    shaped = {group: added.reshape([numberings[key].count for key in group]) for group, added in sums.items()}
    return Cells(numberings, marks.count() < rows, shaped)
