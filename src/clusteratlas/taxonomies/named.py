"""Countries and regions by their names, for publishers who give no codes."""

from __future__ import annotations

from functools import cache

from clusteratlas.taxonomies.nuts import normalise_code, regions
from clusteratlas.taxonomies.places import countries, country_code

# Names that publishers write where ISO has another.
OTHER_NAMES = {
    "czech republic": "CZ",
    "the netherlands": "NL",
    "slovak republic": "SK",
    "great britain": "GB",
    "turkey": "TR",
    "turkiye": "TR",
    "macedonia": "MK",
    "the former yugoslav republic of macedonia": "MK",
    "republic of north macedonia": "MK",
    "republic of moldova": "MD",
    "moldova, republic of": "MD",
    "russian federation": "RU",
    "bosnia-herzegovina": "BA",
    "kosovo*": "XK",
    "kosovo under unscr 1244/99": "XK",
    "sverige": "SE",
}


def country_named(name: str | None) -> str | None:
    """The ISO 3166-1 alpha-2 code of a country by its English name, or by its code; None if unknown.

    >>> country_named("Czech Republic"), country_named(" greece"), country_named("EL"), country_named("Atlantis")
    ('CZ', 'GR', 'GR', None)
    """
    text = _folded(name)
    return OTHER_NAMES.get(text) or _by_name().get(text) or country_code(name)


@cache
def _by_name() -> dict[str, str]:
    return {_folded(country.name): code for code, country in countries().items()}


def region_named(name: str | None, country: str | None, level: int) -> str | None:
    """The NUTS code of a region by its name, in a country (ISO) and at a level; None when no one code is meant.

    Of codes that had the name in several versions, the latest is taken.

    >>> region_named("Västerbottens län", "SE", 3), region_named("Rhône", "FR", 3), region_named("Rhône", "DE", 3)
    ('SE331', 'FRK26', None)
    """
    return _by_region_name().get((_folded(name), country, level)) if name else None


@cache
def _by_region_name() -> dict[tuple[str, str | None, int], str | None]:
    found: dict[tuple[str, str | None, int], list[tuple[int, str]]] = {}
    for region in regions().values():
        key = (_folded(region.name), region.country_code, region.level)
        found.setdefault(key, []).append((region.versions[-1], region.nuts_code))
    return {key: _latest(codes) for key, codes in found.items()}


def _latest(codes: list[tuple[int, str]]) -> str | None:
    newest = max(version for version, _ in codes)
    of_it = [code for version, code in codes if version == newest]
    return of_it[0] if len(of_it) == 1 else None


def region_written(text: str | None, country: str | None, level: int = 3) -> str | None:
    """The NUTS code that a cell names, as a code, as `code - name` or as a name; None when it names none.

    >>> region_written("se331", "SE"), region_written("SE331 - Västerbottens län", "SE"), region_written("x", "SE")
    ('SE331', 'SE331', None)
    """
    first = normalise_code((text or "").partition(" ")[0].strip("-:,"))
    return first if first in regions() else region_named(text, country, level)


def _folded(text: str | None) -> str:
    return " ".join((text or "").casefold().split())
