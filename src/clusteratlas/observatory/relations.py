"""DuckDB's relations read once, in numbers: cells there twice are found exactly and sums made in the same pass.

DuckDB gives each key's values a number and each cell the number of its combination; one byte is marked for each
possible cell, and sums are made batch by batch. Sums are then looked up by number where a join would take the texts.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import narwhals.stable.v2 as nw
import numpy as np
import pyarrow as pa

BATCH = 250_000
"""Rows that are read at a time."""
LARGEST_MARKS = 1 << 29
"""Bytes that the marks of a relation's cells may take before the engine is asked to group them instead."""

Group = tuple[str, ...]


@dataclass(frozen=True)
class Cells:
    """What one reading of a relation found."""

    words: Mapping[str, nw.LazyFrame]
    """For each key its values and, in `number`, their numbers from 0."""
    counts: Mapping[str, int]
    has_twice: bool
    sums: Mapping[Group, np.ndarray]
    """The sums of the value for each combination of the keys of a group, by `place`."""

    def numbered(self, data: nw.LazyFrame) -> nw.LazyFrame:
        """``data`` with the number of each key's value."""
        for key, words in self.words.items():
            data = data.join(words, on=key, how="left")
        return data

    def place(self, group: Sequence[str]) -> nw.Expr:
        """The number of a row's combination of the keys of ``group``, the last running fastest."""
        place = nw.col(number(group[0]))
        for key in group[1:]:
            place = place * nw.lit(self.counts[key], nw.Int32) + nw.col(number(key))
        return place

    def with_found(self, data: nw.LazyFrame, group: Group, name: str, found: np.ndarray) -> nw.LazyFrame:
        """``data`` (`numbered`) with what was found of each combination in column ``name``; null where no number is.

        A combination that came into the relation after it was read has null as well.
        """
        numbers = pa.ListArray.from_arrays([0, len(found)], pa.array(found, from_pandas=True))
        looked_up = pa.table({"found": numbers})  # noqa: F841 - DuckDB finds it by its name
        placed = data.with_columns(self.place(group).alias("__at")).to_native()
        return nw.from_native(placed.query("__given", LOOK_UP)).rename({"__found": name}).drop("__at")


LOOK_UP = """select *, (select found from looked_up)[__at + 1] as __found from __given"""
"""A list in place of a join: it takes a third of the time, and the rows stay as many whatever comes."""


def number(key: str) -> str:
    """The work column with the number of a key's value."""
    return f"__number {key}"


def like(data: nw.LazyFrame, arrow: pa.Table) -> nw.LazyFrame:
    """A small table as a relation of the same connection as ``data``."""
    return nw.from_native(data.to_native().query("__given", "select * from arrow"))


def read_cells(data: nw.LazyFrame, keys: Sequence[str], value: str, groups: Sequence[Group]) -> Cells | None:
    """Read a relation's ``keys``, and the sums of ``value`` by ``groups`` of them.

    None when there are too many possible cells, when there are no rows, when a key is null, when a value is negative
    or infinite, and when a value of a key does not come back from Arrow as it was.
    """
    words, counts = {}, {}
    for key in keys:
        there = data.select(key).to_native().distinct().to_arrow_table()
        counts[key] = there.num_rows
        if there.column(key).null_count:
            return None
        numbers = pa.array(np.arange(there.num_rows, dtype=np.int32))
        words[key] = like(data, there.append_column(number(key), numbers))
    if not 0 < math.prod(counts.values()) <= LARGEST_MARKS:
        return None
    cells = Cells(words, counts, False, {tuple(g): np.zeros(math.prod(counts[k] for k in g)) for g in groups})
    return _read(cells, data, keys, value)


def _read(cells: Cells, data: nw.LazyFrame, keys: Sequence[str], value: str) -> Cells | None:
    marks, rows = np.zeros(math.prod(cells.counts.values()), bool), 0
    columns = [cells.place(keys).alias("cell"), nw.col(value).cast(nw.Float64).alias("value")]
    columns.extend(cells.place(group).alias(f"place {n}") for n, group in enumerate(cells.sums))

    def take(batch: pa.RecordBatch) -> bool:
        places = batch.column("cell")
        if places.null_count:
            return False
        marks[places.to_numpy()] = True
        values = batch.column("value").to_numpy(zero_copy_only=False)
        if np.isnan(values.sum()):
            values = np.nan_to_num(values, nan=0.0, posinf=np.inf)
        for n, sums in enumerate(cells.sums.values()):
            np.add(sums, np.bincount(batch.column(f"place {n}").to_numpy(), values, len(sums)), out=sums)
        return values.min() >= 0 and values.max() < np.inf

    with (
        ThreadPoolExecutor(1) as behind,
        cells.numbered(data).select(*columns).to_native().to_arrow_reader(BATCH) as batches,
    ):
        taken = None
        for batch in batches:  # DuckDB makes the next one while this is taken
            if taken is not None and not taken.result():
                return None
            rows += batch.num_rows
            taken = behind.submit(take, batch)
        if taken is None or not taken.result():
            return None
    return replace(cells, has_twice=bool(np.count_nonzero(marks) < rows))
