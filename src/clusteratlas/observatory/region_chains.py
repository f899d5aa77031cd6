"""Where a region of one NUTS version lies in another: shares along the chain of changes, forward and back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from clusteratlas import taxonomies
from clusteratlas.taxonomies import CURRENT_NUTS, VERSIONS

BASES = ("equal", "parts", "area", "population", "employment", "given", "whole")
"""What a share rests on, the least certain first."""


@dataclass(frozen=True)
class Link:
    """``share`` of a region lies in the region ``code`` of the other version."""

    code: str
    share: float
    basis: str


@dataclass(frozen=True)
class Chain:
    """All links of a code to a version; ``reason`` tells why there are none."""

    links: tuple[Link, ...]
    reason: str | None = None


def read_in(code: str, to_version: int, from_version: int | None) -> int | str:
    """The version in which to read a code, or why it cannot be read.

    Without ``from_version`` it is the version asked for if the code is valid there, else the nearest before in
    which it is, else the nearest after. Aggregates, other countries' codes and ``XX`` have none.

    >>> read_in("FR24", 2021, None), read_in("FR24", 2021, 2016), read_in("EU28", 2021, None)
    (2013, 'not a code of 2016', 'unknown code')
    """
    known = taxonomies.regions().get(code)
    if known is None:
        return _stranger(code, from_version or to_version)
    valid = _versions(code)
    if from_version is not None:
        missing = "extra-regio" if code.endswith("Z") else f"not a code of {from_version}"
        return from_version if from_version in valid else missing
    before = [v for v in valid if v <= to_version]
    return max(before) if before else min(valid)


def _stranger(code: str, version: int) -> int | str:
    """What a code is that NUTS does not list: a country, a mark for extra-regio territory, or unknown."""
    if len(code) == 2 and taxonomies.country_code(code) is not None:
        return version
    is_extra = bool(code) and (set(code) <= {"X", "Z"} or (len(code) > 2 and set(code[2:]) == {"Z"}))
    return "extra-regio" if is_extra else "unknown code"


def follow(code: str, from_version: int, to_version: int, sizes: Mapping[str, float]) -> Chain:
    """The regions of ``to_version`` among which a region of ``from_version`` is shared out, step by step.

    ``sizes`` (weights by code) decide splits where they are known for all parts, else the shares that taxonomies
    hold. Going back, a merged region is split by the sizes of what it was made of: those given, else the
    number of regions of level 3 in each, else equally.

    >>> follow("HU10", 2013, 2016, {}).links[0]
    Link(code='HU11', share=0.765, basis='employment')
    >>> follow("HU11", 2016, 2013, {}).links, follow("FRA5", 2013, 2010, {}).reason
    ((Link(code='HU10', share=1.0, basis='whole'),), 'no predecessor')
    """
    start, last = (_listed_in(code[:2], version) for version in (from_version, to_version))
    path = [v for v in VERSIONS if min(start, last) <= v <= max(start, last)]
    forward, links = start <= last, (Link(code, 1.0, "whole"),)
    for older in path[:-1] if forward else path[-2::-1]:
        links = _one_step(links, older, forward, sizes)
        if not links:
            return Chain((), "no heir" if forward else "no predecessor")
    return Chain(links)


def _listed_in(country: str, version: int) -> int:
    """The nearest version that lists a country's regions: the UK's are those of 2021 ever since."""
    return max(_first_version(country), min(version, taxonomies.nuts.LAST_VERSION.get(country, CURRENT_NUTS)))


def _versions(code: str) -> list[int]:
    """The versions in which a code can be read.

    Regions of a country that NUTS lists only since some version are taken to have been the same before.
    """
    valid = taxonomies.regions()[code].versions
    return [v for v in VERSIONS if _listed_in(code[:2], v) in valid]


@cache
def _first_version(country: str) -> int:
    """The first version that lists a country's regions."""
    known = taxonomies.regions().get(country)
    return known.versions[0] if known else VERSIONS[0]


def _one_step(
    links: tuple[Link, ...], older: int, forward: bool, sizes: Mapping[str, float]
) -> tuple[Link, ...]:
    """Share each link out over what it becomes in the next version."""
    shares: dict[str, float] = defaultdict(float)
    basis: dict[str, int] = {}
    for link in links:
        parts = _heirs(link.code, older, sizes) if forward else _forebears(link.code, older, sizes)
        for part in parts:
            shares[part.code] += link.share * part.share
            rank = min(BASES.index(link.basis), BASES.index(part.basis))
            basis[part.code] = min(rank, basis.get(part.code, rank))
    return tuple(Link(code, share, BASES[basis[code]]) for code, share in sorted(shares.items()))


def _heirs(code: str, older: int, sizes: Mapping[str, float]) -> tuple[Link, ...]:
    """What a region became: itself where nothing changed."""
    changes = [c for c in taxonomies.region_changes().get((older, code), ()) if c.new_code and c.share]
    if not taxonomies.region_changes().get((older, code)):
        return (Link(code, 1.0, "whole"),)
    known = [_size(c.new_code, sizes) for c in changes]
    is_alone = all(len(_origins()[older, c.new_code]) == 1 for c in changes)
    if len(changes) > 1 and is_alone and None not in known and sum(known) > 0:
        return tuple(Link(c.new_code, w / sum(known), "given") for c, w in zip(changes, known, strict=True))
    total = sum(c.share for c in changes)
    return tuple(Link(c.new_code, c.share / total, c.basis) for c in changes)


def _forebears(code: str, older: int, sizes: Mapping[str, float]) -> tuple[Link, ...]:
    """What a region was made of: each old region by the size of the piece that it gave."""
    pieces = _origins().get((older, code), ())
    if not pieces or _stays(older, code):
        return (Link(code, 1.0, "whole"),) if older in _versions(code) else ()
    if len(pieces) == 1:
        return (Link(pieces[0][0], 1.0, "whole"),)
    known, basis = [_size(old, sizes) for old, _ in pieces], "given"
    if None in known or sum(known) == 0:
        known, basis = [_parts(older).get(old, 1) for old, _ in pieces], "parts"
        basis = "equal" if len(code) == 5 else basis
    weights = [size * share for size, (_, share) in zip(known, pieces, strict=True)]
    total = sum(weights)
    return tuple(Link(old, w / total, basis) for (old, _), w in zip(pieces, weights, strict=True) if w)


@cache
def _origins() -> dict[tuple[int, str], tuple[tuple[str, float], ...]]:
    """By older version and new code: the old codes it came from and the share of each that went into it."""
    found: dict[tuple[int, str], list[tuple[str, float]]] = defaultdict(list)
    for (older, old), changes in taxonomies.region_changes().items():
        for change in changes:
            if old and change.new_code and change.share:
                found[older, change.new_code].append((old, change.share))
    for (older, new), pieces in found.items():
        if older in taxonomies.regions()[new].versions and not _stays(older, new):
            pieces.append((new, 1.0))
    return {key: tuple(sorted(pieces)) for key, pieces in found.items()}


@cache
def _stays(older: int, new: str) -> bool:
    """Whether a code that others were merged into was itself, in the same shape, in use before (NO060)."""
    if older not in taxonomies.regions()[new].versions:
        return False
    changes = (c for cs in taxonomies.region_changes().values() for c in cs)
    return not any(
        c.new_code == new and c.from_version == older and c.change == "boundary shift" for c in changes
    )


@cache
def _parts(version: int) -> dict[str, int]:
    """How many regions of level 3 each larger region has in a version."""
    found: dict[str, int] = defaultdict(int)
    for code, region in taxonomies.regions().items():
        if region.level == 3 and version in region.versions and not code.endswith("Z"):
            for length in (2, 3, 4):
                found[code[:length]] += 1
    return dict(found)


def _size(code: str | None, sizes: Mapping[str, float]) -> float | None:
    """The weight of a region: its own, else the sum of those of the smaller regions that begin with its code."""
    if code in sizes:
        return sizes[code]
    below = [size for other, size in sizes.items() if len(other) == 5 and other.startswith(code or "?")]
    return sum(below) if below else None
