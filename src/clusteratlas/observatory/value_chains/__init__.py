"""Value chains: who supplies whom, how far from the buyer, and where the value is added, from input-output tables.

Public face: `InputOutput`, `shock_by_region`, `chain_steps`, `build_chain`.
"""

from __future__ import annotations

from clusteratlas.observatory.value_chains.building import build_chain, chain_steps
from clusteratlas.observatory.value_chains.spreading import shock_by_region
from clusteratlas.observatory.value_chains.table import InputOutput

__all__ = ["InputOutput", "build_chain", "chain_steps", "shock_by_region"]
