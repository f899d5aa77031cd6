"""A comparison: a row for each thing, a dot on it for each of those that are compared."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from clusteratlas.charts.inputs import Row, rows
from clusteratlas.charts.looks import LIGHT, NARROW, SHAPES, WIDE, Look
from clusteratlas.charts.ticks import ticks

STEP, NARROW_STEP = 26, 40
NAMES_WIDE = 230
DOT = 6.0
MOST_GROUPS = 10


def comparison(
    frame: Any,
    *,
    unit: str,
    number: str = ",.2f",
    mark: float | None = None,
    mark_name: str = "",
    look: Look = LIGHT,
    width: int = WIDE,
) -> alt.LayerChart:
    """Dots of several groups on a row for each item, in the order of the rows.

    ``frame`` has the columns ``item``, ``group``, ``value``, and perhaps ``imputed_share`` (hollow from a tenth
    on). Groups differ by shape and by colour; at most `MOST_GROUPS` are drawn.

    >>> frame = [{"item": "Tourism", "group": "Tirol", "value": 3.1}]
    >>> comparison(frame, unit="location quotient").to_dict()["layer"][1]["data"]["values"][0]["item"]
    'Tourism'
    """
    given = [
        row for row in rows(frame, ("item", "group", "value"), ("imputed_share",)) if row["value"] is not None
    ]
    items = list(dict.fromkeys(row["item"] for row in given))
    groups = list(dict.fromkeys(row["group"] for row in given))[:MOST_GROUPS]
    is_narrow = width <= NARROW
    step, room = (NARROW_STEP if is_narrow else STEP), width - 20 - (0 if is_narrow else NAMES_WIDE)
    height = max(step * len(items), step)
    middles = {item: at * step + (step - 11 if is_narrow else step / 2) for at, item in enumerate(items)}
    dots = [{**row, "y": middles[row["item"]]} for row in given if row["group"] in groups]
    layers = [
        _spans(dots, look),
        _dots(dots, groups, unit, number, look, is_narrow),
        _names(middles, look, is_narrow),
    ]
    if mark is not None:
        layers.insert(0, _mark(mark, mark_name, look))
    return alt.layer(*layers).properties(width=room, height=height)


def _row(name: str = "y") -> alt.Y:
    return alt.Y(f"{name}:Q", scale=None, axis=None)


def _spans(dots: Sequence[Row], look: Look) -> alt.Chart:
    """From the least to the greatest of an item."""
    by_item: dict[str, list[Row]] = {}
    for dot in dots:
        by_item.setdefault(dot["item"], []).append(dot)
    spans = [
        {"y": ones[0]["y"], "low": min(d["value"] for d in ones), "high": max(d["value"] for d in ones)}
        for ones in by_item.values()
    ]
    chart = alt.Chart(alt.Data(values=spans)).mark_rule(color=look.quiet, strokeWidth=1.6)
    return chart.encode(x=alt.X("low:Q"), x2="high", y=_row())


def _dots(
    dots: Sequence[Row], groups: Sequence[str], unit: str, number: str, look: Look, is_narrow: bool
) -> alt.Chart:
    colours = list(look.several[: len(groups)])
    legend = alt.Legend(
        orient="top", direction="horizontal", columns=1 if is_narrow else 3, labelLimit=280, offset=24
    )
    told = [{**dot, "is_estimated": (dot["imputed_share"] or 0) >= 0.1} for dot in dots]
    colour = alt.Color(
        "group:N", title=None, scale=alt.Scale(domain=list(groups), range=colours), legend=legend
    )
    chart = alt.Chart(alt.Data(values=told)).mark_point(size=(2 * DOT) ** 2, opacity=1, strokeWidth=1.8)
    return chart.encode(
        x=alt.X(
            "value:Q",
            title=unit,
            axis=alt.Axis(**ticks(number, 5)),
            scale=alt.Scale(nice=True, zero=True),
        ),
        y=_row(),
        color=colour,
        fill=alt.condition("datum.is_estimated", alt.value(look.paper), colour),
        shape=alt.Shape(
            "group:N",
            title=None,
            scale=alt.Scale(domain=list(groups), range=list(SHAPES[: len(groups)])),
            legend=legend,
        ),
        tooltip=[
            alt.Tooltip("group:N", title=" "),
            alt.Tooltip("item:N", title="In"),
            alt.Tooltip("value:Q", title=unit, format=number),
            alt.Tooltip("imputed_share:Q", title="Estimated share", format=".0%"),
        ],
    )


def _names(middles: dict[str, float], look: Look, is_narrow: bool) -> alt.Chart:
    values = [{"item": item, "y": y} for item, y in middles.items()]
    place = (
        {"align": "left", "baseline": "bottom", "dy": -9, "limit": 310}
        if is_narrow
        else {"align": "right", "baseline": "middle", "dx": -10, "limit": NAMES_WIDE - 14}
    )
    chart = alt.Chart(alt.Data(values=values)).mark_text(color=look.ink, **place)
    return chart.encode(x=alt.value(0), y=_row(), text="item:N")


def _mark(value: float, name: str, look: Look) -> alt.LayerChart:
    base = alt.Chart(alt.Data(values=[{"at": value, "said": name}]))
    line = base.mark_rule(color=look.ink, strokeDash=[4, 3]).encode(x=alt.X("at:Q"))
    words = base.mark_text(align="left", dx=4, dy=-4, baseline="bottom", color=look.soft)
    return alt.layer(line, words.encode(x=alt.X("at:Q"), y=alt.value(0), text="said:N"))
