"""Building a release from the Horizon CSV zip, beside a bare floor and the script people usually write."""

from __future__ import annotations

import statistics
from pathlib import Path

from benchmarks.support import HORIZON, TABLES, Measured, measured, need, show, unpacked

RUNS = 3


def floor(folder: Path) -> None:
    """Baseline: DuckDB loads the files as they are, tantivy indexes title and objective, nothing else."""
    import duckdb
    import tantivy

    unpacked(folder)
    connection = duckdb.connect(str(folder / "bare.duckdb"))
    for name in TABLES:
        connection.execute(
            f"""CREATE TABLE {name} AS SELECT * FROM read_csv('{folder / name}.csv', delim=';', quote='"', escape='"',
                header=true, all_varchar=true)"""
        )
    schema = tantivy.SchemaBuilder()
    schema.add_text_field("id", stored=True, tokenizer_name="raw")
    schema.add_text_field("title")
    schema.add_text_field("objective")
    (folder / "index").mkdir()
    writer = tantivy.Index(schema.build(), path=str(folder / "index")).writer()
    for number, title, objective in connection.execute("SELECT id, title, objective FROM project").fetchall():
        writer.add_document(tantivy.Document(id=number, title=title or "", objective=objective or ""))
    writer.commit()
    writer.wait_merging_threads()


def usual_script(folder: Path) -> None:
    """Baseline: pandas reads the files, SQLite keeps them with the indexes one needs, FTS5 indexes the texts."""
    import sqlite3

    import pandas

    unpacked(folder)
    connection = sqlite3.connect(folder / "usual.sqlite")
    for name in TABLES:
        frame = pandas.read_csv(folder / f"{name}.csv", sep=";", dtype=str)
        frame.to_sql(name, connection, index=False)
        key = "id" if name == "project" else "projectID"
        connection.execute(f"CREATE INDEX {name}_project ON {name} ({key})")
    connection.execute("CREATE INDEX organization_pic ON organization (organisationID)")
    connection.execute("CREATE VIRTUAL TABLE fts USING fts5(id UNINDEXED, title, objective)")
    connection.execute("INSERT INTO fts SELECT id, title, objective FROM project")
    connection.commit()
    connection.close()


def clusteratlas_build(folder: Path) -> None:
    """What is measured: the whole build, with accounts, organisations, judgements, index and checks."""
    from clusteratlas.pipeline.build import build, parse_given

    build(parse_given([f"cordis={HORIZON}"]), folder / "atlas")


def main() -> None:
    """Interleaved runs; medians and ratios."""
    need(HORIZON)
    works = (floor, usual_script, clusteratlas_build)
    runs = [[measured(work) for work in works] for _ in range(RUNS)]
    bare, usual, ours = (_median([run[i] for run in runs]) for i in range(3))
    rows = [
        ("bare DuckDB load + bare tantivy index", *_cells(bare)),
        ("pandas + SQLite FTS5", *_cells(usual)),
        ("clusteratlas build", *_cells(ours)),
    ]
    show("Building a release from the Horizon CSV zip", rows, ("", "seconds", "peak memory"))
    print(f"  build / floor: {ours.seconds / bare.seconds:.2f} (at most 6)")
    print(f"  build / pandas + SQLite: {ours.seconds / usual.seconds:.2f} (below 1)")
    print(f"  peak memory: {ours.peak_bytes / 1e9:.2f} GB (under 1.5)")


def _median(runs: list[Measured]) -> Measured:
    return Measured(statistics.median(r.seconds for r in runs), max(r.peak_bytes for r in runs))


def _cells(run: Measured) -> tuple[str, str]:
    return f"{run.seconds:.2f}", f"{run.peak_bytes / 1e9:.2f} GB"


if __name__ == "__main__":
    main()
