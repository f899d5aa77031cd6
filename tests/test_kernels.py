"""NetworKit and igraph give their measures without loading what their packages load beside them."""

from __future__ import annotations

import subprocess
import sys

import pytest

MEASURES = """
import polars as pl
from clusteratlas.observatory import networks
from clusteratlas.charts.network import Line, layout
rows = pl.DataFrame({"project": [1, 1, 2, 2, 3, 3], "organisation": [*"ABBCCD"]})
network = networks.co_participation(rows)
found = network.communities(), network.betweenness(), network.betweenness(exact_up_to=0)
places = layout(4, [Line(0, 1, 1), Line(1, 2, 1), Line(2, 3, 1)])
"""


def said(code: str) -> str:
    command = [sys.executable, "-W", "error", "-c", code]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_measures_load_no_drawing_and_no_machine_learning() -> None:
    others = {"matplotlib", "sklearn", "pandas", "networkx", "igraph.drawing"}
    assert said(f"{MEASURES}import sys\nprint([name for name in {others} if name in sys.modules])") == "[]\n"


@pytest.mark.parametrize("name", ["networkit", "igraph"])
def test_the_whole_package_is_there_for_who_imports_it_before_or_later(name: str) -> None:
    uses = {
        "networkit": "assert networkit.centrality.Betweenness and networkit.nxadapter and networkit.graph.Graph(2)",
        "igraph": "assert igraph.Graph(2, [(0, 1)]).community_leiden() and igraph.plot",
    }[name]
    whole = f"import {name}\n{uses}\n"
    assert said(f"{MEASURES}{whole}{MEASURES}print(len(places))") == "4\n"
    assert said(f"{whole}{MEASURES}{whole}print(len(places))") == "4\n"
