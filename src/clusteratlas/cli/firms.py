"""`clusteratlas firms`: who grows fast, is born, dies and makes jobs, on a panel of firms of one's own."""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clusteratlas.cli.indicators import LimitOption, OutOption, show_table_of
from clusteratlas.cli.output import Shape, ShapeOption, show_rows
from clusteratlas.errors import ClusteratlasError, UsageError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

TABLES = {
    "verdicts": "every firm's verdict by a profile, with the reason",
    "demography": "births, deaths and churn by year",
    "survival": "how many of those born are still there, by age",
    "job-flows": "jobs created and destroyed by year",
    "growth": "each firm's growth, with Birch's index",
    "distribution": "how rates of growth spread, and whether as a tent",
    "persistence": "whether fast growth lasts",
    "table": "counts by region and industry, with single firms hidden",
}
ROLES = ("firm", "year", "employees", "turnover", "valuation", "birth_year", "merger", "region", "industry")
FUNCTIONS = {
    "job-flows": "job_flows",
    "growth": "firm_growth",
    "distribution": "growth_distribution",
    "table": "tabulate",
}
FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="CSV, TSV, Parquet or Excel: a row for each firm and year."),
]


def firms(
    file: FileArgument = None,
    table: Annotated[
        str, typer.Option("--table", metavar="NAME", help="What to compute; without FILE, all are listed.")
    ] = "verdicts",
    profile: Annotated[
        str,
        typer.Option(
            "--profile", metavar="NAME|FILE.yml", help="eu-high-growth, oecd-2007, venture, or yours."
        ),
    ] = "eu-high-growth",
    measure: Annotated[
        str, typer.Option("--measure", metavar="NAME", help="Growth of employees or of turnover.")
    ] = "employees",
    year: Annotated[int | None, typer.Option("--year", help="Only this year.", show_default=False)] = None,
    by: Annotated[
        list[str] | None,
        typer.Option(
            "--by", metavar="COLUMN", help="Tell results apart by it; repeat for several.", show_default=False
        ),
    ] = None,
    column: Annotated[
        list[str] | None,
        typer.Option(
            "--column",
            metavar="ROLE=NAME",
            help="What a column is called: firm=id, employees=persons. Repeat for several.",
            show_default=False,
        ),
    ] = None,
    out: OutOption = None,
    limit: LimitOption = None,
    shape: ShapeOption = Shape.table,
) -> None:
    """High growth, births, deaths, job flows. Of a panel: a row for each firm and year. Without FILE: what there is."""
    if file is None:
        show_rows(
            [{"table": name, "what it says": said} for name, said in TABLES.items()],
            ("table", "what it says"),
            shape,
        )
        return
    asked = {"profile": profile, "measure": measure, "year": year, "by": tuple(by) if by else None}
    columns = parse_columns(column)
    found = in_order(compute(table, file, asked, columns), table, asked["by"] or (), columns)
    years = [columns[role] for role in ("year", "birth_year") if role in columns]
    show_table_of(found, shape, out=out, limit=limit, years=years)


def parse_columns(texts: list[str] | None) -> dict[str, str]:
    """`ROLE=NAME` as names of columns by role; raises `UsageError` for a text without ``=``.

    >>> parse_columns(["firm=id", "birth-year=founded"])
    {'firm': 'id', 'birth_year': 'founded'}
    """
    found = {}
    for text in texts or ():
        role, sign, name = text.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"'{text}' names no column", remedy="write ROLE=NAME, such as --column firm=id")
        found[role.strip().replace("-", "_")] = name.strip()
    return found


def compute(table: str, file: Path, asked: dict[str, Any], columns: dict[str, str]) -> Any:
    """A table of the panel in ``file`` as Arrow; raises `ClusteratlasError` that names the file."""
    from clusteratlas.cli.frames import as_arrow, read_frame
    from clusteratlas.observatory import firms as measures

    if table not in TABLES:
        raise UsageError(f"there is no table '{table}'", remedy=nearest(table, TABLES))
    function: Callable[..., Any] = getattr(measures, FUNCTIONS.get(table, table))
    known = inspect.signature(function).parameters
    given = {name: value for name, value in asked.items() if name in known and value is not None}
    texts = [columns.get(role, role) for role in ("firm", "region", "industry")]
    named = {"year_column" if role == "year" else role: name for role, name in columns.items()}
    try:
        return as_arrow(function(read_frame(file, texts), **given, **named))
    except ClusteratlasError as fault:
        remedy = remedy_here(fault, columns)
        raise type(fault)(fault.what, where=fault.where or str(file), remedy=remedy) from None


def in_order(table: pa.Table, name: str, by: tuple[str, ...], columns: dict[str, str]) -> pa.Table:
    """The rows of a table in an order that does not change: by firm, else by what tells them apart, and year.

    The table by region and industry has its order already, with the totals last.
    """
    if name == "table":
        return table
    firm = columns.get("firm", "firm")
    first = (firm,) if firm in table.column_names else tuple(columns.get(one, one) for one in by)
    keys = dict.fromkeys([*first, columns.get("year", "year"), "birth_year", "age"])
    there = [(key, "ascending") for key in keys if key in table.column_names]
    return table.sort_by(there) if there else table


def remedy_here(fault: ClusteratlasError, columns: dict[str, str]) -> str | None:
    """The remedy of a mistake as one types it on the command line, not in Python.

    >>> remedy_here(UsageError("there is no column", remedy="name yours, such as employees='...'"), {})
    'name yours, such as --column employees=NAME'
    """
    told = re.sub(r"(\w+)='\.\.\.'", r"--column \1=NAME", fault.remedy or "")
    told = re.sub(r"measure='(\w+)'", r"--measure \1", told)
    missing = re.fullmatch(r"there is no column '(\w+)'", fault.what)
    if missing and missing[1] in ROLES and missing[1] not in columns:
        told = "; ".join(filter(None, [told, f"name yours: --column {missing[1]}=NAME"]))
    return told or None
