"""Invented tables that add up: a closed world of countries and industries."""

from __future__ import annotations

import numpy as np

from clusteratlas.observatory import InputOutput

USES = ["households", "government", "investment"]


def made_up(countries: int, industries: int, seed: int, **more: object) -> InputOutput:
    """A world in which every industry sells to every other, half of its output at most; abroad less than at home."""
    random = np.random.default_rng(seed)
    rows = countries * industries
    home = np.kron(np.eye(countries), np.ones((industries, industries)))
    flows = random.lognormal(0, 1, (rows, rows)) * np.where(home, 10, 1)
    final = random.lognormal(0, 1, (rows, countries, len(USES)))
    final *= np.where(np.kron(np.eye(countries), np.ones((industries, 1))), 10, 1)[:, :, None]
    # Value added must be left in every column: inputs take six tenths of output at most.
    output = flows.sum(axis=1) + final.sum(axis=(1, 2))
    final *= (1 + np.maximum(flows.sum(axis=0) / 0.6 - output, 0) / final.sum(axis=(1, 2)))[:, None, None]
    output = flows.sum(axis=1) + final.sum(axis=(1, 2))
    names = [f"C{n}" for n in range(countries)], [f"i{n}" for n in range(industries)]
    return InputOutput(flows, final.reshape(rows, -1), output, *names, USES, **more)
