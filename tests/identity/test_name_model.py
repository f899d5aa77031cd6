"""The model of names computes what its trees say."""

from __future__ import annotations

import json
from importlib.resources import files

import numpy as np
import pytest

from clusteratlas.identity.evidence import COLUMNS
from clusteratlas.identity.name_model import from_json, name_model
from clusteratlas.identity.training import fit


def walked(held: dict, evidence: dict[str, np.ndarray], pair: int) -> float:
    """The probability of one pair, each tree walked from its root to a leaf."""
    odds = held["start"]
    for column, threshold, below, above, value in held["trees"]:
        node = 0
        while column[node] >= 0:
            seen = float(np.float32(evidence[held["columns"][column[node]]][pair]))
            node = below[node] if seen <= threshold[node] else above[node]
        odds += value[node]
    return 1 / (1 + np.exp(-odds))


def test_the_shipped_trees_give_what_walking_them_gives() -> None:
    held = json.loads(files("clusteratlas.identity").joinpath("name_model.json").read_text(encoding="utf-8"))
    draw = np.random.default_rng(11)
    thresholds = {
        name: [cut for tree in held["trees"] for at, cut in zip(*tree[:2], strict=True) if at == place]
        for place, name in enumerate(held["columns"])
    }
    evidence = {  # half of them on a threshold, where the two sides are easily mixed up
        name: np.concatenate([draw.choice(cuts or [0.0], 20), draw.uniform(-2, 110, 20)])
        for name, cuts in thresholds.items()
    }
    expected = [walked(held, evidence, pair) for pair in range(40)]
    assert name_model().probability(evidence) == pytest.approx(expected)


def test_a_model_learned_and_written_answers_as_it_learned() -> None:
    draw = np.random.default_rng(12)
    evidence = {name: draw.uniform(0, 1, 400) for name in COLUMNS}
    is_same = evidence["spelling"] + evidence["words_in_common"] > 1
    held = json.loads(json.dumps(fit(evidence, is_same)))
    found = from_json(held).probability(evidence)
    assert found == pytest.approx([walked(held, evidence, pair) for pair in range(400)])
    assert ((found > 0.5) == is_same).mean() > 0.98
