"""Which regions are neighbours: from boundaries, from pairs, or from points on the globe."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory.arguments import COUNT, POSITIVE, check_if_given
from clusteratlas.observatory.frames import from_any

EARTH_KM = 6371.0088
"""The mean radius of the Earth (IUGG)."""
CODES = ("NUTS_ID", "region", "region_code", "id", "code")
"""Properties of a GeoJSON feature in which its region is looked for, in this order."""
FORMS = (
    "GeoJSON features, pairs of neighbours, a mapping of regions to (latitude, longitude), or a frame with the columns "
    "region, neighbour or region, latitude, longitude"
)
Neighbours = dict[Any, list[Any]]


def neighbours(geometry: Any, *, nearest: int | None = None, within_km: float | None = None) -> Neighbours:
    """The neighbours of each region that ``geometry`` knows, in the order of their codes.

    ``geometry``: GeoJSON (a FeatureCollection or a list of features; regions that touch are neighbours), pairs of
    neighbours, or points. Points need ``nearest`` (so many nearest regions are neighbours, which need not be mutual;
    of equally near ones the first codes) or ``within_km`` (all within that great-circle distance).

    A region paired with itself alone is an island.

    Raises `UsageError` for points without either and for shapes or pairs with one of them, `InputError` for a geometry
    that cannot be read.

    >>> neighbours([("AT12", "AT11"), ("AT12", "AT13")])
    {'AT11': ['AT12'], 'AT12': ['AT11', 'AT13'], 'AT13': ['AT12']}
    >>> neighbours({"AT13": (48.2, 16.4), "SK01": (48.1, 17.1), "PT17": (38.7, -9.1)}, within_km=100)
    {'AT13': ['SK01'], 'PT17': [], 'SK01': ['AT13']}
    """
    check_if_given(COUNT, nearest=nearest)
    check_if_given(POSITIVE, within_km=within_km)
    points = _points(geometry)
    if points is not None:
        return _near(points, nearest, within_km)
    if nearest is not None or within_km is not None:
        raise UsageError("nearest= and within_km= go with points", remedy="give latitude and longitude")
    features = _features(geometry)
    return _of_pairs(*(_touching(features) if features is not None else _pairs(geometry)))


def _of_pairs(regions: Iterable[Any], pairs: Iterable[tuple[Any, Any]]) -> Neighbours:
    found: dict[Any, set[Any]] = {region: set() for region in regions}
    for one, other in pairs:
        near = found.setdefault(one, set()), found.setdefault(other, set())
        if one != other:
            near[0].add(other)
            near[1].add(one)
    return {region: sorted(found[region]) for region in sorted(found)}


def _features(geometry: Any) -> list[Mapping[str, Any]] | None:
    if isinstance(geometry, Mapping) and geometry.get("type") == "FeatureCollection":
        return list(geometry.get("features", []))
    is_list = isinstance(geometry, Sequence) and not isinstance(geometry, str) and len(geometry) > 0
    if is_list and all(isinstance(f, Mapping) and f.get("type") == "Feature" for f in geometry):
        return list(geometry)
    return None


def _touching(features: list[Mapping[str, Any]]) -> tuple[list[Any], list[tuple[Any, Any]]]:
    """Regions, and pairs of them whose shapes have a point in common (queen contiguity)."""
    from shapely import STRtree
    from shapely.errors import ShapelyError
    from shapely.geometry import shape

    regions = [_region_of(feature, i) for i, feature in enumerate(features)]
    try:
        shapes = [shape(feature["geometry"]) for feature in features]
        one, other = STRtree(shapes).query(shapes, predicate="intersects")
    except (ShapelyError, KeyError, TypeError, ValueError, AttributeError) as fault:
        raise InputError(f"a shape cannot be read: {fault}", where="geometry") from fault
    return regions, [(regions[i], regions[j]) for i, j in zip(one, other, strict=True) if i < j]


def _region_of(feature: Mapping[str, Any], place: int) -> Any:
    known = {**({"id": feature["id"]} if "id" in feature else {}), **(feature.get("properties") or {})}
    for name in CODES:
        if known.get(name) is not None:
            return known[name]
    raise InputError(
        "there is no code of a region",
        where=f"geometry: features[{place}]",
        remedy=f"one of {', '.join(CODES)}",
    )


def _pairs(geometry: Any) -> tuple[list[Any], list[tuple[Any, Any]]]:
    table = _frame(geometry, ("region", "neighbour"))
    pairs = geometry if table is None else table.rows()
    try:
        return [], [(one, other) for one, other in pairs]
    except (TypeError, ValueError) as fault:
        raise InputError("these are no neighbours", where="geometry", remedy=f"give {FORMS}") from fault


def _points(geometry: Any) -> dict[Any, tuple[float, float]] | None:
    """Latitude and longitude of each region, in the order of their codes; None when these are no points."""
    table = _frame(geometry, ("region", "latitude", "longitude"))
    if table is not None:
        geometry = {region: (latitude, longitude) for region, latitude, longitude in table.rows()}
    elif not isinstance(geometry, Mapping) or "features" in geometry:
        return None
    return {region: _degrees(region, geometry[region]) for region in sorted(geometry)}


def _degrees(region: Any, point: Any) -> tuple[float, float]:
    try:
        latitude, longitude = (float(part) for part in point)
    except (TypeError, ValueError) as fault:
        raise InputError(f"{region!r} has no latitude and longitude: {point!r}", where="geometry") from fault
    if not (-90 <= latitude <= 90 and -180 <= longitude <= 180):
        raise InputError(
            f"{region!r} lies nowhere: {point!r}", where="geometry", remedy="degrees, latitude first"
        )
    return latitude, longitude


def _frame(geometry: Any, columns: tuple[str, ...]) -> pl.DataFrame | None:
    """These columns of ``geometry`` when it is a frame that has them."""
    if isinstance(geometry, Mapping | list | tuple | set | frozenset | str) or geometry is None:
        return None
    given = from_any(geometry, "geometry").lazy()
    if not set(columns) <= set(given.collect_schema().names()):
        return None
    return pl.from_arrow(given.select(*columns).collect().to_arrow())


def _near(points: dict[Any, tuple[float, float]], nearest: int | None, within_km: float | None) -> Neighbours:
    if (nearest is None) == (within_km is None):
        raise UsageError(
            "points need one of nearest= and within_km=", remedy="nearest=5, say, or within_km=150"
        )
    regions = list(points)
    distances = _kilometres(np.radians(np.array(list(points.values())).reshape(-1, 2)))
    np.fill_diagonal(distances, np.inf)
    if nearest is not None:
        order = np.argsort(np.round(distances, 6), axis=1, kind="stable")[:, : min(nearest, len(regions) - 1)]
        return {region: sorted(regions[j] for j in order[i]) for i, region in enumerate(regions)}
    return {
        region: [regions[j] for j in np.flatnonzero(distances[i] <= within_km)]
        for i, region in enumerate(regions)
    }


def _kilometres(radians: np.ndarray) -> np.ndarray:
    """The great-circle distances between points of latitude and longitude (haversine)."""
    latitude, longitude = radians[:, :1], radians[:, 1:]
    half = np.sin((latitude - latitude.T) / 2) ** 2
    half += np.cos(latitude) * np.cos(latitude.T) * np.sin((longitude - longitude.T) / 2) ** 2
    return 2 * EARTH_KM * np.arcsin(np.sqrt(np.clip(half, 0, 1)))
