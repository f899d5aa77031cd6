"""`clusteratlas fetch`: download a publisher's file, with a progress bar."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from clusteratlas.pipeline.fetch import Fetched, Progress

INTERRUPTED = 130
_LABELS = {"download": "downloading", "check": "checking", "wait": "waiting"}


def fetch(
    name: Annotated[str | None, typer.Argument(help="The download; without it, they are listed.")] = None,
    to: Annotated[
        Path | None, typer.Option("--to", metavar="DIR", help="The folder to keep it in.", show_default=False)
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", help="Fetch it from this address.", show_default=False)
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Fetch it again, changed or not.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print the file's path and no more.")] = False,
) -> None:
    """Download a publisher's file. A broken download goes on where it stopped."""
    if name is None:
        _list_downloads()
        return
    from clusteratlas.pipeline.fetch import fetch as fetch_file

    try:
        with _bar(quiet) as on_progress:
            fetched = fetch_file(name, directory=to, force=force, url=url, on_progress=on_progress)
    except KeyboardInterrupt:
        typer.echo("Interrupted. Run the same command again to go on from here.", err=True)
        raise typer.Exit(INTERRUPTED) from None
    _print(name, fetched, quiet)


def _list_downloads() -> None:
    from rich.console import Console
    from rich.table import Table

    from clusteratlas.sources import catalogue

    console = Console(highlight=False, markup=False)
    for source in catalogue.sources().values():
        if source.downloads:
            console.print(f"{source.title}\n{source.publisher}, {source.cadence}, {source.licence.name}\n")
            table = Table.grid(padding=(0, 2))
            for one in source.downloads:
                table.add_row(f"  {one.name}", one.description)
            console.print(table, "")
    console.print("Fetch one with: clusteratlas fetch NAME")


@contextmanager
def _bar(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    if quiet:
        yield None
        return
    from rich import progress
    from rich.console import Console
    from rich.markup import escape

    with progress.Progress(
        progress.TextColumn("{task.description}"),
        progress.BarColumn(),
        progress.DownloadColumn(),
        progress.TransferSpeedColumn(),
        progress.TimeRemainingColumn(),
        console=Console(stderr=True),
        transient=True,
    ) as bar:
        task = bar.add_task("connecting", total=None)
        stage = ""

        def show(now: Progress) -> None:
            nonlocal stage
            if now.stage == "wait":
                if now.note != stage:
                    bar.console.print(escape(now.note), highlight=False)
                stage = now.note
            elif now.stage + now.note != stage:
                # A new stage, or a transfer that goes on: speed and remaining time count from here.
                stage = now.stage + now.note
                bar.reset(task, completed=now.done, total=now.total)
            label = _LABELS[now.stage]
            bar.update(task, description=label, completed=now.done, total=now.total)

        yield show


def _print(name: str, fetched: Fetched, quiet: bool) -> None:
    if quiet:
        typer.echo(str(fetched.path))
        return
    from clusteratlas.pipeline.fetch.patience import readable_bytes
    from clusteratlas.sources import catalogue

    lines = {
        "file": str(fetched.path),
        "size": f"{readable_bytes(fetched.bytes)} ({fetched.bytes:,} bytes)",
        "sha256": fetched.sha256,
        "retrieved": fetched.retrieved_at,
        "credit": catalogue.source(catalogue.download(name).source).licence.attribution,
    }
    if fetched.unchanged:
        lines["state"] = f"unchanged since {fetched.retrieved_at}"
    elif fetched.resumed_from:
        lines["state"] = f"went on from {readable_bytes(fetched.resumed_from)}"
    for label, text in lines.items():
        typer.echo(f"{label:<10} {text}")
