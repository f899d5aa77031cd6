"""Loading Eurostat's largest regional table, beside the script people usually write."""

from __future__ import annotations

import statistics
from pathlib import Path

from benchmarks.support import DATA, Measured, measured, need, show

TABLE = DATA / "eurostat" / "sbs_r_nuts06_r2.tsv.gz"
RUNS = 3


def usual_script(folder: Path) -> None:
    """Baseline: pandas reads the file, melts it, splits numbers from flags, writes Parquet; no checks, no regions."""
    import pandas

    frame = pandas.read_csv(TABLE, sep="\t", dtype=str)
    key = frame.columns[0]
    frame[["nace_r2", "indic_sb", "geo"]] = frame[key].str.split(",", expand=True)
    long = frame.drop(columns=key).melt(["nace_r2", "indic_sb", "geo"], var_name="year", value_name="cell")
    parts = long.pop("cell").str.strip().str.split(" ", n=1, expand=True)
    long["value"] = pandas.to_numeric(parts[0], errors="coerce")
    long["flag"] = parts[1]
    long["year"] = long["year"].astype(int)
    long.sort_values(["indic_sb", "geo", "nace_r2", "year"]).to_parquet(folder / "table.parquet")


def observations(folder: Path) -> None:
    """What is measured: the reader and the writing of `observation`, with every check and account."""
    from clusteratlas.pipeline import assemble, staging
    from clusteratlas.pipeline.build import _connect
    from clusteratlas.sources.eurostat.read import read
    from clusteratlas.sources.job import Job

    connection = _connect(folder)
    job = Job("eurostat", TABLE, connection, folder / "work")
    read(job)
    staging.stage(connection, [job])
    assemble.write_observations(connection)
    connection.execute("CHECKPOINT release")
    connection.close()


def main() -> None:
    """Interleaved runs; medians and the ratio."""
    need(TABLE)
    works = (usual_script, observations)
    runs = [[measured(work) for work in works] for _ in range(RUNS)]
    usual, ours = (_median([run[i] for run in runs]) for i in range(2))
    rows = [
        ("pandas, melt and Parquet", f"{usual.seconds:.2f}", f"{usual.peak_bytes / 1e9:.2f} GB"),
        ("clusteratlas", f"{ours.seconds:.2f}", f"{ours.peak_bytes / 1e9:.2f} GB"),
    ]
    show("Loading sbs_r_nuts06_r2: 1,561,816 cells", rows, ("", "seconds", "peak memory"))
    print(f"  clusteratlas / pandas: {ours.seconds / usual.seconds:.2f} (below 1)")
    print(f"  peak memory: {ours.peak_bytes / 1e9:.2f} GB (under 1)")


def _median(runs: list[Measured]) -> Measured:
    return Measured(statistics.median(r.seconds for r in runs), max(r.peak_bytes for r in runs))


if __name__ == "__main__":
    main()
