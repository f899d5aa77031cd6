"""A map of places in groups: each a dot with the number of its group, so that it can be read without colour."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import altair as alt

from clusteratlas.charts.inputs import rows
from clusteratlas.charts.looks import LIGHT, NARROW, WIDE, Look
from clusteratlas.charts.projection import project
from clusteratlas.charts.regional import ground_dots, inside, window_of

NEEDED = ("group", "name", "latitude", "longitude")
DOT = {False: 190, True: 110}
"""The area of a dot in square pixels, on a desk and on a phone."""


def group_map(
    frame: Any,
    *,
    names: Mapping[int, str],
    ground: Iterable[tuple[float, float]] = (),
    look: Look = LIGHT,
    width: int = WIDE,
) -> alt.LayerChart:
    """Dots at the centres of places, in the colour and with the number of their group.

    ``frame`` has the columns ``group`` (from 1; at most as many as a look has colours), ``name``, ``latitude`` and
    ``longitude`` (degrees); places without a group or place are left out, and so are those beyond the map.
    ``names`` says what each group is, in the legend.

    >>> place = {"group": 1, "name": "Tirol", "latitude": 47.2, "longitude": 11.4}
    >>> group_map([place], names={1: "tourism"}).to_dict()["layer"][1]["data"]["values"][0]["said"]
    '1 tourism'
    """
    placed = [
        row for row in rows(frame, NEEDED) if None not in (row["group"], row["latitude"], row["longitude"])
    ]
    placed = [row for row in placed if inside(*project(row["latitude"], row["longitude"]))]
    window = window_of([(row["latitude"], row["longitude"]) for row in placed], width)
    marks = []
    for row in placed:
        x, y = window.at(row["latitude"], row["longitude"])
        number = row["group"]
        marks.append({**row, "x": x, "y": y, "said": f"{number} {names.get(number, '')}".strip()})
    place = {
        "x": alt.X("x:Q", scale=None, axis=None),
        "y": alt.Y("y:Q", scale=None, axis=None),
        "tooltip": [alt.Tooltip("name:N", title=" "), alt.Tooltip("said:N", title="Group")],
    }
    legend = alt.Legend(
        title=None, orient="top", direction="vertical", columns=1 if width <= NARROW else 2, labelLimit=320
    )
    there = sorted({mark["group"] for mark in marks})
    said = [next(mark["said"] for mark in marks if mark["group"] == number) for number in there]
    colours = [look.several[(number - 1) % len(look.several)] for number in there]
    base = alt.Chart(alt.Data(values=marks))
    dots = base.mark_point(
        filled=True, shape="circle", size=DOT[width <= NARROW], stroke=look.paper, strokeWidth=0.8, opacity=1
    )
    fill = alt.Fill("said:N", scale=alt.Scale(domain=said, range=colours), legend=legend)
    numbers = base.mark_text(
        fontSize=10 if width > NARROW else 8, fontWeight=600, color=look.paper, baseline="middle"
    )
    return alt.layer(
        ground_dots(list(ground), window, look),
        dots.encode(**place, fill=fill),
        numbers.encode(**place, text="group:N"),
    ).properties(width=window.width, height=window.height)
