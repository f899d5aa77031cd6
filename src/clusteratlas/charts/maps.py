"""Maps of Europe without boundaries: bubbles at the centres of places, and a grid of tiles, as plain SVG.

No inline style: shapes carry classes, which the page colours for light, dark and print. Each has a title.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import sqrt

from clusteratlas.charts.projection import height_of, on_map

WIDTH = 760
LARGEST_RADIUS, SMALLEST_RADIUS = 30.0, 1.6
LABELLED_FROM = 11.0
"""Bubbles of at least this radius carry their code."""


@dataclass(frozen=True)
class Place:
    """Something to be drawn: ``value`` decides its size, ``href`` is where it leads (None: nowhere)."""

    code: str
    label: str
    latitude: float | None
    longitude: float | None
    value: float
    href: str | None = None


@dataclass(frozen=True)
class Bubble:
    """A place as it is drawn, in units of the drawing."""

    place: Place
    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class BubbleMap:
    """Bubbles, the largest first, so that small ones lie on top; ``outside`` the map are some places."""

    width: int
    height: int
    bubbles: tuple[Bubble, ...]
    outside: tuple[Place, ...]


def bubble_map(places: Iterable[Place], width: int = WIDTH, largest: float = LARGEST_RADIUS) -> BubbleMap:
    """Bubbles whose areas are in proportion to the values; places without value are left out.

    >>> drawn = bubble_map([Place("FR", "France", 46.6, 2.5, 100), Place("DE", "Germany", 51.1, 10.4, 25)])
    >>> [(bubble.place.code, bubble.radius) for bubble in drawn.bubbles]
    [('FR', 30.0), ('DE', 15.0)]
    """
    there = sorted((p for p in places if p.value > 0), key=lambda p: (-p.value, p.code))
    greatest = max((p.value for p in there), default=1)
    bubbles, outside = [], []
    for place in there:
        point = None
        if place.latitude is not None and place.longitude is not None:
            point = on_map(place.latitude, place.longitude, width)
        if point is None:
            outside.append(place)
            continue
        radius = max(round(largest * sqrt(place.value / greatest), 1), SMALLEST_RADIUS)
        bubbles.append(Bubble(place, *point, radius))
    return BubbleMap(width, height_of(width), tuple(bubbles), tuple(outside))


def backdrop(points: Iterable[tuple[float, float]], width: int = WIDTH) -> str:
    """The path that sets a dot on each point (latitude, longitude): together they show the shape of Europe.

    >>> backdrop([(52.0, 10.0)], 790)
    'M365 345h0'
    """
    drawn = {on_map(latitude, longitude, width) for latitude, longitude in points}
    return "".join(f"M{_short(point[0])} {_short(point[1])}h0" for point in sorted(filter(None, drawn)))


def bubble_svg(
    drawn: BubbleMap, title: str, dots: str = "", unit: str = "projects", label_places: bool = True
) -> str:
    """The map as SVG. Links are left out of the tab order: the table beside the map has them too.

    >>> drawn = bubble_map([Place("FR", "France", 46.6, 2.5, 3)])
    >>> "<title>France: 3 projects</title>" in bubble_svg(drawn, "Where")
    True
    """
    shapes = "".join(_bubble(bubble, unit) for bubble in drawn.bubbles)
    labels = "".join(_label(bubble) for bubble in drawn.bubbles if label_places)  # on top of all bubbles
    ground = f'<path class="map-dots" d="{dots}"/>' if dots else ""
    return (
        f'<svg class="map" viewBox="0 0 {drawn.width} {drawn.height}" role="group" '
        f'aria-label="{escape(title)}">{ground}{shapes}{labels}</svg>'
    )


def _bubble(bubble: Bubble, unit: str) -> str:
    place = bubble.place
    said = f"{place.label}: {place.value:,.0f} {unit}"
    shape = (
        f'<circle class="map-bubble" cx="{_short(bubble.x)}" cy="{_short(bubble.y)}" '
        f'r="{_short(bubble.radius)}"><title>{escape(said)}</title></circle>'
    )
    return _linked(shape, place.href, said)


def _label(bubble: Bubble) -> str:
    if bubble.radius < LABELLED_FROM:
        return ""
    x, y = _short(bubble.x), _short(bubble.y)
    code = escape(bubble.place.code)
    return f'<text class="map-label" x="{x}" y="{y}" dy=".35em" aria-hidden="true">{code}</text>'


def _linked(shape: str, href: str | None, said: str) -> str:
    if not href:
        return shape
    return f'<a href="{escape(href)}" tabindex="-1" aria-label="{escape(said)}">{shape}</a>'


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


@dataclass(frozen=True)
class Tile:
    """A country on the grid; ``step`` is 0 (nothing) to `STEPS` (the most)."""

    place: Place
    row: int
    column: int
    step: int


STEPS = 5
TILE = 56


def tile_map(places: Sequence[tuple[Place, int, int]]) -> tuple[Tile, ...]:
    """Tiles with their shade, by the rank of the value among those that have one.

    >>> france, iceland = Place("FR", "France", None, None, 9), Place("IS", "Iceland", None, None, 0)
    >>> grid = tile_map([(france, 3, 1), (iceland, 0, 0)])
    >>> [(tile.place.code, tile.step) for tile in grid]
    [('FR', 5), ('IS', 0)]
    """
    values = sorted(place.value for place, _, _ in places if place.value > 0)
    tiles = []
    for place, row, column in places:
        rank = sum(value <= place.value for value in values)
        step = (
            1 + round((STEPS - 1) * (rank - 1) / max(len(values) - 1, 1))
            if place.value > 0 and len(values) > 1
            else 0
        )
        tiles.append(Tile(place, row, column, STEPS if place.value > 0 and len(values) == 1 else step))
    return tuple(tiles)


def tile_svg(tiles: Sequence[Tile], title: str, unit: str = "projects") -> str:
    """The grid as SVG: a square for each country, its code and its value written in it."""
    rows = max((tile.row for tile in tiles), default=0) + 1
    columns = max((tile.column for tile in tiles), default=0) + 1
    shapes = "".join(_tile(tile, unit) for tile in tiles)
    return (
        f'<svg class="map" viewBox="0 0 {columns * TILE} {rows * TILE}" role="group" '
        f'aria-label="{escape(title)}">{shapes}</svg>'
    )


def _tile(tile: Tile, unit: str) -> str:
    x, y, place, side = tile.column * TILE, tile.row * TILE, tile.place, TILE - 2
    middle, step = f"{x + TILE / 2:g}", tile.step
    said = f"{place.label}: {place.value:,.0f} {unit}"
    shape = (
        f'<rect class="map-tile map-tile-{step}" x="{x + 1}" y="{y + 1}" width="{side}" height="{side}" '
        f'rx="3"><title>{escape(said)}</title></rect>'
        f'<text class="map-tile-code map-on-{step}" x="{middle}" y="{y + 24}">{escape(place.code)}</text>'
        f'<text class="map-tile-value map-on-{step}" x="{middle}" y="{y + 41}">{place.value:,.0f}</text>'
    )
    return _linked(shape, place.href, said)
