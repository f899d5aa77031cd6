"""A network of organisations as plain SVG without inline style: circles and lines, the largest named."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import cos, log1p, pi, sin, sqrt

import numpy as np

from clusteratlas import kernels

WIDTH, HEIGHT = 620, 460
MARGIN = 40
LARGEST_RADIUS, SMALLEST_RADIUS = 18.0, 4.0
ROOMY = 60
"""Dots that have room at their full size; of more, all are smaller."""
LABELS_AT_MOST, LABEL_LETTERS = 24, 22
SURE_LABELS = 10
"""The weightiest are named even where a label covers smaller dots; who reads of large ones must see which they are."""
MAIN_LABELS = 6
"""Labels that a narrow screen has room for; the others are marked as minor."""

LETTER_WIDTH, CAPITAL_WIDTH, LABEL_HEIGHT = 7.0, 9.5, 15.0
"""About the size of a letter of a label, in units of the drawing, to keep labels apart."""


@dataclass(frozen=True)
class Dot:
    """Something to be drawn: ``value`` decides its size, ``said`` is its title, ``href`` where it leads."""

    label: str
    value: float
    said: str
    href: str | None = None
    is_centre: bool = False


@dataclass(frozen=True)
class Line:
    """Two dots (places in the list) that are joined; ``weight`` decides how near and how strongly."""

    one: int
    other: int
    weight: float


@dataclass(frozen=True)
class Drawn:
    """A dot in the drawing."""

    dot: Dot
    x: float
    y: float
    radius: float
    label: tuple[float, float, str] | None
    """Where its label is anchored, and how (start, end or middle); None for no label."""


def strongest(lines: Sequence[Line], count: int, each: float = 1.8) -> list[Line]:
    """The lines that show how ``count`` dots hang together, heaviest first: those that join what nothing
    heavier joins, and of the rest the heaviest, up to ``each`` a dot.

    >>> chosen = strongest([Line(0, 1, 9), Line(1, 2, 8), Line(0, 2, 1)], 3, each=0.7)
    >>> [(line.one, line.other) for line in chosen]
    [(0, 1), (1, 2)]
    """
    group = list(range(count))
    kept, rest = [], []
    for line in sorted(lines, key=lambda line: (-line.weight, line.one, line.other)):
        one, other = group[line.one], group[line.other]
        (rest if one == other else kept).append(line)
        if one != other:
            group = [one if place == other else place for place in group]
    kept += rest[: max(0, round(each * count) - len(kept))]
    return sorted(kept, key=lambda line: (-line.weight, line.one, line.other))


def layout(count: int, lines: Sequence[Line]) -> list[tuple[float, float]]:
    """Places of dots between 0 and 1: those that are joined strongly lie near. The same input gives the same.

    Kamada and Kawai 1989, from a circle on; the length of a line falls with the logarithm of its weight. More rounds
    than these lower the stress of a drawing no further.

    >>> layout(2, [Line(0, 1, 3)]) == layout(2, [Line(0, 1, 3)])
    True
    """
    circle = [[cos(2 * pi * at / count), sin(2 * pi * at / count)] for at in range(count)]
    if count < 3:
        return _fitted(circle)
    graph = kernels.igraph()._igraph.GraphBase(count, [(line.one, line.other) for line in lines])
    lengths = [1 / (0.6 + log1p(line.weight)) for line in lines]
    return _fitted(graph.layout_kamada_kawai(seed=circle, weights=lengths or None, maxiter=100 * count))


def _fitted(points: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """Points stretched to fill the square from 0 to 1."""
    sides = []
    for values in zip(*points, strict=True):
        least, most = min(values), max(values)
        sides.append([(value - least) / (most - least) if most > least else 0.5 for value in values])
    return list(zip(*sides, strict=True))


def network(
    dots: Sequence[Dot], lines: Sequence[Line], width: int = WIDTH, height: int = HEIGHT
) -> list[Drawn]:
    """Dots with their place, size and label; areas are in proportion to the values."""
    if not dots:
        return []
    greatest = max(dot.value for dot in dots) or 1
    size = min(1.0, sqrt(ROOMY / len(dots)))
    least, most = SMALLEST_RADIUS * size, LARGEST_RADIUS * size
    radii = [round(max(least, most * sqrt(dot.value / greatest)), 1) for dot in dots]
    spots = [
        (round(MARGIN + x * (width - 2 * MARGIN), 1), round(MARGIN + y * (height - 2 * MARGIN), 1))
        for x, y in layout(len(dots), lines)
    ]
    labels = _labels(dots, spots, radii, width, height)
    return [
        Drawn(dot, *spot, radius, label)
        for dot, spot, radius, label in zip(dots, spots, radii, labels, strict=True)
    ]


Box = tuple[float, float, float, float]


def _labels(
    dots: Sequence[Dot], spots: Sequence[tuple[float, float]], radii: Sequence[float], width: int, height: int
) -> list[tuple[float, float, str] | None]:
    """Labels by weight, the centre's before all: beside its dot where it covers no other label, and no dot.

    The first `SURE_LABELS` stand where they cover least of other dots.
    """
    labels: list[tuple[float, float, str] | None] = [None] * len(dots)
    taken: list[Box] = []
    order = sorted(range(len(dots)), key=lambda at: (not dots[at].is_centre, -dots[at].value, at))
    named = order[:LABELS_AT_MOST]
    sides = [_sides(*spots[at], radii[at], _wide(shortened(dots[at].label))) for at in named]
    covered = _covered(sides, named, np.column_stack([np.array(spots, dtype=float).reshape(-1, 2), radii]))
    for rank, at in enumerate(named):
        freest = sorted(range(len(sides[rank])), key=covered[rank].__getitem__)
        for side in freest if rank < SURE_LABELS else [one for one in freest if not covered[rank][one]]:
            anchor, box = sides[rank][side]
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if inside and not any(_overlap(box, other) for other in taken):
                labels[at] = anchor
                taken.append(box)
                break
    return labels


Side = tuple[tuple[float, float, str], Box]


def _covered(sides: Sequence[Sequence[Side]], own: Sequence[int], dots: np.ndarray) -> list[list[float]]:
    """How much of dots (x, y, radius) each box beside each named dot covers: the parts of their radii that reach into
    it, larger dots weighing more; ``own`` are the named dots, which do not count for their own boxes."""
    boxes = np.array([[box for _, box in ones] for ones in sides])
    left, top, right, bottom = boxes.transpose(2, 0, 1)[..., None]
    x, y, r = dots.T
    away = np.hypot(x - np.clip(x, left, right), y - np.clip(y, top, bottom))
    covered = r * np.maximum(r - away, 0)
    covered[np.arange(len(own)), :, own] = 0
    return covered.sum(axis=2).tolist()


def _wide(label: str) -> float:
    """How wide a label is: capitals take more room."""
    return LETTER_WIDTH * len(label) + (CAPITAL_WIDTH - LETTER_WIDTH) * sum(map(str.isupper, label))


def _sides(x: float, y: float, r: float, wide: float) -> list[Side]:
    """Right, left, below and above a dot, then the corners: the anchor of a label there and the box that it fills."""
    half, high, slant = wide / 2, LABEL_HEIGHT, 0.7 * r + 2
    sides = [
        ((x + r + 4, y + 4, "start"), (x + r + 2, y - high / 2, x + r + 4 + wide, y + high / 2)),
        ((x - r - 4, y + 4, "end"), (x - r - 4 - wide, y - high / 2, x - r - 2, y + high / 2)),
        ((x, y + r + 13, "middle"), (x - half, y + r + 1, x + half, y + r + 1 + high)),
        ((x, y - r - 5, "middle"), (x - half, y - r - 3 - high, x + half, y - r - 3)),
    ]
    for top, base in ((y + slant, y + slant + 12), (y - slant - high, y - slant - 3)):
        sides += [
            ((x + slant, base, "start"), (x + slant, top, x + slant + wide, top + high)),
            ((x - slant, base, "end"), (x - slant - wide, top, x - slant, top + high)),
        ]
    return sides


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def shortened(name: str) -> str:
    """A name that fits beside a dot.

    >>> shortened("Fraunhofer Gesellschaft zur Förderung")
    'Fraunhofer…'
    """
    if len(name) <= LABEL_LETTERS:
        return name
    cut = name[:LABEL_LETTERS]
    return (cut.rsplit(" ", 1)[0] if " " in cut[6:] else cut).rstrip(" ,;-(") + "…"


def network_svg(
    dots: Sequence[Dot],
    lines: Sequence[Line],
    title: str,
    said: str,
    width: int = WIDTH,
    height: int = HEIGHT,
) -> str:
    """The network as SVG; links are left out of the tab order, since the table beside has them too.

    >>> "<title>A: 2 projects</title>" in network_svg([Dot("A", 2, "A: 2 projects")], [], "Who", "")
    True
    """
    drawn = network(dots, lines, width, height)
    heaviest = max((line.weight for line in lines), default=1)
    strokes = "".join(_line(line, drawn, heaviest) for line in reversed(lines))
    shapes = "".join(_dot(one) for one in sorted(drawn, key=lambda d: -d.radius))
    named = sorted((one for one in drawn if one.label), key=lambda d: (not d.dot.is_centre, -d.dot.value))
    texts = "".join(_text(one, rank >= MAIN_LABELS) for rank, one in enumerate(named))
    return (
        f'<svg class="network" viewBox="0 0 {width} {height}" role="group" aria-label="{escape(title)}">'
        f"<desc>{escape(said)}</desc>{strokes}{shapes}{texts}</svg>"
    )


def _line(line: Line, drawn: Sequence[Drawn], heaviest: float) -> str:
    one, other = drawn[line.one], drawn[line.other]
    strength = line.weight / heaviest
    step = 3 if strength > 0.5 else 2 if strength > 0.2 else 1
    wide = round(0.6 + 3.4 * sqrt(strength), 1)
    return (
        f'<line class="network-line network-line-{step}" stroke-width="{wide}" '
        f'x1="{one.x}" y1="{one.y}" x2="{other.x}" y2="{other.y}"/>'
    )


def _dot(one: Drawn) -> str:
    kind = "network-dot network-centre" if one.dot.is_centre else "network-dot"
    shape = (
        f'<circle class="{kind}" cx="{one.x}" cy="{one.y}" r="{one.radius}">'
        f"<title>{escape(one.dot.said)}</title></circle>"
    )
    if not one.dot.href:
        return shape
    said = escape(one.dot.said)
    return f'<a href="{escape(one.dot.href)}" tabindex="-1" aria-label="{said}">{shape}</a>'


def _text(one: Drawn, is_minor: bool) -> str:
    kind = "network-label network-minor" if is_minor else "network-label"
    x, y, anchor = one.label or (0, 0, "start")
    return (
        f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">'
        f"{escape(shortened(one.dot.label))}</text>"
    )
