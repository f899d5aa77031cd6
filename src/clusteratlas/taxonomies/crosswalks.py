"""Weighted links from industries to categories, and from one version of NACE to the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import fsum
from typing import Any

from clusteratlas.errors import UsageError, nearest
from clusteratlas.taxonomies.categories import NACE_DIVISIONS, CategorySet, category_set
from clusteratlas.taxonomies.industries import (
    LEVELS,
    NACE_2,
    NACE_2_1,
    industries,
    parts_of,
)
from clusteratlas.taxonomies.own_sets import OwnSet
from clusteratlas.taxonomies.revisions import revision_links
from clusteratlas.taxonomies.tables import entries, rows

NAICS = "NAICS 2017"
SCHEMES = (NACE_2, NACE_2_1, NAICS)
CLUSTERS = ("traded-clusters", "local-clusters")
THROUGH_NAICS = (*CLUSTERS, "emerging-industries")
LISTED = "publisher's list"
REGULATION = "Numbers of the divisions: Regulation (EC) No 1893/2006 and Delegated Regulation (EU) 2023/137"
BASES = {
    "traded-clusters": "share of the NAICS industries that correspond to the class",
    "local-clusters": "share of the NAICS industries that correspond to the class",
    "emerging-industries": "through traded clusters, by the part of each that counts",
    "ecosystems": "our reading of the class; several claims share it",
    NACE_DIVISIONS: "the division itself",
}

Weights = dict[str, dict[str, float]]
"""By industry, the weight of each category."""


@dataclass(frozen=True, slots=True)
class Link:
    """The part (``weight``, above 0 and at most 1) of an industry that belongs to a category.

    ``basis`` says how the weight is known, ``confidence`` how far to trust it: official, approximation or unofficial.
    """

    from_scheme: str
    industry_code: str
    level: str
    category_set: str
    category_id: str
    weight: float
    basis: str
    source: str
    confidence: str
    version: str


def crosswalk(
    from_scheme: str, to_set: str | OwnSet, level: str = "division", sizes: Mapping[str, float] | None = None
) -> tuple[Link, ...]:
    """The links of a classification's items of one level to a category set, in the order of the industries.

    Links are known of classes. A group or division gets the mean over its classes; each class counts alike, or
    by ``sizes``, such as persons employed by class where they are known. The weights of an industry never add
    up to more than 1; what is missing to 1 belongs to no category of the set (see `uncovered`).

    ``from_scheme`` is NACE Rev. 2, NACE Rev. 2.1 (divisions only) or NAICS 2017 (clusters only); ``to_set`` the
    id of a category set, a set of one's own, or the other version of NACE. Raises UsageError for what there is not.

    >>> [(link.category_id, link.weight) for link in crosswalk("NACE Rev. 2", "ecosystems")][:2]
    [('agri-food', 1.0), ('agri-food', 0.25)]
    """
    if sizes is None and isinstance(to_set, str):
        return _equal_crosswalk(from_scheme, to_set, level)
    if from_scheme != NACE_2:
        raise UsageError(
            f"sizes and sets of one's own are of {NACE_2}", remedy=f"ask for the crosswalk from {NACE_2!r}"
        )
    _check_level(level)
    return _links(to_set, level, sizes or {})


def crosswalk_frame(
    from_scheme: str, to_set: str | OwnSet, level: str = "division", sizes: Mapping[str, float] | None = None
) -> list[dict[str, Any]]:
    """The links as rows for a dataframe: `industry`, `category`, `weight`, `source`, `confidence`, `version`.

    >>> crosswalk_frame("NACE Rev. 2", "nace-divisions")[3]["industry"]
    'B05'
    """
    names = ("weight", "source", "confidence", "version")
    return [
        {"industry": link.industry_code, "category": link.category_id}
        | {name: getattr(link, name) for name in names}
        for link in crosswalk(from_scheme, to_set, level, sizes)
    ]


def uncovered(from_scheme: str, to_set: str | OwnSet, level: str = "division") -> dict[str, float]:
    """The part of each industry that belongs to no category of a set, where there is one.

    >>> uncovered("NACE Rev. 2", "ecosystems")["K64"]
    1.0
    """
    left = dict.fromkeys(_items(from_scheme, level), 1.0)
    for link in crosswalk(from_scheme, to_set, level):
        left[link.industry_code] -= link.weight
    return {code: part for code, part in left.items() if part > 1e-9}


def _items(from_scheme: str, level: str) -> list[str]:
    if from_scheme == NAICS:
        return [row["industry_code"] for row in rows("crosswalk_naics_clusters.csv")]
    return [code for code, item in industries(from_scheme).items() if item.level == level]


@cache
def _equal_crosswalk(from_scheme: str, to_set: str, level: str) -> tuple[Link, ...]:
    if from_scheme not in SCHEMES:
        raise UsageError(f"there is no classification {from_scheme!r}", remedy=nearest(from_scheme, SCHEMES))
    _check_level(level)
    if {from_scheme, to_set} == {NACE_2, NACE_2_1}:
        return _revisions(from_scheme, to_set, level)
    category_set(to_set)
    if from_scheme == NAICS:
        return _naics(to_set)
    return _links(to_set, level, {}) if from_scheme == NACE_2 else _later(to_set, level)


def _check_level(level: str) -> None:
    if level not in LEVELS[1:]:
        raise UsageError(
            f"there are no links of the level {level!r}", remedy=f"one of: {', '.join(LEVELS[1:])}"
        )


def _links(to_set: str | OwnSet, level: str, sizes: Mapping[str, float]) -> tuple[Link, ...]:
    if isinstance(to_set, OwnSet):
        of, weights = to_set.facts, to_set.weights
    else:
        of, weights = category_set(to_set), class_weights(to_set)
    return tuple(
        Link(
            NACE_2,
            code,
            level,
            of.category_set,
            category,
            weight,
            *_known(of, code, level, bool(sizes)),
            of.version,
        )
        for code in _items(NACE_2, level)
        for category, weight in mean_over(parts_of(code, "class"), weights, sizes).items()
    )


def _known(of: CategorySet, code: str, level: str, sized: bool) -> tuple[str, str, str]:
    """How the weights of an industry are known: basis, source and confidence."""
    to_set, confidence = of.category_set, of.confidence
    basis = BASES.get(to_set, "as given")
    if to_set == NACE_DIVISIONS:
        return basis, of.source, confidence
    if level == "class" and to_set in THROUGH_NAICS and code in _mended():
        return "the sector that the class is part of", of.source, "unofficial"
    if level != "class":
        basis += f"; mean over classes, {'by their size' if sized else 'each alike'}"
        confidence = "own" if confidence == "own" else "unofficial"
    return basis, of.source, confidence


@cache
def _mended() -> frozenset[str]:
    """Classes that the published list leaves out and the maker of the file linked by their sector."""
    found = rows("crosswalk_nace_clusters.csv")
    return frozenset(row["industry_code"] for row in found if row["basis"] == "whole sector")


def mean_over(classes: Iterable[str], weights: Weights, sizes: Mapping[str, float]) -> dict[str, float]:
    """The weight of each category in some classes together, by ``sizes``; where all are empty, each class alike.

    >>> mean_over(["C1011", "C1012"], {"C1011": {"meat": 1.0}}, {})
    {'meat': 0.5}
    """
    sized = {code: sizes.get(code, 0.0) for code in classes}
    if not any(sized.values()):
        sized = dict.fromkeys(sized, 1.0)
    parts: dict[str, list[float]] = defaultdict(list)
    for code, size in sized.items():
        for category, weight in weights.get(code, {}).items():
            parts[category].append(weight * size)
    total = fsum(sized.values())
    return {category: fsum(found) / total for category, found in parts.items() if any(found)}


@cache
def class_weights(to_set: str) -> Weights:
    """By class of NACE Rev. 2, the weight of each category of a set.

    >>> class_weights("traded-clusters")["C1011"]["fishing-and-fishing-products"]
    0.3333333333333333
    """
    if to_set in CLUSTERS:
        return _clusters(to_set)
    if to_set == "emerging-industries":
        return _emerging()
    if to_set == "ecosystems":
        return _ecosystems()
    classes = (code for code, item in industries(NACE_2).items() if item.level == "class")
    return {code: {code[:3]: 1.0} for code in classes}


def _clusters(to_set: str) -> Weights:
    found: Weights = defaultdict(dict)
    for row in rows("crosswalk_nace_clusters.csv"):
        if row["category_set"] == to_set:
            found[row["industry_code"]][row["category_id"]] = float(row["weight"])
    return dict(found)


def _emerging() -> Weights:
    """Through the traded clusters: the weight of each cluster times the part of it that counts."""
    parts = [
        (cluster, entry["category_id"], part)
        for entry in entries("emerging_clusters.yml")
        for cluster, part in entry["clusters"].items()
    ]
    found: Weights = {}
    for code, weights in class_weights("traded-clusters").items():
        own: dict[str, float] = defaultdict(float)
        for cluster, category, part in parts:
            own[category] += weights.get(cluster, 0.0) * part
        found[code] = {category: weight for category, weight in own.items() if weight}
    return found


def _ecosystems() -> Weights:
    """Each class to the ecosystems that claim it; claims of more than the whole are cut back in proportion."""
    claims: Weights = defaultdict(dict)
    for entry in entries("ecosystem_claims.yml"):
        for kind, part in (("whole", 1.0), ("parts", 1.0), ("halves", 0.5)):
            for code in entry.get(kind, ()):
                for own in parts_of(code, "class"):
                    claims[own][entry["category_id"]] = part
    return {
        code: {name: part / max(1.0, sum(own.values())) for name, part in own.items()}
        for code, own in claims.items()
    }


def _naics(to_set: str) -> tuple[Link, ...]:
    if to_set not in CLUSTERS:
        raise UsageError(
            f"there is no crosswalk from {NAICS} to {to_set!r}", remedy=f"there is: {', '.join(CLUSTERS)}"
        )
    of = category_set(to_set)
    known = (1.0, LISTED, of.source, "official", of.version)
    return tuple(
        Link(NAICS, row["industry_code"], "class", to_set, row["category_id"], *known)
        for row in rows("crosswalk_naics_clusters.csv")
        if row["category_set"] == to_set
    )


def _later(to_set: str, level: str) -> tuple[Link, ...]:
    """Divisions of Rev. 2.1 by those of Rev. 2 that have their number."""
    _only_divisions(NACE_2_1, level)
    by_number = {code: heir for code, heir, weight, _ in revision_links(NACE_2) if weight == 1}
    return tuple(
        replace(
            link, from_scheme=NACE_2_1, industry_code=by_number[link.industry_code], confidence="unofficial"
        )
        for link in _equal_crosswalk(NACE_2, to_set, level)
        if link.industry_code in by_number
    )


def _revisions(from_scheme: str, to_scheme: str, level: str) -> tuple[Link, ...]:
    _only_divisions(from_scheme, level)
    return tuple(
        Link(from_scheme, code, level, to_scheme, heir, weight, basis, REGULATION, "unofficial", "1")
        for code, heir, weight, basis in revision_links(from_scheme)
    )


def _only_divisions(scheme: str, level: str) -> None:
    if level != "division":
        raise UsageError(
            f"links of {scheme} are known of divisions alone", remedy="ask for the level 'division'"
        )
