"""Complexity of regions and industries, beside `ecomplexity`, the same frame in and the same measures out."""

from __future__ import annotations

import gc
import statistics
import time
import warnings
from collections.abc import Callable

import numpy as np
import pandas as pd
import polars as pl
from ecomplexity import ecomplexity

from benchmarks.support import show
from clusteratlas.observatory import complexity

SHAPES = {(1_500, 600): (15, 3), (5_000, 1_200): (40, 1)}
"""Regions and industries, with how many times faster it shall be and how often `ecomplexity` runs."""

OURS = 5
"""How often ours runs; medians are told."""

COMPARED = {
    "rca": ("cells", "revealed_comparative_advantage"),
    "density": ("cells", "density"),
    "cog": ("cells", "complexity_outlook_gain"),
    "eci": ("regions", "eci"),
    "coi": ("regions", "complexity_outlook_index"),
    "pci": ("industries", "pci"),
}


def made_up(regions: int, industries: int) -> pl.DataFrame:
    """A full panel with 30 % zeros, in which abler regions make what is harder to make."""
    random = np.random.default_rng(1)
    able, hard = random.normal(size=(regions, 1)), random.normal(size=(1, industries))
    values = np.exp(random.normal(size=(regions, industries)) + 0.8 * able * hard)
    values *= random.lognormal(size=(regions, 1)) * random.lognormal(size=(1, industries))
    values[random.random((regions, industries)) < 0.3] = 0
    return pl.DataFrame(
        {
            "year": np.ones(values.size, dtype=np.int64),
            "region": np.repeat([f"R{i:05}" for i in range(regions)], industries),
            "industry": np.tile([f"I{i:05}" for i in range(industries)], regions),
            "value": values.ravel(),
        }
    )


def theirs(frame: pd.DataFrame) -> pd.DataFrame:
    """All that `ecomplexity` computes; it has no way to compute less."""
    columns = {"time": "year", "loc": "region", "prod": "industry", "val": "value"}
    return ecomplexity(frame, columns, verbose=False, check_logsupermodularity=False)


def everything(frame: pl.DataFrame | pd.DataFrame) -> object:
    """The same measures, and fitness besides: three frames."""
    found = complexity(frame, convention="growth-lab")
    return found.cells, found.regions, found.industries


def ranking(frame: pl.DataFrame | pd.DataFrame) -> object:
    """ECI and PCI alone."""
    found = complexity(frame)
    return found.eci, found.pci


def seconds(work: Callable[[], object], runs: int) -> tuple[float, float]:
    """The median wall and processor time of ``runs``; the latter says more on a busy machine."""
    times = []
    for _ in range(runs):
        gc.collect()
        wall, processor = time.perf_counter(), time.process_time()
        work()
        times.append((time.perf_counter() - wall, time.process_time() - processor))
    return statistics.median(t[0] for t in times), statistics.median(t[1] for t in times)


def furthest(frame: pd.DataFrame) -> dict[str, float]:
    """The largest gap between the two in each measure."""
    wanted, found = theirs(frame), complexity(frame, convention="growth-lab")
    wanted = wanted.set_index(["region", "industry"])
    gaps = {}
    for column, (table, name) in COMPARED.items():
        keys = {"cells": ["region", "industry"], "regions": ["region"], "industries": ["industry"]}[table]
        one = wanted.groupby(level=keys)[column].first()
        other = getattr(found, table).set_index(keys)[name].reindex(one.index)
        gaps[column] = float((one - other).abs().max())
    return gaps


def _told(times: tuple[float, float]) -> str:
    return f"{times[0]:.2f} s, processor {times[1]:.2f} s"


def main() -> None:
    """Both shapes; what each measure differs by, first."""
    warnings.simplefilter("ignore")
    gaps = furthest(made_up(150, 60).to_pandas())
    print("  largest gaps to ecomplexity: " + ", ".join(f"{name} {gap:.0e}" for name, gap in gaps.items()))
    for shape, (wanted, runs) in SHAPES.items():
        polars = made_up(*shape)
        pandas = polars.to_pandas()
        ranking(polars)
        base = seconds(lambda frame=pandas: theirs(frame), runs)
        rows = [(f"ecomplexity (pandas), all it computes: {_told(base)}", "1", "1")]
        for label, frame in (("Polars", polars), ("pandas", pandas)):
            for what, work in (("all of that and fitness", everything), ("ECI and PCI only", ranking)):
                took = seconds(lambda work=work, frame=frame: work(frame), OURS)
                faster = (f"{of / by:.0f}" for of, by in zip(base, took, strict=True))
                rows.append((f"clusteratlas ({label}), {what}: {_told(took)}", *faster))
        heads = (f"{shape[0]:,} regions x {shape[1]:,} industries", "x by wall", "x by processor")
        show("Complexity, medians", rows, heads)
        print(f"  the aim: at least {wanted} times faster on a quiet machine")


if __name__ == "__main__":
    main()
