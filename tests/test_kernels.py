"""NetworKit and igraph give their measures without loading what their packages load beside them."""

from __future__ import annotations

import subprocess
import sys

MEASURES = """
import sys
import polars as pl
from clusteratlas.observatory import networks
from clusteratlas.charts.network import Line, layout
rows = pl.DataFrame({"project": [1, 1, 2, 2, 3, 3], "organisation": [*"ABBCCD"]})
network = networks.co_participation(rows)
found = network.communities(), network.betweenness(), network.betweenness(exact_up_to=0)
places = layout(4, [Line(0, 1, 1), Line(1, 2, 1), Line(2, 3, 1)])
"""
LOADED = "print([name for name in ('matplotlib', 'sklearn', 'pandas', 'networkx') if name in sys.modules])\n"
WHOLE = """
import igraph, networkit
assert igraph.Graph(2, [(0, 1)]).community_leiden() and igraph.plot
assert networkit.centrality.Betweenness and networkit.nxadapter and networkit.graph.Graph(2)
"""


def said(code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_measures_load_no_drawing_and_no_machine_learning_and_the_packages_come_whole_when_asked_for() -> (
    None
):
    assert said(f"{MEASURES}{LOADED}{WHOLE}{MEASURES}print(len(places))") == "[]\n4\n"


def test_packages_that_are_there_already_are_used() -> None:
    assert said(f"{WHOLE}{MEASURES}{WHOLE}print(len(places))") == "4\n"
