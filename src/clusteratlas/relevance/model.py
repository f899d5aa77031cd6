"""The trained model: regressions on evidence and on wording, as plain numbers any program can use."""

from __future__ import annotations

import hashlib
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
    """A logistic regression on standardised features: one weight per feature, and an intercept."""

    weights: tuple[float, ...]
    intercept: float


@dataclass(frozen=True)
class Evidence:
    """Two regressions on the same features, for *core or related* and for *core*, with means and scales."""

    means: tuple[float, ...]
    scales: tuple[float, ...]
    relevant: Regression
    core: Regression

    def probabilities(self, matrix: np.ndarray) -> np.ndarray:
        """Two columns for each row of features: the probability of core or related, and of core."""
        weights = np.array([self.relevant.weights, self.core.weights]).T
        intercepts = np.array([self.relevant.intercept, self.core.intercept])
        standardised = (matrix - np.array(self.means)) / np.array(self.scales)
        return 1.0 / (1.0 + np.exp(-(standardised @ weights + intercepts)))

    def contributions(self, matrix: np.ndarray) -> np.ndarray:
        """Log-odds each feature adds to *core or related*, against the same project without it."""
        return matrix / np.array(self.scales) * np.array(self.relevant.weights)


@dataclass(frozen=True)
class Model:
    """Two opinions, averaged: one on evidence, one on wording; without a text, one on the evidence left.

    ``full`` weighs the ``features`` of projects with a text, ``bare`` those of projects of which only title,
    call and participants are known; ``wording`` weighs words. ``threshold`` is the probability from which a
    project is core or related, and core. ``rest_probability`` is given where nothing at all points to a
    cluster; ``patterns`` is the fingerprint of the patterns used; ``trained_on`` counts the labels.
    """

    features: tuple[str, ...]
    full: Evidence
    bare: Evidence
    wording: Wording
    threshold: float
    rest_probability: float
    patterns: str
    trained_on: dict[str, int]

    def probabilities(
        self, matrix: np.ndarray, vectors: Sequence[Vector | None]
    ) -> tuple[np.ndarray, np.ndarray]:
        """Probability of being core or related, and of being core (never the larger), for each row.

        ``matrix`` has a column per feature; ``vectors`` are those of ``read``, as many as rows.
        """
        read = _read_rows(vectors)
        both = self.bare.probabilities(matrix)
        worded = self.wording.probabilities([vector for vector in vectors if vector is not None])
        both[read] = (self.full.probabilities(matrix[read]) + worded) / 2
        return both[:, 0], both.min(axis=1)

    def read(self, texts: Sequence[str | None]) -> list[Vector | None]:
        """What ``wording`` makes of each text; None where there is little to read."""
        return [None if text is None else self.wording.vector(text) for text in texts]

    def labels(self, relevant: np.ndarray, core: np.ndarray) -> np.ndarray:
        """'core', 'related' or 'none' for each pair of probabilities."""
        is_related = np.where(relevant >= self.threshold, "related", "none")
        return np.where(core >= self.threshold, "core", is_related)

    def contributions(self, matrix: np.ndarray, vectors: Sequence[Vector | None]) -> np.ndarray:
        """Log-odds each feature adds to *core or related*, against the same project without it."""
        with_text, without = self.full.contributions(matrix), self.bare.contributions(matrix)
        return np.where(_read_rows(vectors)[:, None], with_text, without)

    def to_bytes(self) -> bytes:
        """The model as JSON; the same model always gives the same bytes."""
        return (json.dumps(asdict(self), separators=(",", ":")) + "\n").encode()

    @property
    def fingerprint(self) -> str:
        """Sixteen hexadecimal digits, others for any other model or other patterns."""
        return hashlib.sha256(self.to_bytes()).hexdigest()[:16]

    @classmethod
    def from_bytes(cls, content: bytes) -> Model:
        """A model from ``to_bytes``; raises InputError when the content is no such model."""
        try:
            data = json.loads(content)
            data["features"] = tuple(data["features"])
            data |= {part: _evidence(data[part]) for part in ("full", "bare")}
            data["wording"] = Wording(**{k: tuple(v) for k, v in data["wording"].items()})
            return cls(**data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"this is not a relevance model ({error})", remedy="train one: clusteratlas relevance train"
            ) from error


def _read_rows(vectors: Sequence[Vector | None]) -> np.ndarray:
    return np.array([vector is not None for vector in vectors], dtype=bool)


def _evidence(data: dict) -> Evidence:
    parts = (Regression(tuple(data[k]["weights"]), data[k]["intercept"]) for k in ("relevant", "core"))
    return Evidence(tuple(data["means"]), tuple(data["scales"]), *parts)


@cache
def load_model() -> Model:
    """The model shipped with the package.

    >>> load_model().threshold < 1
    True
    """
    return Model.from_bytes(resources.files(__package__).joinpath(SHIPPED).read_bytes())
