"""What the site's maps stand on: the dots that show the shape of Europe, and countries as places."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache

from clusteratlas import taxonomies
from clusteratlas.charts.maps import Place, backdrop

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


def country_places(counts: Mapping[str, int], href: Callable[[str], str]) -> list[Place]:
    """Countries by ISO code as places on the map; ``href`` tells where each leads."""
    return [
        Place(code, known.name, known.latitude, known.longitude, count, href(code))
        for code, count in counts.items()
        if (known := taxonomies.countries().get(code))
    ]
