"""Tables that a person gives the commands: CSV, TSV, Parquet or Excel files as dataframes, results as they ask."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clusteratlas.errors import InputError, UsageError

if TYPE_CHECKING:
    import polars as pl

SEPARATORS = {".csv": ",", ".tsv": "\t"}
READABLE = ".csv, .tsv (each perhaps .gz), .parquet or .xlsx"


def is_table_file(text: str) -> bool:
    """Whether a text names a file that `read_frame` reads.

    >>> is_table_file("jobs.csv.gz"), is_table_file("eccp-nodes")
    (True, False)
    """
    return _suffix(Path(text)) in {*SEPARATORS, ".parquet", ".xlsx"}


def read_frame(path: Path, texts: Iterable[str] = ()) -> pl.DataFrame:
    """The table in a file; columns ``texts`` are kept as they are written, so that a code ``01`` stays ``01``.

    Where cells are separated by ``;`` or a tab, ``1,5`` is a number. Raises `InputError` that names the file, and
    what to do.
    """
    suffix = _suffix(path)
    if path.is_dir():
        raise InputError("this is a folder", where=str(path), remedy=f"give a {READABLE} file in it")
    if not path.is_file():
        raise InputError("there is no such file", where=str(path), remedy="check the path")
    if not is_table_file(path.name):
        raise InputError(f"'{path.suffix}' is no table", where=str(path), remedy=f"give a {READABLE} file")
    if suffix in SEPARATORS:
        return _separated(path, SEPARATORS[suffix], set(texts))
    return _parquet(path) if suffix == ".parquet" else _workbook(path)


def _suffix(path: Path) -> str:
    suffixes = [s.lower() for s in path.suffixes]
    return suffixes[-2] if suffixes[-1:] == [".gz"] and len(suffixes) > 1 else (suffixes or [""])[-1]


def _separated(path: Path, separator: str, texts: set[str]) -> pl.DataFrame:
    import polars as pl

    try:
        header = pl.read_csv(path, separator=separator, n_rows=0).columns
        if any("\0" in name or "\ufffd" in name for name in header):
            raise InputError("the file is not in UTF-8", where=str(path), remedy="save it as CSV UTF-8")
        if separator == "," and len(header) == 1 and ";" in header[0]:
            return _separated(path, ";", texts)
        kept = {name: pl.String for name in header if name in texts}
        found = pl.read_csv(path, separator=separator, infer_schema_length=None, schema_overrides=kept)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as fault:
        raise _unreadable(path, fault) from None
    if found.is_empty():
        raise InputError("there is no row below the first line", where=str(path), remedy="give rows of data")
    return found if separator == "," else _with_decimal_commas(found, texts)


def _with_decimal_commas(found: pl.DataFrame, texts: set[str]) -> pl.DataFrame:
    """Columns of texts whose every cell is a number with a comma, as numbers."""
    import polars as pl

    written = [name for name, kind in found.schema.items() if kind == pl.String and name not in texts]
    read = found.select(
        pl.col(written).str.strip_chars().str.replace(",", ".").cast(pl.Float64, strict=False)
    )
    return found.with_columns(
        read[name] for name in written if read[name].null_count() == found[name].null_count()
    )


def _parquet(path: Path) -> pl.DataFrame:
    import polars as pl

    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError) as fault:
        raise _unreadable(path, fault) from None


def _workbook(path: Path) -> pl.DataFrame:
    """The first sheet of an Excel workbook, whose first row names the columns."""
    import polars as pl
    import python_calamine

    try:
        header, *rows = python_calamine.load_workbook(path).get_sheet_by_index(0).to_python()
    except (python_calamine.CalamineError, OSError, ValueError) as fault:
        raise _unreadable(path, fault) from None
    columns = {
        str(name): [None if row[at] == "" else row[at] for row in rows] for at, name in enumerate(header)
    }
    return pl.DataFrame(columns, strict=False)


def _unreadable(path: Path, fault: Exception) -> InputError:
    lines = str(fault).strip().splitlines()
    return InputError(
        f"not readable as a table ({lines[0] if lines else type(fault).__name__})",
        where=str(path),
        remedy="the first line must name the columns, all lines must have as many cells, in UTF-8",
    )


def as_arrow(frame: Any) -> Any:
    """A dataframe of any kind that indicators give back, as an Arrow table.

    Raises `UsageError` for something that is none.
    """
    import narwhals.stable.v2 as nw

    try:
        given = nw.from_native(frame)
    except TypeError:
        raise UsageError(f"a {type(frame).__name__} is no table") from None
    return (given.collect() if isinstance(given, nw.LazyFrame) else given).to_arrow()
