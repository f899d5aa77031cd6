"""The words by which projects on a category are found: queries of ours, unofficial, in the atlas's own language."""

from __future__ import annotations

from functools import cache

from clusteratlas.taxonomies.tables import entries


@cache
def category_queries() -> dict[tuple[str, str], str]:
    """By category set and category, the query that finds projects on it; local clusters have none.

    >>> category_queries()["ecosystems", "tourism"]
    'tourism OR hospitality OR hotel OR tourist'
    """
    return {
        (entry["category_set"], category_id): query
        for entry in entries("category_words.yml")
        for category_id, query in entry["words"].items()
    }
