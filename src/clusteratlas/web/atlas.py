"""The release that the site shows: opened once per process, shared by threads, replaced by a newer one.

Public face: `Holder`, `holder`, `remember`.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from clusteratlas.atlas import Atlas, releases
from clusteratlas.errors import ClusteratlasError

SECONDS_BETWEEN_LOOKS = 1.0

T = TypeVar("T")


class Lease:
    """An open atlas with the number of requests that read it; closed when retired and no longer read."""

    def __init__(self, atlas: Atlas) -> None:
        self.atlas, self.readers, self.is_retired = atlas, 0, False
        self.memory: dict[Hashable, Any] = {}

    def remember(self, key: Hashable, make: Callable[[Atlas], T]) -> T:
        """What ``make`` says of the release, made once."""
        if key not in self.memory:
            self.memory[key] = make(self.atlas)
        return self.memory[key]


class Holder:
    """Keeps the current release of ``path`` open.

    The folder is looked at no more than once a second; a newer release is opened, and the one before
    is closed when its last reader is done. A newer one that cannot be opened leaves the one before in use.
    ``on_change`` is called beside, once a newer one is in use: nobody waits for it.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._lease: Lease | None = None
        self._looked_at = 0.0
        self.on_change: Callable[[], Any] = lambda: None

    def borrow(self) -> Lease:
        """The open release, to be given back with `give_back`; raises `ReleaseError` when there is none."""
        with self._lock:
            if self._lease is None or time.monotonic() - self._looked_at >= SECONDS_BETWEEN_LOOKS:
                self._look()
            self._lease.readers += 1
            return self._lease

    def keep(self, lease: Lease) -> None:
        """One reader more of a lease that is held: one that goes on when the request is answered."""
        with self._lock:
            lease.readers += 1

    def give_back(self, lease: Lease) -> None:
        """One reader of ``lease`` is done."""
        with self._lock:
            lease.readers -= 1
            self._close_when_idle(lease)

    def close(self) -> None:
        """Close the release, when its readers are done."""
        with self._lock:
            self._retire()

    def _look(self) -> None:
        self._looked_at = time.monotonic()
        try:
            found = releases.find(self.path)
            if self._lease is None or found.id != self._lease.atlas.release.id:
                fresh, is_newer = Lease(Atlas(found)), self._lease is not None
                self._retire()
                self._lease = fresh
                if is_newer:
                    threading.Thread(target=self.on_change, daemon=True).start()
        except ClusteratlasError:
            if self._lease is None:
                raise

    def _retire(self) -> None:
        if self._lease is not None:
            self._lease.is_retired = True
            self._close_when_idle(self._lease)
            self._lease = None

    def _close_when_idle(self, lease: Lease) -> None:
        if lease.is_retired and lease.readers == 0:
            lease.memory.clear()
            lease.atlas.close()


@cache
def holder() -> Holder:
    """The holder of this process, for the release that `CLUSTERATLAS_RELEASE` names (or the current one)."""
    return Holder(os.environ.get("CLUSTERATLAS_RELEASE") or None)


def remember(request: Any, key: Hashable, make: Callable[[Atlas], T]) -> T:
    """What ``make`` says of the request's release, made once per release and process.

    >>> remember(request, "pillars", home.pillars)  # doctest: +SKIP
    """
    return request.lease.remember(key, make)
