"""EU projects on a category: found by words of ours, since no publisher says which industry a project is about."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.asked import Area, Scope
from clusteratlas.taxonomies.category_words import category_queries

if TYPE_CHECKING:
    from clusteratlas.atlas.atlas import Atlas
    from clusteratlas.atlas.search.result import SearchResult


@dataclass(frozen=True, slots=True)
class Involvement:
    """How far a region takes part in EU projects on a category; ``query`` is the search that was counted.

    ``projects`` have a participant in the region and speak of the category; ``cluster_projects`` are those of
    them that count as cluster projects. All are None for a category that no words are known for.
    """

    category_set: str
    category_id: str
    query: str | None
    projects: int | None
    cluster_projects: int | None


def query_of(scope: Scope) -> str | None:
    """The query that finds projects on a category; for one's own, those of its industries together.

    >>> query_of(Scope("ecosystems:tourism", "Tourism", "ecosystems", "tourism"))
    'tourism OR hospitality OR hotel OR tourist'
    """
    known = category_queries()
    if not scope.is_custom:
        return known.get((scope.category_set, scope.category_id))
    found = [known.get(("nace-divisions", code)) for code, _ in scope.weights]
    words = list(dict.fromkeys(word for query in found if query for word in query.split(" OR ")))
    return _short(words) or None


def _short(words: list[str], longest: int = 480, most: int = 24) -> str:
    """As many words as a query may have."""
    query = ""
    for word in words[:most]:
        longer = f"{query} OR {word}" if query else word
        if len(longer) > longest:
            break
        query = longer
    return query


def search(
    atlas: Atlas, scope: Scope, area: Area | None = None, *, page_size: int = 5
) -> SearchResult | None:
    """The projects on a category, with a participant in ``area`` if one is given; None without words for it."""
    query = query_of(scope)
    if query is None:
        return None
    where = {"region": search_regions(area)} if area else {}
    return atlas.search(query, page_size=page_size, facets=False, **where)


def search_regions(area: Area) -> list[str]:
    """The regions of an area as the search knows them."""
    return [code for code in area.codes if code in taxonomies.regions()]


def involvement(
    atlas: Atlas, area: Area, category_set: str, category_ids: Iterable[str]
) -> Sequence[Involvement]:
    """How far ``area`` takes part in EU projects on each category of a set."""
    return [_involvement(atlas, area, category_set, category_id) for category_id in category_ids]


def _involvement(atlas: Atlas, area: Area, category_set: str, category_id: str) -> Involvement:
    query = category_queries().get((category_set, category_id))
    if query is None:
        return Involvement(category_set, category_id, None, None, None)
    where = {"region": search_regions(area)}
    every = atlas.search(query, page_size=1, facets=False, **where).total
    clusters = atlas.search(query, page_size=1, facets=False, cluster="yes", **where).total if every else 0
    return Involvement(category_set, category_id, query, every, clusters)
