"""Pages under load: a project profile and a facetted search page, beside Datasette serving the same tables.

Both servers run one process on loopback and answer the same words and the same projects in the same order, none of
them twice, so that no cache of whole pages helps. First as many requests as four connections can make, then ten
a second.
"""

from __future__ import annotations

import asyncio
import random
import socket
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from benchmarks.support import HORIZON, need, show

SECONDS = 10
CONNECTIONS = 4
RATE = 10
FACETS = ("programme_id", "funding_scheme_code", "status")
BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Load:
    """Requests a second at full speed; median and 99th percentile in ms at ten a second."""

    per_second: float
    median_ms: float
    p99_ms: float


def main() -> None:
    """Build both, load both in turn, show both."""
    need(HORIZON)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        words, ids = _prepare(folder)
        rows = []
        for title, ours, theirs in (
            ("project profile", _profiles(ids), _rows(ids)),
            ("facetted search", _searches(words), _facetted(words)),
        ):
            with _clusteratlas(folder) as base:
                mine = asyncio.run(_load(base, ours))
            with _datasette(folder) as base:
                other = asyncio.run(_load(base, theirs))
            rows += [(f"{title}, Clusteratlas", *_cells(mine)), (f"{title}, Datasette", *_cells(other))]
            print(
                f"  {title}: {mine.per_second / other.per_second:.1f} times Datasette's requests a second (at least 1)"
            )
    show("Pages under load", rows, ("", "requests/s", "median / 99th percentile at 10/s"))


def _cells(load: Load) -> tuple[str, str]:
    return f"{load.per_second:.0f}", f"{load.median_ms:.0f} / {load.p99_ms:.0f} ms"


def _prepare(folder: Path) -> tuple[list[str], list[str]]:
    """A release, the same tables in SQLite with a full-text index, and words and ids to ask for."""
    import clusteratlas
    from clusteratlas.pipeline.build import build, parse_given

    build(parse_given([f"cordis={HORIZON}"]), folder / "atlas")
    atlas = clusteratlas.open(folder / "atlas")
    _to_sqlite(atlas, folder / "atlas.sqlite")
    chosen = random.Random(7)
    titles = atlas.rows("SELECT project_id, title FROM project ORDER BY project_id")
    ids = [row["project_id"] for row in titles]
    words = sorted(
        {w.lower() for row in titles for w in (row["title"] or "").split() if w.isalpha() and len(w) > 4}
    )
    chosen.shuffle(words)
    chosen.shuffle(ids)
    return words, ids


def _to_sqlite(atlas: object, file: Path) -> None:
    connection = sqlite3.connect(file)
    for table in ("project", "participation", "organisation", "project_theme", "project_result"):
        frame = atlas.table(table).df()
        frame.to_sql(table, connection, index=False)
    for table, column in (
        ("project", "project_id"),
        ("participation", "project_id"),
        ("project_theme", "project_id"),
    ):
        connection.execute(f"CREATE INDEX {table}_{column} ON {table} ({column})")
    for column in FACETS:
        connection.execute(f"CREATE INDEX project_{column} ON project ({column})")
    connection.execute(
        "CREATE VIRTUAL TABLE project_fts USING fts5(title, acronym, objective, content=project)"
    )
    connection.execute("INSERT INTO project_fts(project_fts) VALUES ('rebuild')")
    connection.commit()
    connection.close()


def _profiles(ids: list[str]) -> Iterator[str]:
    yield from (f"/projects/{quote(i)}/" for i in ids)


def _rows(ids: list[str]) -> Iterator[str]:
    yield from (f"/atlas/project?project_id={quote(i)}" for i in ids)


def _searches(words: list[str]) -> Iterator[str]:
    yield from (f"/projects/?q={quote(w)}" for w in words)


def _facetted(words: list[str]) -> Iterator[str]:
    facets = "".join(f"&_facet={f}" for f in FACETS)
    yield from (f"/atlas/project?_search={quote(w)}{facets}" for w in words)


@contextmanager
def _served(command: list[str], port: int, ready: str) -> Iterator[str]:
    import httpx

    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    base = f"http://127.0.0.1:{port}"
    try:
        for _ in range(200):
            try:
                if httpx.get(base + ready, timeout=5).status_code == 200:
                    break
            except httpx.HTTPError:
                time.sleep(0.1)
        yield base
    finally:
        server.terminate()
        server.wait(20)


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def _clusteratlas(folder: Path):
    port = _free_port()
    command = [str(BIN / "clusteratlas"), "serve", "--release", str(folder / "atlas"), "--port", str(port)]
    return _served(command, port, "/healthz")


def _datasette(folder: Path):
    """Datasette without the search for further facets, which would cost it a query for each column."""
    port = _free_port()
    command = [str(BIN / "datasette"), str(folder / "atlas.sqlite"), "--port", str(port)]
    return _served([*command, "--setting", "suggest_facets", "off"], port, "/-/versions.json")


async def _load(base: str, paths: Iterator[str]) -> Load:
    import httpx

    async with httpx.AsyncClient(
        base_url=base, timeout=120, limits=httpx.Limits(max_connections=32)
    ) as client:
        for _ in range(20):
            await _get(client, next(paths))
        per_second = await _at_full_speed(client, paths)
        times = await _at_a_rate(client, paths)
    cuts = statistics.quantiles(times, n=100)
    return Load(per_second, statistics.median(times), cuts[98])


async def _get(client: object, path: str) -> float:
    started = time.perf_counter()
    response = await client.get(path)
    if response.status_code != 200:
        raise SystemExit(f"{path}: {response.status_code}")
    return (time.perf_counter() - started) * 1000


async def _at_full_speed(client: object, paths: Iterator[str]) -> float:
    end, done = time.perf_counter() + SECONDS, 0

    async def visitor() -> None:
        nonlocal done
        while time.perf_counter() < end:
            await _get(client, next(paths))
            done += 1

    await asyncio.gather(*(visitor() for _ in range(CONNECTIONS)))
    return done / SECONDS


async def _at_a_rate(client: object, paths: Iterator[str]) -> list[float]:
    tasks = []
    for _ in range(SECONDS * RATE):
        tasks.append(asyncio.create_task(_get(client, next(paths))))
        await asyncio.sleep(1 / RATE)
    return list(await asyncio.gather(*tasks))


if __name__ == "__main__":
    main()
