"""`clusteratlas export`: tables of a release, or of a part of it, as files."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clusteratlas.cli.output import ReleaseOption, tell
from clusteratlas.cli.search import FilterOption, parse_filters, tell_search

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas


class FileFormat(StrEnum):
    """Formats of exported files."""

    parquet = "parquet"
    csv = "csv"
    xlsx = "xlsx"
    jsonl = "jsonl"
    json = "json"


def export(
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="The folder to write into.")],
    table: Annotated[
        list[str] | None,
        typer.Option(
            "--table", "-t", help="A table; repeat it for several (default: all).", show_default=False
        ),
    ] = None,
    format_: Annotated[
        FileFormat, typer.Option("--format", help="The format of the files.", case_sensitive=False)
    ] = FileFormat.parquet,
    query: Annotated[
        str | None,
        typer.Option(
            "--query", metavar="TEXT", help="Only projects that a search finds.", show_default=False
        ),
    ] = None,
    filter_: FilterOption = None,
    release: ReleaseOption = None,
) -> None:
    """Write tables as files. A datapackage.json describes every field."""
    import clusteratlas
    from clusteratlas.pipeline.exporting import PACKAGE
    from clusteratlas.pipeline.exporting import export as write_tables

    with clusteratlas.open(release) as atlas:
        ids, said = _chosen(atlas, query, filter_)
        written = write_tables(
            atlas,
            to,
            names=table or (),
            format_name=format_.value,
            project_ids=ids,
            query=said,
            advance=lambda name: tell(f"writing {name}"),
        )
    for file in written:
        typer.echo(f"{to / file.path}  {file.rows:,} rows, {file.bytes:,} bytes")
    typer.echo(str(to / PACKAGE))


def _chosen(
    atlas: Atlas, query: str | None, filters: list[str] | None
) -> tuple[list[str] | None, str | None]:
    """The projects that a search finds and the search in words; None for both when nothing is searched."""
    if query is None and not filters:
        return None, None
    found = atlas.search(query or "", page_size=1, facets=False, **parse_filters(filters))
    tell_search(found)
    tell(found.explanation)
    return found.project_ids(), found.explanation.rstrip(".")
