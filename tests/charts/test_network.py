"""Drawn networks name those a reader looks for: the centre, then the largest, and no label hides another."""

from __future__ import annotations

import random

import pytest

from clusteratlas.charts.network import LETTER_WIDTH, SURE_LABELS, Dot, Line, network, shortened


@pytest.mark.parametrize("seed", range(3))
def test_the_centre_and_the_largest_are_named_and_labels_keep_apart(seed: int) -> None:
    chance = random.Random(seed)
    dots = [Dot(f"Name {at}", chance.randint(1, 60), "", is_centre=at == 7) for at in range(60)]
    lines = [Line(*sorted(chance.sample(range(60), 2)), chance.randint(1, 9)) for _ in range(150)]
    lines += [Line(at, at + 1, 1) for at in range(59)]
    drawn = network(dots, lines)
    ranked = sorted(drawn, key=lambda one: (not one.dot.is_centre, -one.dot.value))
    assert all(one.label for one in ranked[:4])
    assert sum(one.label is not None for one in ranked[:SURE_LABELS]) >= SURE_LABELS - 1
    begins = {"start": 0.0, "middle": 0.5, "end": 1.0}
    boxes = []
    for one in drawn:
        if one.label:
            x, y, anchor = one.label
            wide = LETTER_WIDTH * len(shortened(one.dot.label))
            boxes.append((x - begins[anchor] * wide, x + (1 - begins[anchor]) * wide, y))
    for at, (left, right, y) in enumerate(boxes):
        assert not any(left < other[1] and other[0] < right and abs(y - other[2]) < 9 for other in boxes[:at])
