"""`clusteratlas serve`: the site, for a release."""

from __future__ import annotations

import atexit
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Annotated, Any

import typer

LOOPBACK = ("127.0.0.1", "localhost", "::1")
THREADS = 2
"""Requests worked on at once; more would only wait for each other in one process."""
THREAD_STACK_BYTES = 32 * 1024 * 1024
"""Requests run in threads of Rust, whose 2 MB are too few for OpenBLAS: it ends the process when it runs over."""


def serve(
    release: Annotated[
        Path | None,
        typer.Option(
            "--release", "-r", metavar="DIR", help="The release to show (default: the current one)."
        ),
    ] = None,
    port: Annotated[
        int, typer.Option("--port", "-p", min=1, max=65535, help="The port to listen on.")
    ] = 8000,
    host: Annotated[
        str, typer.Option("--host", help="The address to listen on; 0.0.0.0 for all.")
    ] = "127.0.0.1",
) -> None:
    """Serve the site. A newer release of the same folder is shown without a restart."""
    from clusteratlas.atlas import releases
    from clusteratlas.settings import trusted_proxies

    found = releases.find(release)
    trusted_proxies()
    _check_free(host, port)
    os.environ["CLUSTERATLAS_RELEASE"] = str(release.expanduser().absolute() if release else "")
    os.environ.setdefault("CLUSTERATLAS_DUCKDB_THREADS", "1")
    os.environ.setdefault("RUST_MIN_STACK", str(THREAD_STACK_BYTES))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clusteratlas.web.settings")
    _run(host, port, lambda: _announce(host, port, found.id))


def _announce(host: str, port: int, release_id: str) -> None:
    """Print the address once the site answers there."""
    near = "localhost" if host in ("127.0.0.1", "0.0.0.0", "::1", "::") else host  # noqa: S104
    while True:
        try:
            socket.create_connection(("127.0.0.1" if host == "0.0.0.0" else host, port), timeout=5).close()  # noqa: S104
            break
        except OSError:
            time.sleep(0.05)
    print(f"Clusteratlas is at http://{near}:{port}/", flush=True)
    print(f"It shows release {release_id}. Ctrl-C ends it.", flush=True)
    if host not in LOOPBACK and not os.environ.get("CLUSTERATLAS_HOSTS", "").strip():
        print(
            "Other machines are refused until CLUSTERATLAS_HOSTS names what they call this one: "
            "CLUSTERATLAS_HOSTS=atlas.example.org,192.0.2.7 clusteratlas serve ...",
            flush=True,
        )


def _check_free(host: str, port: int) -> None:
    """Raise `UsageError` when nobody may listen there."""
    from clusteratlas.errors import UsageError

    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as fault:
            raise UsageError(
                f"cannot listen on port {port} ({fault.strerror or fault})",
                where=host,
                remedy=f"choose another one: clusteratlas serve --port {port + 1 if port < 65535 else 8000}",
            ) from None


def _run(host: str, port: int, announce: Callable[[], None]) -> None:
    """Run one worker process with several threads until it is interrupted; ``announce`` runs beside it.

    The worker starts afresh: a copy of this process (a fork, as Linux has it before Python 3.14) would hold for ever
    whatever lock the thread of ``announce`` happened to hold, that of an import for one, and never answer.
    """
    import multiprocessing

    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    multiprocessing.set_start_method("spawn", force=True)
    server = Granian(
        "clusteratlas.web.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        websockets=False,
        log_level=LogLevels.warning,
        workers_kill_timeout=5,
    )
    server.on_startup(Thread(target=announce, daemon=True).start)
    server.serve(target_loader=_application)


def _application(target: str) -> Any:
    """The application that ``target`` names ("module:name"), in the worker.

    Ctrl-C reaches the worker too, but the process that started it ends it: interrupted by both, it would print where it
    was while it starts, and now and then wait for ever once it serves.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    module, _, name = target.partition(":")
    application = getattr(import_module(module), name)
    atexit.register(_leave)  # the last to be registered runs first
    return application


def _leave() -> None:
    """End the worker at once: it has answered what it was asked, and nobody waits for what it works out beside."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)
