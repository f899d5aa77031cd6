"""What the areas of a table are: the version of NUTS that their codes are read in, and what they are now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from clusteratlas import taxonomies

REGION = re.compile(r"[A-Z]{2}[0-9A-Z]{1,3}")


@dataclass(frozen=True)
class Place:
    """An area of a table: ``geo`` as the table has it, and how it is read.

    ``nuts_version``, ``region_code`` and ``level`` are None where there is none: an aggregate has no level.
    ``is_unknown`` marks what looks like a region of a known country, and is one of no version.
    """

    geo: str
    nuts_code: str
    nuts_version: int | None
    region_code: str | None
    level: int | None
    is_unknown: bool = False


def places(codes: Iterable[str]) -> list[Place]:
    """The areas of one table. Its main version is that in which most of its codes are valid (the later of two);
    a code is read in the latest version up to it in which it is valid, else in the first one after it.

    >>> [(p.nuts_code, p.nuts_version, p.region_code) for p in places(["FR71", "EL11", "AT", "EU28"])]
    [('FR71', 2010, 'FRK2'), ('EL11', 2010, 'EL51'), ('AT', 2010, 'AT'), ('EU28', None, None)]
    """
    codes = list(codes)
    main = main_version(codes)
    return [_place(geo, main) for geo in codes]


def main_version(codes: Iterable[str]) -> int:
    """The version of NUTS in which most of the codes are valid, the later of two; the current one for none.

    >>> main_version(["FR71", "EL51"])
    2013
    """
    known = taxonomies.regions()
    found = (known.get(taxonomies.normalise_code(code)) for code in codes)
    votes = Counter(version for region in found if region for version in region.versions)
    return max(votes, key=lambda version: (votes[version], version), default=taxonomies.CURRENT_NUTS)


def _place(geo: str, main: int) -> Place:
    code = taxonomies.normalise_code(geo)
    region = taxonomies.regions().get(code)
    if region is None:
        return _elsewhere(geo, code)
    version = max((v for v in region.versions if v <= main), default=min(region.versions))
    heirs = taxonomies.resolve_region(code, version).codes
    return Place(geo, code, version, heirs[0][0] if len(heirs) == 1 else None, region.level)


def _elsewhere(geo: str, code: str) -> Place:
    """A country without regions, an aggregate, or a code that no version knows."""
    if taxonomies.country_code(code[:2]) in taxonomies.countries():
        if len(code) == 2:
            return Place(geo, code, None, code, 0)
        if REGION.fullmatch(code):
            return Place(geo, code, None, None, taxonomies.level_of(code), is_unknown=True)
    return Place(geo, code, None, None, None)
