"""One address of each kind of page, for the checks that hold for all of them."""

from __future__ import annotations

PAGES = {
    "home": "/",
    "help": "/help/",
    "search": "/projects/?q=photnics",
    "search, filtered": "/projects/?cluster=yes&country=DE",
    "search, nothing found": "/projects/?q=photonics&year=1999",
    "search, map": "/projects/?view=map",
    "search, timeline": "/projects/?view=timeline",
    "mistake": "/projects/?contry=DE",
    "no such page": "/nowhere",
}
