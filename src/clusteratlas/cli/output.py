"""How commands show rows: a table for people; JSON or CSV, alone on standard output, for programs."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    import pyarrow as pa

WIDTH_WITHOUT_TERMINAL = 160
UNBROKEN = 28
"""Characters up to which the texts of a column stay on one line."""
CELL_LIMIT = 200
"""Characters of a cell that are shown to people; JSON and CSV have them all."""


class Shape(StrEnum):
    """How rows are shown."""

    table = "table"
    json = "json"
    csv = "csv"


ReleaseOption = Annotated[
    Path | None,
    typer.Option(
        "--release",
        metavar="DIR",
        help="The release: its folder or id (default: the current one).",
        show_default=False,
    ),
]
ShapeOption = Annotated[
    Shape, typer.Option("--format", help="For people, or for programs.", case_sensitive=False)
]


def tell(text: str) -> None:
    """A remark to people, on standard error, so that standard output holds the answer alone."""
    typer.echo(text, err=True)


def tell_of_more(shown: int, found: int) -> None:
    """How many rows were found, where not all of them are shown."""
    if found > shown:
        tell(f"The first {shown:,} of {found:,}; more: --limit {found}")


def show_json(value: Any) -> None:
    """One JSON document."""
    import json

    from clusteratlas.atlas.values import plain

    typer.echo(json.dumps(plain(value), ensure_ascii=False, indent=1))


def show_rows(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], shape: Shape, *, right: Iterable[str] = ()
) -> None:
    """Rows as dictionaries, in the shape that was asked for; ``right`` are columns of numbers."""
    if shape is Shape.json:
        show_json(list(rows))
    elif shape is Shape.csv:
        from clusteratlas.atlas.export import reader_of

        _show_csv(reader_of(rows, columns))
    else:
        show_table(columns, ([row.get(c) for c in columns] for row in rows), right)


def show_reader(reader: pa.RecordBatchReader, shape: Shape, *, years: Iterable[str] = ()) -> int:
    """Arrow batches in the shape that was asked for; returns the number of rows. ``years`` as in `show_table`."""
    if shape is Shape.csv:
        return _show_csv(reader)
    if shape is Shape.json:
        from clusteratlas.atlas.export import write

        count = write(reader, sys.stdout.buffer, "json")
        sys.stdout.buffer.flush()
        return count
    import pyarrow as pa

    names, kinds = reader.schema.names, reader.schema.types
    numbers = [
        n for n, k in zip(names, kinds, strict=True) if pa.types.is_integer(k) or pa.types.is_floating(k)
    ]
    rows = [row for batch in reader for row in zip(*(c.to_pylist() for c in batch.columns), strict=True)]
    show_table(names, rows, numbers, years=years)
    return len(rows)


def _show_csv(reader: pa.RecordBatchReader) -> int:
    from clusteratlas.atlas.export import write

    sys.stdout.flush()
    count = write(reader, sys.stdout.buffer, "csv")
    sys.stdout.buffer.flush()
    return count


def show_table(
    columns: Sequence[str],
    rows: Iterable[Sequence[Any]],
    right: Iterable[str] = (),
    *,
    years: Iterable[str] = (),
) -> None:
    """A table for people; long texts are cut. ``years`` are columns of years, besides those that are called so."""
    from rich import box
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    numeric = set(right)
    dated = set(years)
    is_year = [name in dated or name == "year" or name.endswith(("_year", "_period")) for name in columns]
    shown = [
        [
            str(value) if then and isinstance(value, int) else in_short(value)
            for value, then in zip(row, is_year, strict=True)
        ]
        for row in rows
    ]
    width = None if sys.stdout.isatty() else WIDTH_WITHOUT_TERMINAL
    console = Console(highlight=False, width=width)
    heads = _heads(columns, shown, console.width)
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for at, name in enumerate(columns):
        longest = max((len(row[at]) for row in shown), default=0)
        table.add_column(
            Text(heads[at]),
            justify="right" if name in numeric else "left",
            min_width=longest if longest <= UNBROKEN else max(map(len, heads[at].split("\n"))),
            overflow="fold",
        )
    for row in shown:
        # Text, not a string: brackets of a title are no markup.
        table.add_row(*(Text(text) for text in row))
    console.print(table)


def _heads(columns: Sequence[str], shown: Sequence[Sequence[str]], width: int) -> list[str]:
    """Names of columns, broken after their words when the table is else too wide.

    >>> _heads(["firm", "is_high_growth"], [["a", "yes"]], 80), _heads(["firm", "is_high_growth"], [["a", "yes"]], 14)
    (['firm', 'is_high_growth'], ['firm', 'is_high_\\ngrowth'])
    """
    cells = [max((min(len(row[at]), UNBROKEN) for row in shown), default=0) for at in range(len(columns))]
    wanted = sum(max(len(name), cell) + 3 for name, cell in zip(columns, cells, strict=True))
    if wanted <= width:
        return list(columns)
    return [_broken(name, max(cell, 8)) for name, cell in zip(columns, cells, strict=True)]


def _broken(name: str, width: int) -> str:
    """A name on lines of at most so many letters, broken after underscores where it has some."""
    lines = [""]
    for word in name.replace("_", "_\n").split("\n"):
        if lines[-1] and len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] += word
    return "\n".join(lines)


def in_short(value: Any) -> str:
    """A value as tables for people show it.

    >>> in_short(1234.5), in_short(0.123456), in_short(True), in_short(None)
    ('1,234.50', '0.1235', 'yes', '')
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return (
            f"{value:,.0f}" if value.is_integer() else f"{value:,.4g}" if abs(value) < 1 else f"{value:,.2f}"
        )
    text = str(value)
    return text if len(text) <= CELL_LIMIT else f"{text[:CELL_LIMIT]}…"
