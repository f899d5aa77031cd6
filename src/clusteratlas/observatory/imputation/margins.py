"""Every sum that the published table obeys, as arrays: the margins that bind the withheld cells."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from clusteratlas.observatory.imputation.cube import ABSENT, PUBLISHED, Cube, Marks, Numbers
from clusteratlas.observatory.imputation.hierarchy import Sum

Places = NDArray[np.int64]

AGREEING, ENOUGH_LINES = 0.9, 5
"""A sum is believed when at least this share of its fully published lines add up (given so many of them)."""

PRIOR_LINES, LIKELY = 2, 0.6
"""With fewer lines so many agreeing ones are assumed beside them, and this share will do: two that do not are doubt."""


@dataclass(frozen=True)
class Layer:
    """Lines (one sum, one period, one region or industry) that share no cell, so that they can be met at once.

    Line k says: value of ``parent[k]`` less the sum of its children lies between ``low[k]`` and ``high[k]``, and
    is about ``aim[k]``. ``child`` are cells, ``line`` the line of each.
    """

    name: str
    parent: Places
    child: Places
    line: Places
    low: Numbers
    high: Numbers
    aim: Numbers

    def residual(self, value: Numbers) -> Numbers:
        """The value of each parent less the sum of its children (flat cube of values)."""
        return value[self.parent] - np.bincount(self.line, value[self.child], len(self.parent))

    def take(self, chosen: NDArray[np.bool_]) -> Layer:
        """Only the chosen lines."""
        number = np.cumsum(chosen) - 1
        kept = chosen[self.line]
        return Layer(
            self.name,
            self.parent[chosen],
            self.child[kept],
            number[self.line[kept]],
            self.low[chosen],
            self.high[chosen],
            self.aim[chosen],
        )


def make_layers(cube: Cube, region_sums: list[Sum], industry_sums: list[Sum], unit: float) -> list[Layer]:
    """The lines of all sums, in layers; ``unit`` is what published values are rounded to (0: not rounded)."""
    layers = []
    for axis, sums, names in ((1, region_sums, cube.regions), (2, industry_sums, cube.industries)):
        lines = _lines(cube, sums, names, axis)
        for number, colour in enumerate(_colours(sums)):
            chosen = [line for at in colour for line in lines.get(at, [])]
            if chosen:
                layers.append(
                    _join(f"{('regions', 'industries')[axis - 1]} {number + 1}", chosen, cube, unit)
                )
    return layers


@dataclass(frozen=True)
class _Block:
    """The lines of one sum: ``cells`` is lines x (parent, children ...); what is absent is -1."""

    parent: Places
    children: Places
    is_whole: NDArray[np.bool_]
    judged_by: NDArray[np.int64]


def _lines(cube: Cube, sums: list[Sum], names: list[str], axis: int) -> dict[int, list[_Block]]:
    """For each sum the lines to use: those with all children there; else those of the fullest version."""
    place = {name: at for at, name in enumerate(names)}
    flat = np.arange(cube.value.size).reshape(cube.shape)
    there = cube.state != ABSENT
    blocks: dict[int, list[_Block]] = {}
    by_parent: dict[str, list[int]] = {}
    for at, one in enumerate(sums):
        if one.parent in place:
            by_parent.setdefault(one.parent, []).append(at)
    for parent, several in by_parent.items():
        full = np.zeros((len(several), *np.delete(cube.shape, axis)))
        has_parent = np.take(there, place[parent], axis)
        for k, at in enumerate(several):
            known = [np.take(there, place[c], axis) for c in sums[at].children if c in place]
            full[k] = sum(known) / len(sums[at].children) if known else 0
        best = full.max(axis=0)
        for k, at in enumerate(several):
            is_first = np.argmax(full, axis=0) == k
            use = has_parent & (full[k] > 0) & ((full[k] == 1) | ((best < 1) & is_first))
            if use.any():
                blocks[at] = [_block(cube, sums[at], place, flat, there, axis, use, full[k] == 1, at)]
    return blocks


def _block(cube, one, place, flat, there, axis, use, whole, at) -> _Block:
    members = [place[c] for c in (*one.children, *one.optional) if c in place]
    children = np.stack(
        [np.where(np.take(there, m, axis), np.take(flat, m, axis), -1)[use] for m in members], 1
    )
    parent = np.take(flat, place[one.parent], axis)[use]
    period, region, _ = np.unravel_index(parent, cube.shape)
    # a sum is judged in its own country and period
    judged = (at * len(cube.countries) + cube.country[region]) * len(cube.periods) + period
    return _Block(parent, children, whole[use], judged)


def _colours(sums: list[Sum]) -> list[list[int]]:
    """Sums in groups in which no code appears twice, larger parents first."""
    order = sorted(range(len(sums)), key=lambda at: (len(sums[at].parent), sums[at]))
    groups: list[tuple[set[str], list[int]]] = []
    for at in order:
        codes = {sums[at].parent, *sums[at].children, *sums[at].optional}
        home = next((g for g in groups if not g[0] & codes), None)
        if home is None:
            groups.append((set(codes), [at]))
        else:
            home[0].update(codes)
            home[1].append(at)
    return [members for _, members in groups]


def _join(name: str, blocks: list[_Block], cube: Cube, unit: float) -> Layer:
    """Blocks of lines as one layer, with what each line allows."""
    starts = np.cumsum([0, *(len(b.parent) for b in blocks)])
    parent = np.concatenate([b.parent for b in blocks])
    line = np.concatenate(
        [
            np.repeat(np.arange(len(b.parent)), b.children.shape[1]) + s
            for b, s in zip(blocks, starts, strict=False)
        ]
    )
    child = np.concatenate([b.children.ravel() for b in blocks])
    line, child = line[child >= 0], child[child >= 0]
    whole = np.concatenate([b.is_whole for b in blocks])
    judged = np.concatenate([b.judged_by for b in blocks])
    terms = np.bincount(line, minlength=len(parent))
    zeros = np.zeros(len(parent))
    layer = Layer(name, parent, child, line, zeros, zeros, zeros)
    return _judge(layer, cube, whole, judged, np.maximum(unit * (terms + 1) / 2, 1e-9))


def _judge(layer: Layer, cube: Cube, whole, judged, rounding: Numbers) -> Layer:
    """Look at the lines whose cells are all published: do they add up, is there a rest, or neither?"""
    known = (cube.state == PUBLISHED).ravel()
    complete = known[layer.parent] & whole
    np.logical_and.at(complete, layer.line, known[layer.child])
    value = cube.value.ravel()
    residual, total = layer.residual(value), np.nan_to_num(value[layer.parent])
    keys, key = np.unique(judged, return_inverse=True)
    count = np.bincount(key[complete], minlength=len(keys))
    agreeing, not_above = (
        np.bincount(key[complete], part[complete].astype(float), len(keys))
        for part in (np.abs(residual) <= rounding, residual >= -rounding)
    )
    is_equal = _believed(agreeing, count)[key] & whole
    is_rest = ~is_equal & _believed(not_above, count)[key]
    ratio = np.where(complete & (total > 0), residual / np.maximum(total, 1e-9), np.nan)
    largest, typical = _rests(ratio, key, len(keys))
    has_most = whole & known[layer.parent] & ~np.isnan(largest[key])
    most = np.where(has_most, np.nan_to_num(largest[key]) * total, np.inf)
    exact = _exactness(np.abs(residual), complete & is_equal, key, count, rounding)
    low = np.where(is_equal | is_rest, -exact, -np.inf)
    high = np.where(is_equal, exact, np.where(is_rest, exact + most, np.inf))
    aim = np.where(is_equal, 0.0, np.where(has_most, np.nan_to_num(typical[key]) * total, np.nan))
    return Layer(layer.name, layer.parent, layer.child, layer.line, low, high, aim).take(is_equal | is_rest)


def _believed(agreeing: Numbers, count: Places) -> Marks:
    """Whether the fully published lines of each key bear a sum out."""
    likely = (agreeing + PRIOR_LINES) >= LIKELY * (count + PRIOR_LINES)
    return np.where(count >= ENOUGH_LINES, agreeing >= AGREEING * count, likely)


def _rests(ratio: Numbers, key: Places, count: int) -> tuple[Numbers, Numbers]:
    """The largest and the median share that a parent holds beyond its children, by key."""
    largest, typical = np.full(count, np.nan), np.full(count, np.nan)
    seen = ~np.isnan(ratio)
    order = np.argsort(key[seen], kind="stable")
    keys, starts = np.unique(key[seen][order], return_index=True)
    for one, part in zip(keys, np.split(ratio[seen][order], starts[1:]), strict=False):
        largest[one], typical[one] = max(part.max(), 0.0), max(np.median(part), 0.0)
    return largest, typical


def _exactness(gap: Numbers, complete, key: Places, count: Places, rounding: Numbers) -> Numbers:
    """How far a line may be off: no more than rounding explains, and no more than its like are off when many."""
    within = complete & (gap <= rounding)
    seen = np.zeros(len(count))
    np.maximum.at(seen, key[within], gap[within])
    many = count >= 4 * ENOUGH_LINES
    return np.where(many[key], np.minimum(rounding, seen[key]), rounding)
