"""What the addresses of trends may ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest

from clusteratlas.atlas.trends import CALLS, KINDS, SORTS
from clusteratlas.errors import UsageError, nearest
from clusteratlas.web.profiles.asked import given, page_of

FILTERS = ("kind", "trend", "q", "sort", "page")
SHOWN = 50


@dataclass(frozen=True)
class Asked:
    """Which trends a visitor asks for, in what order."""

    kind: str | None
    trend: str | None
    q: str
    sort: str
    page: int

    @property
    def chosen(self) -> dict[str, Any]:
        """What the atlas is asked."""
        return {"kind": self.kind, "trend": self.trend, "text": self.q, "sort": self.sort}

    @property
    def query(self) -> str:
        """The filters as an address has them."""
        pairs = {"kind": self.kind, "trend": self.trend, "q": self.q, "sort": self.sort}
        return urlencode({name: value for name, value in pairs.items() if value})


def read(request: HttpRequest) -> Asked:
    """The filters of an address; raises `UsageError` naming the nearest for what there is not."""
    asked = given(request, FILTERS)
    for name, known in (("kind", KINDS), ("trend", CALLS), ("sort", tuple(SORTS))):
        if (word := asked.get(name)) and word not in known:
            raise UsageError(
                f"'{word[:60]}' is no value of '{name}'", where=name, remedy=nearest(word[:60], known)
            )
    sort = asked.get("sort", "fading" if asked.get("trend") == "fading" else "surest")
    return Asked(asked.get("kind"), asked.get("trend"), asked.get("q", ""), sort, page_of(asked))
