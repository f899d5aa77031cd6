"""Which codes add up to which: NUTS regions of each version, NACE items and aggregates, a user's own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from clusteratlas import taxonomies
from clusteratlas.errors import NotFoundError
from clusteratlas.taxonomies.industries import NACE_2


@dataclass(frozen=True, order=True)
class Sum:
    """``parent`` is the sum of ``children``; of ``optional`` ones too where they are there (extra-regio)."""

    parent: str
    children: tuple[str, ...]
    optional: tuple[str, ...] = ()


def region_sums(codes: Iterable[str]) -> list[Sum]:
    """The sums of NUTS regions, one for each way in which versions make a region up.

    A sum is given when its parent and a child are among ``codes``; its children are all that the version names, so
    that one that is not there is noticed. Codes that NUTS does not know belong to the code without their last sign.

    >>> for one in region_sums(["FI1", "FI13", "FI18", "FI19", "FI1A", "FI1B", "FI1C", "FI1D"]):
    ...     print(one.children)
    ('FI13', 'FI18', 'FI19', 'FI1A')
    ('FI19', 'FI1B', 'FI1C', 'FI1D')
    """
    there = set(codes)
    children: dict[tuple[str, int], set[str]] = defaultdict(set)
    for code, versions in _places(there):
        for version in versions:
            children[_above(code), version].add(code)
    sums = set()
    for (parent, _), below in children.items():
        extra = {code for code in below if code.endswith("Z")}
        if parent in there and (below - extra) & there:
            sums.add(Sum(parent, tuple(sorted(below - extra)), tuple(sorted(extra & there))))
    return sorted(sums)


def _places(there: set[str]) -> Iterable[tuple[str, tuple[int, ...]]]:
    """The regions of NUTS with their versions, and the codes that NUTS does not know, in every version."""
    known = taxonomies.regions()
    yield from ((code, region.versions) for code, region in known.items() if region.level)
    yield from ((code, taxonomies.VERSIONS) for code in sorted(there - set(known)) if len(code) > 2)


def _above(code: str) -> str:
    region = taxonomies.regions().get(code)
    return (region and region.parent_code) or code[:-1]


def industry_sums(codes: Iterable[str], classification: str = NACE_2) -> list[Sum]:
    """The sums of NACE items and of Eurostat's aggregates, as far as a part is among ``codes``.

    Raises `UsageError` for a classification that is not known.

    >>> [one.children for one in industry_sums(["B", "B05", "C10-C12", "C10", "C11", "C12"])]
    [('B05', 'B06', 'B07', 'B08', 'B09'), ('C10', 'C11', 'C12')]
    """
    there = set(codes)
    made = ((code, _members(code, classification)) for code in sorted(there))
    return [Sum(code, members) for code, members in made if there & set(members)]


def _members(code: str, classification: str) -> tuple[str, ...]:
    try:
        return tuple(sorted(taxonomies.members(code, classification=classification)))
    except NotFoundError:
        return ()


def sums_of(parents: Mapping[str, str]) -> list[Sum]:
    """The sums of a hierarchy of the user's own, given as child to parent.

    >>> sums_of({"a": "all", "b": "all"})
    [Sum(parent='all', children=('a', 'b'), optional=())]
    """
    children: dict[str, list[str]] = defaultdict(list)
    for child, parent in parents.items():
        children[parent].append(child)
    return [Sum(parent, tuple(sorted(below))) for parent, below in sorted(children.items())]


def tops(codes: Iterable[str], sums: Iterable[Sum]) -> dict[str, str]:
    """The largest region that holds each code by ``sums``; itself when none does.

    >>> tops(["a", "world"], sums_of({"a": "all", "all": "world"}))
    {'a': 'world', 'world': 'world'}
    """
    parents = {child: one.parent for one in sums for child in (*one.children, *one.optional)}
    found = {}
    for code in codes:
        top = code
        while top in parents:
            top = parents[top]
        found[code] = top
    return found
