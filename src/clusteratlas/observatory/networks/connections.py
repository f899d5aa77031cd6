"""How two organisations are connected: the shortest ways from one to the other through common projects."""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from scipy import sparse

from clusteratlas.observatory.networks.participations import Participations
from clusteratlas.observatory.networks.projection import weighed


@dataclass(frozen=True)
class Step:
    """Two organisations (places) with their common projects (places), smallest first, and the weight of their tie."""

    one: int
    other: int
    projects: tuple[int, ...]
    weight: float


Path = tuple[Step, ...]


def shortest(given: Participations, one: int, other: int, most: int, weighting: str = "newman") -> list[Path]:
    """Up to ``most`` of the ways with the fewest steps, those with the strongest ties first.

    Among ways of as many steps the length counts, the sum of 1 / weight (Newman 2001); then the order of the
    organisations. No way: an empty list; from an organisation to itself: one way without steps.
    """
    if one == other:
        return [()]
    layers = _layers(given, one, other)
    if layers is None:
        return []
    weights = weighed(given.sizes, weighting)
    ties = [_between(given, near, far, weights) for near, far in pairwise(layers)]
    ways = _best(ties, most)
    return [
        tuple(
            _step(given, int(layers[at][way[at]]), int(layers[at + 1][way[at + 1]]), weights)
            for at in range(len(ties))
        )
        for way in ways
    ]


def _onward(given: Participations, front: np.ndarray) -> np.ndarray:
    """Who has a common project with any of ``front``."""
    reached = given.matrix @ front.astype(float) > 0
    return given.turned @ reached.astype(float) > 0


def _layers(given: Participations, one: int, other: int) -> list[np.ndarray] | None:
    """For each number of steps the organisations on a shortest way; None when there is no way."""
    front = np.zeros(len(given), bool)
    front[one] = True
    seen, rings = front.copy(), [front]
    while not seen[other]:
        front = _onward(given, front) & ~seen
        if not front.any():
            return None
        seen |= front
        rings.append(front)
    back = np.zeros(len(given), bool)
    back[other] = True
    kept = [back]
    for ring in rings[-2::-1]:
        kept.append(ring & _onward(given, kept[-1]))
    return [np.flatnonzero(ring) for ring in reversed(kept)]


def _between(
    given: Participations, near: np.ndarray, far: np.ndarray, weights: np.ndarray
) -> sparse.csr_array:
    """The ties between two groups of organisations."""
    left = given.turned[near] @ sparse.diags_array(weights)
    found = sparse.csr_array(left @ given.matrix[:, far])
    found.sort_indices()
    return found


def _best(ties: list[sparse.csr_array], most: int) -> list[tuple[int, ...]]:
    """The ``most`` shortest ways through the layers, as a place in each."""
    left = [np.zeros(ties[-1].shape[1])]
    for step in reversed(ties):
        costs = 1 / step.data + left[-1][step.indices]
        least = np.minimum.reduceat(costs, step.indptr[:-1]) if len(costs) else costs
        left.append(least)
    left.reverse()
    queue: list[tuple[float, tuple[int, ...], float]] = [(float(left[0][0]), (0,), 0.0)]
    found: list[tuple[int, ...]] = []
    while queue and len(found) < most:
        _, way, gone = heapq.heappop(queue)
        if len(way) > len(ties):
            found.append(way)
            continue
        step, place = ties[len(way) - 1], way[-1]
        entries = slice(step.indptr[place], step.indptr[place + 1])
        onward, costs = step.indices[entries], gone + 1 / step.data[entries]
        whole = costs + left[len(way)][onward]
        for at in np.lexsort((onward, whole))[: most - len(found)].tolist():
            heapq.heappush(queue, (round(float(whole[at]), 9), (*way, int(onward[at])), float(costs[at])))
    return found


def _step(given: Participations, one: int, other: int, weights: np.ndarray) -> Step:
    turned = given.turned
    here = turned.indices[turned.indptr[one] : turned.indptr[one + 1]]
    there = turned.indices[turned.indptr[other] : turned.indptr[other + 1]]
    common = np.intersect1d(here, there)
    common = common[np.lexsort((common, given.sizes[common]))]
    return Step(one, other, tuple(common.tolist()), float(weights[common].sum()))
