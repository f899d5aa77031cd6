"""Keys of frames as dense whole numbers: cells there twice are found exactly and sums made fast, in memory.

A general group-by over millions of cells costs more than the indicator it guards. Codes make the check a matter of
marking one byte for each possible cell. DuckDB's relations have `bits`.
"""

from __future__ import annotations

import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

CHUNK = 1 << 18
"""Rows worked on at a time: their codes stay in the processor's cache."""


@dataclass(frozen=True)
class Codes:
    """A whole number from 0 to ``count`` - 1 for each row; rows with equal keys have equal numbers."""

    numbers: np.ndarray
    count: int

    def with_(self, other: Codes) -> Codes:
        """Codes of both keys together, numbered anew when most combinations of the two are not there."""
        rows, count = len(self.numbers), self.count * other.count
        kind = np.int32 if count < 2**31 else np.int64
        numbers = np.empty(rows, kind)

        def part(chunk: slice) -> None:
            np.multiply(self.numbers[chunk], other.count, out=numbers[chunk], casting="unsafe", dtype=kind)
            numbers[chunk] += other.numbers[chunk].astype(kind, copy=False)

        in_chunks(part, rows)
        return Codes(numbers, count) if count <= _roomy(rows) else _dense(numbers)

    def first_twice(self) -> int | None:
        """A row whose code another row has too; None when all differ."""
        marks = np.zeros(self.count, bool)
        in_chunks(lambda chunk: _mark(marks, self.numbers[chunk]), len(self.numbers))
        if np.count_nonzero(marks) == len(self.numbers):
            return None
        return int(np.flatnonzero(np.bincount(self.numbers)[self.numbers] > 1)[0])

    def sums(self, values: np.ndarray) -> np.ndarray:
        """The sum of ``values`` for each code; chunk by chunk, unless there are so many codes that it does not pay."""
        rows = len(values)
        if self.count > CHUNK:
            return np.bincount(self.numbers, values, self.count)
        whole = np.zeros(self.count)
        for start in range(0, rows, CHUNK):
            part = slice(start, start + CHUNK)
            whole += np.bincount(self.numbers[part], values[part], self.count)
        return whole


def _mark(marks: np.ndarray, numbers: np.ndarray) -> None:
    marks[numbers] = True


def _roomy(rows: int) -> int:
    """How many codes there may be for so many rows without wasting memory."""
    return 8 * rows + CHUNK


def _dense(numbers: np.ndarray) -> Codes:
    found, dense = np.unique(numbers, return_inverse=True)
    return Codes(dense, len(found))


def codes(column: pa.ChunkedArray | pa.Array) -> Codes:
    """The codes of a column without nulls."""
    if pa.types.is_integer(column.type) and len(column):
        low, high = pc.min_max(column).as_py().values()
        if high - low < _roomy(len(column)) and high < 2**63:
            return _offsets(_numpy(column), low, high - low + 1)
    if not pa.types.is_dictionary(column.type):
        column = _short_texts(column) or column
    encoded = column if pa.types.is_dictionary(column.type) else pc.dictionary_encode(column)
    if isinstance(encoded, pa.ChunkedArray):
        encoded = encoded.unify_dictionaries()
        words = encoded.chunk(0).dictionary if encoded.num_chunks else []
        parts = [chunk.indices.to_numpy(zero_copy_only=False) for chunk in encoded.chunks]
        numbers = np.concatenate(parts) if parts else np.empty(0, np.int32)
    else:
        words, numbers = encoded.dictionary, encoded.indices.to_numpy(zero_copy_only=False)
    return Codes(numbers, max(len(words), 1))


WORD = 8
"""Texts of at most so many bytes are read as one whole number."""


def _short_texts(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | None:
    """Texts that are all as long, such as NUTS codes, as the whole numbers that their bytes make; None for others.

    Numbering numbers takes a third of the time of numbering texts.
    """
    chunks = [c for c in (column.chunks if isinstance(column, pa.ChunkedArray) else [column]) if len(c)]
    found, width = [], None
    for chunk in chunks:
        read = _words(chunk)
        if read is None or width not in (None, read[1]):
            return None
        width = read[1]
        found.append(pa.array(read[0]))
    return pa.chunked_array(found) if found else None


def _words(chunk: pa.Array) -> tuple[np.ndarray, int] | None:
    """The texts of an array without nulls as whole numbers, and how many bytes each of them has."""
    kind, rows, at = chunk.type, len(chunk), chunk.offset
    if pa.types.is_string_view(kind):  # 16 bytes a row: the length, then the text when it is short
        lengths = np.ndarray((rows,), "<i4", chunk.buffers()[1], 16 * at, (16,))
        width = int(lengths[0])
        if width > WORD or (lengths != width).any():
            return None
        near = np.ndarray((rows,), "<u8", chunk.buffers()[1], 16 * at + 4, (16,))
        return near & _first_bytes(width), width
    if not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        return None
    _, places, texts = chunk.buffers()
    size = np.dtype(np.int64 if pa.types.is_large_string(kind) else np.int32)
    ends = np.frombuffer(places, size, rows + 1, at * size.itemsize)
    start, width = int(ends[0]), int(ends[1] - ends[0])
    if not 0 < width <= WORD or (np.diff(ends) != width).any():
        return None
    words = np.empty(rows, np.uint64)
    whole = max(min(rows, (texts.size - start - WORD) // width + 1), 0)
    near = np.ndarray((whole,), "<u8", texts, start, (width,))
    np.bitwise_and(near, _first_bytes(width), out=words[:whole])
    for row in range(whole, rows):  # the last few: their eight bytes would reach beyond the texts
        words[row] = int.from_bytes(chunk[row].as_py().encode(), "little")
    return words, width


def _first_bytes(width: int) -> np.uint64:
    """What keeps the first ``width`` bytes of a whole number."""
    return np.uint64((1 << 8 * width) - 1)


def _offsets(numbers: np.ndarray, low: int, span: int) -> Codes:
    """Codes of whole numbers that lie close together: their distance from the lowest, gaps left out."""
    distance = (numbers - numbers.dtype.type(low)).astype(np.int32)
    marks = np.zeros(span, bool)
    marks[distance] = True
    count = int(np.count_nonzero(marks))
    if count == span:
        return Codes(distance, count)
    return Codes((np.cumsum(marks, dtype=np.int32) - 1)[distance], count)


def all_codes(columns: Sequence[pa.ChunkedArray | pa.Array]) -> list[Codes]:
    """The codes of several columns, found side by side."""
    if not columns or len(columns[0]) < CHUNK:
        return [codes(column) for column in columns]
    with ThreadPoolExecutor(min(len(columns), os.cpu_count() or 1)) as pool:
        return list(pool.map(codes, columns))


def joint(parts: Sequence[Codes]) -> Codes:
    """The codes of several keys together."""
    first, *others = parts
    for other in others:
        first = first.with_(other)
    return first


def first_twice(parts: Sequence[Codes]) -> int | None:
    """A row whose keys another row has too; None when all differ.

    The codes of the keys together are never written out, when there may be a mark for each combination: each chunk's
    are made in the processor's cache and marked.
    """
    rows, count = len(parts[0].numbers), math.prod(part.count for part in parts)
    if count > _roomy(rows):
        return joint(parts).first_twice()
    marks, kind = np.zeros(count, bool), np.int32 if count < 2**31 else np.int64
    first, *others = parts

    def part(chunk: slice) -> None:
        numbers = first.numbers[chunk].astype(kind)
        for other in others:
            numbers *= kind(other.count)
            numbers += other.numbers[chunk]
        marks[numbers] = True

    in_chunks(part, rows)
    return None if np.count_nonzero(marks) == rows else joint(parts).first_twice()


def in_chunks(work: Callable[[slice], None], rows: int) -> None:
    """Do ``work`` on each chunk of rows, on all processors when there are several chunks."""
    slices = [slice(start, min(start + CHUNK, rows)) for start in range(0, rows, CHUNK)]
    if len(slices) < 2:
        for one in slices:
            work(one)
        return
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(work, slices))


def _numpy(column: pa.ChunkedArray | pa.Array) -> np.ndarray:
    return column.to_numpy() if isinstance(column, pa.ChunkedArray) else column.to_numpy(zero_copy_only=False)
