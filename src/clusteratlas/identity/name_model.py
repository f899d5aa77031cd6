"""How probable it is that two names are one body: a small ensemble of decision trees over the evidence."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

Tree = list[list[float]]

AT_A_TIME = 4096
"""Pairs computed at a time: few enough to stay in the processor's cache."""
MOST_LEAVES = 16


@dataclass(frozen=True)
class NameModel:
    """Boosted regression trees on the log-odds (Friedman 2001, Annals of Statistics 29).

    Computed without walking the trees (as QuickScorer does: Lucchese et al. 2015, SIGIR): ``thresholds`` of each
    column in order cut it into bins, ``reachable`` says for each bin of a column which leaves of each tree (a bit
    each) it leaves reachable; the first leaf that every column leaves reachable is where the pair ends. ``values``
    are those of the leaves of each tree.
    """

    columns: tuple[str, ...]
    start: float
    thresholds: tuple[np.ndarray, ...]
    reachable: tuple[np.ndarray, ...]
    values: np.ndarray

    def probability(self, evidence: dict[str, np.ndarray]) -> np.ndarray:
        """The probability for each pair, 0 to 1."""
        size = len(evidence[self.columns[0]])
        parts = [self._odds(evidence, slice(start, start + AT_A_TIME)) for start in range(0, size, AT_A_TIME)]
        odds = np.concatenate(parts) if parts else np.empty(0)
        return 1 / (1 + np.exp(-odds))

    def _odds(self, evidence: dict[str, np.ndarray], part: slice) -> np.ndarray:
        left: np.ndarray | None = None
        for column, thresholds, reachable in zip(self.columns, self.thresholds, self.reachable, strict=True):
            bins = np.searchsorted(thresholds, evidence[column][part].astype(np.float32))
            still = reachable.take(bins, axis=0, mode="clip")  # clip: without a check of each
            left = still if left is None else np.bitwise_and(left, still, out=left)
        leaf = _lowest_bit().take(left) + np.arange(0, self.values.size, MOST_LEAVES, dtype=np.uint16)
        return self.start + self.values.ravel()[leaf].sum(axis=1)


@cache
def _lowest_bit() -> np.ndarray:
    """The place of the lowest bit of every mask of leaves."""
    masks = np.arange(1 << MOST_LEAVES)
    return np.log2(np.maximum(masks & -masks, 1)).astype(np.uint8)


def from_json(held: dict[str, Any]) -> NameModel:
    """A model as ``training.fit`` wrote it: of each tree five lists of one length, with an entry for each node.

    The column asked (-1 at a leaf), the threshold (at most it: go to ``below``), the node below, the node above,
    the value at a leaf.
    """
    columns = tuple(held["columns"])
    leaves = [_leaves(tree) for tree in held["trees"]]
    asked = [_asked(tree, places) for tree, places in zip(held["trees"], leaves, strict=True)]
    thresholds, reachable = [], []
    for column in range(len(columns)):
        cuts = np.unique([cut for tree in asked for at, cut, _ in tree if at == column]).astype(float)
        allowed = np.full((len(cuts) + 1, len(asked)), (1 << MOST_LEAVES) - 1, dtype=np.uint16)
        for number, tree in enumerate(asked):
            for at, cut, below in tree:
                if at == column:
                    allowed[np.searchsorted(cuts, cut) + 1 :, number] &= ~np.uint16(below)
        thresholds.append(cuts)
        reachable.append(allowed)
    values = np.zeros((len(asked), MOST_LEAVES))
    for row, places, tree in zip(values, leaves, held["trees"], strict=True):
        row[: len(places)] = [tree[4][node] for node in places]
    return NameModel(columns, held["start"], tuple(thresholds), tuple(reachable), values)


def _leaves(tree: Tree, node: int = 0) -> list[int]:
    """The leaves under ``node``, those below each threshold first."""
    if tree[0][node] < 0:
        return [node]
    return _leaves(tree, int(tree[2][node])) + _leaves(tree, int(tree[3][node]))


def _asked(tree: Tree, leaves: list[int]) -> list[tuple[int, float, int]]:
    """Of each node that asks: its column, its threshold, and the leaves (as bits) that are out above it."""
    place = {leaf: 1 << number for number, leaf in enumerate(leaves)}
    return [
        (int(column), tree[1][node], sum(place[leaf] for leaf in _leaves(tree, int(tree[2][node]))))
        for node, column in enumerate(tree[0])
        if column >= 0
    ]


@cache
def name_model() -> NameModel:
    """The model that the package ships; see ``docs/explanation/identity.md`` for what it learned from.

    >>> "spelling" in name_model().columns
    True
    """
    text = files("clusteratlas.identity").joinpath("name_model.json").read_text(encoding="utf-8")
    return from_json(json.loads(text))
