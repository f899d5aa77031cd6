"""Invented tables that add up: a closed world of countries and industries."""

from __future__ import annotations

import numpy as np
import polars as pl

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


def long(io: InputOutput) -> pl.DataFrame:
    """The table as one row a flow, with value added and output."""
    sectors = list(zip(io.rows.countries, io.rows.names, strict=True))
    uses = list(zip(io.uses.countries, io.uses.names, strict=True))
    rows = [
        ("industry", *seller, kind, *buyer, values[i, j])
        for i, seller in enumerate(sectors)
        for kind, buyers, values in (("industry", sectors, io.flows), ("final use", uses, io.final))
        for j, buyer in enumerate(buyers)
    ]
    rows += [("industry", *one, "output", "", "output", io.output[i]) for i, one in enumerate(sectors)]
    rows += [
        ("primary input", "", "VA", "industry", *one, io.value_added[i]) for i, one in enumerate(sectors)
    ]
    names = ["from_kind", "from_country", "from_code", "to_kind", "to_country", "to_code", "value"]
    return pl.DataFrame(rows, schema=names, orient="row")
