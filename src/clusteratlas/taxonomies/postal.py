"""Which NUTS region a postal code lies in, where the beginning of the code tells."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from clusteratlas.taxonomies.tables import rows

SHORTEST, LONGEST = 1, 5
SIGNS = re.compile(r"[^0-9A-Z]+")


def folded_postal(postal_code: str | None) -> str:
    """A postal code without signs and without the country before a dash.

    >>> folded_postal("F-35 042"), folded_postal("LV-1050"), folded_postal("1012 wx")
    ('35042', '1050', '1012WX')
    """
    return SIGNS.sub("", re.sub(r"^\s*[A-Za-z]{1,2}\s*-", "", postal_code or "").upper())


def beginnings(folded: str) -> Iterator[str]:
    """The beginnings of a folded postal code that may have a rule, the shortest first."""
    yield from (folded[:length] for length in range(SHORTEST, min(LONGEST, len(folded)) + 1))


@cache
def postal_rules() -> dict[tuple[str, str], str]:
    """The region of each country and beginning of a postal code (`postal_regions.csv`, which says how many agree)."""
    return {(row["country_code"], row["prefix"]): row["nuts_code"] for row in rows("postal_regions.csv")}


def postal_region(country_code: str | None, postal_code: str | None) -> str | None:
    """The smallest NUTS region (current code) that a postal code is known to lie in; None where none is.

    >>> postal_region("FR", "35042"), postal_region("FR", "CS 10001"), postal_region("XX", "1")
    ('FRH03', None, None)
    """
    return region_by(postal_rules(), country_code, postal_code)


def region_by(
    rules: Mapping[tuple[str, str], str], country_code: str | None, postal_code: str | None
) -> str | None:
    """As `postal_region`, by some rules: the smallest region that one gives, of equals by the longest beginning."""
    found = None
    for beginning in beginnings(folded_postal(postal_code)):
        region = rules.get((country_code or "", beginning))
        if region and len(region) >= len(found or ""):
            found = region
    return found
