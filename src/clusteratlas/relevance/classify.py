"""The verdict on each project: initiative rules first, then the model; none for the rest."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas.arrow import numbers, real_numbers, strings
from clusteratlas.errors import InputError, nearest
from clusteratlas.relevance.candidates import candidate_mask
from clusteratlas.relevance.cases import Case, read_cases, texts_of
from clusteratlas.relevance.evidence import evidence_json, rule_evidence_json
from clusteratlas.relevance.features import feature_matrix, feature_names
from clusteratlas.relevance.model import Model, load_model
from clusteratlas.relevance.patterns import Patterns, load_patterns

RESULT = pa.schema(
    [
        ("project_id", pa.string()),
        ("label", pa.string()),
        ("probability", pa.float64()),
        ("core_probability", pa.float64()),
        ("evidence", pa.string()),
    ]
)
RULE_PROBABILITIES = {"core": (1.0, 1.0), "related": (1.0, 0.0), "none": (0.0, 0.0)}


def classify(projects: pa.Table, participants: pa.Table, *, model: Model | None = None) -> pa.Table:
    """How far each project is about industrial and innovation clusters, and what speaks for it.

    ``projects`` needs ``project_id``; it may have ``acronym``, ``title``, ``objective`` (or ``summary``),
    ``keywords``, ``topic_code``, ``topic_title``, ``funding_scheme_code``, ``eu_contribution_eur``,
    ``initiative_id`` (given by a topic-code rule: it decides) and ``initiative_label`` (what that rule says:
    core, the default, related, none, or context, which leaves the verdict to the model). ``participants``
    needs ``project_id`` and ``name``; it may have ``short_name``, ``role``, ``activity_type`` and
    ``is_cluster_organisation`` (stated by the source). Nulls pass.

    Returns a row per project, in the same order: ``project_id``, ``label`` (core, related, none),
    ``probability`` of being core or related, ``core_probability``, ``evidence`` (JSON list of objects with
    ``kind``, ``text`` and ``weight``, the log-odds it adds). Raises InputError when a column is missing.

    >>> projects = pa.table({"project_id": ["1"], "title": ["Stars in globular clusters"]})
    >>> participants = pa.table({"project_id": ["1"], "name": ["Observatory"]})
    >>> classify(projects, participants)["label"].to_pylist()
    ['none']
    """
    _need(projects, ("project_id",), "projects")
    _need(participants, ("project_id", "name"), "participants")
    projects, participants = _with_text_ids(projects), _with_text_ids(participants)
    model, patterns = model or load_model(), load_patterns()
    _fitting(model, patterns)
    mask = candidate_mask(projects, participants, patterns)
    cases = read_cases(projects.filter(mask), participants, patterns)
    places = numbers(pc.indices_nonzero(mask))
    return _table(projects["project_id"], places, _verdicts(cases, model, patterns), model)


def _need(table: pa.Table, columns: Sequence[str], where: str) -> None:
    for column in columns:
        if column not in table.column_names:
            hint = nearest(column, table.column_names)
            raise InputError(f"column '{column}' is missing", where=where, remedy=hint)


def _with_text_ids(table: pa.Table) -> pa.Table:
    place = table.column_names.index("project_id")
    return table.set_column(place, "project_id", pc.cast(table["project_id"], pa.string()))


def _fitting(model: Model, patterns: Patterns) -> None:
    if model.features != feature_names(patterns):
        raise InputError(
            "the relevance model was trained with other features",
            remedy="train it again: clusteratlas relevance train",
        )


def _verdicts(cases: Sequence[Case], model: Model, patterns: Patterns) -> list[tuple]:
    matrix = feature_matrix(cases, patterns)
    vectors = model.read(texts_of(cases))
    relevant, core = model.probabilities(matrix, vectors)
    labels, added = model.labels(relevant, core).tolist(), model.contributions(matrix, vectors)
    verdicts = []
    for i, case in enumerate(cases):
        ruled = _rule_label(case)
        if ruled:
            verdicts.append((ruled, *RULE_PROBABILITIES[ruled], rule_evidence_json(case)))
        else:
            weights = dict(zip(model.features, added[i].tolist(), strict=True))
            words = model.wording.telling_words(vectors[i]) if vectors[i] is not None else None
            said = evidence_json(case, weights, patterns, words)
            verdicts.append((labels[i], float(relevant[i]), float(core[i]), said))
    return verdicts


def _rule_label(case: Case) -> str | None:
    if case.project["initiative_id"] is None:
        return None
    label = case.project["initiative_label"] or "core"
    return label if label in RULE_PROBABILITIES else None


def _table(ids: pa.ChunkedArray, places: np.ndarray, verdicts: list[tuple], model: Model) -> pa.Table:
    rest = ("none", model.rest_probability, 0.0, "[]")
    columns = [np.full(len(ids), value, dtype=object) for value in rest]
    for column, values in zip(columns, zip(*verdicts, strict=True), strict=False):
        column[places] = values
    makers = (strings, real_numbers, real_numbers, strings)
    arrays = [ids, *(make(column.tolist()) for make, column in zip(makers, columns, strict=True))]
    return pa.Table.from_arrays(arrays, names=RESULT.names).cast(RESULT).combine_chunks()
