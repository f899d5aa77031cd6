"""Labels of our own, with their reasons, to learn from beside the labels somebody brings."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from importlib import resources

import pyarrow as pa

OWN = "labels_own.tsv"
LABELS = pa.schema(
    [("project_id", pa.string()), ("label", pa.int64()), ("confidence", pa.string()), ("is_own", pa.bool_())]
)


def own_labels() -> list[dict]:
    """The labels shipped with the package: Horizon Europe projects, read and judged one by one.

    Each has ``project_id`` (the publisher's number), ``label`` (2 core, 1 related, 0 none), ``confidence``
    (h, m, l) and ``reason``. Projects that are hard to tell were sought out, so their mix is not life's.

    >>> sorted({row["label"] for row in own_labels()})
    [0, 1, 2]
    """
    text = resources.files(__package__).joinpath(OWN).read_text("utf-8")
    rows = csv.DictReader(text.splitlines(), delimiter="\t")
    return [{**row, "label": int(row["label"])} for row in rows]


def with_own_labels(labels: pa.Table, ids: Mapping[str, str] | None = None) -> pa.Table:
    """``labels`` and those of ``own_labels`` on other projects, told apart by ``is_own``.

    ``ids`` gives a project's id for the publisher's number where the two differ.
    """
    given = [{**row, "project_id": str(row["project_id"]), "is_own": False} for row in labels.to_pylist()]
    known, ids = {row["project_id"] for row in given}, ids or {}
    own = [{**row, "project_id": ids.get(row["project_id"], row["project_id"])} for row in own_labels()]
    rows = given + [{**row, "is_own": True} for row in own if row["project_id"] not in known]
    return pa.Table.from_pylist(rows, schema=LABELS)
