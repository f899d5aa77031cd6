"""All measures of one world table beside pymrio's `calc_all`: time, and peak memory, each in a process of its own."""

from __future__ import annotations

import contextlib
import io
import logging
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks.support import measured, show
from clusteratlas.observatory import InputOutput

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


def primary(flows: np.ndarray, final: np.ndarray) -> np.ndarray:
    """Income and employment of each row, in two rows."""
    output = flows.sum(axis=1) + final.sum(axis=1)
    return np.vstack([0.2 * output, output / 50])


def names(countries: int, industries: int) -> tuple[list[str], list[str], list[str]]:
    """Countries, industries, final uses."""
    uses = ["households", "non-profit", "government", "investment", "inventories"]
    return [f"C{n:02}" for n in range(countries)], [f"i{n:02}" for n in range(industries)], uses


def theirs(shape: tuple[int, int], *, with_ghosh: bool = False) -> tuple[float, float]:
    """`calc_all`: output, coefficients, the Leontief inverse, multipliers and accounts of income and employment."""
    import pandas as pd
    import pymrio

    flows, final = made_up(*shape)
    countries, industries, uses = names(*shape)
    rows = pd.MultiIndex.from_product([countries, industries], names=["region", "sector"])
    columns = pd.MultiIndex.from_product([countries, uses], names=["region", "category"])
    factors = pd.DataFrame(primary(flows, final), ["income", "employment"], rows)
    logging.disable(logging.CRITICAL)
    system = pymrio.IOSystem(Z=pd.DataFrame(flows, rows, rows), Y=pd.DataFrame(final, rows, columns))
    system.factors = pymrio.Extension("factors", F=factors)
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        started = time.perf_counter(), time.process_time()
        system.calc_all(include_ghosh=with_ghosh)
        return _spent(started)


def theirs_and_ghosh(shape: tuple[int, int]) -> tuple[float, float]:
    """The same with the Ghosh inverse."""
    return theirs(shape, with_ghosh=True)


def multipliers(shape: tuple[int, int]) -> tuple[float, float]:
    """Output, coefficients and the multipliers of income and employment: solves alone."""
    table, started = _table(shape)
    _held = table.output, table.coefficients, table.income_multipliers(), table.employment_multipliers()
    return _spent(started)


def with_leontief(shape: tuple[int, int]) -> tuple[float, float]:
    """The same, and the Leontief inverse itself."""
    table, started = _table(shape)
    _held = table.coefficients, table.leontief, table.income_multipliers(), table.employment_multipliers()
    return _spent(started)


def with_both(shape: tuple[int, int]) -> tuple[float, float]:
    """The same, and both inverses."""
    table, started = _table(shape)
    _held = (
        table.coefficients,
        table.leontief,
        table.ghosh,
        table.income_multipliers(),
        table.employment_multipliers(),
    )
    return _spent(started)


def everything(shape: tuple[int, int]) -> tuple[float, float]:
    """All measures as frames, those that pymrio does not know among them; the Leontief inverse for the extraction."""
    table, started = _table(shape)
    _held = (
        [
            measure()
            for measure in (
                table.upstreamness,
                table.downstreamness,
                table.output_multipliers,
                table.income_multipliers,
                table.employment_multipliers,
                table.linkages,
                table.key_sectors,
                table.extraction,
                table.value_added_in_exports,
                table.participation,
                table.koopman_wang_wei,
                table.balance,
            )
        ],
        table.shock([("C00", "i00")]),
        table.propagation_lengths("C00", "i00"),
    )
    return _spent(started)


def _table(shape: tuple[int, int]) -> tuple[InputOutput, tuple[float, float]]:
    import pandas  # noqa: F401 - both sides' times are without its import

    given = made_up(*shape)
    income, employment = primary(*given)
    started = time.perf_counter(), time.process_time()
    return InputOutput(*given, None, *names(*shape), income=income, employment=employment), started


def _spent(started: tuple[float, float]) -> tuple[float, float]:
    return time.perf_counter() - started[0], time.process_time() - started[1]


class Work:
    """One kind of work on one shape, to be run in a process of its own; it leaves its times in a file."""

    __name__ = "work"

    def __init__(
        self, what: Callable[[tuple[int, int]], tuple[float, float]], shape: tuple[int, int], notes: str
    ) -> None:
        self.what, self.shape, self.notes = what, shape, notes

    def __call__(self, folder: Path) -> None:
        spent = self.what(self.shape)
        with Path(self.notes).open("a", encoding="utf-8") as file:
            file.write(f"{spent[0]} {spent[1]}\n")


def best(
    what: Callable[[tuple[int, int]], tuple[float, float]], shape: tuple[int, int]
) -> tuple[float, float, int]:
    """The fastest of `RUNS` runs by wall time and by processor time, and the most memory of them."""
    with tempfile.TemporaryDirectory() as folder:
        notes = Path(folder) / "times"
        runs = [measured(Work(what, shape, str(notes))) for _ in range(RUNS)]
        times = [tuple(map(float, line.split())) for line in notes.read_text("utf-8").splitlines()]
    return min(t[0] for t in times), min(t[1] for t in times), max(run.peak_bytes for run in runs)


PAIRS = (
    (
        "calc_all",
        theirs,
        (("output, coefficients, multipliers", multipliers), ("and the Leontief inverse", with_leontief)),
    ),
    (
        "calc_all with Ghosh",
        theirs_and_ghosh,
        (("the same, both inverses", with_both), ("all measures, as frames", everything)),
    ),
)


def main() -> None:
    """Both sizes, pymrio and ours in one run."""
    for title, shape in SHAPES.items():
        rows = []
        for label, base, ours in PAIRS:
            theirs_took = best(base, shape)
            rows.append((f"pymrio {label}: {_told(theirs_took)}", "1", "1"))
            for what, work in ours:
                took = best(work, shape)
                ratios = (f"{of / by:.1f}" for of, by in zip(theirs_took[:2], took[:2], strict=True))
                rows.append((f"  clusteratlas, {what}: {_told(took)}", *ratios))
        show(title, rows, ("the table given; best of three", "x by wall", "x by processor"))
    print("  the aim: at least 2 times faster for the same outputs")


def _told(took: tuple[float, float, int]) -> str:
    return f"{took[0]:.2f} s, processor {took[1]:.2f} s, peak {took[2] / 1e6:,.0f} MB"


if __name__ == "__main__":
    main()
