"""A ranking: one bar each, longest first, the estimated part hatched, each with its figure."""

from __future__ import annotations

from typing import Any

import altair as alt

from clusteratlas.charts.hatching import UNIT, bar_hatch
from clusteratlas.charts.inputs import Row, rows
from clusteratlas.charts.looks import LIGHT, NARROW, WIDE, Look
from clusteratlas.charts.ticks import ticks

BAR, STEP = 16, 26
NARROW_STEP = 40
"""On a phone the name stands above its bar."""

NAMES_WIDE = 230
FIGURE_ROOM = 68


def ranking(
    frame: Any,
    *,
    unit: str,
    number: str = ",.1f",
    mark: float | None = None,
    mark_name: str = "",
    look: Look = LIGHT,
    width: int = WIDE,
) -> alt.LayerChart:
    """Bars in the order of the rows.

    ``frame`` has the columns ``name``, ``value``, and perhaps ``imputed_share`` (0 to 1: this part of the bar is
    hatched) and ``is_chosen`` (drawn in full colour when others are not). ``unit`` names the axis, ``number`` is
    a format of d3, ``mark`` a value to compare with (``mark_name`` says which).

    >>> chart = ranking([{"name": "Tirol", "value": 3.1, "imputed_share": 0.2}], unit="location quotient")
    >>> chart.to_dict()["layer"][0]["data"]["values"][0]["name"]
    'Tirol'
    """
    drawn = [
        row
        for row in rows(frame, ("name", "value"), ("imputed_share", "is_chosen"))
        if row["value"] is not None
    ]
    is_narrow = width <= NARROW
    room = width - FIGURE_ROOM - 16 - (0 if is_narrow else NAMES_WIDE)
    step = NARROW_STEP if is_narrow else STEP
    greatest = max([row["value"] for row in drawn] + [mark or 0]) or 1
    has_choice = any(row["is_chosen"] for row in drawn)
    bars = [_bar(row, at, step, room, greatest, has_choice, is_narrow) for at, row in enumerate(drawn)]
    layers = [
        _bars(bars, unit, greatest, look, number),
        _hatches(bars, unit, number, look),
        _words(bars, look, number, room, is_narrow),
    ]
    if mark:
        layers.append(_mark(mark, mark_name, greatest, look))
    chart = alt.layer(*layers, _names(bars, look, is_narrow))
    return chart.properties(width=room, height=max(step * len(bars), step))


def _bar(
    row: Row, at: int, step: int, room: float, greatest: float, has_choice: bool, is_narrow: bool
) -> Row:
    length = room * row["value"] / greatest
    part = length * min(max(row["imputed_share"] or 0.0, 0.0), 1.0)
    middle = at * step + (step - BAR / 2 - 3 if is_narrow else step / 2)
    return {
        **row,
        "middle": middle,
        "top": middle - BAR / 2,
        "bottom": middle + BAR / 2,
        "from": row["value"] * (1 - part / length) if length else 0,
        "hatch": bar_hatch(round(part, 1), BAR) if part >= 1 else "",
        "is_full": bool(row["is_chosen"]) or not has_choice,
    }


def _vertical(name: str) -> alt.Y:
    return alt.Y(f"{name}:Q", scale=None, axis=None)


def _bars(bars: list[Row], unit: str, greatest: float, look: Look, number: str) -> alt.Chart:
    axis = alt.Axis(orient="bottom", grid=True, **ticks(number, 4))
    chart = alt.Chart(alt.Data(values=bars)).mark_bar(cornerRadiusEnd=1)
    return chart.encode(
        x=alt.X("value:Q", title=unit, scale=alt.Scale(domain=[0, greatest], nice=False), axis=axis),
        x2=alt.datum(0),
        y=_vertical("top"),
        y2=alt.Y2("bottom"),
        color=alt.condition("datum.is_full", alt.value(look.accent), alt.value(look.quiet)),
        tooltip=_told(unit, number),
    )


def _told(unit: str, number: str) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("name:N", title=" "),
        alt.Tooltip("value:Q", title=unit, format=number),
        alt.Tooltip("imputed_share:Q", title="Estimated share", format=".0%"),
    ]


def _hatches(bars: list[Row], unit: str, number: str, look: Look) -> alt.LayerChart:
    """The estimated part: paper below, stripes above, so that the stripes also tell in black and white."""
    hatched = alt.Chart(alt.Data(values=[bar for bar in bars if bar["hatch"]]))
    ground = hatched.mark_bar(color=look.paper, stroke=look.ink, strokeWidth=0.6).encode(
        x=alt.X("from:Q"),
        x2=alt.X2("value"),
        y=_vertical("top"),
        y2=alt.Y2("bottom"),
        tooltip=_told(unit, number),
    )
    stripes = hatched.mark_point(
        size=UNIT, filled=False, stroke=look.accent, strokeWidth=1.6, opacity=1
    ).encode(x=alt.X("from:Q"), y=_vertical("middle"), shape=alt.Shape("hatch:N", scale=None, legend=None))
    return alt.layer(ground, stripes)


def _words(bars: list[Row], look: Look, number: str, room: float, is_narrow: bool) -> alt.Chart:
    chart = alt.Chart(alt.Data(values=bars)).mark_text(align="left", dx=5, baseline="middle", color=look.ink)
    return chart.encode(x=alt.X("value:Q"), y=_vertical("middle"), text=alt.Text("value:Q", format=number))


def _names(bars: list[Row], look: Look, is_narrow: bool) -> alt.LayerChart:
    place = (
        {"align": "left", "baseline": "bottom", "dy": -BAR / 2 - 3, "limit": 300}
        if is_narrow
        else {"align": "right", "baseline": "middle", "dx": -8, "limit": NAMES_WIDE - 12}
    )
    base = alt.Chart(alt.Data(values=bars))
    # A rim of paper keeps lines off the letters.
    rim = base.mark_text(stroke=look.paper, strokeWidth=4, color=look.paper, **place)
    words = base.mark_text(color=look.ink, **place)
    where = {"x": alt.value(0), "y": _vertical("middle"), "text": "name:N"}
    return alt.layer(rim.encode(**where), words.encode(**where))


def _mark(value: float, name: str, greatest: float, look: Look) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=[{"at": value, "said": name}]))
    line = base.mark_rule(color=look.ink, strokeDash=[4, 3]).encode(x=alt.X("at:Q"))
    is_right = value > 0.7 * greatest
    words = base.mark_text(
        align="right" if is_right else "left",
        dx=-4 if is_right else 4,
        dy=-6,
        baseline="bottom",
        color=look.soft,
    )
    return alt.layer(line, words.encode(x=alt.X("at:Q"), y=alt.value(0), text="said:N"))
