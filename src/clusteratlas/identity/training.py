"""Learns the model of names from pairs whose answer is known."""

from __future__ import annotations

from typing import Any

import numpy as np

from clusteratlas.identity.evidence import COLUMNS

TREES = 80
SEED = 20260301


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
