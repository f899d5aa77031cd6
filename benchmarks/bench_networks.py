"""Networks of 60,000 organisations: from 800,000 participations of 100,000 projects to a weighted graph and measures.

Beside a bare DuckDB projection with NetworKit's load of its edges, igraph's own projection of the bipartite graph, and
both libraries' measures. Each way runs in a process of its own; memory is the most it held. Where others use the
machine too, compare processor times.
"""

from __future__ import annotations

import multiprocessing
import resource
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import numpy as np

from benchmarks.support import show

ORGANISATIONS, PROJECTS, PARTICIPATIONS = 60_000, 100_000, 810_000
FIELDS = 30


def participations() -> tuple[np.ndarray, np.ndarray]:
    """Invented participations: project sizes and organisations heavy-tailed, half from one field."""
    rng = np.random.default_rng(1)
    sizes = rng.lognormal(0, 0.55, PROJECTS).clip(0, 12)
    sizes = np.maximum(np.round(sizes * PARTICIPATIONS / sizes.sum()), 1).astype(int)
    project = np.repeat(np.arange(PROJECTS), sizes)
    weight = 1 / (np.arange(1, ORGANISATIONS + 1) + 20) ** 0.85
    field, of_project = rng.integers(0, FIELDS, ORGANISATIONS), rng.integers(0, FIELDS, PROJECTS)
    organisation = rng.choice(ORGANISATIONS, len(project), p=weight / weight.sum())
    at_home = rng.random(len(project)) < 0.5
    for one in range(FIELDS):
        rows, members = np.flatnonzero(at_home & (of_project[project] == one)), np.flatnonzero(field == one)
        chance = weight[members] / weight[members].sum()
        organisation[rows] = rng.choice(members, len(rows), p=chance)
    return project, organisation


Times = dict[str, tuple[float, float]]


class Clock:
    """Seconds of wall and of processor time of each step."""

    def __init__(self) -> None:
        self.times: Times = {}

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Time what is done inside."""
        wall, processor = time.perf_counter(), time.process_time()
        yield
        self.times[name] = (time.perf_counter() - wall, time.process_time() - processor)
        print(f"  {name}: {self.times[name][0]:.2f} s ({self.times[name][1]:.2f} s)", flush=True)


def ours(clock: Clock) -> None:
    """A frame in, the network and its measures out."""
    import polars as pl

    from clusteratlas.observatory import networks
    from clusteratlas.observatory.networks import between

    project, organisation = participations()
    rows = pl.DataFrame(
        {"project": project, "organisation": organisation, "country": organisation % 30},
    ).with_columns(
        pl.format("p{}", "project").alias("project"), pl.format("o{}", "organisation").alias("organisation")
    )
    with clock.step("graph"):
        network = networks.co_participation(rows, attributes=["country"])
    print("organisations, ties:", network.size)
    with clock.step("load into NetworKit"):
        between.graph(network.ties)
    for name in ("pagerank", "core", "closeness", "communities", "constraint"):
        with clock.step(name):
            getattr(network, name)()
    with clock.step("betweenness"):
        network.betweenness(epsilon=0.01, delta=0.1)
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
    clock.times["graph"] = tuple(
        map(sum, zip(clock.times.pop("project"), clock.times.pop("load"), strict=True))
    )
    with clock.step("pagerank"):
        networkit.centrality.PageRank(graph, damp=0.85, tol=1e-8).run()
    with clock.step("core"):
        networkit.centrality.CoreDecomposition(graph).run()
    with clock.step("communities"):
        networkit.community.ParallelLeiden(graph).run()
    plain = networkit.graphtools.toUnweighted(graph)
    with clock.step("betweenness"):
        networkit.centrality.KadabraBetweenness(plain, 0.01, 0.1).run()


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
    with clock.step("constraint"):
        graph.constraint()


def _child(way: Callable[[Clock], None], pipe: Any) -> None:
    clock = Clock()
    try:
        way(clock)
        pipe.send((clock.times, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
    except Exception as fault:  # noqa: BLE001 - told to the parent
        pipe.send(f"{way.__name__}: {fault!r}")


def run(way: Callable[[Clock], None]) -> tuple[Times, float]:
    """The times of a way and the most memory it held, in MB, in a process of its own."""
    context = multiprocessing.get_context("spawn")
    near, far = context.Pipe()
    child = context.Process(target=_child, args=(way, far))
    child.start()
    far.close()
    found = near.recv()
    child.join()
    if isinstance(found, str):
        sys.exit(found)
    return found


def main() -> None:
    """Run each way and print its times, and ours as a ratio of theirs."""
    own, memory = run(ours)
    others = {way.__name__.replace("_", " "): run(way) for way in (duckdb_and_networkit, with_igraph)}
    rows = [(name, f"{wall:.2f} s ({processor:.2f} s)", "") for name, (wall, processor) in own.items()]
    show(f"ours, at most {memory:.0f} MB", rows, ("step", "wall (processor)", ""))
    for name, (times, peak) in others.items():
        rows = [
            (
                step,
                f"{wall:.2f} s ({processor:.2f} s)",
                f"{own[step][0] / wall:.2f} ({own[step][1] / processor:.2f})",
            )
            for step, (wall, processor) in times.items()
        ]
        show(f"{name}, at most {peak:.0f} MB", rows, ("step", "wall (processor)", "ours / theirs"))


if __name__ == "__main__":
    main()
