"""NUTS regions of every version since 2006, and what became of each code up to the current version."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from clusteratlas.errors import NotFoundError
from clusteratlas.taxonomies.places import PUBLISHER_CODES, countries, nuts_country
from clusteratlas.taxonomies.tables import number, rows

CURRENT_NUTS = 2024
"""The version that codes are brought to. The United Kingdom's codes stay at those of 2021, its last."""

VERSIONS = (2006, 2010, 2013, 2016, 2021, 2024)
LAST_VERSION = {"UK": 2021}

CODE = re.compile(r"[A-Z]{2}[0-9A-Z]{0,3}")

# An heir with at least this share of the old region stands for it where only one code can.
MAIN_SHARE = 0.8


@dataclass(frozen=True, slots=True)
class Region:
    """A NUTS region or statistical region of a country outside the Union.

    ``versions`` are those in which the code is valid; ``name`` is the latest one, in Latin letters;
    ``latitude`` and ``longitude`` (degrees) mark a point inside it, None for extra-regio territories.
    """

    nuts_code: str
    versions: tuple[int, ...]
    level: int
    country_code: str
    parent_code: str | None
    name: str
    latitude: float | None
    longitude: float | None

    @property
    def is_current(self) -> bool:
        """Whether the code belongs to the current version (or to its country's last)."""
        return LAST_VERSION.get(self.nuts_code[:2], CURRENT_NUTS) in self.versions


@dataclass(frozen=True, slots=True)
class Change:
    """One step of a code to the next version: ``share`` of the old region is in the new one.

    ``basis`` says where the share comes from: whole (one heir), employment, population, area, parts (the
    number of smaller regions) or equal (nothing known). ``new_code`` is None for a code without heir.
    """

    from_version: int
    to_version: int
    old_code: str
    new_code: str | None
    change: str
    share: float | None
    basis: str


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
def regions() -> dict[str, Region]:
    """Every code that was ever valid since 2006.

    >>> regions()["FRK26"].name
    'Rhône'
    """
    return {row["nuts_code"]: _region(row) for row in rows("regions.csv")}


def _region(row: dict[str, str]) -> Region:
    return Region(
        nuts_code=row["nuts_code"],
        versions=tuple(int(version) for version in row["versions"].split()),
        level=int(row["level"]),
        country_code=row["country_code"],
        parent_code=row["parent_code"] or None,
        name=row["name"],
        latitude=number(row["latitude"]),
        longitude=number(row["longitude"]),
    )


@cache
def region_changes() -> dict[tuple[int, str], tuple[Change, ...]]:
    """What happened to a code, by the version it was left in and the code.

    >>> [change.new_code for change in region_changes()[2013, "FR71"]]
    ['FRK2']
    """
    found: dict[tuple[int, str], list[Change]] = defaultdict(list)
    for row in rows("region_changes.csv"):
        change = Change(
            from_version=int(row["from_version"]),
            to_version=int(row["to_version"]),
            old_code=row["old_code"],
            new_code=row["new_code"] or None,
            change=row["change"],
            share=number(row["share"]),
            basis=row["basis"],
        )
        found[change.from_version, change.old_code].append(change)
    return {key: tuple(changes) for key, changes in found.items()}


def normalise_code(code: str | None) -> str:
    """A code as NUTS writes it: capitals, no blanks, EL and UK for GR and GB.

    >>> normalise_code(" fr10 "), normalise_code("GR30"), normalise_code("DE 21H")
    ('FR10', 'EL30', 'DE21H')
    """
    text = "".join((code or "").split()).upper()
    spelling = {iso: code for code, iso in PUBLISHER_CODES.items()}
    return spelling.get(text[:2], text[:2]) + text[2:]


def region(code: str, version: int | None = None) -> Region:
    """The region of a code, valid in ``version`` or (None) in any; raises NotFoundError.

    >>> region("FRK26", 2016).parent_code
    'FRK2'
    """
    found = regions().get(normalise_code(code))
    if found is None or (version is not None and version not in found.versions):
        known = (
            f"valid in {', '.join(map(str, found.versions))}" if found else "resolve_region() may know more"
        )
        of_version = f" of version {version}" if version else ""
        raise NotFoundError(f"no NUTS region{of_version} has the code {code!r}", remedy=known)
    return found


def ancestors(code: str) -> tuple[str, ...]:
    """The codes of the regions that hold a region, from the nearest to the country.

    >>> ancestors("FRK26")
    ('FRK2', 'FRK', 'FR')
    """
    code = normalise_code(code)
    if len(code) <= 2:
        return ()
    known = regions().get(code)
    above = (known and known.parent_code) or code[:-1]
    return (above, *ancestors(above))


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


def level_of(code: str) -> int:
    """The NUTS level of a code, by its length: 0 for a country to 3.

    >>> level_of("FR"), level_of("FRK26")
    (0, 3)
    """
    return max(0, len(normalise_code(code)) - 2)
