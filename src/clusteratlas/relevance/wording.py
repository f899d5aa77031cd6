"""How much a text's wording is like that of cluster projects: weighted words, as plain numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

WORD = r"[a-z]{2,}"

Vector = tuple[np.ndarray, np.ndarray]
"""Places in a vocabulary, and the weight at each."""


@dataclass(frozen=True)
class Wording:
    """A logistic regression on TF-IDF (Salton and Buckley 1988) of ``vocabulary``.

    Counts are damped by 1 + log, texts scaled to length one. ``idf`` weighs each word; ``relevant`` and
    ``core`` are the regressions' weights, one per word, with their intercepts in ``intercepts``.
    """

    vocabulary: tuple[str, ...]
    idf: tuple[float, ...]
    relevant: tuple[float, ...]
    core: tuple[float, ...]
    intercepts: tuple[float, float]

    @cached_property
    def _places(self) -> dict[str, int]:
        return {word: place for place, word in enumerate(self.vocabulary)}

    @cached_property
    def _arrays(self) -> tuple[np.ndarray, np.ndarray]:
        return np.array(self.idf), np.array([self.relevant, self.core], dtype=float).T

    def vector(self, text: str) -> Vector:
        """The places in the vocabulary of a text's words, and their TF-IDF weights."""
        counts, place_of = Counter(re.findall(WORD, text.lower())), self._places.get
        known = {place: n for word, n in counts.items() if (place := place_of(word)) is not None}
        places = np.fromiter(known, dtype=int, count=len(known))
        counted = np.fromiter(known.values(), dtype=float, count=len(known))
        weights = (1.0 + np.log(counted)) * self._arrays[0][places]
        length = np.sqrt(np.square(weights).sum())
        return places, weights / length if length else weights

    def probabilities(self, vectors: Sequence[Vector]) -> np.ndarray:
        """Two columns for each text's vector: the probability of core or related, and of core."""
        scores = np.zeros((len(vectors), 2))
        for row, (places, weights) in enumerate(vectors):
            scores[row] = weights @ self._arrays[1][places]
        return 1.0 / (1.0 + np.exp(-(scores + np.array(self.intercepts))))

    def telling_words(self, vector: Vector, most: int = 6) -> tuple[list[str], float]:
        """The words that speak most for a cluster project, and the log-odds all words of the text add."""
        places, weights = vector
        added = weights * self._arrays[1][places, 0]
        told: list[str] = []
        for place in places[np.argsort(-added)[: int((added > 0).sum())]].tolist():
            # Short words are mostly halves of compounds ("start-ups") and tell a reader nothing.
            if len(self.vocabulary[place]) > 3:
                told.append(self.vocabulary[place])
            if len(told) == most:
                break
        return told, float(added.sum())
