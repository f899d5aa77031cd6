"""The course of a project on one line: when it was signed, begins and ends. Plain SVG."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from html import escape

WIDTH, HEIGHT = 320, 58
LINE, THICK = 22, 8
LETTERS = 34
"""Room that a year takes below the line."""


def span_svg(
    start: date | None, end: date | None, marks: Sequence[tuple[str, date]], title: str, width: int = WIDTH
) -> str:
    """A bar from start to end, a tick for each January, a dot for each mark; empty without both ends.

    >>> "Signed" in span_svg(date(2022, 9, 1), date(2025, 8, 31), [("Signed", date(2022, 5, 12))], "SolDAC")
    True
    >>> span_svg(None, date(2025, 8, 31), [], "SolDAC")
    ''
    """
    if start is None or end is None or end <= start:
        return ""
    days = [start, end, *(day for _, day in marks)]
    first, last = min(days).toordinal(), max(days).toordinal()

    def x(day: date) -> float:
        return round(6 + (width - 12) * (day.toordinal() - first) / (last - first), 1)

    bar = (
        f'<rect class="span-bar" x="{x(start)}" y="{LINE - THICK / 2:g}" width="{x(end) - x(start):.1f}" '
        f'height="{THICK}" rx="4"><title>{escape(f"From {start} to {end}")}</title></rect>'
    )
    dots = "".join(_mark(x(day), f"{name}: {day}") for name, day in marks)
    return (
        f'<svg class="span" viewBox="0 0 {width} {HEIGHT}" role="img" aria-label="{escape(title)}">'
        f'<line class="timeline-base" x1="0" x2="{width}" y1="{LINE}" y2="{LINE}"/>'
        f"{bar}{dots}{_years(min(days), max(days), x, width)}</svg>"
    )


def _mark(x: float, said: str) -> str:
    return f'<circle class="span-mark" cx="{x}" cy="{LINE}" r="5"><title>{escape(said)}</title></circle>'


def _years(first: date, last: date, x: Callable[[date], float], width: int) -> str:
    """A tick for each January; years are written where there is room for them."""
    years = range(first.year + 1, last.year + 1)
    every = max(1, -(-len(years) * LETTERS // width))
    told = []
    for at, year in enumerate(years):
        here = x(date(year, 1, 1))
        told.append(f'<line class="timeline-base" x1="{here}" x2="{here}" y1="{LINE + 6}" y2="{LINE + 12}"/>')
        if at % every == 0 and LETTERS / 2 <= here <= width - LETTERS / 2:
            told.append(f'<text class="timeline-year" x="{here}" y="{LINE + 27}">{year}</text>')
    return "".join(told)
