"""Figures taken from boundaries: a point inside a region, and how much of one region lies in another."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np


class Boundaries:
    """The regions of one GISCO GeoJSON file (gzip or not)."""

    def __init__(self, path: Path) -> None:
        opener = gzip.open if path.suffix == ".gz" else open
        with opener(path, "rt", encoding="utf-8") as file:
            features = json.load(file)["features"]
        self.properties = {f["properties"]["NUTS_ID"]: f["properties"] for f in features}
        self.polygons = {f["properties"]["NUTS_ID"]: _polygons(f["geometry"]) for f in features}

    def point(self, code: str) -> tuple[float, float]:
        """Latitude and longitude of the centroid of the largest part, moved inside when it lies outside."""
        largest = max(self.polygons[code], key=lambda rings: abs(_area(rings[0])))
        x, y = _centroid(largest[0])
        if not inside(largest, np.array([x]), np.array([y]))[0]:
            xs, ys = grid(largest, _step([largest], 1000))
            nearest = np.argmin((xs - x) ** 2 + (ys - y) ** 2)
            x, y = float(xs[nearest]), float(ys[nearest])
        return round(float(y), 3), round(float(x), 3)

    def overlap(self, code: str, other: Boundaries, candidates: Iterable[str]) -> dict[str, float]:
        """The share of ``code`` that lies in each candidate region of ``other``, from a grid of points."""
        if code not in self.polygons:
            return {}
        step = _step(self.polygons[code], 2000)
        points = [grid(polygon, step) for polygon in self.polygons[code]]
        xs, ys = (np.concatenate(part) for part in zip(*points, strict=True))
        counts = {
            name: int(np.any([inside(p, xs, ys) for p in other.polygons[name]], axis=0).sum())
            for name in candidates
            if name in other.polygons
        }
        total = sum(counts.values())
        return {name: count / total for name, count in counts.items() if count}


def inside(rings: list[np.ndarray], xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Which points lie in a polygon with holes (even-odd rule)."""
    result = np.zeros(len(xs), dtype=bool)
    for ring in rings:
        x1, y1, x2, y2 = ring[:-1, 0], ring[:-1, 1], ring[1:, 0], ring[1:, 1]
        for ax, ay, bx, by in zip(x1, y1, x2, y2, strict=True):
            if ay != by:
                crosses = (ay > ys) != (by > ys)
                result ^= crosses & (xs < (bx - ax) * (ys - ay) / (by - ay) + ax)
    return result


def grid(rings: list[np.ndarray], step: float) -> tuple[np.ndarray, np.ndarray]:
    """Points of a regular grid that lie in a polygon."""
    west, south = rings[0].min(axis=0)
    east, north = rings[0].max(axis=0)
    xs, ys = np.meshgrid(np.arange(west + step / 2, east, step), np.arange(south + step / 2, north, step))
    xs, ys = xs.ravel(), ys.ravel()
    keep = inside(rings, xs, ys)
    return xs[keep], ys[keep]


def _polygons(geometry: dict) -> list[list[np.ndarray]]:
    parts = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [[np.asarray(ring, dtype=float)[:, :2] for ring in part] for part in parts]


def _step(polygons: list[list[np.ndarray]], size: int) -> float:
    """The grid's step that puts about ``size`` points into the polygons."""
    return (sum(abs(_area(rings[0])) for rings in polygons) / size) ** 0.5


def _area(ring: np.ndarray) -> float:
    x, y = ring[:, 0], ring[:, 1]
    return float((x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2)


def _centroid(ring: np.ndarray) -> tuple[float, float]:
    x, y = ring[:, 0], ring[:, 1]
    cross = x[:-1] * y[1:] - x[1:] * y[:-1]
    area = cross.sum() / 2
    return (
        float(((x[:-1] + x[1:]) * cross).sum() / (6 * area)),
        float(((y[:-1] + y[1:]) * cross).sum() / (6 * area)),
    )
