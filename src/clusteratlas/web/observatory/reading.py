"""Rows of the statistics as figures and tables want them: with names, links and places."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory import Area, Scope
from clusteratlas.web.observatory.asked import OWN, Choice
from clusteratlas.web.observatory.notes import remarks
from clusteratlas.web.templatetags.profiles import place_url

if TYPE_CHECKING:
    import polars as pl

    from clusteratlas.atlas import Atlas

Row = dict[str, Any]
NOWHERE = "ZZ"
"""How codes end that stand for no place: embassies, rigs at sea."""


def has_statistics(atlas: Atlas) -> bool:
    """Whether the release holds figures of industries in regions."""
    return not atlas.statistics.is_empty


def strengths(atlas: Atlas, choice: Choice) -> pl.DataFrame:
    """Every region in every category that is asked for, in the year, by the profile."""
    return atlas.statistics.strengths(
        choice.category_set,
        year=choice.year,
        profile=choice.profile,
        scopes=choice.own,
        areas=choice.areas,
    )


def of_area(atlas: Atlas, choice: Choice, area: Area) -> list[Row]:
    """The categories of a region, strongest first; other regions asked for do not change its figures."""
    import polars as pl

    choice = replace(choice, areas=(area,) if area.is_custom else ())
    frame = strengths(atlas, choice).filter((pl.col("region") == area.key) & (pl.col("value") > 0))
    rows = [
        row | described(atlas, choice, row["industry"]) | {"remarks": remarks(row)}
        for row in frame.rows(named=True)
    ]
    rows.sort(key=lambda row: (-(row["stars"] or 0), -(row["location_quotient"] or 0)))
    return rows


def of_scope(atlas: Atlas, choice: Choice, scope: Scope) -> list[Row]:
    """The regions of a category, with their places."""
    import polars as pl

    is_place = ~pl.col("region").str.ends_with(NOWHERE)
    frame = strengths(atlas, choice).filter((pl.col("industry") == category_key(scope)) & is_place)
    areas = {area.key: area for area in choice.areas}
    return [
        row | placed(row["region"], areas, choice) | {"remarks": remarks(row)}
        for row in frame.rows(named=True)
    ]


def category_key(scope: Scope) -> str:
    """How frames name the category of a scope."""
    return scope.key if scope.is_custom else scope.category_id


def described(atlas: Atlas, choice: Choice, industry: str) -> Row:
    """The name of a category, its key and its page."""
    own = {scope.key: scope for scope in choice.own}
    if industry in own:
        return {"category": own[industry].name, "key": industry, "href": category_url(own[industry])}
    known = atlas.statistics.categories(choice.category_set)[industry]
    key = f"{choice.category_set}:{industry}"
    return {
        "category": known["name"],
        "key": key,
        "href": f"/categories/{choice.category_set}/{quote(industry)}/",
    }


def category_url(scope: Scope) -> str:
    """The page of a category, of a set or of the visitor's own."""
    if scope.is_custom:
        return f"/categories/own/?{urlencode({'category': scope.key})}"
    return f"/categories/{scope.category_set}/{quote(scope.category_id)}/"


def area_url(area: Area) -> str:
    """The page of a region, of NUTS or of the visitor's own."""
    return f"/areas/?{urlencode({'area': area.key})}" if is_own(area) else place_url(area.key)


def is_own(area: Area) -> bool:
    """Whether a region was put together by the visitor; countries are not, though made of parts."""
    return "=" in area.key or "," in area.key


def placed(code: str, areas: Mapping[str, Area], choice: Choice) -> Row:
    """The name of a region, its centre and its page."""
    if code in areas and areas[code].is_custom:
        spots = [spot for one in areas[code].codes if (spot := centres().get(one))]
        latitude = sum(spot[0] for spot in spots) / len(spots) if spots else None
        longitude = sum(spot[1] for spot in spots) / len(spots) if spots else None
        href = area_url(areas[code])
        return {
            "code": code,
            "name": areas[code].name,
            "latitude": latitude,
            "longitude": longitude,
            "href": href,
        }
    latitude, longitude = centres().get(code, (None, None))
    return {
        "code": code,
        "name": taxonomies.region_name(code),
        "latitude": latitude,
        "longitude": longitude,
        "href": place_url(code),
    }


@cache
def centres() -> dict[str, tuple[float, float]]:
    """Latitude and longitude of the regions that have a place."""
    return {
        code: (region.latitude, region.longitude)
        for code, region in taxonomies.regions().items()
        if region.latitude is not None and region.longitude is not None
    }


@cache
def ground() -> tuple[tuple[float, float], ...]:
    """A point for each small region: together they show where land is."""
    regions = taxonomies.regions().values()
    return tuple(
        (region.latitude, region.longitude)
        for region in regions
        if region.level == 3 and region.is_current and region.latitude is not None
    )


BOUNDARIES = """
  SELECT region_code, geometry FROM region_boundary WHERE level = 2 AND region_code IS NOT NULL ORDER BY region_code"""


def boundaries(atlas: Atlas) -> dict[str, Any] | None:
    """Boundaries of the regions of statistics as GeoJSON geometries by code; None when the release has none."""
    if "region_boundary" not in atlas.tables:
        return None
    return {code: _geometry(row["geometry"]) for code, row in atlas.lookup(BOUNDARIES).items()} or None


def shapes(atlas: Atlas, choice: Choice) -> dict[str, Any] | None:
    """The boundaries; regions of the visitor's own have those of their parts together."""
    known = boundaries(atlas)
    if known is None:
        return None
    own = {
        area.key: {
            "type": "MultiPolygon",
            "coordinates": [p for c in area.codes if c in known for p in _polygons(known[c])],
        }
        for area in choice.areas
        if area.is_custom
    }
    return known | own


def _polygons(shape: dict[str, Any]) -> list[Any]:
    return shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]


@lru_cache(maxsize=2048)
def _geometry(text: str) -> dict[str, Any]:
    return json.loads(text)


def over_years(atlas: Atlas, choice: Choice) -> pl.DataFrame:
    """Values, location quotients and shares of every region, category and year."""
    import polars as pl

    statistics = atlas.statistics
    whole = statistics.totals(choice.category_set, choice.own)
    totals = statistics.totals(choice.category_set, choice.own, choice.areas)
    europe = whole.group_by("industry", "period").agg(category_total=pl.col("value").sum())
    every = whole.group_by("period").agg(every=pl.col("value").sum())
    region, category = pl.col("region_total"), pl.col("category_total")
    return (
        totals.with_columns(region_total=pl.col("value").sum().over("region", "period"))
        .join(europe, on=["industry", "period"])
        .join(every, on="period")
        .with_columns(
            focus=pl.when(region > 0).then(pl.col("value") / region),
            share_of_category=pl.when(category > 0).then(pl.col("value") / category),
            location_quotient=pl.when((region > 0) & (category > 0)).then(
                pl.col("value") * pl.col("every") / (region * category)
            ),
        )
        .sort("region", "industry", "period")
    )


def chosen(rows: Iterable[Row], *names: str) -> list[Row]:
    """Only these columns of the rows."""
    return [{name: row.get(name) for name in names} for row in rows]


DIVISIONS = "nace-divisions"


def set_around(choice: Choice) -> str:
    """The set whose categories a category is set beside: its own, or industries for one of the visitor's making."""
    return DIVISIONS if choice.category_set == OWN else choice.category_set


def proximities(cells: pl.DataFrame) -> list[tuple[str, str, float, float]]:
    """How near the categories of `cells_around` are to each other (a, b with a before b, 0 to 1), the nearest first.

    Fourth the part of the jobs in both that is estimated.
    """
    import polars as pl

    from clusteratlas.atlas.observatory.statistics import REST
    from clusteratlas.observatory import relatedness

    # What is in none of the categories stays for the totals of the regions; no pair with it is told.
    found = relatedness(cells.filter(pl.col("value") > 0), method="conditional probability")
    is_pair = (pl.col("industry") < pl.col("other_industry")) & (pl.col("relatedness") > 0)
    is_told = (pl.col("industry") != REST) & (pl.col("other_industry") != REST)
    pairs = found.filter(is_pair & is_told).select(
        "industry", "other_industry", "relatedness", "imputed_share"
    )
    return sorted(pairs.rows(), key=lambda pair: (-pair[2], pair[:2]))


def sizes(cells: pl.DataFrame) -> dict[str, float]:
    """Persons employed in each category of `cells_around`, in all regions together."""
    import polars as pl

    return dict(cells.group_by("industry").agg(pl.col("value").sum()).rows())


def cells_around(atlas: Atlas, choice: Choice) -> pl.DataFrame:
    """Persons employed by region and category in the year, each person once: of a set, or of a category of the
    visitor's own and the industries that are not in it."""
    import polars as pl

    from clusteratlas.atlas.observatory.statistics import REST

    def of_year(frame: pl.DataFrame) -> pl.DataFrame:
        return frame.filter(period=choice.year).select("region", "industry", "value", "imputed_share")

    every = of_year(atlas.statistics.totals(set_around(choice)))
    if choice.category_set != OWN:
        return every
    weights = pl.DataFrame(
        list(choice.scope.weights), schema={"industry": pl.String, "weight": pl.Float64}, orient="row"
    )
    is_part = pl.col("weight").is_not_null()
    left = every.join(weights, on="industry", how="left").select(
        "region",
        pl.when(is_part).then(pl.lit(REST)).otherwise("industry").alias("industry"),
        pl.col("value") * (1 - pl.col("weight").fill_null(0)),
        "imputed_share",
    )
    own = of_year(atlas.statistics.totals(OWN, [choice.scope])).filter(industry=choice.scope.key)
    value = pl.col("value")
    estimated = (value * pl.col("imputed_share")).sum()
    return (
        pl.concat([left, own])
        .group_by("region", "industry")
        .agg(value.sum(), imputed_share=pl.when(value.sum() > 0).then(estimated / value.sum()).otherwise(0.0))
    )


def overview(atlas: Atlas, choice: Choice) -> list[Row]:
    """A row for each category of a set: its size in Europe, its growth, the region most specialised in it."""
    frame = strengths(atlas, choice)
    most = max((stars for stars in frame["stars"].to_list() if stars is not None), default=None)
    rows = []
    for (industry,), part in frame.group_by("industry", maintain_order=True):
        there = [row for row in part.rows(named=True) if row["value"] and not row["region"].endswith(NOWHERE)]
        if not there:
            continue
        best = max(there, key=lambda row: row["location_quotient"] or 0)
        about = described(atlas, choice, industry)
        value = sum(row["value"] for row in there)
        rows.append(
            {
                "name": about["category"],
                "value": value,
                "growth": _growth(there),
                "strongest": taxonomies.region_name(best["region"]),
                "quotient": best["location_quotient"],
                "strong": sum(row["stars"] == most for row in there) if most else None,
                "imputed_share": sum(row["value"] * (row["imputed_share"] or 0) for row in there) / value,
                "key": about["key"],
                "href": about["href"],
            }
        )
    return sorted(rows, key=lambda row: -row["value"])


def _growth(rows: list[Row]) -> float | None:
    """The growth a year of regions with figures in both years, taken together."""
    both = [row for row in rows if row["growth"] is not None and row["growth"] > -1 and row["growth_from"]]
    if not both:
        return None
    span = both[0]["period"] - both[0]["growth_from"]
    before = sum(row["value"] / (1 + row["growth"]) ** span for row in both)
    return (sum(row["value"] for row in both) / before) ** (1 / span) - 1 if before else None
