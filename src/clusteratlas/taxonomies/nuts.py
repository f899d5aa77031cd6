"""NUTS regions of every version since 2006, and the changes from each version to the next."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from clusteratlas.errors import NotFoundError
from clusteratlas.taxonomies.places import PUBLISHER_CODES
from clusteratlas.taxonomies.tables import number, rows

CURRENT_NUTS = 2024
"""The version that codes are brought to. The United Kingdom's codes stay at those of 2021, its last."""

VERSIONS = (2006, 2010, 2013, 2016, 2021, 2024)
LAST_VERSION = {"UK": 2021}


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


@cache
def regions() -> dict[str, Region]:
    """Every code that was ever valid since 2006.

    >>> regions()["FRK26"].name
    'Rhône'
    """
    return {row["nuts_code"]: _region(row) for row in rows("regions.csv")}


def region_name(code: str) -> str:
    """The name of a region; the code itself when it is unknown.

    >>> region_name("FRK26"), region_name("XX9")
    ('Rhône', 'XX9')
    """
    known = regions().get(code)
    return known.name if known else code


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


def level_of(code: str) -> int:
    """The NUTS level of a code, by its length: 0 for a country to 3.

    >>> level_of("FR"), level_of("FRK26")
    (0, 3)
    """
    return max(0, len(normalise_code(code)) - 2)
