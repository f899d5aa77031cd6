"""Sets of categories that industries are grouped by: traded and local clusters, emerging industries, ecosystems."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clusteratlas.errors import NotFoundError, UsageError, nearest
from clusteratlas.taxonomies.industries import NACE_2, industries
from clusteratlas.taxonomies.slugs import slug
from clusteratlas.taxonomies.tables import entries

NACE_DIVISIONS = "nace-divisions"


@dataclass(frozen=True, slots=True)
class CategorySet:
    """A way to group industries. ``confidence`` is official, approximation or unofficial; of a user's own set: own."""

    category_set: str
    name: str
    description: str
    source: str
    confidence: str
    version: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Category:
    """One category of a set; ``position`` is its place in the list, from 1."""

    category_set: str
    category_id: str
    name: str
    description: str
    position: int


@cache
def category_sets() -> dict[str, CategorySet]:
    """The sets that the package brings, by id.

    >>> list(category_sets())
    ['traded-clusters', 'local-clusters', 'emerging-industries', 'ecosystems', 'nace-divisions']
    """
    return {entry["category_set"]: CategorySet(**entry) for entry in entries("category_sets.yml")}


def category_set(name: str) -> CategorySet:
    """The set of an id; raises UsageError that names the nearest.

    >>> category_set("ecosystems").confidence
    'unofficial'
    """
    if name not in category_sets():
        raise UsageError(f"there is no category set {name!r}", remedy=nearest(name, category_sets()))
    return category_sets()[name]


@cache
def categories(name: str) -> dict[str, Category]:
    """The categories of a set by id, in order; raises UsageError for an unknown set.

    >>> categories("traded-clusters")["marketing-design-and-publishing"].position
    29
    >>> [len(categories(name)) for name in category_sets()]
    [51, 16, 10, 14, 88]
    """
    listed = _divisions() if category_set(name).category_set == NACE_DIVISIONS else _listed()[name]
    return {
        category_id: Category(name, category_id, label, description, position)
        for position, (category_id, label, description) in enumerate(listed, start=1)
    }


@cache
def _listed() -> dict[str, list[tuple[str, str, str]]]:
    return {
        entry["category_set"]: [(slug(name), name, text) for name, text in entry["categories"].items()]
        for entry in entries("categories.yml")
    }


def _divisions() -> list[tuple[str, str, str]]:
    divisions = (item for item in industries(NACE_2).values() if item.level == "division")
    return [(item.industry_code, item.short_name, item.name) for item in divisions]


def category(name: str, category_id: str) -> Category:
    """A category of a set; raises NotFoundError that names the nearest.

    >>> category("emerging-industries", "blue-growth").name
    'Blue Growth'
    """
    known = categories(name)
    if category_id not in known:
        raise NotFoundError(
            f"the set {name!r} has no category {category_id!r}", remedy=nearest(category_id, known)
        )
    return known[category_id]
