"""A timeline: one bar a year, as plain SVG that needs no inline style and is readable in black and white."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 150
ABOVE, BELOW = 18, 20
"""Room for the value above the bars and for the years below them."""

WIDEST_BAR = 46
LABELS_AT_MOST = 12
LETTER = 10
"""Units of the drawing that a digit takes on a phone, where its letters are larger."""


@dataclass(frozen=True)
class Bar:
    """A year's bar, in units of the drawing; ``label`` is empty where there is no room for it."""

    year: int
    value: float
    x: float
    y: float
    width: float
    height: float
    label: str
    href: str | None = None


def bars(
    values: Mapping[int, float],
    width: int = WIDTH,
    height: int = HEIGHT,
    hrefs: Mapping[int, str] | None = None,
) -> tuple[Bar, ...]:
    """Bars from the first to the last year, those without value included.

    >>> [(bar.year, bar.height) for bar in bars({2021: 2, 2023: 4}, height=138)]
    [(2021, 50.0), (2022, 0.0), (2023, 100.0)]
    """
    if not values:
        return ()
    years = range(min(values), max(values) + 1)
    step = min(width / len(years), WIDEST_BAR * 1.25)
    greatest, room = max(values.values()) or 1, height - ABOVE - BELOW
    every = -(-len(years) // LABELS_AT_MOST)
    drawn = []
    for at, year in enumerate(years):
        value = values.get(year, 0)
        tall = round(room * value / greatest, 1)
        label = str(year) if (years[-1] - year) % every == 0 else ""
        x = round(at * step + step * 0.1, 1)
        top = round(ABOVE + room - tall, 1)
        drawn.append(Bar(year, value, x, top, round(step * 0.8, 1), tall, label, (hrefs or {}).get(year)))
    return tuple(drawn)


def timeline_svg(
    drawn: tuple[Bar, ...], title: str, unit: str = "projects", width: int = WIDTH, height: int = HEIGHT
) -> str:
    """The bars as SVG, each titled and with its value on top where there is room.

    >>> "<title>2021: 2 projects</title>" in timeline_svg(bars({2021: 2}), "By year")
    True
    """
    if not drawn:
        return ""
    used = min(width, round(drawn[-1].x + drawn[-1].width * 1.15))
    base = height - BELOW
    return (
        f'<svg class="timeline" viewBox="0 0 {used} {height}" width="{used}" height="{height}" role="group" '
        f'aria-label="{escape(title)}">'
        f'<line class="timeline-base" x1="0" x2="{used}" y1="{base}" y2="{base}"/>'
        f"{''.join(_bar(bar, unit, base) for bar in drawn)}</svg>"
    )


def _bar(bar: Bar, unit: str, base: int) -> str:
    middle = f"{bar.x + bar.width / 2:.1f}"
    said = escape(f"{bar.year}: {bar.value:,.0f} {unit}")
    shape = (
        f'<rect class="timeline-bar" x="{bar.x}" y="{bar.y}" width="{bar.width}" height="{bar.height}">'
        f"<title>{said}</title></rect>"
    )
    if bar.value and bar.width >= 20:
        said_value = f"{bar.value:,.0f}"
        minor = " timeline-minor" if len(said_value) * LETTER > bar.width / 0.8 else ""
        shape += f'<text class="timeline-value{minor}" x="{middle}" y="{bar.y - 4:.1f}">{said_value}</text>'
    if bar.label:
        shape += f'<text class="timeline-year" x="{middle}" y="{base + 15}">{bar.label}</text>'
    if bar.href and bar.value:
        return f'<a href="{escape(bar.href)}" tabindex="-1" aria-label="{said}">{shape}</a>'
    return shape


def sparkline_svg(values: Mapping[int, float], title: str, width: int = 160, height: int = 36) -> str:
    """The years' bars without words, for a card or a table's cell."""
    if not values:
        return ""
    years = range(min(values), max(values) + 1)
    step, greatest = min(width / len(years), 14), max(values.values()) or 1
    shapes = "".join(
        f'<rect class="timeline-bar" x="{at * step:.1f}" y="{height - tall:.1f}" '
        f'width="{step * 0.78:.1f}" height="{tall:.1f}"/>'
        for at, year in enumerate(years)
        if (tall := max((height - 2) * values.get(year, 0) / greatest, 1))
    )
    return (
        f'<svg class="sparkline" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" '
        f'aria-label="{escape(title)}">{shapes}</svg>'
    )
