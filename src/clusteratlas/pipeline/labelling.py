"""Labelled projects and their release, brought together to train and judge the classifier."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from clusteratlas.errors import InputError, nearest
from clusteratlas.pipeline.judge import cases

if TYPE_CHECKING:
    import pyarrow as pa

    from clusteratlas.atlas import Atlas

COLUMNS = ("project_id", "label")
CONFIDENCES = ("h", "m", "l")
KNOWN = "SELECT project_id, publisher_id FROM project ORDER BY project_id DESC"


def labelled(atlas: Atlas, path: Path) -> tuple[pa.Table, pa.Table, pa.Table]:
    """Projects, participants and the labels in ``path`` beside our own, as `clusteratlas.relevance` takes them.

    ``path`` is a CSV or TSV file with the columns project_id (ours or the publisher's), label (2 core,
    1 related, 0 none) and perhaps confidence (h, m, l). Raises `InputError` with the line at fault.

    >>> train(*labelled(atlas, Path("labels.tsv")))  # doctest: +SKIP
    """
    import pyarrow as pa

    from clusteratlas.relevance import with_own_labels

    rows = list(read_labels(path))
    known = atlas.cursor.execute(KNOWN).fetchall()
    ours = {published: project for project, published in known} | {project: project for project, _ in known}
    found = [{**row, "project_id": ours[row["project_id"]]} for row in rows if row["project_id"] in ours]
    if not found:
        raise InputError(
            "none of the labelled projects is in the release",
            where=str(path),
            remedy="name another --release",
        )
    return *cases(atlas.cursor), with_own_labels(pa.Table.from_pylist(found), ours)


def read_labels(path: Path) -> Iterator[dict[str, str | int]]:
    """The labels in a CSV or TSV file, one a row; raises `InputError` with the line."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as fault:
        raise InputError(
            f"cannot be read ({fault})", where=str(path), remedy="name a CSV or TSV file"
        ) from None
    head = text.split("\n", 1)[0]
    rows = csv.DictReader(text.splitlines(), delimiter="\t" if "\t" in head else ",")
    for column in COLUMNS:
        if column not in (rows.fieldnames or ()):
            raise InputError(
                f"column '{column}' is missing",
                where=str(path),
                remedy=nearest(column, rows.fieldnames or ["nothing"]),
            )
    for row in rows:
        label, confidence = (row["label"] or "").strip(), (row.get("confidence") or "h").strip()
        if label not in ("0", "1", "2") or confidence not in CONFIDENCES:
            raise InputError(
                f"label '{label}' with confidence '{confidence}' is none",
                where=f"{path}, line {rows.line_num}",
                remedy="label 2 core, 1 related or 0 none; confidence h, m or l",
            )
        yield {"project_id": row["project_id"].strip(), "label": int(label), "confidence": confidence}
