"""Networks of 60,000 organisations: from 800,000 participations of 100,000 projects to a weighted graph and measures.

Beside a bare DuckDB projection with NetworKit's load of its edges, igraph's own projection of the bipartite graph, and
both libraries' measures. Each way runs in a process of its own; memory is the most that the process held in each step,
the rows and the graph included (Linux). Where others use the machine too, compare processor times.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.support import apart, forget_peak, peak, show

ORGANISATIONS, PROJECTS, PARTICIPATIONS = 60_000, 100_000, 804_000
FIELDS, AT_HOME = 30, 0.4
DRAWN = 600
"""Organisations whose constraint igraph is asked for: of all of them it takes minutes."""


def participations() -> tuple[np.ndarray, np.ndarray]:
    """Invented participations: project sizes and organisations heavy-tailed, four in ten from one field."""
    rng = np.random.default_rng(1)
    sizes = rng.lognormal(0, 0.55, PROJECTS).clip(0, 12)
    sizes = np.maximum(np.round(sizes * PARTICIPATIONS / sizes.sum()), 1).astype(int)
    project = np.repeat(np.arange(PROJECTS), sizes)
    weight = 1 / (np.arange(1, ORGANISATIONS + 1) + 20) ** 0.78
    field, of_project = rng.integers(0, FIELDS, ORGANISATIONS), rng.integers(0, FIELDS, PROJECTS)
    organisation = rng.choice(ORGANISATIONS, len(project), p=weight / weight.sum())
    at_home = rng.random(len(project)) < AT_HOME
    for one in range(FIELDS):
        rows, members = np.flatnonzero(at_home & (of_project[project] == one)), np.flatnonzero(field == one)
        chance = weight[members] / weight[members].sum()
        organisation[rows] = rng.choice(members, len(rows), p=chance)
    return project, organisation


@dataclass(frozen=True)
class Step:
    """Seconds of wall and of processor time, and the most memory held meanwhile, in MB."""

    wall: float
    processor: float
    memory: float


Steps = dict[str, Step]


class Clock:
    """What each step took."""

    def __init__(self) -> None:
        self.steps: Steps = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Measure what is done inside."""
        forget_peak()
        wall, processor = time.perf_counter(), time.process_time()
        yield
        took = Step(time.perf_counter() - wall, time.process_time() - processor, peak())
        self.steps[name] = took
        print(f"  {name}: {took.wall:.2f} s ({took.processor:.2f} s), {took.memory:.0f} MB", flush=True)


def ours(clock: Clock) -> None:
    """A frame in, the network and its measures out."""
    import networkit  # noqa: F401 - loaded before the clock runs, as for the others
    import polars as pl

    from clusteratlas.observatory import networks

    project, organisation = participations()
    rows = pl.DataFrame(
        {"project": project, "organisation": organisation, "country": organisation % 30},
    ).with_columns(
        pl.format("p{}", "project").alias("project"), pl.format("o{}", "organisation").alias("organisation")
    )
    with clock.step("graph"):
        network = networks.co_participation(rows)
    print("organisations, ties:", network.size)
    with clock.step("load into NetworKit"):
        _ = network.as_networkit
    for name in ("pagerank", "core", "closeness", "communities", "constraint"):
        with clock.step(name):
            getattr(network, name)()
    with clock.step("betweenness"):
        network.betweenness(epsilon=0.01, delta=0.1)
    with clock.step("graph with countries"):
        network = networks.co_participation(rows, attributes=["country"])
    with clock.step("brokerage"):
        network.brokerage("country")
    hub = network.nodes.sort("degree")["organisation"][-100]
    with clock.step("constraint of one"):
        network.constraint(of=[hub])
    with clock.step("ways between two"):
        network.paths("o50000", "o59000")


def duckdb_and_networkit(clock: Clock) -> None:
    """A bare projection by DuckDB, NetworKit's load of its edges, NetworKit's measures."""
    import duckdb
    import networkit
    import pyarrow as pa

    project, organisation = participations()
    rows = pa.table({"p": project, "o": organisation})  # noqa: F841 - read by DuckDB
    connection = duckdb.connect()
    connection.execute("create table x as select distinct 'p' || p as p, 'o' || o as o from rows")
    with clock.step("project"):
        connection.execute(
            "create table ids as select o, row_number() over (order by o) - 1 as i from (select distinct o from x)"
        )
        pairs = connection.sql(
            """with y as (select p, i from x join ids using (o)), s as (select p, count(*) n from y group by p)
            select a.i::ubigint i, b.i::ubigint j, sum(1.0 / (n - 1))::double w
            from y a join y b on a.p = b.p and a.i < b.i join s on s.p = a.p group by all"""
        ).to_arrow_table()
    with clock.step("load"):
        ends = pairs["i"].to_numpy(), pairs["j"].to_numpy()
        graph = networkit.GraphFromCoo(
            (pairs["w"].to_numpy(), ends), n=ORGANISATIONS, weighted=True, directed=False
        )
    first, second = clock.steps.pop("project"), clock.steps.pop("load")
    clock.steps["graph"] = Step(
        first.wall + second.wall, first.processor + second.processor, max(first.memory, second.memory)
    )
    clock.steps["load into NetworKit"] = second
    with clock.step("pagerank"):
        networkit.centrality.PageRank(graph, damp=0.85, tol=1e-8).run()
    with clock.step("core"):
        networkit.centrality.CoreDecomposition(graph).run()
    with clock.step("communities"):
        networkit.community.ParallelLeiden(graph).run()
    plain = networkit.graphtools.toUnweighted(graph)
    with clock.step("betweenness"):
        networkit.centrality.KadabraBetweenness(plain, 0.01, 0.1).run()
    with clock.step("closeness"):
        networkit.centrality.ApproxCloseness(plain, 1024).run()


def with_igraph(clock: Clock) -> None:
    """igraph's projection of the bipartite graph, with the number of common projects, and its measures."""
    import igraph

    project, organisation = participations()
    with clock.step("graph"):
        whole = igraph.Graph.Bipartite(
            [0] * ORGANISATIONS + [1] * PROJECTS,
            np.column_stack([organisation, project + ORGANISATIONS]),
        )
        whole.simplify()
        graph = whole.bipartite_projection(which=0)
    with clock.step("pagerank"):
        graph.pagerank()
    with clock.step("core"):
        graph.coreness()
    with clock.step("communities"):
        graph.community_leiden("modularity", n_iterations=3)
    drawn = np.random.default_rng(2).choice(ORGANISATIONS, DRAWN, replace=False).tolist()
    with clock.step("constraint"):
        graph.constraint(drawn)
    took, times = clock.steps["constraint"], ORGANISATIONS / DRAWN
    clock.steps["constraint"] = Step(took.wall * times, took.processor * times, took.memory)


def steps_of(way: Callable[[Clock], None]) -> Steps:
    """What the steps of a way took."""
    clock = Clock()
    way(clock)
    return clock.steps


def main() -> None:
    """Run each way and print its steps, and ours as a ratio of theirs."""
    if not Path("/proc/self/clear_refs").exists():
        sys.exit("left out: memory by step is counted on Linux alone")
    own = apart(steps_of, ours)
    others = {
        way.__name__.replace("_", " "): apart(steps_of, way) for way in (duckdb_and_networkit, with_igraph)
    }
    heads = ("step", "wall (processor), memory", "ours / theirs")
    show("ours", [(name, _said(step), "") for name, step in own.items()], (*heads[:2], ""))
    for name, steps in others.items():
        show(name, [(step, _said(took), _ratio(own[step], took)) for step, took in steps.items()], heads)
    print(f"igraph's constraint: of {DRAWN} drawn ones, times {ORGANISATIONS // DRAWN}")
    print(f"processes waiting for the {os.cpu_count()} processors at the end: {os.getloadavg()[0]:.1f}")


def _said(step: Step) -> str:
    return f"{step.wall:.2f} s ({step.processor:.2f} s), {step.memory:.0f} MB"


def _ratio(ours: Step, theirs: Step) -> str:
    return f"{ours.wall / theirs.wall:.2f} ({ours.processor / theirs.processor:.2f})"


if __name__ == "__main__":
    main()
