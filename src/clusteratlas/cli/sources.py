"""`clusteratlas sources`, `sources new`: the sources that can be read, and the first draft of another."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(invoke_without_command=True, help="List the sources that can be read, or begin another.")


@app.callback()
def sources(context: typer.Context) -> None:
    """List the sources that can be read, and what can be fetched from each."""
    if context.invoked_subcommand:
        return
    from rich.console import Console
    from rich.table import Column, Table

    from clusteratlas.sources.catalogue import sources as known

    table = Table("source", "publisher", "licence", Column("to fetch", no_wrap=True))
    for source in known().values():
        downloads = "\n".join(d.name for d in source.downloads)
        table.add_row(f"{source.name}\n{source.title}", source.publisher, source.licence.name, downloads)
    Console().print(table)


@app.command("new")
def new(
    name: Annotated[str, typer.Argument(help="Small letters, digits and underscores: nordic_grants.")],
    to: Annotated[
        Path, typer.Option("--to", metavar="DIR", help="The clone of Clusteratlas to write into.")
    ] = Path("."),
) -> None:
    """Write the first draft of a source: source.yml, read.py, a fixture and a test that passes."""
    from clusteratlas.cli.output import tell
    from clusteratlas.sources.template import write_source

    for path in write_source(name, to):
        typer.echo(path.relative_to(to))
    tell(f"Next: python -m pytest tests/sources/test_{name}.py, then docs/how-to/add-a-source.md")
