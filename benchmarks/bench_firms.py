"""Firms: 50 million synthetic firm-years on DuckDB within a stated memory, and 5 million beside plain pandas.

Every way runs in a process of its own. The 50 million lie in a DuckDB file; the connection may use `LIMIT` of memory
and spills to disk beyond; the peak is the process's (DuckDB, Python and libraries). Beside pandas, each way has read
the panel already: seconds are those of the question alone; processor seconds are in brackets. Only ours checks that
no firm has two rows in a year and gives each verdict its reason.

`FIRM_YEARS=5000000 python -m benchmarks firms` takes fewer.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.support import apart, forget_peak, peak, show

LARGE = int(os.environ.get("FIRM_YEARS", 50_000_000))
SMALL = min(5_000_000, LARGE)
YEARS, LAST = 10, 2024
LIMIT = "2GB"
PANEL = f"""
SELECT f AS firm, ({LAST} - y)::INTEGER AS year, 1980 + (hash(f) % 42)::INTEGER AS birth_year,
  'R' || (hash(f, 1) % 250) AS region, 'C' || (hash(f, 2) % 51) AS industry,
  greatest(1, round(exp(1.5 + (hash(f, 3) % 4000) / 1000.0
    + ((hash(f, 4) % 1000)::INTEGER - 450) / 5000.0 * ({YEARS} - y)
    + ((hash(f, y) % 1000)::INTEGER - 500) / 4000.0)))::DOUBLE AS employees
FROM range($firms) a(f), range({YEARS}) b(y)
WHERE {LAST} - y >= 1980 + (hash(f) % 42) AND (hash(f, 5) % 3 > 0 OR {LAST} - y < 2010 + hash(f, 6) % 15)
"""


def write(folder: Path, rows: int, ending: str) -> Path:
    """About so many firm-years as a DuckDB or Parquet file."""
    import duckdb

    path = folder / f"panel-{rows}.{ending}"
    if path.exists():
        return path
    with duckdb.connect(path if ending == "duckdb" else ":memory:") as connection:
        connection.execute(f"SET memory_limit = '{LIMIT}'; SET temp_directory = '{folder}/spill'")
        select = PANEL.replace("$firms", str(round(rows / YEARS * 1.38)))  # 72 % of the years are lived
        target = "CREATE TABLE panel AS" if ending == "duckdb" else f"COPY ({select}) TO '{path}'"
        connection.execute(f"{target} {select}" if ending == "duckdb" else target)
    return path


def relation(folder: Path) -> Any:
    """The large panel as a relation whose connection has `LIMIT` of memory."""
    import duckdb

    path = write(folder, LARGE, "duckdb")
    connection = duckdb.connect(path, read_only=True)
    connection.execute(f"SET memory_limit = '{LIMIT}'; SET temp_directory = '{folder}/spill'")
    connection.execute("SET preserve_insertion_order = false; SET enable_progress_bar = false")
    return connection.table("panel")


def high_growth(panel: Any) -> str:
    """High-growth enterprises and gazelles of the last year, counted."""
    from clusteratlas.observatory import firms

    counts = "count(*), sum(is_high_growth::INTEGER), sum(is_gazelle::INTEGER)"
    there, high, gazelles = firms.classify(panel, year=LAST).aggregate(counts).fetchall()[0]
    return f"{there:,} firms, {high:,} high-growth, {gazelles:,} gazelles"


def with_reasons(panel: Any) -> str:
    """Every firm's verdict with its reason in words, the reasons' letters counted."""
    from clusteratlas.observatory import firms

    found = firms.verdicts(panel, year=LAST).aggregate("sum(length(high_growth_reason))").fetchall()
    return f"{found[0][0]:,} letters of reasons"


def flows(panel: Any) -> str:
    """Job flows of the last year by region."""
    from clusteratlas.observatory import firms

    found = firms.job_flows(panel, year=LAST, by="region").aggregate("sum(creation), count(*)").fetchall()
    return f"{found[0][0]:,.0f} jobs created in {found[0][1]} regions"


def births(panel: Any) -> str:
    """Births and deaths of all years."""
    from clusteratlas.observatory import firms

    found = firms.demography(panel).aggregate("sum(births), sum(deaths)").fetchall()[0]
    return f"{found[0]:,} births, {found[1]:,} deaths"


def read_pandas(folder: Path) -> Any:
    """The small panel in pandas."""
    import pandas as pd

    return pd.read_parquet(write(folder, SMALL, "parquet"))


def read_polars(folder: Path) -> Any:
    """The small panel in Polars."""
    import polars as pl

    return pl.read_parquet(write(folder, SMALL, "parquet"))


def plain(panel: Any) -> str:
    """High-growth enterprises and gazelles of every year as one writes them in pandas, without check or reason."""
    before = panel[["firm", "year", "employees"]].assign(year=panel["year"] + 3)
    both = panel.merge(before, on=["firm", "year"], suffixes=("", "_before"))
    rate = (both["employees"] / both["employees_before"]) ** (1 / 3) - 1
    high = (rate >= 0.1 - 1e-9) & (both["employees_before"] >= 10) & (both["birth_year"] < both["year"] - 3)
    return _told(int(high.sum()), int((high & (both["year"] - both["birth_year"] <= 5)).sum()))


def classified(panel: Any) -> str:
    """The same with every check."""
    from clusteratlas.observatory import firms

    found = firms.classify(panel)
    return _told(int((found["is_high_growth"] == True).sum()), int((found["is_gazelle"] == True).sum()))  # noqa: E712


def ours(panel: Any) -> str:
    """The same with every check and every reason."""
    from clusteratlas.observatory import firms

    found = firms.verdicts(panel)
    return _told(int((found["is_high_growth"] == True).sum()), int((found["is_gazelle"] == True).sum()))  # noqa: E712


def _told(high: int, gazelles: int) -> str:
    return f"{high:,} high-growth, {gazelles:,} gazelles"


WAYS: dict[str, tuple[Callable[[Path], Any], Callable[[Any], str]]] = {
    "DuckDB, large: high growth and gazelles": (relation, high_growth),
    "DuckDB, large: with every reason": (relation, with_reasons),
    "DuckDB, large: job flows by region": (relation, flows),
    "DuckDB, large: births and deaths, all years": (relation, births),
    "pandas, plain: high growth, all years": (read_pandas, plain),
    "ours, pandas: the same, checked": (read_pandas, classified),
    "ours, Polars: the same, checked": (read_polars, classified),
    "ours, pandas: and with every reason": (read_pandas, ours),
    "ours, Polars: and with every reason": (read_polars, ours),
}


def way(folder: Path, name: str) -> tuple[float, float, float, str]:
    """Seconds of wall and processor time, MB at the peak and the answer, of one way."""
    read, ask = WAYS[name]
    panel = read(folder)
    forget_peak()
    wall, processor = time.perf_counter(), time.process_time()
    answer = ask(panel)
    return time.perf_counter() - wall, time.process_time() - processor, peak(), answer


def main() -> None:
    """Run every way and print seconds, memory, answers and the ratio to plain pandas."""
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), LARGE, "duckdb")
        write(Path(folder), SMALL, "parquet")
        found = {}
        for name in WAYS:
            found[name] = apart(way, Path(folder), name)
            wall, processor, peak, answer = found[name]
            print(f"  {name}: {wall:.1f} s ({processor:.1f} s), {peak:,.0f} MB: {answer}", flush=True)
    base = found["pandas, plain: high growth, all years"]
    rows = []
    for name, (wall, processor, peak, answer) in found.items():
        ratio = "" if "large" in name else f"; {base[0] / wall:.2f} ({base[1] / processor:.2f}) times pandas"
        rows.append((name, f"{wall:.1f} s ({processor:.1f} s), {peak:,.0f} MB{ratio}", answer))
    print(f"large: {LARGE:,} firm-years, DuckDB's memory limit {LIMIT}; others: {SMALL:,}")
    show("firms", rows, ("question", "wall (processor), peak; ratio wall (processor)", "answer"))


if __name__ == "__main__":
    main()
