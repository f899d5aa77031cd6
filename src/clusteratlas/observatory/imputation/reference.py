"""Totals of another table, taken over where that table says the same as this one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clusteratlas.observatory.imputation.cube import PUBLISHED, Cube, Marks, Numbers

AGREEING, ENOUGH = 0.9, 10
"""A country's totals of another table are used when at least so large a share of so many common cells agree."""


def borrow(cube: Cube, other: Numbers, unit: float) -> tuple[Cube, Marks]:
    """``cube`` with cells of ``other`` (same shape, not-a-number where unknown) where this table has none.

    A country's figures are borrowed in a period when the cells that both tables have agree to within rounding;
    tables of enterprises and of local units often do not. Gives the cube and which cells were borrowed.
    """
    both = ~np.isnan(cube.value) & ~np.isnan(other)
    same = both & (np.abs(np.where(both, cube.value - other, 0)) <= max(2 * unit, 1e-9))
    count, agree = np.zeros((2, len(cube.countries), cube.shape[0]))
    for country in range(len(cube.countries)):
        here = cube.country == country
        count[country] = both[:, here].sum(axis=(1, 2))
        agree[country] = same[:, here].sum(axis=(1, 2))
    is_trusted = (count >= ENOUGH) & (agree >= AGREEING * count)
    borrowed = is_trusted[cube.country].T[:, :, None] & ~np.isnan(other) & (cube.state != PUBLISHED)
    value = np.where(borrowed, other, cube.value)
    return replace(
        cube, value=value, state=np.where(borrowed, PUBLISHED, cube.state).astype(np.int8)
    ), borrowed
