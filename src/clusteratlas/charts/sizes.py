"""How large a bubble is: areas that grow with a number, and the legend that says so."""

from __future__ import annotations

from math import floor, log10

import altair as alt

from clusteratlas.charts.looks import Look

STEPS = (1, 2, 5)


def round_sizes(greatest: float) -> list[int]:
    """Three round numbers up to the greatest, the smallest first, far enough apart to be told by eye.

    >>> round_sizes(46_042), round_sizes(1_100_000), round_sizes(3), round_sizes(0)
    ([1000, 5000, 20000], [50000, 200000, 1000000], [2], [])
    """
    if greatest < 1:
        return []
    power = floor(log10(greatest))
    ladder = [step * 10**exponent for exponent in range(power + 1) for step in STEPS]
    fitting = [number for number in ladder if number <= greatest]
    return sorted(fitting[-1 - back] for back in (0, 2, 4) if back < len(fitting))


def sized(name: str, greatest: float, radius: float, title: str, look: Look) -> alt.Size:
    """The encoding of column ``name`` as an area: ``greatest`` has the ``radius`` (pixels); with its legend."""
    shown = round_sizes(greatest)
    legend = alt.Legend(
        title=title,
        values=shown,
        format=",.0f",
        orient="bottom",
        direction="horizontal",
        symbolType="circle",
        symbolFillColor="transparent",
        symbolStrokeColor=look.soft,
        symbolStrokeWidth=1,
    )
    scale = alt.Scale(type="linear", domain=[0, greatest or 1], range=[0, (2 * radius) ** 2])
    return alt.Size(f"{name}:Q", scale=scale, legend=legend if shown else None)
