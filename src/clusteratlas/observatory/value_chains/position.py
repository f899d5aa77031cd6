"""How far an industry is from the final buyer, and from its first inputs."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from clusteratlas.observatory.value_chains.balance import unprinted
from clusteratlas.observatory.value_chains.base import Base
from clusteratlas.observatory.value_chains.solving import Factorised

NOTHING = 1e-9
"""The share of an output below which what is left of it, once the stores are filled, is a rounding error."""


@dataclass(frozen=True)
class Corrected:
    """The table that positions are measured on: ``flows`` corrected, and by what each row was multiplied."""

    flows: np.ndarray
    factor: np.ndarray


class Position(Base):
    """Upstreamness and downstreamness. See `InputOutput`."""

    def upstreamness(self) -> Any:
        """Steps from an industry to the final buyer, on average: ``country``, ``industry``, ``upstreamness``.

        U = 1 + B U, where B_ij is the share of the output of i that j buys: 1 where all is sold to final buyers, and
        longer the more of it goes into goods that go into goods. Empty for an industry without output.

        Flows are corrected for inventories before (see `inventory_correction`), unless the table was taken with
        ``inventory=None``.

        Source: Antras, Chor, Fally and Hillberry 2012 (AER 102, 412-416); Antras and Chor 2013 (Econometrica 81,
        2127-2204), 2018.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[0, 50], [0, 0]], [50, 100], [100, 100], ["AT"], ["steel", "cars"])
        >>> io.upstreamness()["upstreamness"].tolist()
        [1.5, 1.0]
        """
        ones = np.ones(len(self.rows))
        return self.by_row({"upstreamness": self.known(self._position_system.ghosh(ones))})

    def downstreamness(self) -> Any:
        """Steps from the first inputs to an industry, on average: ``country``, ``industry``, ``downstreamness``.

        D = 1 + A' D, where A_ij is what j buys of i per unit of its output: 1 where an industry buys nothing from
        others, and longer the more its inputs were made of inputs. Correction and empty cells as in `upstreamness`.

        Source: Antras and Chor 2018, "On the measurement of upstreamness and downstreamness in global value
        chains"; Fally 2012.

        >>> from clusteratlas.observatory import InputOutput
        >>> io = InputOutput([[0, 50], [0, 0]], [50, 100], [100, 100], ["AT"], ["steel", "cars"])
        >>> io.downstreamness()["downstreamness"].tolist()
        [1.0, 1.5]
        """
        ones = np.ones(len(self.rows))
        return self.by_row({"downstreamness": self.known(self._position_system.leontief_back(ones))})

    def inventory_correction(self) -> Any:
        """By what the flows of each row are multiplied before positions are measured.

        ``country``, ``industry``, ``inventories`` (net additions, in the table's unit) and ``factor`` = output /
        (output less net additions to inventories): goods put in store are treated as sold the way the rest is, to
        industries as to final buyers (Antras and Chor 2013, 2018). 1 where nothing is left after inventories.

        >>> from clusteratlas.observatory import InputOutput
        >>> uses = ["use", "inventories"]
        >>> io = InputOutput([[0, 40], [0, 0]], [[50, 10], [100, 0]], [100, 100], ["AT"], ["steel", "cars"], uses)
        >>> io.inventory_correction()[["inventories", "factor"]].round(2).values.tolist()
        [[10.0, 1.11], [0.0, 1.0]]
        """
        return self.by_row({"inventories": self._stored, "factor": self._corrected.factor})

    @cached_property
    def _stored(self) -> np.ndarray:
        return self.final[:, np.isin(self.uses.names, self.inventory)].sum(axis=1)

    @cached_property
    def _corrected(self) -> Corrected:
        flows = self.flows
        if self.rounded and self.inventory:
            sold = ~np.isin(self.uses.names, self.inventory)
            added, _ = unprinted(flows, self.final[:, sold], self.output - self._sales(), self.unit)
            flows = flows + added
        left = self.output - self._stored
        is_sold = (self.output > 0) & (left > NOTHING * self.output)
        factor = np.divide(self.output, left, out=np.ones_like(left), where=is_sold)
        return Corrected(flows * factor[:, None], factor)

    @cached_property
    def _position_system(self) -> Factorised:
        if not self.inventory:
            return self.factorised
        return Factorised(self._corrected.flows * self.per_output[None, :], self.output)
