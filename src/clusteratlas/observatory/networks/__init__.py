"""Networks of organisations that work together in projects: who is central, who bridges, who belongs together.

Public face: `co_participation` builds a `Network`, whose methods are the measures; `community_names`, `growth`,
`newcomers` and `repeat_partnerships` are functions of rows.

>>> import polars as pl
>>> from clusteratlas.observatory import networks
>>> rows = pl.DataFrame({"project": [1, 1, 2, 2, 3, 3], "organisation": [*"ABBCCD"]})
>>> network = networks.co_participation(rows)
>>> network.size, network.betweenness()["betweenness"].round(3).to_list()
((4, 3), [0.0, 0.667, 0.667, 0.0])
"""

from __future__ import annotations

from clusteratlas.observatory.networks.change import growth, newcomers, repeat_partnerships
from clusteratlas.observatory.networks.naming import community_names
from clusteratlas.observatory.networks.network import Network, co_participation
from clusteratlas.observatory.networks.participations import LeftOut

__all__ = [
    "LeftOut",
    "Network",
    "co_participation",
    "community_names",
    "growth",
    "newcomers",
    "repeat_partnerships",
]
