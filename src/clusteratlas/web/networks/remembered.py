"""Networks worked out once for a release and kept; what takes long is worked out beside, while pages are answered."""

from __future__ import annotations

import atexit
import queue
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any, TypeVar

from clusteratlas.atlas import Atlas
from clusteratlas.atlas.partnerships import DRAWN, ProjectNetwork
from clusteratlas.web.atlas import Lease, holder
from clusteratlas.web.networks.drawing import WHOLE, drawing
from clusteratlas.web.networks.overview import Overview, overview

T = TypeVar("T")

MOST = 500
"""Organisations that are listed of it at most."""

PATIENCE = 1.0
"""Seconds that a page waits for what is being worked out."""
WAITING = 8
"""Networks that may wait for their turn; further ones are not begun."""
KEPT = 64
"""Choices of projects whose networks are kept."""
LARGEST = 30_000_000_000
"""Organisations times pairs up to which a choice of projects is measured for its page, some seconds of a processor;
all projects always are."""


def begin(lease: Lease) -> None:
    """Draw and measure the network of all projects beside the requests, so that its first visitor finds it there."""

    def make(_: Atlas) -> bool:
        found, _ = drawn(lease, {}, lambda: drawing(of_all(lease), WHOLE))
        if is_measured(found):
            measured(lease, {}, patience=0)
        return True

    DESK.ask(lease, "first network", make, patience=0)


def of_all(lease: Lease, shown: int = DRAWN) -> ProjectNetwork:
    """The network of all projects with its ``shown`` most frequent organisations, at most `MOST`."""
    whole = lease.remember("network", lambda atlas: atlas.partnerships.of({}, shown=MOST))
    ties = tuple(tie for tie in whole.ties if tie[0] < shown and tie[1] < shown)
    return replace(whole, members=whole.members[:shown], ties=ties)


def drawn(lease: Lease, filters: Mapping[str, str], make: Callable[[], T]) -> T:
    """What a page shows of a network, kept for the last ones that were asked for."""
    memory, key = lease.memory, ("drawn", *sorted(filters.items()))
    found = memory.get(key) or make()
    memory[key] = found
    _forget_oldest(memory, "drawn")
    return found


def is_measured(found: ProjectNetwork) -> bool:
    """Whether the page of a network tells its measures: it has some, and they do not take too long."""
    if "project" in found.filters or found.pairs < 2:
        return False
    return not found.filters or found.organisations * found.pairs <= LARGEST


def measured(lease: Lease, filters: Mapping[str, str], patience: float = PATIENCE) -> Overview | None:
    """The measures of a network; None while they are being worked out."""
    key = ("overview", *sorted(filters.items()))
    return DESK.ask(lease, key, lambda atlas: overview(atlas.partnerships.measured(filters)), patience)


class Desk:
    """Works out one thing after the other, beside the requests."""

    def __init__(self) -> None:
        self._jobs: queue.Queue[tuple[Lease, Any, Callable[[Atlas], Any], Future]] = queue.Queue(WAITING)
        self._lock = threading.Lock()
        self._worker: threading.Thread | None = None
        self._is_closed = False

    def ask(self, lease: Lease, key: Any, make: Callable[[Atlas], Any], patience: float) -> Any:
        """What ``make`` says of the release, made once; None when it is not there after ``patience`` seconds."""
        with self._lock:
            future = lease.memory.get(key)
            if future is None and self._is_closed:
                return None
            if future is None:
                future = Future()
                try:
                    self._jobs.put_nowait((lease, key, make, future))
                except queue.Full:
                    return None
                holder().keep(lease)
                lease.memory[key] = future
                _forget_oldest(lease.memory, "overview")
                if self._worker is None:
                    self._worker = threading.Thread(target=self._work, daemon=True)
                    self._worker.start()
        try:
            return future.result(patience)
        except TimeoutError:
            return None

    def close(self) -> None:
        """Begin nothing more, and wait for what is being worked out: a process must not end in the midst of it."""
        with self._lock:
            self._is_closed = True
            while not self._jobs.empty():
                lease, key, _, future = self._jobs.get()
                lease.memory.pop(key, None)
                future.cancel()
                holder().give_back(lease)
            worker = self._worker
        if worker is not None:
            worker.join()

    def _work(self) -> None:
        """Until nothing waits: a worker that stays would hold a release that is retired."""
        while True:
            with self._lock:
                if self._jobs.empty():
                    self._worker = None
                    return
                job = self._jobs.get()
            _do(*job)
            del job


def _do(lease: Lease, key: Any, make: Callable[[Atlas], Any], future: Future) -> None:
    try:
        future.set_result(make(lease.atlas))
    except Exception as fault:  # noqa: BLE001 - told to those who wait; the next one tries again
        lease.memory.pop(key, None)
        future.set_exception(fault)
    finally:
        holder().give_back(lease)


def _forget_oldest(memory: dict[Any, Any], kind: str) -> None:
    held = [key for key in list(memory) if isinstance(key, tuple) and key[0] == kind and len(key) > 1]
    for key in held[:-KEPT]:
        memory.pop(key, None)


DESK = Desk()
atexit.register(DESK.close)
