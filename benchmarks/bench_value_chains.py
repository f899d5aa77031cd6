"""All measures of one world table, beside pymrio's `calc_all`; time, and the most memory held, each in its own process."""

from __future__ import annotations

import contextlib
import io
import logging
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.support import DATA, Measured, measured, show

SHAPES = {"WIOD size: 41 x 35 = 1,435": (41, 35), "FIGARO size: 46 x 64 = 2,944": (46, 64)}
RUNS = 3


def made_up(countries: int, industries: int) -> tuple[np.ndarray, np.ndarray]:
    """Flows and final demand (five uses a country) of a world that adds up; a third of all flows is nothing."""
    random = np.random.default_rng(1)
    rows = countries * industries
    flows = random.lognormal(size=(rows, rows))
    flows[random.random((rows, rows)) < 0.3] = 0
    home = np.kron(np.eye(countries), np.ones((industries, industries)))
    flows *= 1 + 20 * home
    final = random.lognormal(size=(rows, countries * 5))
    short = np.maximum(flows.sum(axis=0) / 0.6 - flows.sum(axis=1), 1)
    return flows, final * (short / final.sum(axis=1))[:, None]


def names(countries: int, industries: int) -> tuple[list[str], list[str], list[str]]:
    """Countries, industries, final uses."""
    uses = ["households", "non-profit", "government", "investment", "inventories"]
    return [f"C{n:02}" for n in range(countries)], [f"i{n:02}" for n in range(industries)], uses


def theirs(shape: tuple[int, int]) -> object:
    """`calc_all`: coefficients, both inverses and output from flows and final demand."""
    import pandas as pd
    import pymrio

    flows, final = made_up(*shape)
    countries, industries, uses = names(*shape)
    rows = pd.MultiIndex.from_product([countries, industries], names=["region", "sector"])
    columns = pd.MultiIndex.from_product([countries, uses], names=["region", "category"])
    logging.disable(logging.CRITICAL)
    system = pymrio.IOSystem(Z=pd.DataFrame(flows, rows, rows), Y=pd.DataFrame(final, rows, columns))
    started = time.perf_counter(), time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        system.calc_all()
        held = [system.x, system.A, system.L]
        if hasattr(system, "G") and system.G is not None:
            held.append(system.G)
    return _spent(started), len(held)


def overlap(shape: tuple[int, int]) -> object:
    """The same outputs: output, coefficients and the Leontief inverse (pymrio has the Ghosh inverse where it makes it)."""
    table, started = _table(shape)
    held = [table.output, table.coefficients, table.leontief]
    return _spent(started), len(held)


def everything(shape: tuple[int, int]) -> object:
    """Every measure that needs no more than the table."""
    table, started = _table(shape)
    held = [table.coefficients, table.leontief, table.ghosh]
    for measure in (
        table.upstreamness,
        table.downstreamness,
        table.output_multipliers,
        table.linkages,
        table.key_sectors,
        table.extraction,
        table.value_added_in_exports,
        table.participation,
        table.koopman_wang_wei,
        table.balance,
    ):
        held.append(measure())
    held.append(table.shock([("C00", "i00")]))
    held.append(table.propagation_lengths("C00", "i00"))
    return _spent(started), len(held)


def frames(shape: tuple[int, int]) -> object:
    """The measures that come as frames, without either inverse: solves alone."""
    table, started = _table(shape)
    held = [
        measure()
        for measure in (
            table.upstreamness,
            table.downstreamness,
            table.output_multipliers,
            table.linkages,
            table.value_added_in_exports,
            table.koopman_wang_wei,
        )
    ]
    return _spent(started), len(held)


def _table(shape: tuple[int, int]) -> tuple[object, tuple[float, float]]:
    from clusteratlas.observatory import InputOutput

    given = made_up(*shape)
    started = time.perf_counter(), time.process_time()
    return InputOutput(*given, None, *names(*shape)), started


def _spent(started: tuple[float, float]) -> tuple[float, float]:
    return time.perf_counter() - started[0], time.process_time() - started[1]


class Work:
    """A measure of one shape, to be run in a process of its own; it leaves its times in the folder."""

    __name__ = "work"

    def __init__(self, what: Callable[[tuple[int, int]], object], shape: tuple[int, int], notes: str) -> None:
        self.what, self.shape, self.notes = what, shape, notes

    def __call__(self, folder: Path) -> None:
        spent, _ = self.what(self.shape)
        with Path(self.notes).open("a", encoding="utf-8") as file:
            file.write(f"{spent[0]} {spent[1]}\n")


def best(
    what: Callable[[tuple[int, int]], object], shape: tuple[int, int], folder: Path
) -> tuple[float, float, int]:
    """The fastest of `RUNS` runs by wall time and by processor time, and the most memory of them."""
    notes = folder / f"{what.__name__}-{shape[0]}"
    runs: list[Measured] = [measured(Work(what, shape, str(notes))) for _ in range(RUNS)]
    times = [tuple(map(float, line.split())) for line in notes.read_text("utf-8").splitlines()]
    return min(t[0] for t in times), min(t[1] for t in times), max(run.peak_bytes for run in runs)


def main() -> None:
    """Both sizes: pymrio first, then ours."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        for title, shape in SHAPES.items():
            base = best(theirs, shape, Path(folder))
            rows = [(f"pymrio calc_all: {_told(base)}", "1", "1")]
            for label, what in (
                ("the same outputs", overlap),
                ("measures by solves, no inverse", frames),
                ("all measures, both inverses", everything),
            ):
                took = best(what, shape, Path(folder))
                rows.append(
                    (
                        f"clusteratlas, {label}: {_told(took)}",
                        f"{base[0] / took[0]:.1f}",
                        f"{base[1] / took[1]:.1f}",
                    )
                )
            show(title, rows, ("best of three, table given", "x by wall", "x by processor"))
    print(
        "  the aim: at least 2 times faster for the same outputs"
        + ("" if DATA.exists() else "; made-up tables")
    )


def _told(took: tuple[float, float, int]) -> str:
    return f"{took[0]:.2f} s, processor {took[1]:.2f} s, peak {took[2] / 1e6:,.0f} MB"


if __name__ == "__main__":
    main()
