"""Countries: ISO 3166-1 codes, the publishers' own spellings of them, and where to draw them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from clusteratlas.errors import NotFoundError, nearest_named
from clusteratlas.taxonomies.tables import rows

# Eurostat and the Commission's services write Greece and the United Kingdom their own way.
PUBLISHER_CODES = {"EL": "GR", "UK": "GB"}


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory of ISO 3166-1 (and Kosovo, ``XK``).

    ``group`` is its relation to the European Union: EU, EFTA, candidate or other. ``nuts_code`` is None for
    countries without statistical regions. ``latitude`` and ``longitude`` (degrees) mark about its centre.
    ``tile_row`` and ``tile_column`` place it on a tile map of Europe; None for countries that are not on it.
    """

    country_code: str
    alpha3_code: str
    name: str
    nuts_code: str | None
    is_eu: bool
    group: str
    latitude: float
    longitude: float
    tile_row: int | None
    tile_column: int | None


@cache
def countries() -> dict[str, Country]:
    """Every country by its ISO 3166-1 alpha-2 code.

    >>> countries()["GR"].name
    'Greece'
    """
    return {row["country_code"]: _country(row) for row in rows("countries.csv")}


def _country(row: dict[str, str]) -> Country:
    return Country(
        country_code=row["country_code"],
        alpha3_code=row["alpha3_code"],
        name=row["name"],
        nuts_code=row["nuts_code"] or None,
        is_eu=row["is_eu"] == "true",
        group=row["group"],
        latitude=float(row["latitude"]),
        longitude=float(row["longitude"]),
        tile_row=int(row["tile_row"]) if row["tile_row"] else None,
        tile_column=int(row["tile_column"]) if row["tile_column"] else None,
    )


def country(code: str) -> Country:
    """The country of an ISO or publisher's code; raises NotFoundError for any other.

    >>> country("EL").name, country("GB").nuts_code
    ('Greece', 'UK')
    """
    iso = country_code(code)
    if iso is None:
        names = {one.country_code: one.name for one in countries().values()}
        raise NotFoundError(f"no country has the code {code!r}", remedy=nearest_named(code, names))
    return countries()[iso]


COUNTRY_LETTERS = 2
"""Letters of a country's code, in ISO and in NUTS: a longer code is a region's."""


@cache
def country_code(publisher_code: str | None) -> str | None:
    """The ISO 3166-1 alpha-2 code of a publisher's code (two letters, or three as in ISO); None if unknown.

    >>> country_code("EL"), country_code("uk "), country_code("DEU"), country_code("XH")
    ('GR', 'GB', 'DE', None)
    """
    code = (publisher_code or "").strip().upper()
    code = PUBLISHER_CODES.get(code, code)
    if len(code) == 3:
        return _by_alpha3().get(code)
    return code if code in countries() else None


@cache
def _by_alpha3() -> dict[str, str]:
    return {c.alpha3_code: c.country_code for c in countries().values()}


def nuts_country(iso: str) -> str | None:
    """The two letters that a country's NUTS codes begin with; None when it has no statistical regions.

    >>> nuts_country("GR"), nuts_country("FR"), nuts_country("US")
    ('EL', 'FR', None)
    """
    return country(iso).nuts_code


def country_name(code: str | None) -> str:
    """The English short name; the code itself when it is unknown, and nothing for nothing.

    >>> country_name("UK"), country_name("ZZ"), country_name(None)
    ('United Kingdom', 'ZZ', '')
    """
    iso = country_code(code)
    return countries()[iso].name if iso else code or ""
