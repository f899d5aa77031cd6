"""Where labels go: beside their marks, covering neither marks nor each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

LETTER, LINE = 6.6, 15.0
"""About the size of a letter of a label in pixels."""

Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Spot:
    """A mark in pixels: its centre, its radius, and what could stand beside it."""

    x: float
    y: float
    radius: float
    label: str


@dataclass(frozen=True)
class Label:
    """A label that has found its place: where it is anchored, and by which end (left, right or center)."""

    x: float
    y: float
    align: str
    text: str


def place_labels(
    spots: Sequence[Spot],
    order: Iterable[int],
    width: float,
    height: float,
    taken: Iterable[Box] = (),
    *,
    crowded: bool = False,
) -> dict[int, Label]:
    """Labels for the spots ``order`` (the weightiest first) that find room inside ``width`` by ``height``.

    ``crowded``: there are so many marks that labels may cover them, but not each other, nor marks with a label.

    >>> place_labels([Spot(10, 50, 5, "Tourism"), Spot(10, 52, 5, "Wood")], [0, 1], 200, 100)[0].align
    'left'
    """
    order = list(order)
    full: list[Box] = [(s.x - s.radius, s.y - s.radius, s.x + s.radius, s.y + s.radius) for s in spots]
    if crowded:
        full = [box if at in order else (box[0], box[1], box[0], box[1]) for at, box in enumerate(full)]
    own = len(full)
    full += list(taken)
    placed: dict[int, Label] = {}
    for at in order:
        for label, box in _sides(spots[at]):
            inside = box[0] >= 0 and box[1] >= 0 and box[2] <= width and box[3] <= height
            if inside and not any(
                _overlap(box, other) for place, other in enumerate(full) if place != at or place >= own
            ):
                full.append(box)
                placed[at] = label
                break
    return placed


def _sides(spot: Spot) -> list[tuple[Label, Box]]:
    """Right, left, above and below a mark: a label there, and the box that it fills."""
    x, y, r, text = spot.x, spot.y, spot.radius, spot.label
    wide, half = LETTER * len(text), LINE / 2
    return [
        (Label(x + r + 4, y, "left", text), (x + r + 2, y - half, x + r + 4 + wide, y + half)),
        (Label(x - r - 4, y, "right", text), (x - r - 4 - wide, y - half, x - r - 2, y + half)),
        (
            Label(x, y - r - 2 - half, "center", text),
            (x - wide / 2, y - r - 2 - LINE, x + wide / 2, y - r - 2),
        ),
        (
            Label(x, y + r + 2 + half, "center", text),
            (x - wide / 2, y + r + 2, x + wide / 2, y + r + 2 + LINE),
        ),
    ]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def spread(heights: Sequence[float], least: float, top: float, bottom: float) -> list[float]:
    """Heights moved apart to be ``least`` from each other, in their order, between ``top`` and ``bottom``.

    >>> spread([10, 11, 40], least=14, top=0, bottom=100)
    [3.5, 17.5, 40.0]
    """
    order = sorted(range(len(heights)), key=lambda at: heights[at])
    groups: list[list[float]] = []  # centre, count
    for at in order:
        groups.append([float(heights[at]), 1])
        while len(groups) > 1 and _touch(groups[-2], groups[-1], least):
            centre, count = groups.pop()
            before = groups[-1]
            before[0] = (before[0] * before[1] + centre * count) / (before[1] + count)
            before[1] += count
    moved: list[float] = []
    for centre, count in groups:
        first = centre - least * (count - 1) / 2
        moved += [first + least * step for step in range(int(count))]
    shift = max(0.0, top - moved[0]) if moved else 0.0
    shift = shift or (min(0.0, bottom - moved[-1]) if moved else 0.0)
    placed = [0.0] * len(heights)
    for at, height in zip(order, moved, strict=True):
        placed[at] = round(height + shift, 1)
    return placed


def _touch(upper: list[float], lower: list[float], least: float) -> bool:
    return lower[0] - least * (lower[1] - 1) / 2 - (upper[0] + least * (upper[1] - 1) / 2) < least
