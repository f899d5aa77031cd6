"""Stars of 13.5 million cells (1,500 regions x 600 categories x 15 years) by the profile `eco-2008`, all criteria.

Beside the same criteria written in plain pandas. Every way runs in a process of its own that has read the cells
already (Spark reads them from the file): seconds of one run, with the result made, and the memory that the process
held more at its peak. Spark runs here with two threads, 3 GB and 32 MB for all that may come back to the driver: a
collected result would end it. What is counted in its plan: windows, Python functions, and exchanges of rows.
"""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.bench_lq import read_duckdb, read_pandas, read_polars, write_cells
from benchmarks.support import apart, forget_peak, peak, show

PROFILE = "eco-2008"
BY = ["industry", "period"]
SPARK = {
    "spark.driver.memory": "3g",
    "spark.driver.maxResultSize": "32m",
    "spark.sql.shuffle.partitions": "16",
    "spark.ui.enabled": "false",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.host": "127.0.0.1",
    "spark.log.level": "ERROR",
    "spark.ui.showConsoleProgress": "false",
}


def read_spark(path: Path) -> Any:
    """The cells as Spark reads them from the file."""
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.master("local[2]").appName("stars")
    for name, value in SPARK.items():
        builder = builder.config(name, value)
    return builder.config("spark.local.dir", str(path.parent)).getOrCreate().read.parquet(str(path))


def plain(cells: Any) -> str:
    """The criteria of the profile as one writes them in pandas."""
    regional = cells.groupby(["region", "period"])["value"].transform("sum")
    category = cells.groupby(BY)["value"].transform("sum")
    whole = cells.groupby("period")["value"].transform("sum")
    present = cells.assign(focus=cells["value"] / regional).where(cells["value"] > 0)
    top = {name: present.groupby(BY)[name].quantile(0.9).rename(f"top_{name}") for name in ("value", "focus")}
    cells = cells.assign(focus=present["focus"], quotient=cells["value"] * whole / (regional * category))
    for found in top.values():
        cells = cells.join(found, on=BY)
    stars = (cells["value"] >= cells["top_value"]).astype(int) + (cells["focus"] >= cells["top_focus"])
    cells = cells.assign(stars=(stars + (cells["quotient"] >= 2)) * (cells["value"] >= 1000))
    return f"{int(cells['stars'].sum())} stars"


def eager(cells: Any) -> str:
    """Ours on a frame in memory."""
    from clusteratlas.observatory import stars

    return f"{int(stars(cells, PROFILE, period='period')['stars'].sum())} stars"


def relation(cells: Any) -> str:
    """Ours on a DuckDB relation, every column of the result made."""
    from clusteratlas.observatory import stars

    found = stars(cells, PROFILE, period="period")
    made = ", ".join(f"count({name})" for name in found.columns)
    return f"{int(found.aggregate(f'sum(stars), {made}').fetchall()[0][0])} stars"


def distributed(cells: Any) -> str:
    """Ours on a Spark frame, every row of the result made where it is and dropped there."""
    from pyspark.sql import functions

    from clusteratlas.observatory import stars

    found = stars(cells, PROFILE, period="period")
    plan = found._jdf.queryExecution().optimizedPlan().toString()
    windows, python = len(re.findall(r"\bWindow\b", plan)), len(re.findall("Python|ArrowEval", plan))
    counted = found.withColumn("stars", functions.col("stars"))
    counted.write.mode("overwrite").format("noop").save()
    exchanges = found._jdf.queryExecution().executedPlan().toString().count("Exchange hashpartitioning")
    return f"{windows} windows, {python} Python functions, {exchanges} exchanges"


WAYS: dict[str, tuple[Callable[[Path], Any], Callable[[Any], str]]] = {
    "plain pandas": (read_pandas, plain),
    "ours, pandas": (read_pandas, eager),
    "ours, Polars": (read_polars, eager),
    "ours, DuckDB": (read_duckdb, relation),
    "ours, PySpark": (read_spark, distributed),
}


def way(path: Path, name: str) -> tuple[float, float, str]:
    """Seconds, MB more than before, and what was found, of one way."""
    read, work = WAYS[name]
    cells = read(path)
    forget_peak()
    before, started = peak(), time.perf_counter()
    told = work(cells)
    return time.perf_counter() - started, peak() - before, told


def main() -> None:
    """Run every way and print seconds, memory, ratios and what was found."""
    names = [name for name in WAYS if "Spark" not in name or shutil.which("java")]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cells.parquet"
        write_cells(path)
        found = {name: apart(way, path, name) for name in names}
    plain_seconds = found["plain pandas"][0]
    rows = [
        (name, f"{seconds:.1f} s, {memory:.0f} MB, {told}", f"{plain_seconds / seconds:.1f} x")
        for name, (seconds, memory, told) in found.items()
    ]
    show("stars, 13.5 million cells", rows, ("way", "wall, extra memory, found", "faster than pandas"))


if __name__ == "__main__":
    main()
