"""Rows on their way out of the atlas: CSV, XLSX, JSON, JSON Lines and Parquet, from Arrow batches.

What programs read (JSON, Parquet) is exact. What opens in a spreadsheet (CSV, XLSX) is made safe: a text that
a spreadsheet would run as a formula gets an apostrophe before it.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from clusteratlas.atlas.spreadsheet import write_xlsx
from clusteratlas.atlas.values import cell_column, defused, plain, plain_column
from clusteratlas.errors import UsageError, nearest

if TYPE_CHECKING:
    import pyarrow as pa

BATCH_ROWS = 10_000
SPOOLED_BYTES = 4_000_000
"""Up to here a download is kept in memory, from here on in a temporary file."""


@dataclass(frozen=True)
class Format:
    """A file format: its name (also the ending of file names), media type and what people call it."""

    name: str
    media_type: str
    label: str


FORMATS: dict[str, Format] = {
    one.name: one
    for one in (
        Format("csv", "text/csv; charset=utf-8", "CSV"),
        Format("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "Excel"),
        Format("json", "application/json", "JSON"),
        Format("jsonl", "application/x-ndjson", "JSON Lines"),
        Format("parquet", "application/vnd.apache.parquet", "Parquet"),
    )
}


def file_format(name: str) -> Format:
    """The format of that name; raises `UsageError` that names the nearest.

    >>> file_format("xlsx").label
    'Excel'
    """
    if name not in FORMATS:
        raise UsageError(f"there is no format '{name}'", remedy=nearest(name, FORMATS))
    return FORMATS[name]


def reader_of(
    rows: Sequence[Mapping[str, Any]], columns: Iterable[str] | None = None
) -> pa.RecordBatchReader:
    """Rows as dictionaries, as Arrow batches; ``columns`` names them where there may be no row.

    >>> reader_of([{"a": 1}, {"a": 2}]).read_all().num_rows
    2
    """
    import pyarrow as pa

    names = list(columns) if columns is not None else list(rows[0]) if rows else []
    arrays = [pa.array([row.get(name) for row in rows]) for name in names]
    return pa.Table.from_arrays(arrays, names=names).to_reader(BATCH_ROWS)


def write(
    reader: pa.RecordBatchReader,
    stream: IO[bytes],
    format_name: str,
    *,
    title: str = "rows",
    about: Mapping[str, Any] | None = None,
) -> int:
    """Write all rows of ``reader`` into the binary ``stream``; returns how many there were.

    ``about`` (licence, query, release ...) goes where the format has a place for it: beside the rows in
    JSON, on a sheet of its own in XLSX, into the metadata of Parquet. ``title`` names the rows in JSON and
    the sheet in XLSX. Raises `UsageError` for a format that does not exist.

    >>> stream = io.BytesIO()
    >>> write(reader_of([{"name": "=1+1", "change": -5}]), stream, "csv")
    1
    >>> stream.getvalue()
    b"name,change\\r\\n'=1+1,-5\\r\\n"
    """
    file_format(format_name)
    return _WRITERS[format_name](reader, stream, title, about or {})


def spooled(
    reader: pa.RecordBatchReader,
    format_name: str,
    *,
    title: str = "rows",
    about: Mapping[str, Any] | None = None,
) -> IO[bytes]:
    """A temporary file with all rows of ``reader``, at its beginning; it is gone when closed."""
    stream = tempfile.SpooledTemporaryFile(max_size=SPOOLED_BYTES)  # noqa: SIM115 - the caller closes it
    write(reader, stream, format_name, title=title, about=about)
    stream.seek(0)
    return stream


def _write_csv(
    reader: pa.RecordBatchReader, stream: IO[bytes], _title: str, _about: Mapping[str, Any]
) -> int:
    text = io.TextIOWrapper(stream, "utf-8", newline="")
    writer, count = csv.writer(text), 0
    writer.writerow([defused(name) for name in reader.schema.names])
    for batch in reader:
        writer.writerows(zip(*(cell_column(column) for column in batch.columns), strict=True))
        count += batch.num_rows
    text.flush()
    text.detach()
    return count


def _objects(reader: pa.RecordBatchReader) -> Iterator[str]:
    """Each row as a JSON object."""
    names, encode = reader.schema.names, json.JSONEncoder(ensure_ascii=False).encode
    for batch in reader:
        for row in zip(*(plain_column(column) for column in batch.columns), strict=True):
            yield encode(dict(zip(names, row, strict=True)))


def _write_jsonl(
    reader: pa.RecordBatchReader, stream: IO[bytes], _title: str, _about: Mapping[str, Any]
) -> int:
    count = 0
    for line in _objects(reader):
        stream.write(line.encode() + b"\n")
        count += 1
    return count


def _write_json(reader: pa.RecordBatchReader, stream: IO[bytes], title: str, about: Mapping[str, Any]) -> int:
    """An object of ``about`` and the rows under ``title``; a bare list when there is nothing to be said."""
    head = "".join(
        f"{json.dumps(k)}: {json.dumps(plain(v), ensure_ascii=False)},\n" for k, v in about.items()
    )
    stream.write((f"{{{head}{json.dumps(title)}: [" if about else "[").encode())
    count = 0
    for line in _objects(reader):
        stream.write((",\n" if count else "\n").encode() + line.encode())
        count += 1
    stream.write(b"\n]}\n" if about else b"\n]\n")
    return count


def _write_parquet(
    reader: pa.RecordBatchReader, stream: IO[bytes], _title: str, about: Mapping[str, Any]
) -> int:
    import pyarrow.parquet as pq

    said = {
        str(key): value if isinstance(value, str) else json.dumps(plain(value), ensure_ascii=False)
        for key, value in about.items()
    }
    count = 0
    with pq.ParquetWriter(stream, reader.schema.with_metadata(said), compression="zstd") as writer:
        for batch in reader:
            writer.write_batch(batch.replace_schema_metadata(said))
            count += batch.num_rows
    return count


_WRITERS: dict[str, Callable[[pa.RecordBatchReader, IO[bytes], str, Mapping[str, Any]], int]] = {
    "csv": _write_csv,
    "xlsx": write_xlsx,
    "json": _write_json,
    "jsonl": _write_jsonl,
    "parquet": _write_parquet,
}
