"""`clusteratlas build`: publishers' files in, a release out."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from clusteratlas.pipeline.build import Built


def build(
    source: Annotated[
        list[str],
        typer.Option(
            "--source",
            "-s",
            metavar="NAME[=PATH]",
            help="A source and its zip, folder or file; repeat it for several. Without PATH: the package's own.",
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            "--out", "-o", metavar="DIR", help="Where releases are kept (default: the user's data folder)."
        ),
    ] = None,
    categories: Annotated[
        list[Path] | None,
        typer.Option(
            "--categories",
            metavar="FILE.csv",
            help="A category set of your own: category, industry and, if wanted, weight, name. Repeat it.",
        ),
    ] = None,
    decisions: Annotated[
        Path | None,
        typer.Option(
            "--decisions",
            metavar="FILE.csv",
            help="People's decisions on which records are one organisation (default: CLUSTERATLAS_DECISIONS).",
        ),
    ] = None,
    previous: Annotated[
        Path | None,
        typer.Option(
            "--previous",
            metavar="DIR",
            help="The release whose ids organisations keep (default: the current one in --out).",
        ),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress, no summary.")] = False,
) -> None:
    """Build a release from publishers' files. It becomes the current one when it is whole."""
    from clusteratlas.atlas.releases import default_root
    from clusteratlas.pipeline.build import build as build_release
    from clusteratlas.pipeline.build import parse_given
    from clusteratlas.pipeline.reporter import Reporter
    from clusteratlas.sources.decisions import read_decisions
    from clusteratlas.sources.own_categories import read_category_sets

    given, root = parse_given(source), out or default_root()
    own_sets, decided = read_category_sets(categories or []), read_decisions(decisions)
    if quiet:
        build_release(given, root, Reporter(), own_sets, decided, previous)
        return
    from clusteratlas.cli.progress import shown_progress

    with shown_progress() as reporter:
        built = build_release(given, root, reporter, own_sets, decided, previous)
    _summarise(built, root)


def _summarise(built: Built, root: Path) -> None:
    from rich.console import Console

    console, counts = Console(), built.release.manifest["tables"]
    console.print(_files_table(built))
    console.print(
        f"{counts['project']:,} projects, {counts['participation']:,} participations, "
        f"{counts['organisation']:,} organisations, {counts['observation']:,} observations"
    )
    if said := built.release.manifest["identity"].get("decisions"):
        console.print(
            f"{said['in_force']:,} decisions of {said['file']} are in force; "
            f"{said['about_no_record']:,} of them name no record",
            markup=False,
        )
    console.print(_steps_table(built))
    for line in (*_noted(built), *_set_aside(built, root)):
        console.print(line, markup=False, soft_wrap=True)
    for check in (c for c in built.release.manifest["checks"] if not c["passed"]):
        console.print(f"check: {check['check']}: {check['found']:,} ({check['meaning']})", markup=False)
    console.print(f"Release {built.release.id} is current in {root}", markup=False, soft_wrap=True)


def _noted(built: Built) -> Iterator[str]:
    """What was odd and kept as it is, with where it stands first."""
    for warning in built.release.manifest["warnings"]:
        often = "once" if warning["count"] == 1 else f"{warning['count']:,} times"
        first = f"; {warning['examples'][0]}" if warning["examples"] else ""
        yield f"note: {warning['file']}: {warning['message']} ({often}{first})"


REASONS_SHOWN = 10
REASONS = """
  SELECT source_file, min(source_line), arg_min(reason, source_line), count(*) FROM quarantine
  GROUP BY source_file, regexp_replace(regexp_replace(reason, '''[^'']+''', '…', 'g'), ':[0-9]+', '', 'g')
  ORDER BY 4 DESC, 1, 2"""


def _set_aside(built: Built, root: Path) -> Iterator[str]:
    """Why rows could not be read, with the first line of each reason, and where they all are."""
    if not built.release.manifest["tables"]["quarantine"]:
        return
    import clusteratlas

    with clusteratlas.open(built.release.path) as atlas:
        reasons = atlas.cursor.execute(REASONS).fetchall()
    for file, line, reason, rows in reasons[:REASONS_SHOWN]:
        yield f"quarantined: {file}:{line}: {reason}" + (
            f" ({rows:,} rows, this the first)" if rows > 1 else ""
        )
    more = (
        f"{len(reasons) - REASONS_SHOWN:,} more reasons, and the rows"
        if reasons[REASONS_SHOWN:]
        else "The rows"
    )
    yield f'{more}: clusteratlas sql "select * from quarantine" --release {root}'


def _files_table(built: Built):
    from rich.table import Table

    table = Table("file", title="Rows", title_justify="left")
    for name in ("in", "loaded", "quarantined"):
        table.add_column(name, justify="right")
    for account in built.accounts:
        table.add_row(account.file, f"{account.rows_in:,}", f"{account.loaded:,}", f"{account.quarantined:,}")
    return table


def _steps_table(built: Built):
    from rich.table import Table

    table = Table("step", title="Time", title_justify="left")
    table.add_column("seconds", justify="right")
    for name, seconds in built.seconds.items():
        table.add_row(name, f"{seconds:.2f}")
    table.add_row("total", f"{sum(built.seconds.values()):.2f}")
    return table
