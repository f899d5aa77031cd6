"""What wholes consist of: a bar each, from 0 to all, in parts that are named and can be told apart without colour."""

from __future__ import annotations

from typing import Any

import altair as alt

from clusteratlas.charts.inputs import Row, rows
from clusteratlas.charts.looks import LIGHT, NARROW, WIDE, Look
from clusteratlas.charts.ticks import ticks

BAR = 18
STEP, NARROW_STEP = 30, 44
NAMES_WIDE = 150
LETTERED = 34
"""Pixels that the figure of a part needs to stand in it."""


def parts(frame: Any, *, look: Look = LIGHT, width: int = WIDE) -> alt.LayerChart:
    """A bar for each ``whole``, in the order of the rows, cut into its ``part``s.

    ``frame`` has the columns ``whole``, ``part`` and ``share`` (0 to 1; those of a whole add up to 1); parts are drawn
    in the order in which they first appear, wholes without shares are left out. Parts that are wide enough hold their
    figure, rims of paper part them.

    >>> bar = [{"whole": "Germany", "part": part, "share": share} for part, share in (("own", 0.7), ("other", 0.3))]
    >>> parts(bar).to_dict()["layer"][0]["data"]["values"][1]["from"]
    0.7
    """
    given = [row for row in rows(frame, ("whole", "part", "share")) if row["share"] is not None]
    is_narrow = width <= NARROW
    step = NARROW_STEP if is_narrow else STEP
    room = width - 20 - (0 if is_narrow else NAMES_WIDE)
    wholes = list(dict.fromkeys(row["whole"] for row in given))
    middles = {
        whole: at * step + (step - BAR / 2 - 4 if is_narrow else step / 2) for at, whole in enumerate(wholes)
    }
    pieces = _pieces(given, middles, room)
    layers = [_bars(pieces, look, is_narrow), _figures(pieces, look), _names(middles, look, is_narrow)]
    return alt.layer(*layers).properties(width=room, height=max(step * len(wholes), step))


def _pieces(given: list[Row], middles: dict[str, float], room: float) -> list[Row]:
    """Each part with where it begins and ends, and its figure where there is room for it."""
    order = list(dict.fromkeys(row["part"] for row in given))
    ends = dict.fromkeys(middles, 0.0)
    pieces = []
    for row in sorted(given, key=lambda one: order.index(one["part"])):
        start, middle = ends[row["whole"]], middles[row["whole"]]
        ends[row["whole"]] = start + row["share"]
        pieces.append(
            {
                **row,
                "from": start,
                "to": start + row["share"],
                "centre": start + row["share"] / 2,
                "middle": middle,
                "top": middle - BAR / 2,
                "bottom": middle + BAR / 2,
                "said": f"{row['share'] * 100:.0f} %" if row["share"] * room >= LETTERED else "",
            }
        )
    return pieces


def _vertical(name: str) -> alt.Y:
    return alt.Y(f"{name}:Q", scale=None, axis=None)


def _bars(pieces: list[Row], look: Look, is_narrow: bool) -> alt.Chart:
    order = list(dict.fromkeys(piece["part"] for piece in pieces))
    colours = [look.several[at % len(look.several)] for at in range(len(order))]
    legend = alt.Legend(
        orient="top", direction="vertical" if is_narrow else "horizontal", columns=1 if is_narrow else 2,
        labelLimit=320, symbolType="square",
    )  # fmt: skip
    axis = alt.Axis(orient="bottom", title=None, **ticks(".0%", 5))
    return (
        alt.Chart(alt.Data(values=pieces))
        .mark_bar(stroke=look.paper, strokeWidth=1.6)
        .encode(
            x=alt.X("from:Q", scale=alt.Scale(domain=[0, 1], nice=False), axis=axis),
            x2=alt.X2("to"),
            y=_vertical("top"),
            y2=alt.Y2("bottom"),
            color=alt.Color(
                "part:N", title=None, scale=alt.Scale(domain=order, range=colours), legend=legend
            ),
            tooltip=[
                alt.Tooltip("whole:N", title=" "),
                alt.Tooltip("part:N", title="Part"),
                alt.Tooltip("share:Q", title="Share", format=".1%"),
            ],
        )
    )


def _figures(pieces: list[Row], look: Look) -> alt.Chart:
    chart = alt.Chart(alt.Data(values=pieces)).mark_text(
        color=look.paper, fontWeight=600, fontSize=11, baseline="middle"
    )
    return chart.encode(x=alt.X("centre:Q"), y=_vertical("middle"), text="said:N")


def _names(middles: dict[str, float], look: Look, is_narrow: bool) -> alt.Chart:
    place = (
        {"align": "left", "baseline": "bottom", "dy": -BAR / 2 - 3, "limit": 300}
        if is_narrow
        else {"align": "right", "baseline": "middle", "dx": -8, "limit": NAMES_WIDE - 12}
    )
    values = [{"whole": whole, "y": y} for whole, y in middles.items()]
    chart = alt.Chart(alt.Data(values=values)).mark_text(color=look.ink, **place)
    return chart.encode(x=alt.value(0), y=_vertical("y"), text="whole:N")
