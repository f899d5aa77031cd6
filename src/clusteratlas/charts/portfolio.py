"""The cluster portfolio of a region: how specialised it is in each category, how many work there, how that moves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor, log2, log10, sqrt
from typing import Any

import altair as alt

from clusteratlas.charts.hatching import UNIT, disc_hatch
from clusteratlas.charts.inputs import Row, rows
from clusteratlas.charts.looks import LIGHT, NARROW, WIDE, Look
from clusteratlas.charts.placing import Label, Spot, place_labels
from clusteratlas.charts.sizes import sized

NEEDED = ("category", "value", "location_quotient")
OPTIONAL = ("growth", "imputed_share", "stars")
LABELLED = {WIDE: 9, NARROW: 4}
LARGEST, SMALLEST = 26.0, 3.5
STEADY = 0.005
"""Growth of less than this a year counts as about the same."""
FAST = 0.02
"""Growth of more than this a year counts as fast."""
LEAST_SHOWN = 0.05
"""Smaller quotients are drawn here, at the left edge."""
SPECIALISED = 1.5


@dataclass(frozen=True)
class Plane:
    """A plane with two logarithmic axes: where a value lies in pixels."""

    left: float
    right: float
    low: float
    high: float
    width: int
    height: int

    def x(self, quotient: float) -> float:
        """Pixels from the left."""
        return self.width * (log2(quotient) - log2(self.left)) / (log2(self.right) - log2(self.left))

    def y(self, persons: float) -> float:
        """Pixels from the top."""
        return self.height * (1 - (log10(persons) - log10(self.low)) / (log10(self.high) - log10(self.low)))


def portfolio(
    frame: Any, *, look: Look = LIGHT, width: int = WIDE, specialised: float = SPECIALISED
) -> alt.LayerChart:
    """Bubbles of a region's categories: location quotient against persons employed.

    ``frame`` has the columns ``category`` (its name), ``value`` (persons employed), ``location_quotient``, and
    perhaps ``growth`` (a year, 0.02 is 2 %), ``imputed_share`` (0 to 1, hatched) and ``stars``. The area of a
    bubble grows with ``value``; growth has a colour and an arrow. Categories without persons are left out.

    Raises `InputError` for columns that are absent.

    >>> import polars as pl
    >>> frame = pl.DataFrame({"category": ["Tourism"], "value": [61000.0], "location_quotient": [3.1]})
    >>> portfolio(frame).to_dict()["layer"][2]["data"]["values"][0]["category"]
    'Tourism'
    """
    drawn = [
        row
        for row in rows(frame, NEEDED, OPTIONAL)
        if (row["value"] or 0) > 0 and (row["location_quotient"] or 0) > 0
    ]
    plane = _plane(drawn, width, specialised)
    marks = [_mark(row, plane, drawn) for row in drawn]
    marks.sort(key=lambda mark: -mark["radius"])
    labels = _labels(marks, plane, LABELLED.get(width, 9))
    return alt.layer(
        _guide([1.0, specialised], look),
        _guide_text(specialised, plane, look),
        _bubbles(marks, plane, look),
        _hatches(marks, look),
        _arrows(marks, look),
        *label_layers(labels, look),
    ).properties(width=plane.width, height=plane.height)


def _plane(drawn: Sequence[Row], width: int, specialised: float) -> Plane:
    quotients = [row["location_quotient"] for row in drawn] or [1.0]
    persons = [row["value"] for row in drawn] or [100.0]
    right = max(*quotients, specialised * 1.5) * 1.35
    left = max(LEAST_SHOWN, min(0.5, min(quotients) / 1.25))
    low, high = 10 ** floor(log10(min(persons))), 10 ** (ceil(log10(max(persons)) * 2 + 0.3) / 2)
    return Plane(left, right, max(low, 1), max(high, low * 10), width - 78, 300 if width <= NARROW else 380)


def _mark(row: Row, plane: Plane, drawn: Sequence[Row]) -> Row:
    greatest = max(other["value"] for other in drawn)
    largest = _largest(plane)
    quotient = max(row["location_quotient"], plane.left)
    radius = max(SMALLEST, round(largest * sqrt(row["value"] / greatest), 1))
    return {
        **row,
        "location_quotient": round(quotient, 4),
        "radius": radius,
        "drawn": round(greatest * (radius / largest) ** 2, 1),
        "hatch": disc_hatch(radius, _hatched(row["imputed_share"])),
        "x": round(plane.x(quotient), 1),
        "y": round(plane.y(row["value"]), 1),
        "pace": pace(row["growth"]),
    }


def _largest(plane: Plane) -> float:
    """The radius of the largest bubble."""
    return LARGEST if plane.width > NARROW else LARGEST * 0.62


def _hatched(share: float | None) -> float:
    """A trace of what is estimated stays visible."""
    return 0.0 if not share or share < 0.005 else max(share, 0.15)


PACES = (
    "shrinking over 2 % a year",
    "shrinking",
    "about the same",
    "growing",
    "growing over 2 % a year",
    "growth not known",
)


def pace(growth: float | None) -> str:
    """Growth a year in words, one of `PACES`.

    >>> pace(0.01), pace(-0.03), pace(0.001), pace(None)
    ('growing', 'shrinking over 2 % a year', 'about the same', 'growth not known')
    """
    if growth is None:
        return PACES[5]
    if abs(growth) <= STEADY:
        return PACES[2]
    return PACES[(3 if growth <= FAST else 4) if growth > 0 else (1 if growth >= -FAST else 0)]


def paces(look: Look) -> dict[str, str]:
    """The colour of each pace."""
    return dict(
        zip(
            PACES,
            (look.fall, look.fall_softly, look.even, look.rise_softly, look.rise, look.paper),
            strict=True,
        )
    )


def _guide(values: list[float], look: Look) -> alt.Chart:
    data = alt.Data(values=[{"at": value} for value in values])
    mark = alt.Chart(data).mark_rule(color=look.quiet, strokeDash=[4, 3])
    return mark.encode(x=alt.X("at:Q"))


def _guide_text(specialised: float, plane: Plane, look: Look) -> alt.Chart:
    told = [
        {"at": 1.0, "said": "as Europe", "y": plane.height - 14},
        {"at": specialised, "said": f"{specialised:g} times", "y": plane.height - 28},
    ]
    mark = alt.Chart(alt.Data(values=told)).mark_text(
        align="left", dx=3, baseline="top", color=look.soft, fontSize=11
    )
    return mark.encode(x=alt.X("at:Q"), y=alt.Y("y:Q", scale=None, axis=None), text="said:N")


def _bubbles(marks: Sequence[Row], plane: Plane, look: Look) -> alt.Chart:
    ticks = [t for t in (0.05, 0.1, 0.25, 0.5, 1, 2, 4, 8, 16, 32, 64, 128) if plane.left <= t <= plane.right]
    powers = [10**p for p in range(7) if plane.low <= 10**p <= plane.high]
    colours = paces(look)
    greatest = max((mark["value"] for mark in marks), default=0)
    radius = _largest(plane)
    there = [pace for pace in PACES if any(mark["pace"] == pace for mark in marks)]
    colour = alt.Color(
        "pace:N",
        title=None,
        scale=alt.Scale(domain=there, range=[colours[pace] for pace in there]),
        legend=alt.Legend(orient="top", direction="horizontal", columns=3 if plane.width > NARROW else 2),
    )
    chart = alt.Chart(alt.Data(values=list(marks))).mark_point(
        filled=True, shape="circle", stroke=look.ink, strokeWidth=0.8, fillOpacity=0.82, strokeOpacity=0.9
    )
    return chart.encode(
        x=alt.X(
            "location_quotient:Q",
            title="Specialisation: location quotient (Europe = 1)",
            scale=alt.Scale(type="log", base=2, domain=[plane.left, plane.right], nice=False),
            axis=alt.Axis(values=ticks, format="~g", grid=False),
        ),
        y=alt.Y(
            "value:Q",
            title="Persons employed",
            scale=alt.Scale(type="log", domain=[plane.low, plane.high], nice=False),
            axis=alt.Axis(values=powers, format=","),
        ),
        size=sized("drawn", greatest, radius, "Persons employed", look),
        color=colour,
        order=alt.Order("drawn:Q", sort="descending"),
        tooltip=_told(),
    )


def _told() -> list[alt.Tooltip]:
    """What is told of a bubble, wherever it is pointed at."""
    return [
        alt.Tooltip("category:N", title="Category"),
        alt.Tooltip("location_quotient:Q", title="Location quotient", format=".2f"),
        alt.Tooltip("value:Q", title="Persons employed", format=",.0f"),
        alt.Tooltip("growth:Q", title="Growth a year", format="+.1%"),
        alt.Tooltip("imputed_share:Q", title="Estimated share", format=".0%"),
    ]


def _hatches(marks: Sequence[Row], look: Look) -> alt.Chart:
    hatched = [mark for mark in marks if mark["hatch"]]
    chart = alt.Chart(alt.Data(values=hatched)).mark_point(
        size=UNIT, filled=False, stroke=look.ink, strokeWidth=1, opacity=0.75
    )
    return chart.encode(
        x=alt.X("location_quotient:Q"),
        y=alt.Y("value:Q"),
        shape=alt.Shape("hatch:N", scale=None, legend=None),
        tooltip=_told(),
    )


def _arrows(marks: Sequence[Row], look: Look) -> alt.Chart:
    shapes = {**dict.fromkeys(PACES[:2], "triangle-down"), **dict.fromkeys(PACES[3:5], "triangle-up")}
    moving = [
        {**mark, "arrow": shapes[mark["pace"]]}
        for mark in marks
        if mark["pace"] in shapes and mark["radius"] >= 5
    ]
    chart = alt.Chart(alt.Data(values=moving)).mark_point(
        filled=True, size=34, color=look.ink, opacity=1, stroke=look.paper, strokeWidth=1
    )
    return chart.encode(
        x=alt.X("location_quotient:Q"),
        y=alt.Y("value:Q"),
        shape=alt.Shape("arrow:N", scale=None, legend=None),
        tooltip=_told(),
    )


def _labels(marks: Sequence[Row], plane: Plane, count: int) -> list[Label]:
    spots = [Spot(mark["x"], mark["y"], mark["radius"], _short(mark["category"])) for mark in marks]
    order = sorted(
        range(len(marks)),
        key=lambda at: (
            -(marks[at]["stars"] or 0),
            -marks[at]["location_quotient"] * sqrt(marks[at]["value"]),
        ),
    )
    placed = place_labels(spots, order[: count * 2], plane.width + 8, plane.height)
    return list(placed.values())[:count]


def _short(name: str, letters: int = 30) -> str:
    return name if len(name) <= letters else name[: letters - 1].rsplit(" ", 1)[0].rstrip(" ,&") + "…"


def label_layers(labels: Sequence[Label], look: Look, size: int = 12, halo: bool = True) -> list[alt.Chart]:
    """Labels as layers, one for each side by which they are anchored; places are in pixels."""
    layers = []
    for align in ("left", "right", "center"):
        values = [
            {"x": label.x, "y": label.y, "said": label.text} for label in labels if label.align == align
        ]
        if not values:
            continue
        for stroke in ([{"stroke": look.paper, "strokeWidth": 3, "strokeOpacity": 0.85}] if halo else []) + [
            {}
        ]:
            chart = alt.Chart(alt.Data(values=values)).mark_text(
                align=align, baseline="middle", fontSize=size, color=look.ink, **stroke
            )
            layers.append(
                chart.encode(
                    x=alt.X("x:Q", scale=None, axis=None),
                    y=alt.Y("y:Q", scale=None, axis=None),
                    text="said:N",
                )
            )
    return layers
