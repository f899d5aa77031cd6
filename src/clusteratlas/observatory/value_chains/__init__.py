"""Value chains: who supplies whom, how far from the buyer, and where the value is added, from input-output tables.

Public face: `InputOutput`.
"""

from __future__ import annotations

from clusteratlas.observatory.value_chains.table import InputOutput

__all__ = ["InputOutput"]
