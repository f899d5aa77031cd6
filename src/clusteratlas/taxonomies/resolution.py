"""What a region's code of any version stands for now: one region, several with shares, or a larger one."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from clusteratlas.taxonomies.nuts import VERSIONS, Change, ancestors, normalise_code, region_changes, regions
from clusteratlas.taxonomies.places import countries, nuts_country

CODE = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")

# An heir with at least this share of the old region stands for it where only one code can.
MAIN_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Resolution:
    """What a code found in a file stands for now.

    ``codes`` are current codes with the share of the old region in each (they sum to one; none when the code
    is unknown). ``kind``: current, recoded, merged, boundary shift, split, country (two letters), coarser (an
    unknown code below a known region, which stands for it), extra-regio, unknown. ``chain`` are the changes
    on the way; ``basis`` is that of the shares (the least certain on the way).
    """

    code: str
    codes: tuple[tuple[str, float], ...]
    kind: str
    basis: str = "whole"
    chain: tuple[Change, ...] = ()


@cache
def resolve_region(code: str | None, version: int | None = None) -> Resolution:
    """Follow a code of any version to the current one (2024; for the United Kingdom 2021).

    ``version`` is the one the code is written in; without it, the last one in which it was valid.

    >>> resolve_region("FR716").codes, resolve_region("HR04").kind
    ((('FRK26', 1.0),), 'split')
    >>> resolve_region("US").kind, resolve_region("XX").kind, resolve_region("FRK99").codes
    ('country', 'extra-regio', (('FRK', 1.0),))
    """
    text = normalise_code(code)
    known = regions().get(text)
    if known is None:
        return _resolve_unknown(text) if CODE.fullmatch(text) else Resolution(text, (), "unknown")
    if text[2:] and set(text[2:]) == {"Z"}:
        return Resolution(text, ((text, 1.0),), "extra-regio")
    if version is None and known.is_current:
        return Resolution(text, ((text, 1.0),), "current" if known.level else "country")
    return _follow(text, version if version in known.versions else known.versions[-1])


def _resolve_unknown(text: str) -> Resolution:
    """A country without regions, an extra-regio mark, or a code below a region that is known."""
    if text and set(text) <= {"X", "Z"}:
        return Resolution(text, (), "extra-regio")
    if len(text) == 2 and text in countries():
        return Resolution(text, ((nuts_country(text) or text, 1.0),), "country")
    for prefix in ancestors(text):
        if prefix in regions() or prefix in countries():
            return Resolution(text, resolve_region(prefix).codes, "coarser")
    return Resolution(text, (), "unknown")


def _follow(code: str, version: int) -> Resolution:
    """Step from version to version, sharing each code out over its heirs."""
    shares = {code: 1.0}
    chain: list[Change] = []
    for older in VERSIONS[VERSIONS.index(version) :]:
        following: dict[str, float] = defaultdict(float)
        for part, share in shares.items():
            changes = region_changes().get((older, part), ())
            chain += changes
            if not changes:
                following[part] += share
            for change in changes:
                if change.new_code and change.share:
                    following[change.new_code] += share * change.share
        shares = following
    if code in shares and regions()[code].is_current:
        # merged and later restored under its own code (Troms): what it became is itself
        return Resolution(code, ((code, 1.0),), "current", chain=tuple(chain))
    codes = tuple(
        (code, round(share, 4)) for code, share in sorted(shares.items(), key=lambda s: (-s[1], s[0]))
    )
    return Resolution(code, codes, _kind(code, codes, chain), _least_certain(chain), tuple(chain))


def _kind(code: str, codes: tuple[tuple[str, float], ...], chain: list[Change]) -> str:
    if not codes:
        return "unknown"
    if len(codes) > 1:
        return "split"
    if codes[0][0] == code:
        return "current"
    seen = {change.change for change in chain}
    return next((kind for kind in ("merged", "boundary shift") if kind in seen), "recoded")


def _least_certain(chain: list[Change]) -> str:
    order = ("equal", "parts", "area", "population", "employment")
    return next((basis for basis in order if any(change.basis == basis for change in chain)), "whole")


@cache
def current_code(code: str | None) -> str | None:
    """The one current code that stands for a code of any version; None when it is unknown.

    A participation cannot be in several places: a region that was split stands at the heir that holds at
    least four fifths of it, else at the nearest region that holds all heirs.

    >>> current_code("FR716"), current_code("NO082"), current_code("GR30"), current_code("nonsense")
    ('FRK26', 'NO08', 'EL30', None)
    """
    codes = resolve_region(code).codes
    if not codes:
        return None
    first, share = codes[0]
    if share >= MAIN_SHARE:
        return first
    others = [{heir, *ancestors(heir)} for heir, _ in codes[1:]]
    return next(place for place in (first, *ancestors(first)) if all(place in held for held in others))
