"""What the addresses of profiles and lists may ask: a page, a role, an order; and links to other pages."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from django.http import HttpRequest

from clusteratlas.errors import NotFoundError, UsageError, nearest
from clusteratlas.web.paging import PageLinks, page_links

SHOWN = 10
"""Projects on one page of a profile."""


def given(request: HttpRequest, known: Iterable[str]) -> dict[str, str]:
    """The parameters of an address that are not empty; raises `UsageError` for one that is not known."""
    known = tuple(known)
    for name in request.GET:
        if name not in known:
            raise UsageError(f"there is no filter '{name[:60]}'", remedy=nearest(name[:60], known))
    return {name: value.strip()[:300] for name, value in request.GET.items() if value.strip()}


def page_of(asked: dict[str, str]) -> int:
    """The page asked for; raises `UsageError` for what is no page."""
    word = asked.get("page", "1")
    if not (word.isascii() and word.isdigit() and len(word) <= 6):
        raise UsageError(f"'{word[:40]}' is no page", where="page", remedy="write page=1")
    return int(word)


def links(
    request: HttpRequest, asked: dict[str, str], page: int, pages: int, mark: str = ""
) -> PageLinks | None:
    """Links to the pages of a list; raises `NotFoundError` beyond the last one."""
    if page > pages:
        raise NotFoundError(
            f"the list has {pages} pages, and page {page} was asked for", remedy="go back one page"
        )
    rest = {name: value for name, value in asked.items() if name != "page"}

    def address(number: int) -> str:
        query = urlencode(rest | ({"page": number} if number > 1 else {}))
        return f"{request.path}{'?' if query else ''}{query}{mark}"

    return page_links(page, pages, address)
