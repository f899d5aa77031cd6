"""Shares over time: a bar a year with the bounds of what is known, as plain SVG that needs no inline style."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT, ABOVE, BELOW = 640, 210, 22, 38
WIDEST_BAR = 64


@dataclass(frozen=True)
class YearShare:
    """The share of a year's projects with its bounds (0 to 1), and the counts behind it."""

    year: int
    share: float
    lower: float
    upper: float
    projects: int
    of: int


def wilson(count: int, of: int, z: float = 1.645) -> tuple[float, float]:
    """The bounds of a share at 90 % confidence (Wilson 1927).

    >>> [round(bound, 3) for bound in wilson(5, 100)]
    [0.025, 0.099]
    """
    if not of:
        return 0.0, 1.0
    middle, width = count + z**2 / 2, z * (count * (of - count) / of + z**2 / 4) ** 0.5
    return max(0.0, (middle - width) / (of + z**2)), min(1.0, (middle + width) / (of + z**2))


def year_shares(counts: Sequence[tuple[int, int, int]]) -> tuple[YearShare, ...]:
    """Year, projects and all projects of the year, with the share and its bounds.

    >>> year_shares([(2022, 5, 100)])[0].share
    0.05
    """
    return tuple(
        YearShare(year, count / of if of else 0.0, *wilson(count, of), count, of)
        for year, count, of in counts
    )


def shares_svg(years: Sequence[YearShare], title: str) -> str:
    """Bars of shares with whiskers; under each its year and its count.

    >>> drawn = shares_svg(year_shares([(2022, 5, 100)]), "By year")
    >>> "<title>2022: 5 of 100 projects, 5.0 % (2.5 to 9.9 %)</title>" in drawn
    True
    """
    if not years:
        return ""
    step = min(WIDTH / len(years), WIDEST_BAR * 1.4)
    used = round(step * len(years))
    base, room = HEIGHT - BELOW, HEIGHT - ABOVE - BELOW
    greatest = _scale(years)
    every = max(1, -(-len(years) // 12))
    drawn = "".join(
        _bar(one, at * step, step, base, room / greatest, is_labelled=(len(years) - 1 - at) % every == 0)
        for at, one in enumerate(years)
    )
    return (
        f'<svg class="timeline shares" viewBox="0 0 {used} {HEIGHT}" width="{used}" height="{HEIGHT}" role="img" '
        f'aria-label="{escape(title)}"><line class="timeline-base" x1="0" x2="{used}" y1="{base}" y2="{base}"/>'
        f"{drawn}</svg>"
    )


def _scale(years: Sequence[YearShare]) -> float:
    """The share that the drawing is high: bounds of years with few projects may leave it."""
    return max(max(one.share for one in years) * 1.6, min(one.upper for one in years)) or 1.0


def _bar(one: YearShare, x: float, step: float, base: float, scale: float, *, is_labelled: bool) -> str:
    middle, wide = x + step / 2, step * 0.62
    tall = one.share * scale
    low, high = base - one.lower * scale, max(base - one.upper * scale, 2.0)
    said = (
        (
            f"{one.year}: {one.projects:,} of {one.of:,} projects, {one.share:.1%} ({one.lower:.1%} to {one.upper:.1%})"
        )
        .replace("%", " %")
        .replace(" % to", " to")
    )
    parts = [
        f'<g><title>{escape(said)}</title><rect class="timeline-bar" x="{middle - wide / 2:.1f}" '
        f'y="{base - tall:.1f}" width="{wide:.1f}" height="{tall:.1f}"/>',
        f'<line class="whisker" x1="{middle:.1f}" x2="{middle:.1f}" y1="{low:.1f}" y2="{high:.1f}"/>',
    ]
    if is_labelled:
        parts.append(f'<text class="timeline-year" x="{middle:.1f}" y="{base + 15:.1f}">{one.year}</text>')
        parts.append(
            f'<text class="timeline-value" x="{middle:.1f}" y="{base + 31:.1f}">{one.projects:,}</text>'
        )
    return "".join(parts) + "</g>"


def interval_svg(growth: float, lower: float, upper: float, reach: float, said: str) -> str:
    """Growth as a dot on a line from its lower to its upper bound, with none in the middle.

    As long to the left for a half as to the right for the double; ``reach`` is growth at the right edge.

    >>> 'role="img"' in interval_svg(0.2, 0.1, 0.3, 1.5, "20 % a year")
    True
    """

    def place(value: float) -> str:
        return f"{60 + 56 * max(-1.0, min(1.0, math.log1p(max(value, -0.999)) / math.log1p(reach))):.1f}"

    return (
        f'<svg class="interval" viewBox="0 0 120 16" width="120" height="16" role="img" aria-label="{escape(said)}">'
        f'<line class="timeline-base" x1="60" x2="60" y1="1" y2="15"/>'
        f'<line class="whisker" x1="{place(lower)}" x2="{place(upper)}" y1="8" y2="8"/>'
        f'<circle class="timeline-bar" cx="{place(growth)}" cy="8" r="4"/></svg>'
    )
