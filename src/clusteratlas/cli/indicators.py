"""`clusteratlas indicators`: every indicator of the observatory on a file of one's own."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clusteratlas.cli.output import Shape, ShapeOption, show_reader, show_rows, tell
from clusteratlas.errors import ClusteratlasError, UsageError, nearest

if TYPE_CHECKING:
    import pyarrow as pa

COLUMN_ROLES = ("region", "industry", "value", "period")
ROWS_FOR_PEOPLE = 100

FileArgument = Annotated[
    Path | None,
    typer.Argument(metavar="FILE", help="CSV, TSV, Parquet or Excel: a row for each region and industry."),
]
RegionOption = Annotated[str, typer.Option("--region", metavar="COLUMN", help="The column of regions.")]
IndustryOption = Annotated[
    str, typer.Option("--industry", metavar="COLUMN", help="The column of industries or categories.")
]
ValueOption = Annotated[
    str, typer.Option("--value", metavar="COLUMN", help="The column of values, such as persons employed.")
]
PeriodOption = Annotated[
    str | None,
    typer.Option(
        "--period", metavar="COLUMN", help="The column of years, if there are several.", show_default=False
    ),
]
OutOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        metavar="FILE",
        help="Write all rows here instead: .csv, .xlsx, .json, .jsonl or .parquet.",
        show_default=False,
    ),
]
LimitOption = Annotated[
    int | None,
    typer.Option(
        "--limit", metavar="N", min=0, help="At most so many rows (tables: 100).", show_default=False
    ),
]


def indicators(
    name: Annotated[
        str | None,
        typer.Argument(metavar="NAME", help="The indicator, such as location-quotient.", show_default=False),
    ] = None,
    file: FileArgument = None,
    region: RegionOption = "region",
    industry: IndustryOption = "industry",
    value: ValueOption = "value",
    period: PeriodOption = None,
    setting: Annotated[
        list[str] | None,
        typer.Option(
            "--with",
            metavar="NAME=VALUE",
            help="Another argument of the indicator; a FILE.csv stands for a table. Repeat it for several.",
            show_default=False,
        ),
    ] = None,
    part: Annotated[
        str | None,
        typer.Option(
            "--part", metavar="NAME", help="Which table of a result that has several.", show_default=False
        ),
    ] = None,
    out: OutOption = None,
    limit: LimitOption = None,
    shape: ShapeOption = Shape.table,
) -> None:
    """Compute an indicator on a file. Without NAME: lists them. Without FILE: explains the indicator."""
    if name is None:
        show_rows(_catalogue(), ("indicator", "what it says"), shape)
        return
    function = indicator(name)
    if file is None:
        typer.echo(f"{name}\n\n{inspect.getdoc(function)}")
        return
    roles = {"region": region, "industry": industry, "value": value, "period": period}
    result = compute(function, file, roles, parse_settings(setting))
    show_table_of(
        chosen_part(result, part), shape, out=out, limit=limit, years=[period] if period else ["period"]
    )


def _catalogue() -> list[dict[str, str]]:
    """Each indicator with the first line of its docstring."""
    return [
        {"indicator": name.replace("_", "-"), "what it says": _first_line(function)}
        for name, function in sorted(_functions().items())
    ]


def _first_line(function: Callable[..., Any]) -> str:
    return (inspect.getdoc(function) or "").partition("\n\n")[0].replace("\n", " ")


def _functions() -> dict[str, Callable[..., Any]]:
    """The functions of the observatory whose first argument is a frame."""
    from clusteratlas import observatory

    found = {name: getattr(observatory, name) for name in observatory.__all__}
    return {
        name: one
        for name, one in found.items()
        if inspect.isfunction(one) and next(iter(inspect.signature(one).parameters), None) == "frame"
    }


def indicator(name: str) -> Callable[..., Any]:
    """The indicator of that name, with hyphens or underscores; raises `UsageError` naming the nearest.

    >>> indicator("location-quotient").__name__
    'location_quotient'
    """
    known = _functions()
    plain = name.replace("-", "_").lower()
    if plain not in known:
        raise UsageError(
            f"there is no indicator '{name}'",
            remedy=f"{nearest(plain, known).replace('_', '-')}; list them: clusteratlas indicators",
        )
    return known[plain]


def parse_settings(texts: list[str] | None) -> dict[str, Any]:
    """`NAME=VALUE` as arguments: numbers, truths and lists as such, files of tables as dataframes.

    Raises `UsageError` for a text without ``=``.

    >>> parse_settings(["threshold=1.5", "method=cosine", "geometric=false"])
    {'threshold': 1.5, 'method': 'cosine', 'geometric': False}
    """
    settings = {}
    for text in texts or ():
        name, sign, value = text.partition("=")
        if not sign or not name.strip():
            raise UsageError(f"'{text}' is no argument", remedy="write NAME=VALUE, such as --with seed=1")
        settings[name.strip().replace("-", "_")] = _understood(value.strip())
    return settings


def _understood(text: str) -> Any:
    import yaml

    from clusteratlas.cli.frames import is_table_file, read_frame

    if is_table_file(text):
        return read_frame(Path(text), COLUMN_ROLES)
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def compute(
    function: Callable[..., Any], file: Path, roles: dict[str, str | None], settings: dict[str, Any]
) -> Any:
    """What ``function`` gives for the table in ``file``; raises `ClusteratlasError` that names the file."""
    from clusteratlas.cli.frames import read_frame

    known = inspect.signature(function).parameters
    for name in settings:
        if name not in known:
            raise UsageError(
                f"{function.__name__.replace('_', '-')} has no argument '{name}'",
                remedy=nearest(name, [one for one in known if one != "frame"]),
            )
    lacking = [
        name
        for name, one in list(known.items())[1:]
        if one.default is one.empty and one.kind is not one.VAR_KEYWORD and name not in {**roles, **settings}
    ]
    if lacking:
        raise UsageError(f"'{lacking[0]}' is not given", remedy=f"add --with {lacking[0]}=...")
    frame = read_frame(file, [roles["region"] or "", roles["industry"] or ""])
    columns = {role: column for role, column in roles.items() if role in known}
    try:
        return function(frame, **{**columns, **settings})
    except ClusteratlasError as fault:
        what = re.sub(r"^(\w+)=None is not possible$", r"--\1 is not given", fault.what)
        remedy = remedy_here(fault.remedy)
        raise type(fault)(what, where=fault.where or str(file), remedy=remedy) from None
    except (TypeError, ValueError) as fault:
        raise UsageError(str(fault), where=str(file), remedy="see its arguments: leave out FILE") from None


def remedy_here(remedy: str | None) -> str | None:
    """A remedy as one types it on the command line, not in Python.

    >>> remedy_here("name the column, such as period='year'")
    'name the column, such as --period year'
    """
    if remedy is None:
        return None
    told = re.sub(r"='?\.\.\.'?", "='COLUMN'", remedy)
    told = re.sub(r"\b(region|industry|value|period)='(\w+)'", r"--\1 \2", told)
    return re.sub(r"\b([a-z_]+)=('?)([\w.]+)\2(?!\w)", r"--with \1=\3", told)


def chosen_part(result: Any, part: str | None) -> pa.Table:
    """The table of a result, or the one called ``part`` where it has several; raises `UsageError` naming them."""
    from clusteratlas.cli.frames import as_arrow

    names = [] if hasattr(result, "columns") else _parts(result)
    if not names:
        if part is not None:
            raise UsageError(f"this result is one table, without a part '{part}'")
        return as_arrow(result)
    if part is None:
        tell(f"Shown: {names[0]}. Other tables of this result (--part): {', '.join(names[1:])}")
    elif part not in names:
        raise UsageError(f"there is no part '{part}'", remedy=nearest(part, names))
    return as_arrow(getattr(result, part or names[0]))


def _parts(result: Any) -> list[str]:
    """Names of the frames that a result holds, without computing them."""
    declared = getattr(type(result), "FRAMES", None) or getattr(type(result), "__dataclass_fields__", ())
    if not declared:
        raise UsageError(f"a {type(result).__name__} is no table")
    return [name for name in declared if not name.startswith("_")]


def show_table_of(
    table: pa.Table, shape: Shape, *, out: Path | None, limit: int | None, years: Iterable[str] = ()
) -> None:
    """Show an Arrow table, or write it to a file whose ending says how; ``years`` as in `show_table`."""
    if out is not None:
        _write(table, out)
        return
    most = ROWS_FOR_PEOPLE if limit is None and shape is Shape.table else limit
    shown = table if most is None else table.slice(0, most)
    show_reader(shown.to_reader(), shape, years=years)
    if shown.num_rows < table.num_rows:
        tell(f"The first {shown.num_rows:,} of {table.num_rows:,} rows; all: --out FILE.csv, or --format csv")


def _write(table: pa.Table, out: Path) -> None:
    from clusteratlas.atlas.export import file_format, write

    how = file_format(out.suffix.lstrip(".").lower())
    try:
        with out.open("wb") as stream:
            write(table.to_reader(), stream, how.name)
    except OSError as fault:
        raise ClusteratlasError(f"cannot be written ({fault.strerror})", where=str(out)) from None
    tell(f"{table.num_rows:,} rows written to {out}")
