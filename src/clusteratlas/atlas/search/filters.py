"""Filters on the projects of a release: the values that are meant, and the projects that each lets through."""

from __future__ import annotations

import threading
from collections.abc import Mapping

import numpy as np

from clusteratlas import taxonomies
from clusteratlas.atlas.search.collection import Collection
from clusteratlas.atlas.search.columns import Mask
from clusteratlas.atlas.search.facets import CLUSTER_YES, FACETS, Facet, facet, read_number
from clusteratlas.errors import UsageError, nearest, nearest_named

NAMED = frozenset({"country", "coordinator_country", "region", "initiative", "pillar", "programme"})
"""Facets whose values are codes that have names."""

FIXED = {one.name: {value for value, _ in one.values} for one in FACETS if one.values}


class Filters:
    """The filters of one release; what each value lets through is kept. Safe between threads."""

    def __init__(self, collection: Collection) -> None:
        self._of = collection
        self._masks: dict[tuple[str, str], Mask] = {}
        self._lock = threading.Lock()

    def resolve(self, given: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
        """The filters with each value as the release spells it (fr, EL and FR71 become FR, GR and FRK2).

        Raises `UsageError` that names the nearest value, for one that a closed facet does not have.
        """
        return {
            name: tuple(dict.fromkeys(self.value(facet(name), word) for word in words))
            for name, words in given.items()
        }

    def value(self, of: Facet, word: str) -> str:
        """The value that a person's ``word`` means; raises `UsageError`."""
        if of.kind == "number":
            return f"{read_number(of.name, word):.15g}"
        column = self._of.columns[of.name]
        # Two publishers may spell a value with and without capitals: as it is written comes first.
        found = word if word in column.code_of else column.spelling.get(word.lower())
        found = found or self._otherwise(of.name, word)
        if found is None and of.kind == "open":
            found = word
        if found is None:
            raise UsageError(
                f"'{word[:60]}' is no value of the filter '{of.name}'", remedy=self._nearest(of.name, word)
            )
        return found

    def _nearest(self, name: str, word: str) -> str:
        """A hint at the value or the name that is nearest."""
        column = self._of.columns[name]
        if name in NAMED:
            return nearest_named(word, dict(zip(column.values, column.labels, strict=True)))
        values = sorted(FIXED.get(name, column.values))
        named = nearest(word, {*values, *column.labels})
        return named if named.startswith("did you mean") else nearest("", values)

    def _otherwise(self, name: str, word: str) -> str | None:
        """Other ways to write a value: an old or a publisher's code, a name; or one that no project has."""
        if name in {"country", "coordinator_country"}:
            return taxonomies.country_code(word) or self._labelled(name, word)
        if name == "region":
            code = taxonomies.current_code(word) if len(word) <= 5 else None
            return code or self._labelled(name, word)
        if name == "theme":
            return self._of.theme_paths.get(word) or self._theme(word)
        if name in {"year", "active"}:
            return word if word.isascii() and word.isdigit() and len(word) == 4 else None
        if name == "cluster" and word.lower() == "yes":
            return "yes"
        if word.lower() in FIXED.get(name, ()):
            return word.lower()
        return word.upper() if word.upper() in FIXED.get(name, ()) else self._labelled(name, word)

    def _labelled(self, name: str, word: str) -> str | None:
        column = self._of.columns[name]
        lower = word.lower()
        return next(
            (v for v, label in zip(column.values, column.labels, strict=True) if label.lower() == lower), None
        )

    def _theme(self, word: str) -> str | None:
        """A theme by its path with other slashes, by the code of a theme above a known one, or by its name."""
        column = self._of.columns["theme"]
        path = "/".join(step.strip() for step in word.lower().split("/") if step.strip())
        if word.startswith("/") and (found := self._theme_above(word)):
            return found
        return column.spelling.get(path) or self._labelled("theme", word)

    def _theme_above(self, code: str) -> str | None:
        depth = code.count("/")
        below = (path for known, path in self._of.theme_paths.items() if known.startswith(code + "/"))
        path = min(below, default=None)
        return "/".join(path.split("/")[:depth]) if path else None

    def mask(self, name: str, value: str) -> Mask:
        """The projects that one value of a filter lets through. Not to be written to."""
        key = (name, value)
        with self._lock:
            if key in self._masks:
                return self._masks[key]
        mask = self._mask(name, value)
        mask.setflags(write=False)
        with self._lock:
            if len(self._masks) > 2_000:
                self._masks.clear()
            self._masks[key] = mask
        return mask

    def _mask(self, name: str, value: str) -> Mask:
        with np.errstate(invalid="ignore"):
            if name == "budget_min":
                return self._of.budget >= float(value)
            if name == "budget_max":
                return self._of.budget <= float(value)
        if name == "cluster" and value == "yes":
            return np.logical_or.reduce([self.mask(name, label) for label in CLUSTER_YES])
        column = self._of.columns[name]
        code = column.code_of.get(value)
        return np.zeros(len(self._of), bool) if code is None else column.mask(code)

    def masks(self, filters: Mapping[str, tuple[str, ...]]) -> dict[str, Mask]:
        """The projects that each filter lets through: any of its values."""
        return {
            name: np.logical_or.reduce([self.mask(name, value) for value in values])
            for name, values in filters.items()
        }

    def label(self, name: str, value: str) -> str:
        """A value as a person reads it."""
        if name in self._of.columns:
            column = self._of.columns[name]
            code = column.code_of.get(value)
            if code is not None:
                return column.labels[code]
        if (name, value) == ("cluster", "yes"):
            return "core or related"
        if name.startswith("budget_"):
            return f"{float(value):,.0f}"
        return dict(facet(name).values).get(value, value)
