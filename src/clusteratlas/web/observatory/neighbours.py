"""A region beside the others: how far its mix of industries departs, who is built alike, who completes it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import HttpRequest

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory import Area
from clusteratlas.atlas.observatory.statistics import REST
from clusteratlas.web.atlas import remember
from clusteratlas.web.observatory import reading, words
from clusteratlas.web.observatory.asked import Choice

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas import Atlas

Row = dict[str, Any]
DIVISIONS = "nace-divisions"
LISTED, KEPT = 6, 100
OF_LIKE_SIZE = 5
"""Peers are sought among regions at most so many times larger or smaller."""


def neighbours(request: HttpRequest, choice: Choice, area: Area) -> dict[str, Any]:
    """Concentration, peers and complementary partners of a region, by its industries (NACE divisions)."""
    return _kept(
        request, ("neighbours", area.key, choice.year), area, lambda atlas: _of(atlas, choice.year, area)
    )


def _kept(request: HttpRequest, key: tuple, area: Area, make: Callable[[Atlas], Any]) -> Any:
    """What is found for a region of NUTS is kept; those of visitors are without number."""
    return make(request.atlas) if reading.is_own(area) else remember(request, key, make)


def cells(atlas: Atlas, year: int, area: Area | None = None) -> pl.DataFrame:
    """Persons employed by region and NACE division in one year, places only."""
    import polars as pl

    areas = (area,) if area and area.is_custom else ()
    frame = atlas.statistics.totals(DIVISIONS, areas=areas)
    is_wanted = (pl.col("period") == year) & (pl.col("industry") != REST) & (pl.col("value") > 0)
    return frame.filter(is_wanted & ~pl.col("region").str.ends_with(reading.NOWHERE)).select(
        "region", "industry", "value", "imputed_share"
    )


def _of(atlas: Atlas, year: int, area: Area) -> dict[str, Any]:
    frame = cells(atlas, year, area)
    if frame.filter(region=area.key).is_empty():
        return {}
    return {
        "concentration": _concentration(frame, area),
        "peers": peers(atlas, year, area)[:LISTED],
        "partners": partners(atlas, year, area)[:LISTED],
    }


def peers(atlas: Atlas, year: int, area: Area) -> list[Row]:
    """The regions of like size that are built most like one, the most alike first."""
    from clusteratlas import observatory

    return _neighbours(
        atlas, year, area, lambda frame: observatory.peers(frame, area.key, within=OF_LIKE_SIZE)
    )


def partners(atlas: Atlas, year: int, area: Area) -> list[Row]:
    """The regions that have most of what one lacks and is close to, the best first."""
    from clusteratlas import observatory

    return _neighbours(atlas, year, area, lambda frame: observatory.complementarity(frame, area.key))


def _neighbours(
    atlas: Atlas, year: int, area: Area, find: Callable[[pl.DataFrame], pl.DataFrame]
) -> list[Row]:
    frame = cells(atlas, year, area)
    if frame.filter(region=area.key).is_empty():
        return []
    names = {code: row["name"] for code, row in atlas.statistics.categories(DIVISIONS).items()}
    # Parts of one former region have its mix, each: they would be each other's nearest for no reason of theirs.
    shared = atlas.statistics.shared_out(year)
    found = (row for row in find(frame).rows(named=True) if row["region"] not in shared)
    return [_told(row, names, area) for row in itertools.islice(found, KEPT)]


def _told(row: Row, names: dict[str, str], area: Area) -> Row:
    """A neighbour with its name, its page, the industries in words, and the comparison with it."""
    industries = [names.get(code, code) for code in (row["industries"] or "").split("; ") if code]
    return row | {
        "name": taxonomies.region_name(row["region"]),
        "href": reading.place_url(row["region"]),
        "industries": ", ".join(industries),
        "few": [words.running(name) for name in industries[:3]],
        "compare": f"/compare/?{urlencode([('area', area.key), ('area', row['region'])])}",
    }


def _concentration(frame: pl.DataFrame, area: Area) -> dict[str, Any]:
    """How far the mix of industries departs from Europe's, among the regions; how many industries it rests on."""
    from clusteratlas import observatory

    departs = observatory.krugman(frame)
    own, estimated = departs.filter(region=area.key).select("krugman", "imputed_share").row(0)
    spread = observatory.herfindahl(frame, of="region").filter(region=area.key)["herfindahl"][0]
    return {
        "krugman": own,
        "moved": own / 2,
        "herfindahl": spread,
        "imputed_share": estimated,
        "as_many_as": 1 / spread,
        "above": (departs["krugman"] < own).sum() / max(departs.height - 1, 1),
    }


def concentration_of(atlas: Atlas, choice: Choice) -> dict[str, Any] | None:
    """How unevenly the category asked for is spread over regions, beside the others of its set."""
    import polars as pl

    from clusteratlas import observatory

    frame = atlas.statistics.totals(choice.category_set, choice.own)
    # What is in none of the categories stays: without it a region's total would be too small.
    frame = frame.filter((pl.col("period") == choice.year) & (pl.col("value") > 0))
    found = observatory.locational_gini(frame.select("region", "industry", "value", "imputed_share"))
    found = found.filter(pl.col("industry") != REST)
    key = reading.category_key(choice.scope)
    if found.filter(industry=key).is_empty():
        return None
    own, estimated = found.filter(industry=key).select("locational_gini", "imputed_share").row(0)
    others = found.filter(pl.col("industry") != key)["locational_gini"]
    return {
        "gini": own,
        "above": (others < own).sum(),
        "others": others.len(),
        "imputed_share": estimated,
    }
