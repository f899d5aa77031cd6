"""Hatching: stripes over the part of a bar or bubble that is estimated, as paths that need no pattern.

Vega knows no patterns. A point mark may have a path of its own as shape, though, in pixels when its size is `UNIT`;
so the stripes are there in SVG, in PNG and on the visitor's screen alike.
"""

from __future__ import annotations

from math import sqrt

UNIT = 4
"""The size of a point mark at which a unit of its path is a pixel."""

GAP = 5.0
"""Pixels between two stripes."""


def bar_hatch(length: float, height: float, gap: float = GAP) -> str:
    """Stripes of a bar that begins at the origin and is ``length`` by ``height`` pixels, centred on the axis.

    >>> bar_hatch(10, 8)
    'M0,1L5,-4M2,4L10,-4M7,4L10,1'
    >>> bar_hatch(0, 8)
    ''
    """
    half, strokes, at = height / 2, [], gap
    while length > 0 and at < length + height:
        left, right = max(0.0, at - height), min(length, at)
        if right > left:
            strokes.append(
                f"M{left:g},{half - (left - (at - height)):g}L{right:g},{half - (right - (at - height)):g}"
            )
        at += gap
    return "".join(strokes)


def disc_hatch(radius: float, share: float, gap: float = GAP) -> str:
    """Stripes of the lower part of a disc: ``share`` (0 to 1) of its height.

    >>> disc_hatch(10, 0), disc_hatch(3, 1, gap=4).count("M")
    ('', 1)
    """
    strokes = []
    top = radius - 2 * radius * min(max(share, 0.0), 1.0)
    count = int(radius * sqrt(2) // gap)
    for step in range(-count, count + 1):
        ends = _chord(radius, step * gap / sqrt(2), top)
        if ends:
            (x1, y1), (x2, y2) = ends
            strokes.append(f"M{x1:.1f},{y1:.1f}L{x2:.1f},{y2:.1f}")
    return "".join(strokes)


def _chord(radius: float, shift: float, top: float) -> tuple[tuple[float, float], tuple[float, float]] | None:
    """The part below ``top`` of the rising line through (shift, shift) inside a disc; y grows downwards."""
    inside = radius * radius - 2 * shift * shift
    if inside <= 0 or top >= radius:
        return None
    half = sqrt(inside / 2)
    # Points of the line are (shift + t, shift - t); it rises to the right as t grows.
    last = min(half, shift - top)
    return ((shift - half, shift + half), (shift + last, shift - last)) if last > -half else None


Ring = list[tuple[float, float]]


def area_hatch(rings: list[Ring], gap: float = GAP) -> str:
    """Stripes inside an area that rings enclose (those inside others are holes), rising to the right.

    >>> area_hatch([[(0, 0), (10, 0), (10, 10), (0, 10)]], gap=7)
    'M0.0,9.9L9.9,0.0M9.8,10.0L10.0,9.8'
    """
    step = gap * sqrt(2)
    sums = [x + y for ring in rings for x, y in ring]
    if not sums:
        return ""
    strokes, at = [], (min(sums) // step + 1) * step
    while at < max(sums):
        crossed = sorted(x for ring in rings for x in _crossings(ring, at))
        for left, right in zip(crossed[::2], crossed[1::2], strict=False):
            strokes.append(f"M{left:.1f},{at - left:.1f}L{right:.1f},{at - right:.1f}")
        at += step
    return "".join(strokes)


def _crossings(ring: Ring, at: float) -> list[float]:
    """Where the line x + y = ``at`` crosses the ring's sides: the x of each."""
    found = []
    for (x1, y1), (x2, y2) in zip(ring, [*ring[1:], *ring[:1]], strict=True):
        one, other = x1 + y1 - at, x2 + y2 - at
        if (one < 0) != (other < 0):
            found.append(x1 + (x2 - x1) * one / (one - other))
    return found
