"""Maps of a value: on boundaries where there are any, as bubbles at the centres of regions, as a grid of tiles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

import altair as alt

from clusteratlas.charts.classes import UNKNOWN, Classes, classes
from clusteratlas.charts.hatching import UNIT, Ring, area_hatch, disc_hatch
from clusteratlas.charts.inputs import Row, rows
from clusteratlas.charts.looks import LIGHT, NARROW, WIDE, Look
from clusteratlas.charts.placing import Spot, place_labels
from clusteratlas.charts.portfolio import label_layers
from clusteratlas.charts.projection import BOTTOM, LEFT, RIGHT, TOP, project
from clusteratlas.charts.sizes import sized

NEEDED = ("code", "name", "value")
OPTIONAL = ("size", "imputed_share", "latitude", "longitude", "tile_row", "tile_column")
LARGEST, SMALLEST, EVEN = 19.0, 3.0, 5.5
NAMED = {False: 6, True: 3}
"""Places with the greatest values whose names are on the map, on a desk and on a phone."""
MOSTLY = 0.5
HATCHED_FROM = 0.1
"""Places of which at least this share is estimated are hatched."""

INSET = 26.0
EMPTIEST = 3.0
"""Holes and islands of fewer square pixels are not drawn."""


@dataclass(frozen=True)
class Window:
    """The part of the plane that is drawn, and how large: radii of the Earth to pixels."""

    left: float
    top: float
    scale: float
    width: int
    height: int

    def at(self, latitude: float, longitude: float) -> tuple[float, float]:
        """Pixels from the upper left corner."""
        east, north = project(latitude, longitude)
        return round((east - self.left) * self.scale, 1), round((self.top - north) * self.scale, 1)


def value_map(
    frame: Any,
    *,
    unit: str,
    boundaries: Mapping[str, Mapping[str, Any]] | None = None,
    edges: Sequence[float] | None = None,
    number: str = ",.2f",
    sizes: str = "",
    ground: Iterable[tuple[float, float]] = (),
    look: Look = LIGHT,
    width: int = WIDE,
) -> alt.LayerChart:
    """A map of ``frame``: a choropleth with ``boundaries``, else bubbles, else tiles, by what the frame knows.

    ``frame`` has the columns ``code``, ``name``, ``value``, and perhaps ``imputed_share`` (hatched from a tenth
    on), ``size`` (the area of a bubble), ``latitude`` and ``longitude`` (degrees), ``tile_row`` and
    ``tile_column``. ``boundaries`` are GeoJSON geometries (degrees) by code. ``edges`` part the classes of
    colour (fifths when not given); ``ground`` are points (latitude, longitude) that show where land is; ``sizes``
    says what ``size`` is, in a legend. The greatest values that are not mostly estimated have their names on the map.

    >>> place = {"code": "AT33", "name": "Tirol", "value": 3.1, "latitude": 47.2, "longitude": 11.4}
    >>> value_map([place], unit="location quotient").to_dict()["layer"][1]["data"]["values"][0]["name"]
    'Tirol'
    """
    given = rows(frame, NEEDED, OPTIONAL)
    kinds = classes(
        [row["value"] for row in given if row["value"] is not None], edges, percent=number.endswith("%")
    )
    for row in given:
        row["class"] = kinds.label(row["value"])
    painted = _Painter(kinds, unit, number, sizes, look)
    if boundaries:
        return _choropleth(given, boundaries, painted, width)
    if any(row["latitude"] is not None for row in given):
        return _bubbles(given, list(ground), painted, width)
    return _tiles(given, painted, width)


@dataclass(frozen=True)
class _Painter:
    """How the marks of all three maps are coloured and told."""

    kinds: Classes
    unit: str
    number: str
    sizes: str
    look: Look

    def encodings(self, marks: Sequence[Row]) -> dict[str, Any]:
        """Colour with its legend, and what is told of a mark."""
        labels = [*self.kinds.labels, UNKNOWN]
        steps = len(self.kinds.labels)
        ramp = self.look.ramp
        colours = [ramp[round(at * (len(ramp) - 1) / max(steps - 1, 1))] for at in range(steps)]
        there = [*self.kinds.labels, *([UNKNOWN] if any(m["class"] == UNKNOWN for m in marks) else [])]
        scale = dict(zip(labels, [*colours, self.look.paper], strict=True))
        return {
            "fill": alt.Fill(
                "class:N",
                title=self.unit,
                scale=alt.Scale(domain=there, range=[scale[label] for label in there]),
                legend=alt.Legend(orient="top", direction="horizontal", columns=3, symbolType="square"),
            ),
            "tooltip": self.told(),
        }

    def told(self) -> list[alt.Tooltip]:
        """What is told of a place, wherever it is pointed at."""
        return [
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("value:Q", title=self.unit, format=self.number),
            alt.Tooltip("imputed_share:Q", title="Estimated share", format=".0%"),
        ]

    def hatches(self, marks: Sequence[Row]) -> alt.Chart:
        """Stripes over what is estimated: dark on light classes, light on dark ones."""
        dark = set(self.kinds.labels[len(self.kinds.labels) // 2 + 1 :])
        hatched = [{**mark, "is_dark": mark["class"] in dark} for mark in marks if mark["hatch"]]
        chart = alt.Chart(alt.Data(values=hatched)).mark_point(
            size=UNIT, filled=False, strokeWidth=1, opacity=0.9
        )
        return chart.encode(
            x=_pixel("x"),
            y=_pixel("y", alt.Y),
            shape=alt.Shape("hatch:N", scale=None, legend=None),
            stroke=alt.condition("datum.is_dark", alt.value(self.look.paper), alt.value(self.look.ink)),
            tooltip=self.told(),
        )


def _is_hatched(row: Row) -> bool:
    return row["value"] is not None and (row["imputed_share"] or 0) >= HATCHED_FROM


def _pixel(name: str, channel: Any = alt.X) -> Any:
    return channel(f"{name}:Q", scale=None, axis=None)


def inside(east: float, north: float) -> bool:
    """Whether a point of the plane (radii of the Earth) is on the map of Europe."""
    return LEFT <= east <= RIGHT and BOTTOM <= north <= TOP


def window_of(points: Iterable[tuple[float, float]], width: int) -> Window:
    """The part of Europe in which there are points (latitude, longitude), as wide as the figure."""
    there = [spot for spot in (project(*point) for point in points) if inside(*spot)] or [
        (LEFT, TOP),
        (RIGHT, BOTTOM),
    ]
    easts, norths = [spot[0] for spot in there], [spot[1] for spot in there]
    across, down = max(max(easts) - min(easts), 0.05), max(max(norths) - min(norths), 0.05)
    pad = 0.04 * max(across, down)
    across, down = across + 2 * pad, down + 2 * pad
    tallest = 1.25 if width <= NARROW else 1.0
    scale = min(width / across, tallest * width / down)
    left = (max(easts) + min(easts)) / 2 - width / scale / 2
    return Window(left, max(norths) + pad, scale, width, round(down * scale))


def _known(row: Row) -> bool:
    return row["latitude"] is not None and row["longitude"] is not None


def _bubbles(
    given: list[Row], ground: list[tuple[float, float]], painted: _Painter, width: int
) -> alt.LayerChart:
    placed = [row for row in given if _known(row)]
    window = window_of([(row["latitude"], row["longitude"]) for row in placed], width)
    europe = [row for row in placed if inside(*project(row["latitude"], row["longitude"]))]
    greatest = max((row["size"] or 0 for row in europe), default=0)
    largest = LARGEST * max(window.width / WIDE, 0.6)
    marks = [_bubble(row, window, greatest, largest) for row in europe]
    marks.sort(key=lambda mark: -mark["radius"])
    away = [row for row in placed if row not in europe]
    insets = _insets(away, window)
    points = alt.Chart(alt.Data(values=marks)).mark_point(
        filled=True, shape="circle", stroke=painted.look.ink, strokeWidth=0.6, opacity=0.95
    )
    layers = [
        ground_dots(ground, window, painted.look),
        points.encode(
            x=_pixel("x"),
            y=_pixel("y", alt.Y),
            size=sized("drawn", greatest, largest, painted.sizes, painted.look)
            if greatest and painted.sizes
            else alt.Size("area:Q", scale=None, legend=None),
            **painted.encodings(given),
        ),
        painted.hatches(marks),
        *_names(marks, window, painted.look),
        *_inset_layers(insets, painted, given),
    ]
    return _whole(layers, window, insets)


def _bubble(row: Row, window: Window, greatest: float, largest: float) -> Row:
    x, y = window.at(row["latitude"], row["longitude"])
    radius = largest * sqrt(row["size"] / greatest) if row["size"] and greatest else EVEN * largest / LARGEST
    radius = max(SMALLEST, round(radius, 1))
    hatch = disc_hatch(radius, 1.0, gap=3.5) if _is_hatched(row) else ""
    size = {"area": round((2 * radius) ** 2, 1), "drawn": round(greatest * (radius / largest) ** 2, 1)}
    return {**row, "x": x, "y": y, "radius": radius, **size, "hatch": hatch}


def _names(marks: Sequence[Row], window: Window, look: Look) -> list[alt.Chart]:
    """The names of the greatest values, where there is room; what is mostly estimated has none."""
    sure = [
        at
        for at, mark in enumerate(marks)
        if mark["value"] is not None and (mark["imputed_share"] or 0) <= MOSTLY
    ]
    order = sorted(sure, key=lambda at: -marks[at]["value"])[: NAMED[window.width <= NARROW]]
    spots = [Spot(mark["x"], mark["y"], mark["radius"], mark["name"]) for mark in marks]
    return label_layers(
        list(place_labels(spots, order, window.width, window.height, crowded=True).values()), look
    )


def ground_dots(ground: list[tuple[float, float]], window: Window, look: Look) -> alt.Chart:
    """Small dots that show where land is."""
    spots = [window.at(*point) for point in ground if inside(*project(*point))]
    drawn = [
        {"x": x, "y": y} for x, y in sorted(set(spots)) if 0 <= x <= window.width and 0 <= y <= window.height
    ]
    chart = alt.Chart(alt.Data(values=drawn)).mark_circle(
        size=7, color=look.quiet, opacity=0.55, tooltip=None
    )
    return chart.encode(x=_pixel("x"), y=_pixel("y", alt.Y))


def _insets(away: Sequence[Row], window: Window) -> list[Row]:
    """Squares below the map for places beyond it: islands overseas."""
    across = max(int(window.width // (INSET * 2)), 1)
    return [
        {
            **row,
            "x": INSET + at % across * INSET * 2,
            "y": window.height + INSET + at // across * INSET * 1.5,
            "hatch": "",
        }
        for at, row in enumerate(sorted(away, key=lambda row: row["code"]))
    ]


def _inset_layers(insets: Sequence[Row], painted: _Painter, given: Sequence[Row]) -> list[alt.Chart]:
    if not insets:
        return []
    base = alt.Chart(alt.Data(values=list(insets)))
    squares = base.mark_point(
        filled=True, shape="square", size=190, stroke=painted.look.ink, strokeWidth=0.6, opacity=0.95
    )
    words = base.mark_text(color=painted.look.soft, fontSize=10, dy=16)
    place = {"x": _pixel("x"), "y": _pixel("y", alt.Y)}
    return [squares.encode(**place, **painted.encodings(given)), words.encode(**place, text="code:N")]


def _whole(layers: Sequence[Any], window: Window, insets: Sequence[Row]) -> alt.LayerChart:
    lowest = max((row["y"] + INSET for row in insets), default=0)
    return alt.layer(*layers).properties(width=window.width, height=round(max(window.height, lowest)))


def _choropleth(
    given: list[Row], boundaries: Mapping[str, Mapping[str, Any]], painted: _Painter, width: int
) -> alt.LayerChart:
    drawn = [(row, boundaries[row["code"]]) for row in given if row["code"] in boundaries]
    corners = [(lat, lon) for _, shape in drawn for ring in _rings(shape) for lon, lat in ring[::4]]
    window = window_of(corners, width)
    marks = [mark for row, shape in drawn if (mark := _area(row, shape, window))]
    shown = {mark["code"] for mark in marks}
    insets = _insets([row for row in given if row["code"] not in shown], window)
    areas = alt.Chart(alt.Data(values=marks)).mark_point(
        size=UNIT, filled=True, stroke=painted.look.ink, strokeWidth=0.35, opacity=1
    )
    layers = [
        areas.encode(
            x=_pixel("x"),
            y=_pixel("y", alt.Y),
            shape=alt.Shape("path:N", scale=None, legend=None),
            **painted.encodings(given),
        ),
        painted.hatches(marks),
        *_names([mark | mark["centre"] for mark in marks], window, painted.look),
        *_inset_layers(insets, painted, given),
    ]
    return _whole(layers, window, insets)


def _rings(shape: Mapping[str, Any]) -> list[list[tuple[float, float]]]:
    """The rings (longitude, latitude) of a GeoJSON polygon or of several."""
    found = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    return [[(point[0], point[1]) for point in ring] for polygon in found for ring in polygon]


def _area(row: Row, shape: Mapping[str, Any], window: Window) -> Row | None:
    """A region as the path of a mark at the origin; None for one that lies outside the map."""
    rings: list[Ring] = []
    for ring in _rings(shape):
        if not all(inside(*project(lat, lon)) for lon, lat in ring[:: max(len(ring) // 8, 1)]):
            continue
        rings.append([window.at(lat, lon) for lon, lat in ring])
    if not rings:
        return None
    # The largest is drawn however small it is: a city among wide regions.
    largest = max(rings, key=_extent)
    rings = [ring for ring in rings if ring is largest or _extent(ring) >= EMPTIEST]
    path = "".join("M" + "L".join(f"{x:g},{y:g}" for x, y in dict.fromkeys(ring)) + "Z" for ring in rings)
    return {
        **row,
        "x": 0,
        "y": 0,
        "path": path,
        "centre": _centre(largest),
        "hatch": area_hatch(rings, 4.0) if _is_hatched(row) else "",
    }


def _centre(ring: Ring) -> Row:
    """The middle of a ring, as the place of a mark."""
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return {"x": round((min(xs) + max(xs)) / 2, 1), "y": round((min(ys) + max(ys)) / 2, 1), "radius": 2.0}


def _extent(ring: Ring) -> float:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return (max(xs) - min(xs)) * (max(ys) - min(ys))


def _tiles(given: list[Row], painted: _Painter, width: int) -> alt.LayerChart:
    there = [row for row in given if row["tile_row"] is not None]
    across = max((row["tile_column"] for row in there), default=0) + 1
    down = max((row["tile_row"] for row in there), default=0) + 1
    side = min(width / across, 52)
    marks = [
        {
            **row,
            "x": (row["tile_column"] + 0.5) * side,
            "y": (row["tile_row"] + 0.5) * side,
            "hatch": area_hatch([_square(side / 2 - 2)]) if _is_hatched(row) else "",
        }
        for row in there
    ]
    base = alt.Chart(alt.Data(values=marks))
    place = {"x": _pixel("x"), "y": _pixel("y", alt.Y)}
    squares = base.mark_point(
        filled=True,
        shape="square",
        size=(side - 3) ** 2,
        opacity=1,
        stroke=painted.look.quiet,
        strokeWidth=0.6,
    )
    words = base.mark_text(fontSize=12 if side > 30 else 9, fontWeight=600)
    dark = list(painted.kinds.labels[len(painted.kinds.labels) // 2 + 1 :])
    on_dark = alt.condition(
        alt.FieldOneOfPredicate(field="class", oneOf=dark),
        alt.value(painted.look.paper),
        alt.value(painted.look.ink),
    )
    layers = [
        squares.encode(**place, **painted.encodings(given)),
        painted.hatches(marks),
        words.encode(**place, text="code:N", color=on_dark),
    ]
    return alt.layer(*layers).properties(width=round(across * side), height=round(down * side))


def _square(half: float) -> Ring:
    return [(-half, -half), (half, -half), (half, half), (-half, half)]
