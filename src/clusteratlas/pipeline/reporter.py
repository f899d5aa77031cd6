"""How a build tells what it is doing: steps with a name, a share done and the time they took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Reporter:
    """A silent reporter that keeps the time of each step; the command line shows one with bars."""

    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """A step of the work; its time is kept."""
        self.begin(name)
        started = time.perf_counter()
        try:
            yield
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - started
            self.end(name)

    def begin(self, name: str) -> None:
        """Called when a step begins."""

    def advance(self, name: str, done: int, total: int) -> None:
        """Called as a step goes on."""

    def end(self, name: str) -> None:
        """Called when a step has ended."""
