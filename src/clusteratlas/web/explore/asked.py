"""What an address asks of the search: words, filters, order, page, view; and the address of another question.

The same reading serves the page, its twins (`.json`, `.csv` ...) and the feed: one address, one result.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from clusteratlas.atlas.search.facets import FACETS
from clusteratlas.atlas.search.organisations import FILTERS as PARTICIPANT_FILTERS
from clusteratlas.atlas.search.organisations import SORTS as PARTICIPANT_SORTS
from clusteratlas.atlas.search.searcher import SORTS
from clusteratlas.errors import UsageError, nearest

PATH = "/projects/"
ORGANISATIONS = "organisations"
VIEWS = {"list": "List", "map": "Map", "timeline": "Timeline", ORGANISATIONS: "Organisations"}
PAGE_SIZE = 25
VALUES_AT_MOST = 200
"""Values of filters in one address."""

FILTERS = tuple(facet.name for facet in FACETS)
PARTICIPANT_SORT = "participant_sort"
PARTICIPANTS = tuple(PARTICIPANT_FILTERS)
KNOWN = ("q", *FILTERS, "sort", "view", *PARTICIPANTS, PARTICIPANT_SORT, "page", "page_size")


@dataclass(frozen=True)
class Asked:
    """A question to the search, as its address says it; ``filters`` are words by facet.

    ``participants`` and ``participant_sort`` filter and order the organisations behind the result; they are a part
    of the address where these are shown.
    """

    q: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = "relevance"
    view: str = "list"
    participants: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    participant_sort: str = "projects"
    page: int = 1
    page_size: int = PAGE_SIZE

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of the address, in one order; what is as always is left out."""
        pairs = [("q", self.q)] if self.q else []
        pairs += [(name, value) for name in FILTERS for value in self.filters.get(name, ())]
        usual = {"sort": "relevance", "view": "list", "page": 1, "page_size": PAGE_SIZE}
        if self.view == ORGANISATIONS:
            pairs += [(name, value) for name in PARTICIPANTS for value in self.participants.get(name, ())]
            usual = {PARTICIPANT_SORT: "projects", **usual}
        return pairs + [
            (name, str(getattr(self, name))) for name, value in usual.items() if getattr(self, name) != value
        ]

    def address(self, path: str = PATH, **changes: Any) -> str:
        """The address of this question, or of one that differs by ``changes``; it begins at page 1.

        >>> Asked("solar", {"country": ("FR",)}, page=3).address(sort="newest")
        '/projects/?q=solar&country=FR&sort=newest'
        """
        changed = replace(self, **{"page": 1} | changes)
        query = urlencode(changed.parameters)
        return f"{path}?{query}" if query else path

    def without(self, name: str, value: str) -> Asked:
        """The question without one value of a filter."""
        left = tuple(one for one in self.filters.get(name, ()) if one != value)
        return replace(self, filters={**self.filters, name: left}, page=1)

    def having(self, name: str, *values: str) -> Asked:
        """The question with these values of a filter, and no other of it."""
        return replace(self, filters={**self.filters, name: values}, page=1)


def read(given: QueryDict) -> Asked:
    """The question of an address; raises `UsageError` that names the nearest for what is unknown.

    >>> read(QueryDict("q=photnics&country=FR&country=DE")).filters  # doctest: +SKIP
    {'country': ('FR', 'DE')}
    """
    for name in given:
        if name not in KNOWN:
            raise UsageError(f"there is no filter '{name[:60]}'", remedy=nearest(name[:60], KNOWN))
    filters = {name: values for name in FILTERS if (values := _words(given.getlist(name)))}
    if sum(map(len, filters.values())) > VALUES_AT_MOST:
        raise UsageError("too many filters at once", remedy=f"choose {VALUES_AT_MOST} values or fewer")
    return Asked(
        q=" ".join(given.get("q", "").split()),
        filters=filters,
        sort=_one_of(given, "sort", SORTS, "relevance"),
        view=_one_of(given, "view", VIEWS, "list"),
        participants={name: words for name in PARTICIPANTS if (words := _words(given.getlist(name)))},
        participant_sort=_one_of(given, PARTICIPANT_SORT, PARTICIPANT_SORTS, "projects"),
        page=_whole(given, "page", 1),
        page_size=_whole(given, "page_size", PAGE_SIZE),
    )


def has_idle_parameters(given: QueryDict) -> bool:
    """Whether some parameter is empty, as a form without scripts sends it."""
    return any(not value.strip() for _, values in given.lists() for value in values)


def _words(values: list[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(word for value in values if (word := value.strip())))


def _one_of(given: QueryDict, name: str, known: Mapping[str, str], usual: str) -> str:
    word = given.get(name, "").strip() or usual
    if word not in known:
        raise UsageError(f"'{word[:60]}' is no value of '{name}'", remedy=nearest(word[:60], known))
    return word


def _whole(given: QueryDict, name: str, usual: int) -> int:
    word = given.get(name, "").strip()
    if not word:
        return usual
    if not (word.isascii() and word.isdigit() and len(word) <= 6):
        raise UsageError(f"'{word[:60]}' is no number", where=name, remedy=f"write {name}={usual}")
    return int(word)
