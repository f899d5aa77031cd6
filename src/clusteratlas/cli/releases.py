"""`clusteratlas releases`, `diff`, `check`: what there is, what changed, and whether it is whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from clusteratlas.cli.output import Shape, ShapeOption, show_json, show_rows, show_table, tell

if TYPE_CHECKING:
    from clusteratlas.pipeline.diff import Difference

CHECK_FAILED = 4
COUNTED = ("project", "participation", "organisation")


def releases(
    root: Annotated[
        Path | None,
        typer.Option("--root", metavar="DIR", help="Where releases are kept.", show_default=False),
    ] = None,
    prune: Annotated[
        int | None,
        typer.Option(
            "--prune",
            metavar="N",
            min=1,
            help="Remove all but the newest N; never the current one, nor one that is being read.",
            show_default=False,
        ),
    ] = None,
    shape: ShapeOption = Shape.table,
) -> None:
    """List the releases, oldest first, or remove old ones."""
    from clusteratlas.atlas.releases import current_id, default_root, listed

    folder = root or default_root()
    if prune is not None:
        _prune(folder, prune, shape)
        return
    current = current_id(folder)
    rows = [_release_row(release, current) for release in listed(folder)]
    if not rows and shape is Shape.table:
        tell(f"There is no release in {folder}.")
        tell(f"Build one: clusteratlas build --source NAME=PATH --out {folder}")
        return
    columns = (
        "release_id",
        "built_at",
        "sources",
        "projects",
        "participations",
        "organisations",
        "is_current",
    )
    if shape is not Shape.json:
        rows = [{**row, "sources": ", ".join(row["sources"])} for row in rows]
    show_rows(rows, columns, shape, right=("projects", "participations", "organisations"))


def _prune(folder: Path, keep: int, shape: Shape) -> None:
    from clusteratlas.atlas.pruning import prune

    found = prune(folder, keep)
    if found or shape is not Shape.table:
        show_rows([vars(one) for one in found], ("release_id", "outcome", "bytes"), shape, right=("bytes",))
    removed = [one for one in found if one.outcome == "removed"]
    tell(
        f"Removed {len(removed):,} of the releases in {folder}: {sum(one.bytes for one in removed):,} bytes."
    )


def _release_row(release: Any, current: str | None) -> dict[str, Any]:
    counts = release.manifest.get("tables", {})
    return {
        "release_id": release.id,
        "built_at": release.manifest.get("built_at"),
        "sources": [s["source"] for s in release.manifest.get("sources", [])],
        **{f"{name}s": counts.get(name) for name in COUNTED},
        "is_current": release.id == current or current is None,
        "path": str(release.path),
    }


def diff(
    before: Annotated[str, typer.Argument(metavar="A", help="The release before: a folder or an id.")],
    after: Annotated[str, typer.Argument(metavar="B", help="The release after: a folder or an id.")],
    shape: ShapeOption = Shape.table,
    limit: Annotated[
        int | None,
        typer.Option(
            "--limit",
            metavar="N",
            min=0,
            help="At most so many changes of each kind in each table (tables: 20; JSON and CSV: all).",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Say what changed between two releases. Rows added, removed, and changed field by field."""
    from clusteratlas.atlas.releases import find
    from clusteratlas.pipeline.diff import diff as compare

    most = 20 if limit is None and shape is Shape.table else limit
    found = compare(find(before), find(after), limit=most)
    if shape is Shape.json:
        show_json(found.to_dict())
    elif shape is Shape.csv:
        show_rows(
            [vars(c) for c in found.changes], ("table", "key", "change", "field", "before", "after"), shape
        )
    else:
        _show_difference(found)


def _show_difference(found: Difference) -> None:
    if found.is_equal:
        typer.echo(f"Nothing changed from {found.before} to {found.after}.")
        return
    columns = ("table", "before", "after", "added", "removed", "changed")
    figures = [[getattr(t, c) for c in columns] for t in found.tables if not t.is_equal]
    show_table(columns, figures, columns[1:])
    same = [t.table for t in found.tables if t.is_equal]
    typer.echo(f"Unchanged: {', '.join(same) or 'none'}.\n")
    if found.changes:
        columns = ("table", "key", "change", "field", "before", "after")
        show_table(columns, ([getattr(c, name) for name in columns] for c in found.changes))


def check(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="The release to look at again.")],
    shape: ShapeOption = Shape.table,
) -> None:
    """Check a release again. Tables, counts, every input row accounted for, keys, references, search index.

    Ends with exit code 4 when something that must hold does not.
    """
    from clusteratlas.atlas.releases import find
    from clusteratlas.pipeline.verify import verify

    release = find(directory)
    verdicts = verify(release)
    failed = [v for v in verdicts if v.is_required and not v.passed]
    columns = ("check", "verdict", "found", "meaning")
    rows = [{**vars(v), "verdict": _verdict(v)} for v in verdicts]
    show_rows(rows, columns, shape, right=("found",))
    tell(f"Release {release.id}: {_outcome(verdicts, failed)}")
    if failed:
        raise typer.Exit(CHECK_FAILED)


def _verdict(verdict: Any) -> str:
    return "passed" if verdict.passed else "FAILED" if verdict.is_required else "note"


def _outcome(verdicts: list[Any], failed: list[Any]) -> str:
    notes = sum(not v.passed and not v.is_required for v in verdicts)
    if failed:
        return (
            f"{len(failed)} of {len(verdicts)} checks failed, the first: {failed[0].check}. Build it again."
        )
    return f"all checks passed ({len(verdicts)}, {notes} of them with a note)."
