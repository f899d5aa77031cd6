"""What the benchmarks share: the real files, a child process with its time and peak memory, a table of results."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import resource
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

Answer = TypeVar("Answer")
DATA = Path(__file__).parents[2] / "shared" / "data"
HORIZON = DATA / "cordis" / "cordis-HORIZONprojects-csv.zip"
TABLES = ("project", "organization", "topics", "legalBasis", "euroSciVoc", "webLink", "results")


@dataclass(frozen=True)
class Measured:
    """Seconds of wall time and peak memory (bytes) of one run in a process of its own."""

    seconds: float
    peak_bytes: int


def need(path: Path) -> Path:
    """``path``, or the end of the benchmark with a clear line when it is not there."""
    if not path.exists():
        print(f"left out: {path.name} is not there")
        raise SystemExit(0)
    return path


def measured(work: Callable[[Path], None]) -> Measured:
    """Run ``work`` in a fresh process with an empty folder, imports included."""
    with tempfile.TemporaryDirectory() as folder:
        return apart(_timed, work, Path(folder))


def _timed(work: Callable[[Path], None], folder: Path) -> Measured:
    started = time.perf_counter()
    with open(os.devnull, "w") as silence, contextlib.redirect_stdout(silence):
        work(folder)
    return Measured(time.perf_counter() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024)


def apart(work: Callable[..., Answer], *given: Any) -> Answer:
    """What ``work`` answers in a fresh process; the end of the benchmark when it fails."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    child = context.Process(target=_answer, args=(work, given, theirs))
    child.start()
    theirs.close()
    try:
        answer, fault = ours.recv()
    except EOFError:
        answer, fault = None, "the process died"
    child.join()
    if fault:
        sys.exit(f"{work.__name__}{given}: {fault}")
    return answer


def _answer(work: Callable[..., Any], given: tuple, pipe: Any) -> None:
    try:
        pipe.send((work(*given), None))
    except Exception as fault:  # noqa: BLE001 - told to the parent
        pipe.send((None, repr(fault)))


def forget_peak() -> None:
    """Let the peak of memory start anew from what is held now, where the system can (Linux)."""
    with contextlib.suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")


def peak() -> float:
    """The most memory held so far, in MB."""
    try:
        line = next(x for x in Path("/proc/self/status").read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    except (OSError, StopIteration):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def cpu_seconds(pid: int) -> float:
    """Processor time that a process and those it started have taken so far (Linux)."""
    stats = {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = file.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue  # it has just ended
        stats[int(file.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
    family = {pid}
    while more := {one for one, (parent, _) in stats.items() if parent in family} - family:
        family |= more
    return sum(stats[one][1] for one in family if one in stats) / os.sysconf("SC_CLK_TCK")


def unpacked(folder: Path) -> Path:
    """The Horizon files, unpacked into ``folder``."""
    with zipfile.ZipFile(HORIZON) as archive:
        archive.extractall(folder)
    return folder


def show(title: str, rows: list[tuple[str, str, str]], heads: tuple[str, str, str]) -> None:
    """Print a small table."""
    widths = [max(len(r[i]) for r in [heads, *rows]) for i in range(3)]
    print(title)
    for row in [heads, *rows]:
        print(
            "  "
            + row[0].ljust(widths[0])
            + "".join("  " + c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True))
        )
