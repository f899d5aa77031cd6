"""Figures of firms as plain SVG without inline styles: jobs made and lost by year, the tent of growth rates."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from html import escape

WIDTH, HEIGHT = 640, 240
BELOW, SIDE = 22, 8
WIDEST = 64
RATES = 41
"""Classes of the distribution, an odd number so that one has 0 in its middle."""


def job_flows_svg(flows: Mapping[int, tuple[float, float]], title: str) -> str:
    """Bars of jobs created (up) and destroyed (down) by year, with their net change as a line across.

    ``flows``: by year, created and destroyed, both at least 0.

    >>> "2020: 10 created, 4 destroyed, net +6" in job_flows_svg({2020: (10, 4)}, "Jobs")
    True
    """
    if not flows:
        return ""
    greatest = max(max(pair) for pair in flows.values()) or 1.0
    step = min((WIDTH - 2 * SIDE) / len(flows), WIDEST * 1.5)
    room = (HEIGHT - BELOW) / 2 - 16
    zero, width = (HEIGHT - BELOW) / 2, SIDE * 2 + step * len(flows)
    parts = [_line(0, width, zero, "timeline-base")]
    for at, (year, (created, destroyed)) in enumerate(sorted(flows.items())):
        x, wide, net = SIDE + at * step + step * 0.15, step * 0.7, created - destroyed
        up, down = room * created / greatest, room * destroyed / greatest
        said = f"{year}: {created:,.0f} created, {destroyed:,.0f} destroyed, net {net:+,.0f}"
        middle, mark = x + wide / 2, zero - room * net / greatest
        parts.append(
            f"<g><title>{escape(said)}</title>"
            f'<rect class="flow-created" x="{x:.1f}" y="{zero - up:.1f}" width="{wide:.1f}" height="{up:.1f}"/>'
            f'<rect class="flow-destroyed" x="{x:.1f}" y="{zero:.1f}" width="{wide:.1f}" height="{down:.1f}"/>'
            f"{_line(x - 3, x + wide + 3, mark, 'flow-net')}"
            f'<text class="timeline-value" x="{middle:.1f}" y="{zero - up - 4:.1f}">{created:,.0f}</text>'
            f'<text class="timeline-value" x="{middle:.1f}" y="{zero + down + 13:.1f}">{destroyed:,.0f}</text>'
            f'<text class="timeline-year" x="{middle:.1f}" y="{HEIGHT - 6}">{year}</text></g>'
        )
    return _drawing(parts, title, width)


def tent_svg(rates: Sequence[float], location: float, scale: float, title: str) -> str:
    """How many firms grew at which rate (bars, by the logarithm of their number) and Laplace's tent over them.

    ``rates`` are logarithmic growth rates; those beyond six scales are drawn at the end.

    >>> tent_svg([0.0, 0.1, -0.1], 0.0, 0.07, "Rates").count("flow-created")
    3
    """
    if not rates or scale <= 0:
        return ""
    reach = 6 * scale
    counts = [0] * RATES
    for rate in rates:
        place = (rate - location + reach) / (2 * reach) * RATES
        counts[min(max(int(place), 0), RATES - 1)] += 1
    top = math.log1p(max(counts))
    step, base, room = (WIDTH - 2 * SIDE) / RATES, HEIGHT - BELOW, HEIGHT - BELOW - 14
    parts = []
    for at, count in enumerate(counts):
        tall = room * math.log1p(count) / top
        low = location - reach + at * 2 * reach / RATES
        said = f"{math.expm1(low):+.0%} to {math.expm1(low + 2 * reach / RATES):+.0%} a year: {count:,} firms"
        x = SIDE + at * step + 0.5
        if count:
            parts.append(
                f'<rect class="flow-created" x="{x:.1f}" y="{base - tall:.1f}" width="{step - 1:.1f}" '
                f'height="{tall:.1f}"><title>{escape(said)}</title></rect>'
            )
    parts += [_tent(len(rates), reach, scale, (top, base, room)), _line(0, WIDTH, base, "timeline-base")]
    for share in (-1.0, -0.5, 0.0, 0.5, 1.0):
        at = SIDE + (share + 1) / 2 * (WIDTH - 2 * SIDE - 40) + 20
        rate = location + (at - SIDE - (WIDTH - 2 * SIDE) / 2) / ((WIDTH - 2 * SIDE) / 2) * reach
        parts.append(
            f'<text class="timeline-year" x="{at:.1f}" y="{HEIGHT - 6}">{math.expm1(rate):+.0%}</text>'
        )
    return _drawing(parts, title, WIDTH)


def _tent(firms: int, reach: float, scale: float, room: tuple[float, float, float]) -> str:
    """The fitted distribution as a line: what number each class would have."""
    top, base, height = room
    points = []
    for at in range(RATES * 4 + 1):
        distance = (at / (RATES * 4) * 2 - 1) * reach
        expected = firms * 2 * reach / RATES * math.exp(-abs(distance) / scale) / (2 * scale)
        tall = min(height * math.log1p(expected) / top, base - 2)
        points.append(f"{SIDE + at / (RATES * 4) * (WIDTH - 2 * SIDE):.1f},{base - tall:.1f}")
    return f'<polyline class="flow-net" points="{" ".join(points)}"/>'


def _line(start: float, end: float, y: float, kind: str) -> str:
    return f'<line class="{kind}" x1="{start:.1f}" x2="{end:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _drawing(parts: Sequence[str], title: str, width: float) -> str:
    return (
        f'<svg class="timeline" viewBox="0 0 {width:.0f} {HEIGHT}" width="{width:.0f}" height="{HEIGHT}" '
        f'role="img" aria-label="{escape(title)}">{"".join(parts)}</svg>'
    )
