"""From labelled projects to a model, and how good it is; the only part that needs scikit-learn."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from clusteratlas.arrow import strings
from clusteratlas.errors import InputError
from clusteratlas.relevance.candidates import candidate_mask
from clusteratlas.relevance.cases import read_cases, texts_of
from clusteratlas.relevance.features import feature_matrix, feature_names
from clusteratlas.relevance.model import Evidence, Model, Regression
from clusteratlas.relevance.patterns import load_patterns
from clusteratlas.relevance.wording import WORD, Wording

CONFIDENCE_WEIGHTS = {"h": 1.0, "m": 0.8, "l": 0.4}
OWN_WEIGHT = 1 / 3
"""Of a label of our own, beside one somebody brought: another reader draws the line elsewhere, and the hard cases
we sought out should not outweigh the plain ones. Between a sixth and a half the scores hardly change."""

STRENGTH = {"evidence": 0.2, "wording": 3.0}
"""Inverse regularisation: some forty features on a few hundred labels want a firm hand."""

FEWEST_TEXTS = 4
"""A word is learnt when that many labelled texts have it."""
THRESHOLD = 0.5
"""More likely than not; cross-validated scores are flat from 0.35 to 0.55, so nothing is tuned here."""


class Labelled:
    """Labelled projects with their features: arrays of one length, in the order of the projects table.

    ``matrix`` holds the features of the whole projects, ``bare_matrix`` those left without their texts.
    """

    def __init__(self, projects: pa.Table, participants: pa.Table, labels: pa.Table) -> None:
        judged = {
            str(row["project_id"]): (int(row["label"]), row.get("confidence") or "h", bool(row.get("is_own")))
            for row in labels.to_pylist()
        }
        ids = pc.cast(projects["project_id"], pa.string())
        self.projects = projects.filter(pc.is_in(ids, value_set=strings(list(judged)).cast(pa.string())))
        self.participants = participants
        chosen = [judged[str(i)] for i in self.projects["project_id"].to_pylist()]
        self.label = np.array([label for label, _, _ in chosen], dtype=int)
        self.confidence = np.array([confidence for _, confidence, _ in chosen], dtype=object)
        self.is_own = np.array([own for _, _, own in chosen], dtype=bool)
        self._read()

    def _read(self) -> None:
        patterns = load_patterns()
        mask = candidate_mask(self.projects, self.participants, patterns)
        self.is_candidate = np.asarray(mask.to_numpy(zero_copy_only=False), dtype=bool)
        cases = read_cases(self.projects, self.participants, patterns)
        self.matrix, self.texts = feature_matrix(cases, patterns), texts_of(cases)
        bare = [replace(case, body_text="", body_mentions=()) for case in cases]
        self.bare_matrix = feature_matrix(bare, patterns)

    @property
    def weight(self) -> np.ndarray:
        """How much each label counts in training, by its confidence and by whose it is."""
        sure = np.array([CONFIDENCE_WEIGHTS.get(c, 1.0) for c in self.confidence])
        return sure * np.where(self.is_own, OWN_WEIGHT, 1.0)


def train(projects: pa.Table, participants: pa.Table, labels: pa.Table, *, seed: int = 0) -> Model:
    """A model from ``labels`` (project_id; label 2 core, 1 related, 0 none; confidence h, m or l; is_own).

    Give them through ``with_own_labels`` to learn from ours too: those with ``is_own`` count a third.
    ``projects`` and ``participants`` are as for ``classify``; labels of projects that are not among them are
    passed over. Raises InputError when fewer than two classes are left. The same input gives the same model.
    Method: the mean of two logistic regressions with an L2 penalty (scikit-learn), on standardised features
    and on TF-IDF of the words, once for *core or related* against none and once for *core* against all.
    """
    return fit(Labelled(projects, participants, labels), seed=seed)


def fit(labelled: Labelled, rows: np.ndarray | None = None, *, seed: int = 0) -> Model:
    """A model from ``rows`` (all when None) of labelled projects."""
    rows = np.arange(len(labelled.label)) if rows is None else rows
    label, weight = labelled.label[rows], labelled.weight[rows]
    if len(set((label > 0).tolist())) < 2 or not (label > 1).any():
        raise InputError(
            "the labels hold no core project or nothing but relevant ones",
            where="labels",
            remedy="label some projects of each kind: 2 core, 1 related, 0 none",
        )
    patterns, texts = load_patterns(), [labelled.texts[row] or "" for row in rows.tolist()]
    return Model(
        features=feature_names(patterns),
        full=_evidence(labelled.matrix[rows], label, weight, seed),
        bare=_evidence(labelled.bare_matrix[rows], label, weight, seed),
        wording=_wording(texts, label, weight, seed),
        threshold=THRESHOLD,
        rest_probability=_rest_probability(labelled, rows),
        patterns=patterns.fingerprint,
        trained_on=dict(sorted(Counter(str(value) for value in label.tolist()).items())),
    )


def _rounded(values: np.ndarray, digits: int = 8) -> tuple[float, ...]:
    return tuple(float(f"{v:.{digits}g}") for v in values.tolist())


def _evidence(matrix: np.ndarray, label: np.ndarray, weight: np.ndarray, seed: int) -> Evidence:
    means, scales = matrix.mean(axis=0), matrix.std(axis=0)
    scales[scales == 0] = 1.0
    standardised = (matrix - means) / scales
    parts = (_regression(standardised, label > level, weight, seed) for level in (0, 1))
    return Evidence(_rounded(means), _rounded(scales), *parts)


def _regression(matrix: np.ndarray, truth: np.ndarray, weight: np.ndarray, seed: int) -> Regression:
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=STRENGTH["evidence"], max_iter=5000, tol=1e-6, random_state=seed)
    fitted.fit(matrix, truth, sample_weight=weight)
    return Regression(_rounded(fitted.coef_[0]), _rounded(fitted.intercept_)[0])


def _wording(texts: list[str], label: np.ndarray, weight: np.ndarray, seed: int) -> Wording:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression

    if not any(texts):
        return Wording((), (), (), (), (0.0, 0.0))
    fewest = FEWEST_TEXTS if len(texts) > 20 * FEWEST_TEXTS else 1
    vectoriser = TfidfVectorizer(sublinear_tf=True, min_df=fewest, stop_words="english", token_pattern=WORD)
    matrix, learnt = vectoriser.fit_transform(texts), []
    for level in (0, 1):
        # Balanced: relevant projects are rare, and what they have in common should weigh as much as the rest.
        fitted = LogisticRegression(
            C=STRENGTH["wording"], class_weight="balanced", max_iter=5000, random_state=seed
        )
        learnt.append(fitted.fit(matrix, label > level, sample_weight=weight))
    intercepts = tuple(_rounded(one.intercept_, 5)[0] for one in learnt)
    words = tuple(vectoriser.get_feature_names_out().tolist())
    relevant, core = (_rounded(one.coef_[0], 5) for one in learnt)
    return Wording(words, _rounded(vectoriser.idf_, 6), relevant, core, intercepts)


def _rest_probability(labelled: Labelled, rows: np.ndarray) -> float:
    """Share of relevant projects where nothing points to a cluster, by the rule of succession (Laplace)."""
    rest = rows[~labelled.is_candidate[rows]]
    # Labels are denser than life among relevant projects, so this errs on the high side.
    return round(float((labelled.label[rest] > 0).sum() + 1) / (len(rest) + 2) / 10, 4)


def train_report(projects: pa.Table, participants: pa.Table, labels: pa.Table, *, seed: int = 0) -> dict:
    """The model, what it weighs most, and its cross-validated scores beside the baselines.

    Returns {"model": Model, "scores": list of rows as ``evaluate`` gives them, "weights": list of
    (feature, weight for core or related, weight for core), "text": the same as a table to print}.
    """
    from clusteratlas.relevance.evaluation import cross_validate, scores_text

    labelled = Labelled(projects, participants, labels)
    model, scores = fit(labelled, seed=seed), cross_validate(labelled, seed=seed)
    weights = sorted(
        zip(model.features, model.full.relevant.weights, model.full.core.weights, strict=True),
        key=lambda row: -abs(row[1]) - abs(row[2]),
    )
    lines = [f"{name:28s}{relevant:10.2f}{core:10.2f}" for name, relevant, core in weights[:20]]
    text = scores_text(scores) + "\n\nfeature" + " " * 21 + "  relevant      core\n" + "\n".join(lines)
    return {"model": model, "scores": scores, "weights": weights, "text": text}
