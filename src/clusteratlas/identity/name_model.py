"""How probable it is that two names are one body: a small ensemble of decision trees over the evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np


@dataclass(frozen=True)
class NameModel:
    """Boosted regression trees on the log-odds (Friedman 2001, Annals of Statistics 29).

    Each tree is five arrays of one length: the column asked at a node (-1 at a leaf), the threshold (at most it:
    go to ``below``), the node ``below``, the node ``above``, the value added at a leaf.
    """

    columns: tuple[str, ...]
    start: float
    trees: tuple[tuple[np.ndarray, ...], ...]

    def probability(self, evidence: dict[str, np.ndarray]) -> np.ndarray:
        """The probability for each pair, 0 to 1."""
        table = np.column_stack([evidence[column] for column in self.columns]).astype(np.float32)
        odds = np.full(len(table), self.start)
        rows = np.arange(len(table))
        for column, threshold, below, above, value in self.trees:
            node = np.zeros(len(table), dtype=np.int64)
            while (inner := column[node] >= 0).any():
                goes_below = table[rows, column[node]] <= threshold[node]
                node = np.where(inner, np.where(goes_below, below[node], above[node]), node)
            odds += value[node]
        return 1 / (1 + np.exp(-odds))


def from_json(held: dict[str, Any]) -> NameModel:
    """A model as ``training.fit`` wrote it."""
    kinds = (np.int64, np.float64, np.int64, np.int64, np.float64)
    trees = tuple(
        tuple(np.array(part, dtype=kind) for part, kind in zip(tree, kinds, strict=True))
        for tree in held["trees"]
    )
    return NameModel(tuple(held["columns"]), held["start"], trees)


@cache
def name_model() -> NameModel:
    """The model that the package ships; see ``docs/explanation/identity.md`` for what it learned from.

    >>> "spelling" in name_model().columns
    True
    """
    text = files("clusteratlas.identity").joinpath("name_model.json").read_text(encoding="utf-8")
    return from_json(json.loads(text))
