"""How good the estimates are: published cells are hidden, estimated, and held against what was published."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl

from clusteratlas.errors import UsageError
from clusteratlas.observatory.arguments import SEED, check, choose, choose_among
from clusteratlas.observatory.imputation.baselines import BASELINES
from clusteratlas.observatory.imputation.cube import Cube, Marks, Numbers
from clusteratlas.observatory.imputation.hiding import (
    hide,
    hide_as_next_year,
    hide_at_random,
    hide_by_pattern,
)
from clusteratlas.observatory.imputation.solving import Solved, solve
from clusteratlas.observatory.imputation.table import Names, Table, take_table

WAYS = ("random", "next year", "pattern")
OURS = "margins and guesses"


def evaluate(
    frame: Any, *, at: Any, period: str, how: str = "pattern", seed: int = 0, **names: Any
) -> pl.DataFrame:
    """Hide published cells of the period ``at``, estimate them, and tell how far off the estimates are.

    ``how``: ``random`` (a tenth of the cells), ``next year`` (those that are withheld a year later), ``pattern``
    (drawn by a model of who withholds what, with complementary suppression). Other arguments as for `imputation`.
    One row a method (ours, the same where last year's value is known, baselines): ``cells`` hidden,
    ``answered`` (share that gets a value), ``median_error`` (median absolute percentage error of positive cells, as
    a share), ``weighted_error`` (sum of absolute errors over the sum of values), ``coverage`` (share of cells whose
    interval holds the truth), ``median_width`` (of the interval, over the true value), ``exact`` (share of cells
    that sums give away). Raises `UsageError` for an unknown way or period, and for ``pattern``
    without ``units``.
    """
    table = take_table(frame, Names(period=period, **names))
    cube = table.cube
    choose(WAYS, how=how)
    check(SEED, seed=seed)
    choose_among("period", cube.periods, at=at)
    place = cube.periods.index(at)
    hidden = _hidden(table, how, place, seed)
    given = hide(cube, hidden)
    solved = solve(given, table.regions, table.industries, table.unit, at=place)
    judged = hidden[place]
    ours = solved.value.reshape(cube.shape)[place]
    answers = {OURS: ours} | {name: rule(given, place) for name, rule in BASELINES.items()}
    before = judged & ~np.isnan(answers["last year's value"])
    rows = [
        _score(OURS, cube.value[place], judged, ours) | _intervals(cube, solved, place, judged, table.unit)
    ]
    rows.append(_score(f"{OURS}, where last year is known", cube.value[place], before, ours))
    rows += [
        _score(name, cube.value[place], judged, guess) for name, guess in answers.items() if name != OURS
    ]
    return pl.DataFrame(rows)


def _hidden(table: Table, how: str, place: int, seed: int) -> Marks:
    if how == "random":
        return hide_at_random(table.cube, place, seed)
    if how == "next year":
        return hide_as_next_year(table.cube, place)
    if np.isnan(table.cube.units).all():
        raise UsageError(
            "the pattern of confidentiality is told by units", remedy="name their column: units=..."
        )
    return hide_by_pattern(table.cube, place, seed, table.regions, table.industries, table.unit)


def _score(name: str, truth: Numbers, judged: Marks, guess: Numbers) -> dict[str, Any]:
    """Errors of one method over the judged cells."""
    answered = judged & ~np.isnan(guess)
    off, size = np.abs(guess - truth)[answered], truth[answered]
    share = off[size > 0] / size[size > 0]
    return {
        "method": name,
        "cells": int(judged.sum()),
        "answered": float(answered.sum() / max(judged.sum(), 1)),
        "median_error": float(np.median(share)) if len(share) else None,
        "weighted_error": float(off.sum() / size.sum()) if size.sum() else None,
        "coverage": None,
        "median_width": None,
        "exact": None,
    }


def _intervals(cube: Cube, solved: Solved, place: int, judged: Marks, unit: float) -> dict[str, float]:
    """How often the intervals hold the truth, and how wide they are."""
    truth = cube.value[place][judged]
    lower, upper = (side.reshape(cube.shape)[place][judged] for side in (solved.lower, solved.upper))
    holds = (lower - 1e-6 <= truth) & (truth <= upper + 1e-6)
    bounded = np.isfinite(upper) & (truth > 0)
    width = (upper - lower)[bounded] / truth[bounded]
    return {
        "coverage": float(holds.mean()) if len(holds) else None,
        "median_width": float(np.median(width)) if len(width) else None,
        "exact": float((upper - lower <= 4 * unit).mean()) if len(holds) else None,
    }
