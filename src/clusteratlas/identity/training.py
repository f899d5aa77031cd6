"""Learns the model of names from pairs whose answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np

from clusteratlas.identity.evidence import COLUMNS

TREES = 80
SEED = 20260301
MORE_ALIKE = {
    "words_in_common": 1,
    "smaller_cover": 1,
    "larger_cover": 1,
    "rarest_unshared": -1,
    "rarest_unshared_any": -1,
    "unshared_rarity": -1,
    "numbers_unshared": -1,
    "spelling": 1,
    "spelling_sorted": 1,
    "spelling_within": 1,
    "beginning": 1,
    "spelling_of_concepts": 1,
    "legal_form": 1,
    "initials": 1,
}
"""Columns of which more may only speak for one body (1) or only against it (-1), whatever the examples say."""


def fit(evidence: dict[str, np.ndarray], is_same: np.ndarray) -> dict[str, Any]:
    """A model as plain lists (see ``name_model.from_json``) from evidence and the answer for each pair.

    Histogram-based gradient boosting of scikit-learn: 80 trees of depth 4, no leaf of fewer than 30 pairs.
    """
    from sklearn.ensemble import HistGradientBoostingClassifier

    table = np.column_stack([evidence[column] for column in COLUMNS]).astype(np.float32)
    learner = HistGradientBoostingClassifier(
        max_iter=TREES,
        learning_rate=0.08,
        max_depth=4,
        min_samples_leaf=30,
        l2_regularization=1.0,
        early_stopping=False,
        random_state=SEED,
        monotonic_cst=[MORE_ALIKE.get(column, 0) for column in COLUMNS],
    )
    learner.fit(table, is_same)
    trees = [_tree(stage[0].nodes) for stage in learner._predictors]
    return {"columns": list(COLUMNS), "start": float(learner._baseline_prediction[0, 0]), "trees": trees}


def _tree(nodes: np.ndarray) -> list[list[float]]:
    leaf = nodes["is_leaf"].astype(bool)
    column = np.where(leaf, -1, nodes["feature_idx"])
    threshold = np.where(leaf, 0.0, nodes["num_threshold"])
    return [
        column.tolist(),
        [round(float(t), 6) for t in threshold],
        nodes["left"].tolist(),
        nodes["right"].tolist(),
        [round(float(v), 6) for v in nodes["value"]],
    ]
