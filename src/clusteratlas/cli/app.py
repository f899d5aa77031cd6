"""The commands, gathered: each module of this folder holds one, or a few that belong together."""

from __future__ import annotations

from typing import Annotated

import typer

from clusteratlas.cli import (
    build,
    export,
    fetch,
    firms,
    identity,
    indicators,
    network,
    releases,
    relevance,
    search,
    serve,
    sources,
    stars,
    trends,
    value_chains,
)

app = typer.Typer(
    name="clusteratlas",
    help="An open hub and observatory of Europe's industrial clusters.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _version(asked: bool) -> None:
    if asked:
        import clusteratlas

        print(f"clusteratlas {clusteratlas.__version__}")
        raise typer.Exit


@app.callback()
def options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """An open hub and observatory of Europe's industrial clusters."""


app.command("fetch")(fetch.fetch)
app.command("build")(build.build)
app.add_typer(sources.app, name="sources")
app.command("releases")(releases.releases)
app.command("diff")(releases.diff)
app.command("check")(releases.check)
app.command("search")(search.search)
app.command("sql")(search.sql)
app.command("serve")(serve.serve)
app.command("export")(export.export)
app.command("indicators")(indicators.indicators)
app.command("stars")(stars.stars)
app.command("network")(network.network)
app.command("trends")(trends.trends)
app.command("value-chains")(value_chains.value_chains)
app.command("firms")(firms.firms)
app.add_typer(identity.app, name="identity")
app.add_typer(relevance.app, name="relevance")
