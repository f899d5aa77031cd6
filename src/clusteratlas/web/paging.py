"""Links between the pages of a list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

NEIGHBOURS = 1


@dataclass(frozen=True)
class PageLink:
    """A page of a list: ``number`` 0 stands for pages left out."""

    number: int
    href: str = ""
    is_current: bool = False


@dataclass(frozen=True)
class PageLinks:
    """The pages worth a link, and the ones before and after."""

    numbers: tuple[PageLink, ...]
    previous: str
    next: str


def page_links(page: int, pages: int, address: Callable[[int], str]) -> PageLinks | None:
    """The links of a list: first, last, the current page and its neighbours; None for a single page.

    >>> links = page_links(5, 9, lambda number: f"?page={number}")
    >>> [link.number for link in links.numbers], links.next
    ([1, 0, 4, 5, 6, 0, 9], '?page=6')
    """
    if pages <= 1:
        return None
    near = range(page - NEIGHBOURS, page + NEIGHBOURS + 1)
    wanted = sorted({1, pages, *(number for number in near if 1 <= number <= pages)})
    links: list[PageLink] = []
    for number in wanted:
        if links and number - links[-1].number == 2:
            links.append(PageLink(number - 1, address(number - 1)))
        elif links and number - links[-1].number > 2:
            links.append(PageLink(0))
        links.append(PageLink(number, address(number), number == page))
    before = address(page - 1) if page > 1 else ""
    after = address(page + 1) if page < pages else ""
    return PageLinks(tuple(links), before, after)
