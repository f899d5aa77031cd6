"""Which published cells to hide, so that estimates can be held against them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from clusteratlas.observatory.imputation.cube import ABSENT, PUBLISHED, WITHHELD, Cube, Marks, Numbers
from clusteratlas.observatory.imputation.hierarchy import Sum
from clusteratlas.observatory.imputation.margins import Layer, make_layers

SHARE = 0.1
"""Share of the published cells that hiding at random hides."""

ROUNDS = 3
"""Rounds of complementary suppression."""


def hide(cube: Cube, hidden: Marks) -> Cube:
    """``cube`` with cells withheld that were published."""
    value, state = np.where(hidden, np.nan, cube.value), np.where(hidden, WITHHELD, cube.state)
    return replace(cube, value=value, state=state.astype(np.int8))


def hide_at_random(cube: Cube, period: int, seed: int) -> Marks:
    """A tenth of the published cells of a period."""
    hidden = np.zeros(cube.shape, bool)
    drawn = np.random.default_rng(seed).random(cube.shape[1:]) < SHARE
    hidden[period] = drawn & (cube.state[period] == PUBLISHED)
    return hidden


def hide_as_next_year(cube: Cube, period: int) -> Marks:
    """The cells that are published in a period and withheld in the next one (the one before, for the last).

    They were chosen by the statistical offices, those that only protect others (complementary suppression) too.
    """
    other = period + 1 if period + 1 < cube.shape[0] else period - 1
    hidden = np.zeros(cube.shape, bool)
    hidden[period] = (cube.state[other] == WITHHELD) & (cube.state[period] == PUBLISHED)
    return hidden


def hide_by_pattern(
    cube: Cube, period: int, seed: int, region_sums: list[Sum], industry_sums: list[Sum], unit: float
) -> Marks:
    """Published cells drawn with the probability that the publishers' own pattern gives them.

    A logistic regression tells how the probability to be withheld depends on the number of units (logarithm, its
    square, one or two units), country, industry and level of region. Where a sum would give a hidden cell away, its
    smallest published part is hidden too (complementary suppression). In the other periods each is shown or hidden
    as some cell is that was withheld in this one, drawn at random: most withheld cells are so for years.
    """
    rng = np.random.default_rng(seed)
    hidden = np.zeros(cube.shape, bool)
    drawn = rng.random(cube.shape[1:]) < _probability(cube)[period]
    hidden[period] = drawn & (cube.state[period] == PUBLISHED)
    for _ in range(ROUNDS):
        layers = make_layers(hide(cube, hidden), region_sums, industry_sums, unit)
        added = [_protecting(cube, hidden, layer, period) for layer in layers]
        hidden.flat[np.concatenate(added)] = True
    return _through_time(cube, hidden, period, rng)


def _through_time(cube: Cube, hidden: Marks, period: int, rng: np.random.Generator) -> Marks:
    """The hidden cells of a period, hidden in other periods too as cells withheld in it are not shown then."""
    histories = (cube.state != PUBLISHED)[:, cube.state[period] == WITHHELD]
    region, industry = np.nonzero(hidden[period])
    if histories.shape[1]:
        drawn = histories[:, rng.integers(histories.shape[1], size=len(region))]
        hidden[:, region, industry] = drawn & (cube.state == PUBLISHED)[:, region, industry]
    return hidden


def _probability(cube: Cube) -> Numbers:
    """How likely each cell is to be withheld; zero for cells without units."""
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression
    from sklearn.preprocessing import OneHotEncoder

    fitted = (cube.state != ABSENT) & (cube.units > 0)
    units = np.log(cube.units[fitted])
    _, region, industry = np.nonzero(fitted)
    level = np.array([len(name) for name in cube.regions])[region]
    kinds = OneHotEncoder().fit_transform(np.stack([cube.country[region], industry, level], 1))
    curve = np.stack([units, units**2 / 10, units == 0, np.isclose(units, np.log(2))], 1)
    known = hstack([kinds, csr_matrix(curve)]).tocsr()
    is_withheld = cube.state[fitted] == WITHHELD
    probability = np.zeros(cube.shape)
    if is_withheld.any() and not is_withheld.all():
        model = LogisticRegression(max_iter=500).fit(known, is_withheld)
        probability[fitted] = model.predict_proba(known)[:, 1]
    return probability


def _protecting(cube: Cube, hidden: Marks, layer: Layer, period: int) -> np.ndarray:
    """For each line of a period that gives a hidden cell away: its smallest positive published part."""
    is_secret, is_hidden = (hidden | (cube.state == WITHHELD)).ravel(), hidden.ravel()
    count = len(layer.parent)
    secrets = np.bincount(layer.line, is_secret[layer.child], count) + is_secret[layer.parent]
    ours = np.bincount(layer.line, is_hidden[layer.child], count) + is_hidden[layer.parent]
    here = layer.parent // (cube.shape[1] * cube.shape[2]) == period
    value = np.nan_to_num(cube.value.ravel())[layer.child]
    use = ((secrets == 1) & (ours > 0) & here)[layer.line] & ~is_secret[layer.child] & (value > 0)
    order = np.lexsort((value[use], layer.line[use]))
    lines, cells = layer.line[use][order], layer.child[use][order]
    is_first = np.concatenate([[True], lines[1:] != lines[:-1]]) if len(lines) else np.zeros(0, bool)
    return cells[is_first]
