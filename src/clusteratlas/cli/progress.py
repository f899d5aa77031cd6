"""Progress of a build on the terminal: a line for each step, with a bar where its length is known."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeElapsedColumn

from clusteratlas.pipeline.reporter import Reporter


class ShownReporter(Reporter):
    """A reporter that moves the bars of a Rich progress."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress = progress
        self._tasks: dict[str, TaskID] = {}

    def begin(self, name: str) -> None:
        """A new line, its length not known yet."""
        self._tasks[name] = self._progress.add_task(name, total=None)

    def advance(self, name: str, done: int, total: int) -> None:
        """Move the bar."""
        self._progress.update(self._tasks[name], completed=done, total=total)

    def end(self, name: str) -> None:
        """Fill the bar; that of a step which failed stays where it was."""
        if sys.exc_info()[0] is None:
            self._progress.update(self._tasks[name], completed=1, total=1)
        else:
            self._progress.stop_task(self._tasks[name])


@contextmanager
def shown_progress() -> Iterator[ShownReporter]:
    """A reporter whose progress is shown on standard error while the block runs."""
    columns = (TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        yield ShownReporter(progress)
