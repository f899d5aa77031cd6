"""From degrees to the plane of a map of Europe: Lambert's azimuthal equal-area projection."""

from __future__ import annotations

from math import cos, radians, sin, sqrt

CENTRE = (52.0, 10.0)
"""Latitude and longitude of the centre, as in the grid that European statistics use (EPSG:3035)."""

LEFT, RIGHT, BOTTOM, TOP = -0.365, 0.425, -0.325, 0.345
"""The part of the plane that is shown, in radii of the Earth: Iceland, the North Cape, Caucasus, Cyprus."""


def project(latitude: float, longitude: float) -> tuple[float, float]:
    """East and north of the centre, in radii of the Earth; equal areas stay equal.

    >>> [round(value, 3) + 0 for value in project(52.0, 10.0)]
    [0.0, 0.0]
    >>> east, north = project(60.2, 24.9)
    >>> round(east * 6371), round(north * 6371)
    (818, 998)
    """
    phi, phi0 = radians(latitude), radians(CENTRE[0])
    dlambda = radians(longitude - CENTRE[1])
    below = 1 + sin(phi0) * sin(phi) + cos(phi0) * cos(phi) * cos(dlambda)
    k = sqrt(2 / max(below, 1e-9))
    return k * cos(phi) * sin(dlambda), k * (cos(phi0) * sin(phi) - sin(phi0) * cos(phi) * cos(dlambda))


def on_map(latitude: float, longitude: float, width: float) -> tuple[float, float] | None:
    """Where a point is drawn on a map of that width, from the upper left corner; None when it is outside.

    >>> on_map(-21.1, 55.5, 640) is None
    True
    """
    east, north = project(latitude, longitude)
    if not (LEFT <= east <= RIGHT and BOTTOM <= north <= TOP):
        return None
    scale = width / (RIGHT - LEFT)
    return round((east - LEFT) * scale, 1), round((TOP - north) * scale, 1)


def height_of(width: float) -> int:
    """The height of a map of that width.

    >>> height_of(790)
    670
    """
    return round(width * (TOP - BOTTOM) / (RIGHT - LEFT))
