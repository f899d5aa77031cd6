"""Run every benchmark, or those named: `python -m benchmarks build search`."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(names: list[str]) -> None:
    """Run `bench_<name>.py` for each name; without names, all of them."""
    there = sorted(f.stem.removeprefix("bench_") for f in HERE.glob("bench_*.py"))
    unknown = set(names) - set(there)
    if unknown:
        sys.exit(f"no benchmark called {', '.join(sorted(unknown))}; there is: {', '.join(there)}")
    for name in names or there:
        print(f"\n== {name}", flush=True)
        runpy.run_path(str(HERE / f"bench_{name}.py"), run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
