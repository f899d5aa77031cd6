"""What the site's maps stand on: the dots that show the shape of Europe, and countries as places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from clusteratlas import taxonomies
from clusteratlas.charts.maps import Place, Tile, backdrop, tile_map

DOTTED_LEVEL = 3


@cache
def european_dots() -> str:
    """The path of the backdrop: one dot for each small region."""
    regions = taxonomies.regions().values()
    return backdrop(
        (region.latitude, region.longitude)
        for region in regions
        if region.level == DOTTED_LEVEL and region.is_current and region.latitude is not None
    )


def country_tiles(counts: Mapping[str, int], href: Callable[[str], str]) -> tuple[Tile, ...]:
    """The countries that have a place on the grid, those without a count included."""
    grid = [known for known in taxonomies.countries().values() if known.tile_row is not None]
    return tile_map([(_place(known, counts, href), known.tile_row, known.tile_column) for known in grid])


def _place(known: taxonomies.Country, counts: Mapping[str, int], href: Callable[[str], str]) -> Place:
    code = known.country_code
    count = counts.get(code, 0)
    return Place(code, known.name, known.latitude, known.longitude, count, href(code) if count else None)


def country_places(counts: Mapping[str, int], href: Callable[[str], str]) -> list[Place]:
    """Countries by ISO code as places on the map; ``href`` tells where each leads."""
    known = taxonomies.countries()
    return [_place(known[code], counts, href) for code in counts if code in known]
