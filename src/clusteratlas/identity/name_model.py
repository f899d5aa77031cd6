"""How probable it is that two names are one body: a small ensemble of decision trees over the evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

DEPTH = 4
AT_A_TIME = 8192
"""Pairs computed at a time: few enough to stay in the processor's cache."""


@dataclass(frozen=True)
class NameModel:
    """Boosted regression trees on the log-odds (Friedman 2001, Annals of Statistics 29).

    Each tree is five arrays of one length: the column asked at a node, the threshold (at most it: go to ``below``),
    the node ``below``, the node ``above`` (of a leaf: itself), the value added at a leaf.
    """

    columns: tuple[str, ...]
    start: float
    trees: tuple[tuple[np.ndarray, ...], ...]

    def probability(self, evidence: dict[str, np.ndarray]) -> np.ndarray:
        """The probability for each pair, 0 to 1."""
        size = len(evidence[self.columns[0]])
        parts = [self._odds(evidence, slice(start, start + AT_A_TIME)) for start in range(0, size, AT_A_TIME)]
        odds = np.concatenate(parts) if parts else np.empty(0)
        return 1 / (1 + np.exp(-odds))

    def _odds(self, evidence: dict[str, np.ndarray], part: slice) -> np.ndarray:
        table = np.column_stack([evidence[column][part] for column in self.columns]).astype(np.float32)
        flat, start = table.ravel(), np.arange(len(table)) * len(self.columns)
        odds = np.full(len(table), self.start)
        for column, threshold, below, above, value in self.trees:
            node = np.zeros(len(table), dtype=np.int64)
            for _ in range(DEPTH):
                goes_below = flat[start + column[node]] <= threshold[node]
                node = np.where(goes_below, below[node], above[node])
            odds += value[node]
        return odds


def from_json(held: dict[str, Any]) -> NameModel:
    """A model as ``training.fit`` wrote it."""
    kinds = (np.int64, np.float64, np.int64, np.int64, np.float64)
    trees = tuple(
        tuple(np.array(part, dtype=kind) for part, kind in zip(tree, kinds, strict=True))
        for tree in held["trees"]
    )
    for column, _, below, above, _ in trees:
        (leaf,) = np.nonzero(column < 0)
        column[leaf], below[leaf], above[leaf] = 0, leaf, leaf
    return NameModel(tuple(held["columns"]), held["start"], trees)


@cache
def name_model() -> NameModel:
    """The model that the package ships; see ``docs/explanation/identity.md`` for what it learned from.

    >>> "spelling" in name_model().columns
    True
    """
    text = files("clusteratlas.identity").joinpath("name_model.json").read_text(encoding="utf-8")
    return from_json(json.loads(text))
