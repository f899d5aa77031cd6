"""`clusteratlas identity`: why records are one organisation, and what people decide about it."""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from clusteratlas.cli.output import ReleaseOption, Shape, ShapeOption, show_json, show_table, tell

if TYPE_CHECKING:
    from clusteratlas.identity.decisions import Decision

app = typer.Typer(help="Which records are one organisation: explain, review, decide.", no_args_is_help=True)

DecisionsOption = Annotated[
    Path | None,
    typer.Option(
        "--decisions", metavar="FILE.csv", help="The file of decisions (default: CLUSTERATLAS_DECISIONS)."
    ),
]
AuthorOption = Annotated[
    str | None,
    typer.Option("--author", metavar="NAME", help="Who decides (default: the name you are logged in by)."),
]


@app.command("explain")
def explain(
    organisation: Annotated[str, typer.Argument(metavar="ORGANISATION", help="Its id: pic:999604110")],
    shape: ShapeOption = Shape.table,
    release: ReleaseOption = None,
) -> None:
    """Say why the records of an organisation are one, and which others look like it."""
    import clusteratlas
    from clusteratlas.cli import identity_shown

    with clusteratlas.open(release) as atlas:
        profile = atlas.organisation(organisation, page_size=1)
    told = profile.to_dict()
    if shape is Shape.json:
        show_json(
            {name: told[name] for name in ("organisation_id", "name", "programmes", "forms", "identity")}
        )
        return
    if profile.organisation_id != organisation:
        tell(f"{organisation} is part of {profile.organisation_id} now.")
    typer.echo(f"{profile.name} ({profile.organisation_id})")
    columns = ("name", "city", "country", "published as", "source", "participations")
    forms = [
        (f.name, f.city, f.country_code, f.published_organisation_id, f.origin.source, f.rows)
        for f in profile.forms
    ]
    show_table(columns, forms, right=("participations",))
    identity_shown.reasons("Why these are one", profile.identity.judgements)
    identity_shown.reasons("Not joined, though alike", profile.identity.doubts)
    for link in profile.identity.links:
        typer.echo(f"{link.kind}: {link.name} ({link.organisation_id or link.evidence})")


@app.command("review")
def review(
    decisions: DecisionsOption = None,
    author: AuthorOption = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=2000, help="Pairs at most.")] = 50,
    release: ReleaseOption = None,
) -> None:
    """Look at pairs of records one by one and decide, the most useful first.

    Answer same, different or unsure (s, d, u), with a reason behind it if you like: `d they are two hospitals`.
    skip leaves a pair for later, undo takes back your last decision, quit ends; what was decided is kept.
    """
    import clusteratlas
    from clusteratlas.atlas.review import review_queue
    from clusteratlas.cli.identity_shown import Reviewing
    from clusteratlas.sources.decisions import read_decisions

    path = _path(decisions)
    held = read_decisions(path) if path.is_file() else None
    with clusteratlas.open(release) as atlas:
        queue = review_queue(atlas, held.decisions if held else [])[:limit]
        if not queue:
            tell("There is no pair to decide on.")
            return
        made = Reviewing(atlas, queue, path, author or getpass.getuser()).run()
    tell(f"{made:,} decisions written to {path}; the next build applies them.")


@app.command("decide")
def decide(
    left: Annotated[str, typer.Argument(metavar="ID", help="A published id or the id of one record.")],
    right: Annotated[str, typer.Argument(metavar="ID", help="The other.")],
    verdict: Annotated[str, typer.Argument(help="same, different or unsure.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")] = "",
    decisions: DecisionsOption = None,
    author: AuthorOption = None,
    release: ReleaseOption = None,
) -> None:
    """Decide on two ids, without looking for them in the queue."""
    import clusteratlas
    from clusteratlas.atlas.review import check_known
    from clusteratlas.sources.decisions import add_decisions

    made = _decision(left, right, verdict, author, reason)
    with clusteratlas.open(release) as atlas:
        check_known(atlas, left, right)
    add_decisions(path := _path(decisions), [made])
    tell(f"Written to {path}; the next build applies it.")


@app.command("undo")
def undo(
    pair: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[ID ID]", help="The two ids (default: those of the last decision).", show_default=False
        ),
    ] = None,
    decisions: DecisionsOption = None,
    author: AuthorOption = None,
) -> None:
    """Take a decision back: a line is added to the file, none is removed."""
    from clusteratlas.errors import UsageError
    from clusteratlas.identity.decisions import in_force
    from clusteratlas.sources.decisions import add_decisions, read_decisions

    if pair is not None and len(pair) not in (0, 2):
        raise UsageError("one id is no pair", remedy="name both, or none for the last decision")
    held = read_decisions(path := _path(decisions))
    open_ = [d for d in in_force(held.decisions) if not pair or d.pair == tuple(sorted(pair))]
    last = next((d for d in reversed(held.decisions) if d in open_), None)
    if last is None:
        raise UsageError("there is no such decision in force", where=str(path), remedy="look into the file")
    add_decisions(path, [_decision(last.left, last.right, "revoked", author, "")])
    typer.echo(f"Taken back: {last.left} and {last.right} are {last.verdict} ({last.author}, {last.date})")


@app.command("password")
def password(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="A moderator's name: letters, digits, - and _.")
    ],
) -> None:
    """Ask for a password and print what CLUSTERATLAS_MODERATORS needs to let this moderator in."""
    from clusteratlas.web.moderation.passwords import moderator_line

    secret = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    typer.echo(moderator_line(name, secret))


def _path(given: Path | None) -> Path:
    from clusteratlas.settings import decisions_path

    return given.expanduser() if given else decisions_path()


def _decision(left: str, right: str, verdict: str, author: str | None, reason: str) -> Decision:
    from clusteratlas.identity.decisions import Decision, checked

    today = datetime.now(UTC).date()
    return checked(Decision(left, right, verdict, author or getpass.getuser(), today, reason))
