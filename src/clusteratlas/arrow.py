"""Arrow arrays to and from lists and numpy, by their memory: pyarrow's own ways load pandas first, half a second."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa


def numbers(values: pa.Array) -> np.ndarray:
    """Numbers without gaps as an array, in the memory they are in.

    >>> numbers(whole_numbers([3, 1])).tolist()
    [3, 1]
    """
    return np.from_dlpack(values)


def whole_numbers(values: Sequence[int] | np.ndarray) -> pa.Array:
    """Whole numbers as an arrow array."""
    array = np.ascontiguousarray(values, np.int64)
    return pa.Array.from_buffers(pa.int64(), len(array), [None, pa.py_buffer(array)])


def real_numbers(values: Sequence[float] | np.ndarray) -> pa.Array:
    """Real numbers as an arrow array.

    >>> real_numbers([0.5, 2]).to_pylist()
    [0.5, 2.0]
    """
    array = np.ascontiguousarray(values, np.float64)
    return pa.Array.from_buffers(pa.float64(), len(array), [None, pa.py_buffer(array)])


def truths(values: Sequence[bool] | np.ndarray) -> pa.Array:
    """Truth values as an arrow array.

    >>> truths([True, False, True]).to_pylist()
    [True, False, True]
    """
    array = np.asarray(values, bool)
    packed = np.packbits(array, bitorder="little")
    return pa.Array.from_buffers(pa.bool_(), len(array), [None, pa.py_buffer(packed)])


def strings(values: Sequence[str]) -> pa.Array:
    """Texts as an arrow array (large: any length of all texts together).

    >>> strings(["é", ""]).to_pylist()
    ['é', '']
    """
    coded = [value.encode() for value in values]
    ends = np.zeros(len(coded) + 1, np.int64)
    np.cumsum([len(one) for one in coded], out=ends[1:])
    buffers = [None, pa.py_buffer(ends), pa.py_buffer(b"".join(coded))]
    return pa.Array.from_buffers(pa.large_string(), len(coded), buffers)


def text(value: str) -> pa.Scalar:
    """A text as an arrow scalar, for functions of arrow that take one.

    >>> text("é").as_py()
    'é'
    """
    return strings([value]).cast(pa.string())[0]


def one_array(column: pa.ChunkedArray) -> pa.Array:
    """A column in one piece."""
    chunks = column.chunks
    return chunks[0] if len(chunks) == 1 else pa.concat_arrays(chunks) if chunks else pa.nulls(0, column.type)


def write_table(path: Path, table: pa.Table) -> None:
    """Write a table to be mapped into memory by `map_table`."""
    with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, table.schema) as writer:
        writer.write_table(table)


def map_table(path: Path) -> pa.Table:
    """A table written by `write_table`; what is not looked at is not read."""
    return pa.ipc.open_file(pa.memory_map(str(path))).read_all()
