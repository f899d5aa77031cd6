"""`clusteratlas relevance train`, `evaluate`: the classifier of cluster projects, from labelled data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from clusteratlas.cli.output import ReleaseOption, Shape, ShapeOption, show_rows, tell

app = typer.Typer(help="Train and judge the classifier that tells cluster projects.", no_args_is_help=True)

LabelsOption = Annotated[
    Path,
    typer.Option(
        "--labels",
        metavar="FILE",
        help="CSV or TSV: project_id, label (2 core, 1 related, 0 none), confidence (h, m, l).",
    ),
]


@app.command("train")
def train(
    labels: LabelsOption,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="The file to write the model to.")],
    seed: Annotated[int, typer.Option("--seed", help="The same seed and input give the same model.")] = 0,
    release: ReleaseOption = None,
) -> None:
    """Train a model on labelled projects of a release, and show how good it is."""
    import clusteratlas
    from clusteratlas.errors import ClusteratlasError
    from clusteratlas.pipeline.labelling import labelled
    from clusteratlas.relevance import train_report

    with clusteratlas.open(release) as atlas:
        report = train_report(*labelled(atlas, labels), seed=seed)
    try:
        out.write_bytes(report["model"].to_bytes())
    except OSError as fault:
        raise ClusteratlasError(f"cannot be written ({fault.strerror})", where=str(out)) from None
    typer.echo(report["text"])
    tell(f"Model written to {out}")


@app.command("evaluate")
def evaluate(
    labels: LabelsOption,
    folds: Annotated[int, typer.Option("--folds", min=2, max=20, help="Parts of each cross-validation.")] = 5,
    repeats: Annotated[int, typer.Option("--repeats", min=1, max=50, help="Cross-validations.")] = 5,
    seed: Annotated[int, typer.Option("--seed", help="The same seed and input give the same scores.")] = 0,
    shape: ShapeOption = Shape.table,
    release: ReleaseOption = None,
) -> None:
    """Cross-validate the classifier beside simpler ones, on labelled projects of a release."""
    import clusteratlas
    from clusteratlas.pipeline.labelling import labelled
    from clusteratlas.relevance import evaluate as cross_validate

    with clusteratlas.open(release) as atlas:
        scores = cross_validate(*labelled(atlas, labels), folds=folds, repeats=repeats, seed=seed)
    columns = ("method", "target", "precision", "recall", "f1", "f1_spread")
    rounded = [{k: round(v, 3) if isinstance(v, float) else v for k, v in row.items()} for row in scores]
    show_rows(rounded, columns, shape, right=columns[2:])
