"""How good the classifier is on projects it has not seen, beside simpler ones in the same run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas.relevance.candidates import text_column
from clusteratlas.relevance.model import Model
from clusteratlas.relevance.training import Labelled, fit

TARGETS = {"core": 2, "core or related": 1}
SURE = ("h", "m")
"""Labels of low confidence train, but do not judge."""

# A method learns from some rows and says for all rows whether they reach each level: 1 related, 2 core.
Method = Callable[[Labelled, np.ndarray], dict[int, np.ndarray]]


def evaluate(
    projects: pa.Table,
    participants: pa.Table,
    labels: pa.Table,
    *,
    folds: int = 5,
    repeats: int = 5,
    seed: int = 0,
) -> list[dict]:
    """Repeated stratified cross-validation of this classifier, with and without texts, and of baselines.

    Tables as for ``train``. Each row of the result: ``method``, ``target`` (core, core or related),
    ``precision``, ``recall``, ``f1`` (means over the repeats, on labels of confidence h and m), ``f1_spread``
    (standard deviation over the repeats).
    """
    return cross_validate(Labelled(projects, participants, labels), folds=folds, repeats=repeats, seed=seed)


def cross_validate(labelled: Labelled, *, folds: int = 5, repeats: int = 5, seed: int = 0) -> list[dict]:
    """As ``evaluate``, on labelled projects already read. Labels of our own teach in every fold, judge in none."""
    from sklearn.model_selection import StratifiedKFold

    judged, own = np.flatnonzero(~labelled.is_own), np.flatnonzero(labelled.is_own)
    runs: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for repeat in range(repeats):
        splitter = StratifiedKFold(folds, shuffle=True, random_state=seed + repeat)
        parts = splitter.split(judged, labelled.label[judged])
        splits = [(np.append(judged[learn], own), judged[judge]) for learn, judge in parts]
        for name, target, predicted in _predictions(labelled, splits):
            runs.setdefault((name, target), []).append(_scores(labelled, target, predicted))
    return [_row(name, target, scores) for (name, target), scores in runs.items()]


def holdout(labelled: Labelled, learn: np.ndarray, judge: np.ndarray) -> list[dict]:
    """Scores on the rows ``judge`` of methods that learnt from the rows ``learn`` alone."""
    rows = []
    for name, target, predicted in _predictions(labelled, [(learn, judge)]):
        rows.append(_row(name, target, [_scores(labelled, target, predicted, judge)]))
    return rows


def _predictions(
    labelled: Labelled, splits: list[tuple[np.ndarray, np.ndarray]]
) -> Iterable[tuple[str, str, np.ndarray]]:
    for name, method in METHODS.items():
        predicted = {level: np.zeros(len(labelled.label), dtype=bool) for level in TARGETS.values()}
        for learn, judge in splits:
            for level, said in method(labelled, learn).items():
                predicted[level][judge] = said[judge]
        for target, level in TARGETS.items():
            yield name, target, predicted[level]


def _scores(
    labelled: Labelled, target: str, predicted: np.ndarray, judge: np.ndarray | None = None
) -> tuple[float, float, float]:
    counted = np.isin(labelled.confidence.astype(str), SURE) & ~labelled.is_own
    if judge is not None:
        counted &= np.isin(np.arange(len(counted)), judge)
    truth, said = labelled.label[counted] >= TARGETS[target], predicted[counted]
    hits = float((truth & said).sum())
    precision, recall = hits / max(said.sum(), 1), hits / max(truth.sum(), 1)
    return precision, recall, 2 * precision * recall / max(precision + recall, 1e-12)


def _row(method: str, target: str, scores: list[tuple[float, float, float]]) -> dict:
    precision, recall, f1 = np.mean(scores, axis=0).tolist()
    spread = float(np.std([s[2] for s in scores]))
    return {
        "method": method, "target": target, "precision": precision, "recall": recall, "f1": f1,
        "f1_spread": spread,
    }  # fmt: skip


def _this_classifier(labelled: Labelled, learn: np.ndarray) -> dict[int, np.ndarray]:
    model = fit(labelled, learn)
    return _said(model, labelled, labelled.matrix, model.read(labelled.texts))


def _without_texts(labelled: Labelled, learn: np.ndarray) -> dict[int, np.ndarray]:
    return _said(fit(labelled, learn), labelled, labelled.bare_matrix, [None] * len(labelled.label))


def _said(model: Model, labelled: Labelled, matrix: np.ndarray, vectors: list) -> dict[int, np.ndarray]:
    labels = model.labels(*model.probabilities(matrix, vectors))
    return {1: (labels != "none") & labelled.is_candidate, 2: (labels == "core") & labelled.is_candidate}


def _has_word(labelled: Labelled, learn: np.ndarray) -> dict[int, np.ndarray]:
    has = np.array(["cluster" in text.lower() for text in _texts(labelled.projects)], dtype=bool)
    return {1: has, 2: has}


def _has_word_and_participant(labelled: Labelled, learn: np.ndarray) -> dict[int, np.ndarray]:
    names = pc.utf8_lower(text_column(labelled.participants, "name"))
    chosen = labelled.participants.filter(pc.match_substring(names, "cluster"))
    ids = labelled.projects["project_id"]
    named = pc.is_in(ids, value_set=pc.unique(pc.cast(chosen["project_id"], ids.type)))
    has = _has_word(labelled, learn)[1] & np.asarray(named.to_numpy(zero_copy_only=False), dtype=bool)
    return {1: has, 2: has}


def _texts_and_regression(labelled: Labelled, learn: np.ndarray) -> dict[int, np.ndarray]:
    """The usual script: words and pairs of words that two of the texts learnt from have, weighted by TF-IDF."""
    from sklearn.feature_extraction.text import TfidfTransformer
    from sklearn.linear_model import LogisticRegression

    counts, said = _counted(tuple(_texts(labelled.projects))), {}
    often = np.asarray((counts[learn] > 0).sum(axis=0)).ravel() >= 2
    weighting = TfidfTransformer(sublinear_tf=True).fit(counts[learn][:, often])
    weights = weighting.transform(counts[:, often])
    for level in (1, 2):
        model = LogisticRegression(C=10.0, class_weight="balanced", max_iter=2000)
        model.fit(weights[learn], labelled.label[learn] >= level)
        said[level] = model.predict(weights).astype(bool)
    return said


@lru_cache(maxsize=1)
def _counted(texts: tuple[str, ...]) -> Any:
    """How often each text has each word and pair of words, a sparse matrix: the same in every fold."""
    from sklearn.feature_extraction.text import CountVectorizer

    return CountVectorizer(ngram_range=(1, 2), stop_words="english").fit_transform(texts).tocsr()


def _texts(projects: pa.Table) -> list[str]:
    columns = (text_column(projects, name).to_pylist() for name in ("title", "objective"))
    return [" ".join(parts) for parts in zip(*columns, strict=True)]


METHODS: dict[str, Method] = {
    "clusteratlas": _this_classifier,
    "clusteratlas, title, call, partners only": _without_texts,
    "the bare word": _has_word,
    "the word and a participant named cluster": _has_word_and_participant,
    "TF-IDF and logistic regression": _texts_and_regression,
}


def scores_text(rows: list[dict]) -> str:
    """The scores as a table to print.

    >>> row = {"method": "m", "target": "core", "precision": 1, "recall": 1, "f1": 1, "f1_spread": 0}
    >>> print(scores_text([row]).splitlines()[1].split()[-1])
    0.000
    """
    head = f"{'method':42s}{'target':17s}{'precision':>10s}{'recall':>8s}{'F1':>8s}{'spread':>8s}"
    lines = [
        f"{r['method']:42s}{r['target']:17s}{r['precision']:10.3f}{r['recall']:8.3f}{r['f1']:8.3f}{r['f1_spread']:8.3f}"
        for r in rows
    ]
    return "\n".join([head, *lines])
