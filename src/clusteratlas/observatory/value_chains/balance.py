"""Does a table add up, and if not, where; flows that a table of whole units prints as 0."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from clusteratlas.observatory.value_chains.base import Base

SPREAD = 1 / 3
"""How a row's unprinted flows grow with the size of the buyer: see `unprinted`."""
MANY_CELLS = 1000
"""The fewest cells that tell of a printed unit other than 1."""
INEXACT = 1e-12
"""The share of itself by which a cell may miss a whole number of units."""
MOST_UNITS = 1e10
"""More units in one cell than this are told from no fraction."""


def printed_unit(*parts: np.ndarray) -> float:
    """The unit in whole numbers of which a table is printed; 0 when it is printed in none.

    A table of few cells is printed in units of 1 or in none: its cells may be multiples of 10 by chance.

    >>> printed_unit(np.array([1.0, 20.0])), printed_unit(np.array([1.5]))
    (1.0, 0.0)
    >>> printed_unit(np.arange(2000).reshape(40, 50) / 1000)
    0.001
    """
    if sum(np.count_nonzero(part) for part in parts) >= MANY_CELLS:
        least = min(float(np.min(np.abs(part), where=part != 0, initial=np.inf)) for part in parts)
        if _are_multiples(least, parts):
            return least
    return 1.0 if _are_multiples(1.0, parts) else 0.0


def _are_multiples(unit: float, parts: Iterable[np.ndarray]) -> bool:
    """Whether all cells are whole numbers of ``unit``, but for what a floating-point number cannot hold."""
    for rows in (rows for part in parts for rows in (part[:1], part)):
        times = rows / unit
        if not np.all(np.abs(times - np.rint(times)) <= INEXACT * np.clip(np.abs(times), 1.0, MOST_UNITS)):
            return False
    return True


def unprinted(
    flows: np.ndarray, final: np.ndarray, gap: np.ndarray, unit: float = 1.0
) -> tuple[np.ndarray, np.ndarray]:
    """What a table of whole ``unit`` prints as 0: estimates for its blank cells, of flows and of final demand.

    A row whose sales fall short of its output by ``gap`` sells the rest in amounts below half a unit. The gap is
    spread over the row's blank cells in proportion to the cube root of what the buyer buys in all, at most half a
    unit a cell: small buyers are much closer to large ones in flows that small than in all they buy. (Of equal
    parts, fourth, cube and square root and full proportion, compared with measures published from the unrounded
    WIOD of 2000 and 2008 and on copies rounded further, the cube root held best over all.) Gaps below zero are left.
    """
    bought = np.maximum(np.concatenate([flows.sum(axis=0), final.sum(axis=0)]), 0.0) ** SPREAD
    split = flows.shape[1]
    blanks = np.hstack([flows, final]) == 0
    weights = blanks @ bought
    share = np.divide(np.maximum(gap, 0.0), weights, out=np.zeros_like(weights), where=weights > 0)
    added = np.minimum(share[:, None] * bought[None, :], 0.5 * unit)
    added *= blanks
    return added[:, :split], added[:, split:]


def gaps(table: Base, tolerance: float) -> dict[str, Any]:
    """The columns of `InputOutput.balance`."""
    inputs = table.flows.sum(axis=0) + table.other_inputs
    sides = {"sales": table.flows.sum(axis=1) + table.final.sum(axis=1)}
    if table.has_value_added:
        sides["inputs"] = inputs + table.value_added
    allowed = tolerance * table.output
    if table.rounded:  # each printed cell may be out by half a unit, in whichever direction
        allowed = np.maximum(allowed, 0.5 * table.unit * np.sqrt(table.flows.shape[1] + table.final.shape[1]))
    found = [
        (row, side, total[row], table.output[row] - total[row])
        for side, total in sides.items()
        for row in np.flatnonzero(np.abs(table.output - total) > allowed)
    ]
    below = np.flatnonzero(table.value_added < -allowed)
    found += [(row, "value added", inputs[row], table.value_added[row]) for row in below]
    found.sort(key=lambda one: -abs(one[3]))
    rows = [one[0] for one in found]
    gap, output = np.array([one[3] for one in found], float), table.output[rows]
    return {
        "country": table.rows.countries[rows],
        "industry": table.rows.names[rows],
        "side": [one[1] for one in found],
        "output": output,
        "total": np.array([one[2] for one in found], float),
        "gap": gap,
        "gap_share": np.divide(gap, output, out=np.full(len(gap), np.nan), where=output > 0),
    }


def remarks(table: Base) -> list[str]:
    """What a reader should know of a table, in sentences."""
    said = []
    found = gaps(table, 0.001)
    if count := len(found["gap"]):
        worst = (
            f"{found['country'][0]} {found['industry'][0]}: {found['side'][0]} out by {found['gap'][0]:,.6g}"
        )
        said.append(f"{count} sides of industries do not add up ({worst}); see balance().")
    if table.rounded and table.inventory:
        gap = table.output - table.flows.sum(axis=1) - table.final.sum(axis=1)
        share = np.maximum(gap, 0).sum() / table.output.sum() if table.output.sum() else 0.0
        said.append(
            f"The table is printed in {_steps(table.unit)}: {share:.2%} of output is sold in amounts below "
            "half a unit; for upstreamness and downstreamness they are spread over blank cells "
            "(rounded=False leaves them out)."
        )
    if table.inventory:
        said.append(
            f"Positions are corrected for inventories ('{', '.join(table.inventory)}'); inventory=None does not."
        )
    if none := int((table.output == 0).sum()):
        said.append(f"{none} industries have no output, and no measures.")
    return said


def _steps(unit: float) -> str:
    return "whole units" if unit == 1 else f"steps of {unit:,.6g}"
