"""Runs `clusteratlas` many times, each in a process of its own, loading the libraries once.

Each line of standard input is a list of orders (JSON), carried out at once and answered by a line with their
exit codes. An order holds `arguments`, `output` (a file for all that the command prints) and perhaps `kill_after`
(seconds, then SIGKILL), `uid`, `file_bytes` (the largest file it may write), `folder` (where it is typed) and
`environment` (variables).
"""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import os
import resource
import signal
import sys
import tempfile
import time

from clusteratlas.cli import main
from clusteratlas.pipeline.reference import reference_rows
from clusteratlas.sources.catalogue import sources

LIBRARIES = (
    "clusteratlas.atlas.collaboration",
    "clusteratlas.atlas.export",
    "clusteratlas.atlas.observatory.chains",
    "clusteratlas.atlas.search.searcher",
    "clusteratlas.cli.build",
    "clusteratlas.identity.resolution",
    "clusteratlas.observatory.networks",
    "clusteratlas.observatory.trends.terms",
    "clusteratlas.observatory.trends.growing",
    "clusteratlas.observatory.trends.bursting",
    "clusteratlas.pipeline.build",
    "clusteratlas.relevance",
    "narwhals.stable.v2",
    "networkit",
    "pandas",
    "polars",
    "pyarrow.compute",
    "pyarrow.pandas_compat",
    "rich.live",
    "rich.progress",
    "rich.table",
    "sklearn",
    "tantivy",
)


def run(order: dict) -> None:
    """Become the command; never returns."""
    os.environ.update(order.get("environment", {}))
    os.chdir(order.get("folder", "."))
    output = os.open(order["output"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    os.dup2(output, 1)
    os.dup2(output, 2)
    if "file_bytes" in order:
        resource.setrlimit(resource.RLIMIT_FSIZE, (order["file_bytes"], order["file_bytes"]))
    if "uid" in order:
        os.setuid(order["uid"])
    sys.argv = ["clusteratlas", *order["arguments"]]
    code = 0
    try:
        main()
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except BaseException:  # noqa: BLE001 - what the interpreter would print
        sys.excepthook(*sys.exc_info())
        code = 99
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code or 0)


def start(order: dict) -> int:
    """Start a command; its process id."""
    pid = os.fork()
    if not pid:
        run(order)
    return pid


def finish(pid: int, order: dict) -> int:
    """Wait for a command, or kill it when its time is over; its exit code."""
    if "kill_after" in order:
        time.sleep(order["kill_after"])
        os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    return os.waitstatus_to_exitcode(status)


def warm_up() -> None:
    """Load every library and reference table that a build needs, and compute nothing.

    Polars starts threads when it first computes, and a process forked after that would wait for them for ever: the
    command that is given here ends before.
    """
    for name in LIBRARIES:
        importlib.import_module(name)
    for name in sources():
        importlib.import_module(f"clusteratlas.sources.{name}.read")
    reference_rows([])
    with tempfile.TemporaryDirectory() as name:
        sys.argv = [
            "clusteratlas",
            "build",
            "--source",
            f"cordis={name}/absent.zip",
            "--out",
            f"{name}/atlas",
        ]
        with (
            contextlib.suppress(SystemExit),
            contextlib.redirect_stdout(io.StringIO()),
            contextlib.redirect_stderr(io.StringIO()),
        ):
            main()


warm_up()
print("ready", flush=True)
for line in sys.stdin:
    orders = json.loads(line)
    started = [(start(order), order) for order in orders]
    print(json.dumps([finish(pid, order) for pid, order in started]), flush=True)
