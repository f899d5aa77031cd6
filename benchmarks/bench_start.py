"""How soon the command answers: `clusteratlas --help`, beside a bare Python that prints a line."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.support import show

RUNS = 15


def _median_ms(command: list[str]) -> float:
    times = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append((time.perf_counter() - started) * 1000)
    return statistics.median(times)


def main() -> None:
    """Medians of 15 starts."""
    bare = _median_ms([sys.executable, "-c", "print('help')"])
    typer = _median_ms([sys.executable, "-c", "import typer"])
    ours = _median_ms([str(Path(sys.executable).parent / "clusteratlas"), "--help"])
    rows = [(name, f"{ms:.0f} ms", f"{ms / bare:.1f}") for name, ms in _rows(bare, typer, ours)]
    show("Command start", rows, ("", "median", "x bare"))
    print(f"  clusteratlas --help: {ours:.0f} ms (within 250)")


def _rows(bare: float, typer: float, ours: float) -> list[tuple[str, float]]:
    return [("bare Python", bare), ("import typer", typer), ("clusteratlas --help", ours)]


if __name__ == "__main__":
    main()
