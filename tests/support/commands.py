"""`clusteratlas` in processes of its own, which start quickly: what a command is asked, and what came of it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its exit code and all it printed."""

    code: int
    printed: str


class Commands:
    """Runs `clusteratlas` in processes of their own."""

    def __init__(self, process: subprocess.Popen, folder: Path) -> None:
        self._process, self._folder, self._numbers = process, folder, count()

    def run(self, *arguments: object, **wishes: object) -> Ran:
        """Run one command; see `warm_commands.py` for what else an order may hold."""
        return self.run_at_once([arguments], **wishes)[0]

    def run_at_once(self, commands: list[tuple[object, ...]], **wishes: object) -> list[Ran]:
        """Run several commands beside each other."""
        orders = [
            {
                "arguments": [str(a) for a in one],
                "output": str(self._folder / f"{next(self._numbers)}.txt"),
                **wishes,
            }
            for one in commands
        ]
        self._process.stdin.write(json.dumps(orders) + "\n")
        self._process.stdin.flush()
        codes = json.loads(self._process.stdout.readline())
        printed = [Path(o["output"]) for o in orders]
        return [
            Ran(code, path.read_text() if path.exists() else "")
            for code, path in zip(codes, printed, strict=True)
        ]


@contextmanager
def warm_commands(folder: Path) -> Iterator[Commands]:
    """Commands whose libraries are loaded once; ``folder`` keeps what they print."""
    script = Path(__file__).with_name("warm_commands.py")
    process = subprocess.Popen(
        [sys.executable, "-P", str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    folder.chmod(0o777)
    assert process.stdout.readline() == "ready\n"
    with process:
        yield Commands(process, folder)
        process.stdin.close()
