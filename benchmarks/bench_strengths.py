"""Cluster strengths of Eurostat's whole regional table: the build's step beside what a plain script does.

The plain script has no estimates, no regions of other versions and one method of stars: pandas adds up categories,
divides, and compares two thresholds. The step does all of that for two methods and every set.
"""

from __future__ import annotations

import shutil
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.support import DATA, measured, need, show

FILE = DATA / "eurostat" / "sbs_r_nuts06_r2.tsv.gz"
RUNS = 2
SECONDS_AT_MOST = 60.0
CELLS = """
  SELECT o.nuts_code AS region, o.industry_code AS industry, o.year, o.value
  FROM observation o JOIN industry i USING (classification, industry_code)
  WHERE i.level = 'division' AND o.level = 2 AND o.measure = 'persons_employed' AND NOT o.imputed"""
LINKS = """
  SELECT category_set, industry_code AS industry, category_id AS category, weight FROM crosswalk
  WHERE from_scheme = 'NACE Rev. 2' AND level = 'division' AND category_set <> 'NACE Rev. 2.1'"""


def main() -> None:
    """Print seconds and peak memory of the step and of the plain script."""
    need(FILE)
    with tempfile.TemporaryDirectory() as folder:
        database = built(Path(folder))
        rows = []
        for name, work in (("the build's step", step), ("pandas, no estimates", plain)):
            runs = [measured(partial(work, database)) for _ in range(RUNS)]
            best = min(runs, key=lambda run: run.seconds)
            rows.append((name, best.seconds, best.peak_bytes))
    shown = [(name, f"{seconds:.1f}", f"{peak / 1e6:,.0f}") for name, seconds, peak in rows]
    show("Strengths of 8 years, 5 category sets", shown, ("", "seconds", "peak MB"))
    print(f"\n  the step takes {rows[0][1] / rows[1][1]:.1f} times the plain script")
    if rows[0][1] > SECONDS_AT_MOST:
        raise SystemExit(f"too slow: more than {SECONDS_AT_MOST:.0f} s")


def built(folder: Path) -> Path:
    """The database of a release of the table."""
    from clusteratlas.pipeline.build import Given, build

    build([Given("eurostat", FILE)], folder)
    return (folder / "atlas.duckdb").resolve()


def step(database: Path, folder: Path) -> None:
    """The build's step, on a copy of the release without its results."""
    import duckdb

    from clusteratlas.pipeline.strengths import write_strengths

    shutil.copy(database, folder / "copy.duckdb")
    with duckdb.connect() as connection:
        connection.execute(f"ATTACH '{folder / 'copy.duckdb'}' AS release")
        connection.execute("DROP TABLE release.cluster_strength")
        connection.execute("DELETE FROM release.observation WHERE imputed")
        write_strengths(connection)


def plain(database: Path, folder: Path) -> None:
    """Location quotient, focus, growth and two thresholds by pandas, on the published cells as they are."""
    import duckdb

    with duckdb.connect(str(database), read_only=True) as connection:
        cells, links = connection.sql(CELLS).df(), connection.sql(LINKS).df()
    keys = ["category_set", "region", "category", "year"]
    joined = cells.merge(links, on="industry")
    joined["value"] *= joined["weight"]
    found = joined.groupby(keys, as_index=False)["value"].sum()
    regions = cells.groupby(["region", "year"], as_index=False)["value"].sum()
    found = found.merge(regions, on=["region", "year"], suffixes=("", "_region"))
    whole = found["year"].map(cells.groupby("year")["value"].sum())
    category = found.groupby(["category_set", "category", "year"])["value"].transform("sum")
    found["focus"] = found["value"] / found["value_region"]
    found["location_quotient"] = found["focus"] / (category / whole)
    found["growth"] = found.groupby(["category_set", "region", "category"])["value"].pct_change(
        fill_method=None
    )
    found["node"] = (found["location_quotient"] >= 1.5) & (found["focus"] >= 0.01)
    found.to_parquet(folder / "found.parquet")


if __name__ == "__main__":
    main()
