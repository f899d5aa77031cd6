"""Location quotients of 13.5 million cells (1,500 regions x 600 industries x 15 years), each kind of frame.

Beside plain pandas group-bys and `ecomplexity`. Every way runs in a process of its own that has read the cells
already: the seconds are those of the indicator alone (the best of five runs), the memory is what the process held
more at its peak in the first run than before. Only ours checks the cells (duplicates, negatives, empty keys).
`ecomplexity` computes diversity and complexity too; it is given one year of fifteen, once, and its seconds are
multiplied by fifteen. Where others use the machine too, compare processor times: ours use two processors or more.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.support import apart, forget_peak, peak, show

REGIONS, INDUSTRIES, YEARS = 1_500, 600, 15
NAMES = ["region", "industry", "period", "value"]


def write_cells(path: Path) -> None:
    """The cells in no order, as a Parquet file."""
    import numpy as np
    import polars as pl

    rng = np.random.default_rng(1)
    row = rng.permutation(REGIONS * INDUSTRIES * YEARS)
    regions = pl.Series([f"R{n:04d}" for n in range(REGIONS)])
    industries = pl.Series([f"C{n:03d}" for n in range(INDUSTRIES)])
    columns = {
        "region": regions.gather(row // (INDUSTRIES * YEARS)),
        "industry": industries.gather(row // YEARS % INDUSTRIES),
        "period": 2008 + row % YEARS,
        "value": np.floor(rng.lognormal(4, 2, len(row))),
    }
    pl.DataFrame(columns).write_parquet(path)


def read_pandas(path: Path) -> Any:
    """The cells in pandas."""
    import pandas as pd

    return pd.read_parquet(path)


def read_polars(path: Path) -> Any:
    """The cells in Polars."""
    import polars as pl

    return pl.read_parquet(path)


def read_polars_lazy(path: Path) -> Any:
    """The cells in a lazy Polars frame."""
    return read_polars(path).lazy()


def read_pyarrow(path: Path) -> Any:
    """The cells in PyArrow."""
    import pyarrow.parquet as pq

    return pq.read_table(path)


def read_duckdb(path: Path) -> Any:
    """The cells as a table of a DuckDB file beside them."""
    import duckdb

    connection = duckdb.connect(path.parent / "cells.duckdb")
    connection.execute("create or replace table cells as from read_parquet(?)", [str(path)])
    connection.close()
    connection = duckdb.connect(path.parent / "cells.duckdb")
    return connection.table("cells")


def read_one_year(path: Path) -> Any:
    """One year of the cells in pandas."""
    cells = read_pandas(path)
    return cells[cells["period"] == 2008].reset_index(drop=True)


def plain(cells: Any) -> Any:
    """Location quotients as one writes them in pandas."""
    by_region = cells.groupby(["region", "period"])["value"].transform("sum")
    by_industry = cells.groupby(["industry", "period"])["value"].transform("sum")
    whole = cells.groupby("period")["value"].transform("sum")
    return cells.assign(location_quotient=(cells["value"] / by_region) / (by_industry / whole))


def merged(cells: Any) -> Any:
    """The same with sums that are merged back, as one writes them when sums are wanted too."""
    sums = cells
    for name, keys in {"r": ["region", "period"], "i": ["industry", "period"], "t": ["period"]}.items():
        total = cells.groupby(keys, as_index=False)["value"].sum().rename(columns={"value": name})
        sums = sums.merge(total, on=keys)
    return sums.assign(location_quotient=(sums["value"] / sums["r"]) / (sums["i"] / sums["t"]))


def ours(cells: Any) -> Any:
    """Location quotients with every check, the result made."""
    from clusteratlas.observatory import location_quotient

    found = location_quotient(cells, period="period")
    if hasattr(found, "collect"):
        return found.collect()
    if type(found).__name__ == "DuckDBPyRelation":
        return found.aggregate("sum(location_quotient), count(*)").fetchall()
    return found


def ecomplexity_year(cells: Any) -> Any:
    """What `ecomplexity` makes of one year."""
    from ecomplexity import ecomplexity

    warnings.simplefilter("ignore")
    return ecomplexity(cells, dict(zip(["loc", "prod", "time", "val"], NAMES, strict=True)))


WAYS: dict[str, tuple[Callable[[Path], Any], Callable[[Any], Any], int]] = {
    "pandas, group-by and merge": (read_pandas, merged, 1),
    "pandas, group-by and transform": (read_pandas, plain, 1),
    "ecomplexity": (read_one_year, ecomplexity_year, YEARS),
    "ours, pandas": (read_pandas, ours, 1),
    "ours, Polars": (read_polars, ours, 1),
    "ours, Polars lazy": (read_polars_lazy, ours, 1),
    "ours, PyArrow": (read_pyarrow, ours, 1),
    "ours, DuckDB": (read_duckdb, ours, 1),
}


def way(path: Path, name: str) -> tuple[float, float, float]:
    """Seconds of wall and of processor time, and MB more than before, of one way: of several runs the best."""
    read, work, times = WAYS[name]
    with open(os.devnull, "w") as silence, contextlib.redirect_stdout(silence):  # ecomplexity prints
        cells = read(path)
        forget_peak()
        before, runs = peak(), []
        for _ in range(5 if times == 1 else 1):
            wall, processor = time.perf_counter(), time.process_time()
            work(cells)
            runs.append((time.perf_counter() - wall, time.process_time() - processor))
            if len(runs) == 1:
                more = peak() - before
    wall, processor = (times * min(column) for column in zip(*runs, strict=True))
    return wall, processor, more


def main() -> None:
    """Run every way and print seconds, ratios and memory."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "cells.parquet"
        write_cells(path)
        found = {name: apart(way, path, name) for name in WAYS}
    merge, transform, complexity = list(found.values())[:3]
    rows = [
        (
            name,
            f"{wall:.2f} s ({processor:.2f} s), {memory:.0f} MB",
            " / ".join(
                f"{other[0] / wall:.1f} ({other[1] / processor:.1f})"
                for other in (merge, transform, complexity)
            ),
        )
        for name, (wall, processor, memory) in found.items()
    ]
    heads = (
        "way",
        "wall (processor), extra memory",
        "faster than pandas: wall (processor), than ecomplexity",
    )
    show("location quotient, 13.5 million cells", rows, heads)


if __name__ == "__main__":
    main()
