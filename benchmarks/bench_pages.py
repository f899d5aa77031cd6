"""Pages under load: a project profile and a facetted search page, beside Datasette serving the same tables.

Both servers run one process on loopback and answer the same words and the same projects in the same order, none of
them twice, so that no cache of whole pages helps. First as many requests as four connections can make, then ten
a second. They take turns, a few seconds each, so that whatever else the machine does strikes both alike; the processor
time that each took for a request does not depend on that at all.
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
from pathlib import Path
from urllib.parse import quote

from benchmarks.support import HORIZON, cpu_seconds, need, show

TURNS, SECONDS = 4, 5
CONNECTIONS = 4
RATE = 10
FACETS = ("programme_id", "funding_scheme_code", "status")
BIN = Path(sys.executable).parent


class Load:
    """What one server did: requests at full speed and the time and processor time (s) they took; and in ms how long
    each took at ten a second."""

    def __init__(self, base: str, pid: int, paths: Iterator[str]) -> None:
        self.base, self.pid, self.paths = base, pid, paths
        self.requests, self.seconds, self.cpu = 0, 0.0, 0.0
        self.times: list[float] = []

    @property
    def per_second(self) -> float:
        """Requests a second at full speed."""
        return self.requests / self.seconds

    @property
    def p99_ms(self) -> float:
        """The 99th percentile at ten a second."""
        return statistics.quantiles(self.times, n=100)[98]

    def cells(self) -> tuple[str, str]:
        """What the table of results shows."""
        cpu = self.cpu / self.requests * 1000
        middle = statistics.median(self.times)
        return f"{self.per_second:.0f} ({cpu:.1f} ms)", f"{middle:.0f} / {self.p99_ms:.0f} ms"


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
            with _clusteratlas(folder) as mine, _datasette(folder) as other:
                one, two = Load(*mine, ours), Load(*other, theirs)
                asyncio.run(_in_turn(one, two))
            rows += [(f"{title}, Clusteratlas", *one.cells()), (f"{title}, Datasette", *two.cells())]
            print(
                f"  {title}: {one.per_second / two.per_second:.2f} times Datasette's requests a second (at least 1), "
                f"{one.p99_ms / two.p99_ms:.2f} times its 99th percentile (below 1)",
                flush=True,
            )
    show(
        "Pages under load",
        rows,
        ("", "requests/s (processor time each)", "median / 99th percentile at 10/s"),
    )


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
def _served(command: list[str], port: int, ready: str) -> Iterator[tuple[str, int]]:
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
        yield base, server.pid
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


async def _in_turn(*loads: Load) -> None:
    import httpx

    limits = httpx.Limits(max_connections=32)
    async with httpx.AsyncClient(timeout=120, limits=limits) as client:
        for load in loads:
            for _ in range(20):
                await _get(client, load)
        for turn in (_at_full_speed, _at_a_rate):
            for _ in range(TURNS):
                for load in loads:
                    await turn(client, load)


async def _get(client: object, load: Load) -> float:
    path = next(load.paths)
    started = time.perf_counter()
    response = await client.get(load.base + path)
    if response.status_code != 200:
        raise SystemExit(f"{path}: {response.status_code}")
    return (time.perf_counter() - started) * 1000


async def _at_full_speed(client: object, load: Load) -> None:
    began, cpu = time.perf_counter(), cpu_seconds(load.pid)

    async def visitor() -> None:
        while time.perf_counter() < began + SECONDS:
            await _get(client, load)
            load.requests += 1

    await asyncio.gather(*(visitor() for _ in range(CONNECTIONS)))
    load.seconds += time.perf_counter() - began
    load.cpu += cpu_seconds(load.pid) - cpu


async def _at_a_rate(client: object, load: Load) -> None:
    tasks = []
    for _ in range(SECONDS * RATE):
        tasks.append(asyncio.create_task(_get(client, load)))
        await asyncio.sleep(1 / RATE)
    load.times += await asyncio.gather(*tasks)


if __name__ == "__main__":
    main()
