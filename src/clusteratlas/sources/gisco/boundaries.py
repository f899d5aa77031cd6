"""GISCO's GeoJSON of NUTS regions, feature by feature: a broken one costs itself alone."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from clusteratlas import taxonomies
from clusteratlas.errors import InputError
from clusteratlas.sources.eurostat.places import main_version
from clusteratlas.sources.job import FileAccount, Job

COLUMNS = ("nuts_code", "nuts_version", "scale", "region_code", "level", "name", "country_code", "geometry")
# Regions that kept their extent, whatever they are called now: others cannot be drawn by an old boundary.
SAME_EXTENT = ("current", "recoded", "country", "boundary shift")
_NAME = re.compile(r"NUTS_RG_(?P<scale>\d\dM)_(?P<version>\d{4})(_(?P<projection>\d{4}))?")
DEPTHS = {"Polygon": 2, "MultiPolygon": 3}


def is_geojson(path: Path) -> bool:
    """Whether a file begins as GeoJSON does."""
    with path.open("rb") as stream:
        return stream.read(200).removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{"


def read_boundaries(job: Job, path: Path, name: str, account: FileAccount) -> str:
    """The regions of a file as a raw table of `region_boundary`'s columns; returns its name.

    Raises `InputError` for what is no GeoJSON of NUTS regions in degrees.
    """
    features = _features(path, account.file)
    stated = _NAME.search(name)
    if (stated and stated["projection"] not in (None, "4326")) or not _in_degrees(features):
        raise InputError(
            "these boundaries are not in degrees",
            where=account.file,
            remedy="give the file whose name ends in _4326",
        )
    if stated:
        version, scale = int(stated["version"]), stated["scale"]
    else:
        version, scale = main_version(_codes(features)), None
        message = f"the name tells no version; read as NUTS {version}, in which most codes are valid"
        job.warn("version", account.file, message)
    account.rows_in = len(features)
    return job.make_raw("boundary", COLUMNS, _rows(job, features, version, scale, account))


def _features(path: Path, label: str) -> list[Any]:
    try:
        document = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as fault:
        raise InputError(
            f"not readable as GeoJSON ({fault})", where=label, remedy="download the file again"
        ) from fault
    features = document.get("features") if isinstance(document, dict) else None
    if not isinstance(features, list) or not any(_codes(features)):
        raise InputError(
            "no GeoJSON of NUTS regions (no feature has a NUTS_ID)",
            where=label,
            remedy="give GISCO's file NUTS_RG_20M_2021_4326.geojson, or that of another scale and version",
        )
    return features


def _properties(feature: Any) -> dict[str, Any]:
    found = feature.get("properties") if isinstance(feature, dict) else None
    return found if isinstance(found, dict) else {}


def _codes(features: list[Any]) -> list[str]:
    return [str(code) for f in features if (code := _properties(f).get("NUTS_ID"))]


def _rows(
    job: Job, features: list[Any], version: int, scale: str | None, account: FileAccount
) -> Iterator[tuple]:
    seen: dict[str, int] = {}
    for place, feature in enumerate(features, start=1):
        properties = _properties(feature)
        code = taxonomies.normalise_code(str(properties.get("NUTS_ID") or ""))
        fault = "it has no NUTS_ID" if not code else _fault(feature.get("geometry"))
        if code in seen:
            fault = f"region {code} stands already in place {seen[code]}"
        if fault:
            job.reject(account, place, fault, json.dumps(feature, ensure_ascii=False))
            continue
        seen[code] = place
        name = properties.get("NAME_LATN") or properties.get("NUTS_NAME") or code
        country = taxonomies.country_code(code[:2]) or code[:2]
        geometry = {key: feature["geometry"][key] for key in ("type", "coordinates")}
        level = str(taxonomies.level_of(code))
        text = json.dumps(geometry, separators=(",", ":"))
        yield (
            *(code, str(version), scale, _stands_for(code, version), level),
            *(" ".join(str(name).split()), country, text, place),
        )


def _stands_for(code: str, version: int) -> str | None:
    """The current region that has the extent of an old one."""
    now = taxonomies.resolve_region(code, version)
    return now.codes[0][0] if len(now.codes) == 1 and now.kind in SAME_EXTENT else None


def _fault(geometry: Any) -> str | None:
    """What is wrong with a geometry; None when it is an area."""
    if not isinstance(geometry, dict) or geometry.get("type") not in DEPTHS:
        kind = geometry.get("type") if isinstance(geometry, dict) else None
        return f"its geometry is no area ({kind or 'none'})"
    if not _is_nested(geometry.get("coordinates"), DEPTHS[geometry["type"]]):
        return "its coordinates are malformed"
    return None


def _is_nested(coordinates: Any, depth: int) -> bool:
    """Whether coordinates are rings of at least four points, ``depth`` lists deep."""
    if not isinstance(coordinates, list) or not coordinates:
        return False
    if depth == 1:
        return len(coordinates) >= 4 and all(_is_point(point) for point in coordinates)
    return all(_is_nested(part, depth - 1) for part in coordinates)


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, list)
        and len(point) >= 2
        and all(isinstance(n, int | float) and not isinstance(n, bool) for n in point[:2])
        and -180 <= point[0] <= 180
        and -90 <= point[1] <= 90
    )


def _in_degrees(features: list[Any]) -> bool:
    """Whether any area has coordinates that degrees can be: metres of a projection never are."""
    areas = [f["geometry"] for f in features if isinstance(f, dict) and _fault_free_shape(f.get("geometry"))]
    return not areas or any(_fault(area) is None for area in areas)


def _fault_free_shape(geometry: Any) -> bool:
    return isinstance(geometry, dict) and geometry.get("type") in DEPTHS
