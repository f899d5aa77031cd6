"""How good estimates of confidential cells are, beside the usual recipes, and how long they take.

Persons employed (V16110) of Eurostat's regional business statistics. Published cells are hidden in three ways,
estimated from the rest (all years 2008-2015), and held against what was published. The method was chosen on the
years 2009-2012; the years reported are 2013-2015.
"""

from __future__ import annotations

import statistics
import time

import polars as pl

from benchmarks.support import need, show
from clusteratlas.observatory.imputation import evaluate, imputation
from clusteratlas.observatory.imputation.evaluate import WAYS
from tests.support.statistics import REGIONAL, persons_employed

CHOSEN_ON, REPORTED = (2009, 2010, 2011, 2012), (2013, 2014, 2015)
NAMES = {"period": "year", "flag": "flag", "units": "units"}
SEED, RUNS = 20240229, 3
SECONDS_AT_MOST = 10.0
HEADS = ("method", "cells", "answered", "median error", "weighted error", "coverage", "width", "exact")


def main() -> None:
    """Print the scores of each way of hiding, by year, and the time of one year and of all."""
    need(REGIONAL)
    table = persons_employed()
    withheld = table.filter(pl.col("value").is_null() & pl.col("flag").fill_null("").str.contains("[cu]"))
    print(f"persons employed: {table.height:,} cells, {withheld.height:,} withheld by flag")
    for years, title in ((CHOSEN_ON, "chosen on"), (REPORTED, "reported")):
        for how in WAYS:
            print(f"\n{title} {years[0]}-{years[-1]}, hidden by: {how}")
            _print(pl.concat([_scores(table, how, year) for year in years]))
    _contradictions(table)
    _times(table)


def _scores(table: pl.DataFrame, how: str, year: int) -> pl.DataFrame:
    return evaluate(table, at=year, how=how, seed=SEED + year, **NAMES).with_columns(year=year)


def _print(scores: pl.DataFrame) -> None:
    """The methods in their order, each score as the mean of the years weighted by cells."""
    order = scores["method"].unique(maintain_order=True)
    print("  " + HEADS[0].ljust(48) + "".join(head.rjust(15) for head in HEADS[1:]))
    for method in order:
        rows = scores.filter(method=method)
        cells = rows["cells"].sum()
        means = [
            (rows[name] * rows["cells"]).sum() / cells if rows[name].null_count() < rows.height else None
            for name in ("answered", "median_error", "weighted_error", "coverage", "median_width", "exact")
        ]
        told = "".join(("-" if m is None else f"{m:.1%}").rjust(15) for m in means)
        print("  " + method.ljust(48) + f"{cells:,}".rjust(15) + told)


def _contradictions(table: pl.DataFrame) -> None:
    """How many cells of each year get an estimate, and the sums that are not met."""
    rows = []
    for year in (*CHOSEN_ON, *REPORTED):
        found = imputation(table.filter(year=year), **NAMES)
        counts = dict(found.frame["basis"].value_counts().iter_rows())
        left = found.contradictions
        worst = left.row(0, named=True)
        estimated = f"{found.frame['imputed'].sum():,} (+{counts.get('no margin', 0)} without margin)"
        rows.append(
            (
                str(year),
                estimated,
                f"{left.height}: {worst['region']} {worst['industry']} {worst['residual']:+,.0f}",
            )
        )
    print()
    show(
        "Estimated cells, and sums not met (the largest residual)",
        rows,
        ("year", "estimated", "sums not met"),
    )


def _times(table: pl.DataFrame) -> None:
    """Seconds for one year (the most complete) and for all eight."""
    one = [_timed(table.filter(year=2014)) for _ in range(RUNS)]
    whole = _timed(table)
    print(
        f"\n  one year, all regions and industries: {statistics.median(one):.2f} s; eight years: {whole:.1f} s"
    )
    if statistics.median(one) > SECONDS_AT_MOST:
        raise SystemExit(f"too slow: one year takes more than {SECONDS_AT_MOST:.0f} s")


def _timed(table: pl.DataFrame) -> float:
    started = time.perf_counter()
    imputation(table, **NAMES)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
