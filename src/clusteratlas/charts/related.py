"""A network of related categories: near means related, full means strong here."""

from __future__ import annotations

from math import sqrt
from typing import Any

import altair as alt

from clusteratlas.charts.inputs import Row, rows
from clusteratlas.charts.looks import LIGHT, NARROW, WIDE, Look
from clusteratlas.charts.network import Line, layout, strongest
from clusteratlas.charts.placing import Spot, place_labels
from clusteratlas.charts.portfolio import label_layers

LARGEST, SMALLEST = 20.0, 5.0
HEIGHTS = {WIDE: 420, NARROW: 360}
MARGIN = {WIDE: 84, NARROW: 46}


def related_network(
    nodes: Any,
    links: Any,
    *,
    look: Look = LIGHT,
    width: int = WIDE,
    full: str = "strong",
    hollow: str = "other",
) -> alt.LayerChart:
    """Categories as dots, joined where they are related.

    ``nodes`` has the columns ``id``, ``name``, ``value`` (the area of its dot), and perhaps ``is_full`` (filled
    rather than hollow: ``full`` and ``hollow`` name the two in the legend) and ``is_centre`` (named first).
    ``links`` has ``one``, ``other`` (ids) and ``weight`` (relatedness); of many only those are drawn that show
    how the dots hang together.

    >>> dots = [{"id": "a", "name": "Wood", "value": 2}, {"id": "b", "name": "Paper", "value": 1}]
    >>> lines = [{"one": "a", "other": "b", "weight": 0.4}]
    >>> related_network(dots, lines).to_dict()["layer"][0]["data"]["values"][0]["weight"]
    0.4
    """
    dots = rows(nodes, ("id", "name", "value"), ("is_full", "is_centre"))
    place = {dot["id"]: at for at, dot in enumerate(dots)}
    given = [
        link
        for link in rows(links, ("one", "other", "weight"))
        if link["one"] in place and link["other"] in place
    ]
    lines = strongest(
        [Line(place[link["one"]], place[link["other"]], link["weight"]) for link in given], len(dots)
    )
    size = NARROW if width <= NARROW else WIDE
    marks = _marks(dots, lines, width, HEIGHTS[size], MARGIN[size])
    spots = [Spot(mark["x"], mark["y"], mark["radius"], mark["name"]) for mark in marks]
    order = sorted(
        range(len(marks)),
        key=lambda at: (not marks[at]["is_centre"], not marks[at]["is_full"], -marks[at]["radius"]),
    )
    labels = list(place_labels(spots, order, width, HEIGHTS[size]).values())
    return alt.layer(
        _strokes(lines, marks, look), _dots(marks, look, full, hollow), *label_layers(labels, look)
    ).properties(width=width, height=HEIGHTS[size])


def _marks(dots: list[Row], lines: list[Line], width: int, height: int, margin: int) -> list[Row]:
    if not dots:
        return []
    greatest = max(dot["value"] or 0 for dot in dots) or 1
    largest = LARGEST if width > NARROW else LARGEST * 0.7
    return [
        {
            **dot,
            "is_full": bool(dot["is_full"]),
            "radius": (radius := max(SMALLEST, round(largest * sqrt((dot["value"] or 0) / greatest), 1))),
            "area": round((2 * radius) ** 2, 1),
            "x": round(margin + x * (width - 2 * margin), 1),
            "y": round(26 + y * (height - 52), 1),
        }
        for dot, (x, y) in zip(dots, layout(len(dots), lines), strict=True)
    ]


def _strokes(lines: list[Line], marks: list[Row], look: Look) -> alt.Chart:
    heaviest = max((line.weight for line in lines), default=1) or 1
    values = [
        {
            "x": marks[line.one]["x"],
            "y": marks[line.one]["y"],
            "x2": marks[line.other]["x"],
            "y2": marks[line.other]["y"],
            "weight": line.weight,
            "wide": round(0.7 + 3.3 * line.weight / heaviest, 2),
            "said": f"{marks[line.one]['name']} and {marks[line.other]['name']}",
        }
        for line in lines
    ]
    chart = alt.Chart(alt.Data(values=values)).mark_rule(color=look.quiet, opacity=0.75)
    return chart.encode(
        x=alt.X("x:Q", scale=None, axis=None),
        y=alt.Y("y:Q", scale=None, axis=None),
        x2="x2:Q",
        y2="y2:Q",
        strokeWidth=alt.StrokeWidth("wide:Q", scale=None, legend=None),
        tooltip=[
            alt.Tooltip("said:N", title=" "),
            alt.Tooltip("weight:Q", title="Relatedness", format=".2f"),
        ],
    )


def _dots(marks: list[Row], look: Look, full: str, hollow: str) -> alt.Chart:
    told = [{**mark, "kind": full if mark["is_full"] else hollow} for mark in marks]
    chart = alt.Chart(alt.Data(values=told)).mark_point(
        filled=True, shape="circle", opacity=1, stroke=look.accent, strokeWidth=2
    )
    kinds = [kind for kind in (full, hollow) if any(one["kind"] == kind for one in told)]
    colours = {full: look.accent, hollow: look.paper}
    return chart.encode(
        x=alt.X("x:Q", scale=None, axis=None),
        y=alt.Y("y:Q", scale=None, axis=None),
        size=alt.Size("area:Q", scale=None, legend=None),
        fill=alt.Fill(
            "kind:N",
            title=None,
            scale=alt.Scale(domain=kinds, range=[colours[kind] for kind in kinds]),
            legend=alt.Legend(
                orient="top", direction="horizontal", columns=1 if len(full + hollow) > 40 else 2
            )
            if len(kinds) > 1
            else None,
        ),
        tooltip=[
            alt.Tooltip("name:N", title=" "),
            alt.Tooltip("value:Q", title="Persons employed", format=",.0f"),
        ],
    )
