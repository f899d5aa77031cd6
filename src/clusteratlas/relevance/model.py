"""The trained model: regressions on evidence and on wording, as plain numbers any program can use."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from importlib import resources

import numpy as np

from clusteratlas.errors import InputError
from clusteratlas.relevance.wording import Vector, Wording

SHIPPED = "model.json"


@dataclass(frozen=True)
class Regression:
    """A logistic regression on standardised features: one weight per feature, an intercept, a threshold."""

    weights: tuple[float, ...]
    intercept: float
    threshold: float

    def probability(self, standardised: np.ndarray) -> np.ndarray:
        """The probability of each row of a matrix of standardised features."""
        return 1.0 / (1.0 + np.exp(-(standardised @ np.array(self.weights) + self.intercept)))


@dataclass(frozen=True)
class Model:
    """Two opinions, averaged: one on evidence, one on wording.

    Evidence: weights of ``features`` for *core or related* (``relevant``) and for *core*, with their means
    and scales. ``wording``: weights of words, heard only where there is a text to read.
    ``rest_probability`` is given to projects in which nothing at all points to a cluster; ``patterns`` is the
    fingerprint of the patterns the features were computed with; ``trained_on`` counts the labels.
    """

    features: tuple[str, ...]
    means: tuple[float, ...]
    scales: tuple[float, ...]
    relevant: Regression
    core: Regression
    wording: Wording
    rest_probability: float
    patterns: str
    trained_on: dict[str, int]

    def probabilities(
        self, matrix: np.ndarray, vectors: Sequence[Vector | None]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Probability of being core or related, and of being core (never the larger), for each row.

        ``matrix`` has a column per feature; ``vectors`` are those of ``read``, as many as rows.
        """
        standardised = (matrix - np.array(self.means)) / np.array(self.scales)
        both = np.column_stack([r.probability(standardised) for r in (self.relevant, self.core)])
        is_read = np.array([vector is not None for vector in vectors], dtype=bool)
        worded = self.wording.probabilities([vector for vector in vectors if vector is not None])
        both[is_read] = (both[is_read] + worded) / 2
        return both[:, 0], both.min(axis=1)

    def read(self, texts: Sequence[str | None]) -> list[Vector | None]:
        """What ``wording`` makes of each text; None where there is little to read."""
        return [None if text is None else self.wording.vector(text) for text in texts]

    def labels(self, relevant: np.ndarray, core: np.ndarray) -> np.ndarray:
        """'core', 'related' or 'none' for each pair of probabilities."""
        is_related = np.where(relevant >= self.relevant.threshold, "related", "none")
        return np.where((is_related == "related") & (core >= self.core.threshold), "core", is_related)

    def contributions(self, matrix: np.ndarray) -> np.ndarray:
        """Log-odds each feature adds to *core or related*, against the same project without it."""
        return matrix / np.array(self.scales) * np.array(self.relevant.weights)

    def to_bytes(self) -> bytes:
        """The model as JSON; the same model always gives the same bytes."""
        return (json.dumps(asdict(self), separators=(",", ":")) + "\n").encode()

    @classmethod
    def from_bytes(cls, content: bytes) -> Model:
        """A model from ``to_bytes``; raises InputError when the content is no such model."""
        try:
            data = json.loads(content)
            tables = {k: tuple(data.pop(k)) for k in ("features", "means", "scales")}
            parts = {k: _regression(data.pop(k)) for k in ("relevant", "core")}
            words = {k: tuple(v) for k, v in data.pop("wording").items()}
            return cls(**tables, **parts, wording=Wording(**words), **data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"this is not a relevance model ({error})", remedy="train one: clusteratlas relevance train"
            ) from error


def _regression(data: dict) -> Regression:
    return Regression(tuple(data["weights"]), data["intercept"], data["threshold"])


@cache
def load_model() -> Model:
    """The model shipped with the package.

    >>> load_model().core.threshold < 1
    True
    """
    return Model.from_bytes(resources.files(__package__).joinpath(SHIPPED).read_bytes())
