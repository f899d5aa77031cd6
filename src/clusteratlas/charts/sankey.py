"""Flows from suppliers through an industry to its customers: bands as wide as what they carry (Sankey)."""

from __future__ import annotations

from typing import Any

import altair as alt

from clusteratlas.charts.inputs import Row, rows
from clusteratlas.charts.looks import LIGHT, NARROW, WIDE, Look

HEIGHT = {WIDE: 460, NARROW: 420}
LABEL_ROOM = {WIDE: 190, NARROW: 104}
GAP, BAR, STEPS = 9, 12, 24
LETTERS = {WIDE: 30, NARROW: 16}


def sankey(frame: Any, centre: str, *, look: Look = LIGHT, width: int = WIDE) -> alt.LayerChart:
    """Suppliers at the left, ``centre`` in the middle, customers at the right.

    ``frame`` has the columns ``name``, ``side`` (``"supplier"`` or ``"customer"``), ``value`` (the width of the
    band) and perhaps ``is_abroad`` (drawn in another colour, and its name ends in an arrow). Each side is drawn in
    the order given, to a scale of its own total: heights compare within a side. Raises `InputError` for columns
    that are absent.

    >>> flows = [{"name": "Ore", "side": "supplier", "value": 3}, {"name": "Homes", "side": "customer", "value": 4}]
    >>> len(sankey(flows, "Cars").to_dict()["layer"]) > 2
    True
    """
    given = [row for row in rows(frame, ("name", "side", "value"), ("is_abroad",)) if (row["value"] or 0) > 0]
    size = NARROW if width <= NARROW else WIDE
    height, room = HEIGHT[size], LABEL_ROOM[size]
    middle = width / 2
    sides = {
        "supplier": (room, middle - BAR / 2),
        "customer": (middle + BAR / 2, width - room),
    }
    areas: list[Row] = []
    bars: list[Row] = [
        {
            "x": middle - BAR / 2,
            "x2": middle + BAR / 2,
            "y": 0,
            "y2": height,
            "said": centre,
            "is_abroad": False,
        }
    ]
    labels: list[Row] = []
    for side, (start, end) in sides.items():
        mine = [row for row in given if row["side"] == side]
        for place, (row, outer, inner) in enumerate(_heights(mine, height)):
            left, right = (outer, inner) if side == "supplier" else (inner, outer)
            areas += _curve(f"{side} {place}", row, start, end, left, right)
            edge = start - BAR if side == "supplier" else end
            bars.append(
                {
                    "x": edge,
                    "x2": edge + BAR,
                    "y": outer[0],
                    "y2": outer[1],
                    "said": row["name"],
                    "is_abroad": bool(row["is_abroad"]),
                }
            )
            labels.append(_label(row, side, edge, (outer[0] + outer[1]) / 2, size))
    return alt.layer(_bands(areas, look), _bars(bars, look), *_texts(labels, look, size)).properties(
        width=width, height=height
    )


def _heights(mine: list[Row], height: float) -> list[tuple[Row, tuple[float, float], tuple[float, float]]]:
    """For each row its span at the outer edge, with gaps, and at the middle, without."""
    every = sum(row["value"] for row in mine)
    room = height - GAP * max(len(mine) - 1, 0)
    found, outer, inner = [], 0.0, 0.0
    for row in mine:
        share = row["value"] / every
        found.append((row, (outer, outer + share * room), (inner, inner + share * height)))
        outer, inner = outer + share * room + GAP, inner + share * height
    return found


def _curve(
    key: str, row: Row, start: float, end: float, left: tuple[float, float], right: tuple[float, float]
) -> list[Row]:
    points = []
    for step in range(STEPS + 1):
        part = step / STEPS
        bend = part * part * (3 - 2 * part)
        points.append(
            {
                "key": key,
                "name": row["name"],
                "value": row["value"],
                "is_abroad": bool(row["is_abroad"]),
                "x": round(start + part * (end - start), 1),
                "y": round(left[0] + bend * (right[0] - left[0]), 1),
                "y2": round(left[1] + bend * (right[1] - left[1]), 1),
            }
        )
    return points


def _label(row: Row, side: str, edge: float, y: float, size: int) -> Row:
    text = row["name"]
    if len(text) > LETTERS[size]:
        text = text[: LETTERS[size] - 1].rstrip() + "…"
    if row["is_abroad"]:
        text += " ↗"
    x = edge - 5 if side == "supplier" else edge + BAR + 5
    return {"x": x, "y": y, "said": text, "align": "right" if side == "supplier" else "left"}


def _bands(areas: list[Row], look: Look) -> alt.Chart:
    chart = alt.Chart(alt.Data(values=areas)).mark_area(fillOpacity=0.45, line=False)
    return chart.encode(
        x=alt.X("x:Q", scale=None, axis=None),
        y=alt.Y("y:Q", scale=None, axis=None, stack=None),
        y2="y2:Q",
        detail="key:N",
        fill=_colour(look),
        tooltip=[alt.Tooltip("name:N", title=" "), alt.Tooltip("value:Q", title="Value", format=",.0f")],
    )


def _bars(bars: list[Row], look: Look) -> alt.Chart:
    return (
        alt.Chart(alt.Data(values=bars))
        .mark_rect()
        .encode(
            x=alt.X("x:Q", scale=None, axis=None),
            x2="x2:Q",
            y=alt.Y("y:Q", scale=None, axis=None),
            y2="y2:Q",
            fill=_colour(look),
            tooltip=[alt.Tooltip("said:N", title=" ")],
        )
    )


def _colour(look: Look) -> alt.Fill:
    scale = alt.Scale(domain=[False, True], range=[look.accent, look.fall])
    return alt.Fill("is_abroad:N", scale=scale, legend=None)


def _texts(labels: list[Row], look: Look, size: int) -> list[alt.Chart]:
    found = []
    for align in ("right", "left"):
        mine = [label for label in labels if label["align"] == align]
        if mine:
            mark = alt.Chart(alt.Data(values=mine)).mark_text(
                align=align, baseline="middle", fontSize=12 if size == WIDE else 11, color=look.ink
            )
            found.append(
                mark.encode(
                    x=alt.X("x:Q", scale=None, axis=None),
                    y=alt.Y("y:Q", scale=None, axis=None),
                    text="said:N",
                )
            )
    return found
