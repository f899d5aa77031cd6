"""Trends: a line for each series, named at its end, estimated years with hollow dots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import altair as alt

from clusteratlas.charts.inputs import Row, rows
from clusteratlas.charts.looks import DASHES, LIGHT, NARROW, SHAPES, WIDE, Look
from clusteratlas.charts.placing import LINE, spread
from clusteratlas.charts.ticks import ticks

HEIGHTS = {WIDE: 300, NARROW: 260}
NAMES = {WIDE: 170, NARROW: 106}
LETTERS = {WIDE: 24, NARROW: 14}
MOST_SERIES = 10
HOLLOW_FROM = 0.01
"""A dot is hollow when at least this share of its value is estimated."""


def trends(
    frame: Any,
    *,
    unit: str,
    number: str = ",.2f",
    from_zero: bool = True,
    look: Look = LIGHT,
    width: int = WIDE,
) -> alt.LayerChart:
    """Lines over years.

    ``frame`` has the columns ``series`` (a name), ``year``, ``value`` (missing: the line breaks), and perhaps
    ``imputed_share`` (from a hundredth on: a hollow dot). The first `MOST_SERIES` series are drawn.

    >>> rows_ = [{"series": "Tirol", "year": 2014, "value": 2.9}, {"series": "Tirol", "year": 2015, "value": 3.1}]
    >>> len(trends(rows_, unit="location quotient").to_dict()["layer"])
    4
    """
    given = rows(frame, ("series", "year", "value"), ("imputed_share",))
    series = list(dict.fromkeys(row["series"] for row in given))[:MOST_SERIES]
    given = [row for row in given if row["series"] in series]
    size = NARROW if width <= NARROW else WIDE
    room, height = width - NAMES[size] - 62, HEIGHTS[size]
    values = [row["value"] for row in given if row["value"] is not None] or [0.0, 1.0]
    low = min(0.0, *values) if from_zero else min(values) - 0.05 * (max(values) - min(values))
    domain = [low, max(values) * 1.04 or 1.0]
    ends = _ends(given, series, domain, height)
    return alt.layer(
        _lines(given, series, domain, unit, number, look),
        _dots(given, series, look),
        _leaders(ends, room, look),
        _names(ends, room, look, LETTERS[size]),
    ).properties(width=room, height=height)


def _scales(series: Sequence[str], look: Look) -> dict[str, Any]:
    count = len(series)
    return {
        "color": alt.Color(
            "series:N", legend=None, scale=alt.Scale(domain=list(series), range=list(look.several[:count]))
        ),
        "dash": alt.StrokeDash(
            "series:N",
            legend=None,
            scale=alt.Scale(domain=list(series), range=[list(d) for d in DASHES[:count]]),
        ),
        "shape": alt.Shape(
            "series:N", legend=None, scale=alt.Scale(domain=list(series), range=list(SHAPES[:count]))
        ),
    }


def _year(years: Sequence[int]) -> alt.X:
    return alt.X(
        "year:Q",
        title=None,
        scale=alt.Scale(nice=False, padding=6),
        axis=alt.Axis(format="d", grid=False, values=list(years), labelOverlap="greedy"),
    )


def _lines(
    given: Sequence[Row], series: Sequence[str], domain: list[float], unit: str, number: str, look: Look
) -> alt.Chart:
    scales = _scales(series, look)
    chart = alt.Chart(alt.Data(values=list(given))).mark_line(
        strokeWidth=2.2, invalid="break-paths-show-domains"
    )
    return chart.encode(
        x=_year(sorted({row["year"] for row in given})),
        y=alt.Y(
            "value:Q",
            title=unit,
            scale=alt.Scale(domain=domain, nice=False, zero=False),
            axis=alt.Axis(**ticks(number, 5)),
        ),
        color=scales["color"],
        strokeDash=scales["dash"],
    )


def _dots(given: Sequence[Row], series: Sequence[str], look: Look) -> alt.Chart:
    scales = _scales(series, look)
    known = [
        {**row, "is_estimated": (row["imputed_share"] or 0) >= HOLLOW_FROM}
        for row in given
        if row["value"] is not None
    ]
    chart = alt.Chart(alt.Data(values=known)).mark_point(size=44, opacity=1, strokeWidth=1.8)
    return chart.encode(
        x=alt.X("year:Q"),
        y=alt.Y("value:Q"),
        color=scales["color"],
        shape=scales["shape"],
        fill=alt.condition("datum.is_estimated", alt.value(look.paper), scales["color"]),
        tooltip=[
            alt.Tooltip("series:N", title=" "),
            alt.Tooltip("year:Q", title="Year", format="d"),
            alt.Tooltip("value:Q", title="Value", format=",.4~g"),
            alt.Tooltip("imputed_share:Q", title="Estimated share", format=".0%"),
        ],
    )


def _ends(given: Sequence[Row], series: Sequence[str], domain: list[float], height: int) -> list[Row]:
    """The last known value of each series, and where its name stands."""
    last: dict[str, Row] = {}
    for row in given:
        if row["value"] is not None and row["year"] >= last.get(row["series"], row)["year"]:
            last[row["series"]] = row
    there = [last[name] for name in series if name in last]
    low, high = domain
    heights = [height * (1 - (row["value"] - low) / ((high - low) or 1)) for row in there]
    return [
        {**row, "place": place} for row, place in zip(there, spread(heights, LINE, 4, height), strict=True)
    ]


def _leaders(ends: Sequence[Row], room: int, look: Look) -> alt.Chart:
    """Thin lines from the last dot to its name."""
    chart = alt.Chart(alt.Data(values=list(ends))).mark_rule(color=look.quiet, strokeWidth=0.8)
    return chart.encode(
        x=alt.value(room + 3), x2=alt.value(room + 9), y=alt.Y("place:Q", scale=None, axis=None)
    )


def _names(ends: Sequence[Row], room: int, look: Look, letters: int) -> alt.Chart:
    series = [row["series"] for row in ends]
    short = [{**row, "said": _short(row["series"], letters)} for row in ends]
    chart = alt.Chart(alt.Data(values=short)).mark_text(align="left", baseline="middle")
    # The names carry the colours of their lines as far as contrast allows: the ink of several is dark enough.
    return chart.encode(
        x=alt.value(room + 12),
        y=alt.Y("place:Q", scale=None, axis=None),
        text="said:N",
        color=alt.Color(
            "series:N", legend=None, scale=alt.Scale(domain=series, range=list(look.several[: len(series)]))
        ),
    )


def _short(name: str, letters: int) -> str:
    return name if len(name) <= letters else name[: letters - 1].rstrip(" ,&") + "…"
