"""Does what is called emerging grow? A back-test on Horizon Europe, beside simpler rankings; and the time it takes.

Run: python -m benchmarks trends         (reads ../shared/data beside the repository)
     python -m benchmarks.bench_trends inner   (only the split on which the parameters were chosen)

The protocol, fixed before any outcome was looked at:

- A project is of the quarter in which its grant was signed (the few of 2021 count with the first of 2022): what was
  signed by an origin is all that was known then, and nothing signed later is. By start dates the last years would be
  cut off, since projects of the following year are signed already.
- Terms are extracted anew from the texts signed by the origin alone; those of at least ten projects are ranked.
- Outcome of a term: O projects signed after the origin, against E that its shares of each programme part up to the
  origin make of the parts' projects after it. Its growth is ln((O + 0.5) / (E + 0.5)).
- It *grew* when O is at least 1.2 E and, given y projects before, P(Binomial(y + O, E / (y + E)) >= O) is at most 0.05.
- Figures: the share of the first 50 that grew (precision at 50), and Spearman's rank correlation of score and growth
  over all terms; with 90 % bounds of 400 bootstraps that draw both the terms and the projects after the origin.
- Main origin: the end of 2022, against 2023-2025. Then the ends of 2023 and of 2024, with the same parameters.
- Parameters are chosen on an inner split alone: signed by September 2022, against October to December 2022.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy.stats import binom, rankdata

from benchmarks.support import DATA, HORIZON, need
from clusteratlas.observatory import trends
from clusteratlas.observatory.trends.counting import read_counts

FP7 = DATA / "cordis" / "fp7-2018-derived" / "bia-warehouse_project.csv.gz"
FP7_YEAR = 2010.0
"""The middle of FP7, whose extract has titles without dates."""
FIRST, FEWEST, TOP, GREW, SURE, DRAWS = 2022.0, 10, 50, 1.2, 0.05, 400
INNER, MAIN, OTHERS = (2022.75, 2023.0), (2023.0, 2026.0), ((2024.0, 2026.0), (2025.0, 2026.0))
"""The origin (all signed before it is known) and the end of the outcome."""
SCORE = "growth, lower bound"
"""Chosen on the inner split: the highest precision there (0.10 beside 0.07 by chance), of two equals the higher rank
correlation."""

Scores = dict[str, np.ndarray]


def read_projects() -> pl.DataFrame:
    """The publisher's projects: id, texts, quarter of signature as a part of the year, programme part."""
    import io
    import zipfile

    with zipfile.ZipFile(need(HORIZON)) as archive:
        rows = pl.read_csv(io.BytesIO(archive.read("project.csv")), separator=";", infer_schema=False)
    date = pl.col("ecSignatureDate").str.slice(0, 10).str.to_date(strict=False)
    quarter = date.dt.year() + (date.dt.quarter() - 1) / 4
    part = pl.col("legalBasis").str.split(".").list.head(3).list.join(".")
    return rows.select(
        pl.col("id").alias("project_id"), "title", "objective",
        quarter.clip(lower_bound=FIRST).alias("period"), part.fill_null("").alias("group"),
    ).drop_nulls("period").sort("project_id")  # fmt: skip


def read_fp7() -> pl.DataFrame:
    """Titles of the programme before the one before."""
    rows = pl.read_csv(need(FP7), infer_schema=False)
    return rows.select(
        ("fp7:" + pl.col("id_project")).alias("project_id"), pl.col("project_name").alias("title")
    )


@dataclass(frozen=True)
class Split:
    """What was known at an origin, and what came after: terms with y projects before, and the scores."""

    names: pl.Series
    before: np.ndarray
    groups_before: np.ndarray
    totals_before: np.ndarray
    after: np.ndarray
    after_groups: np.ndarray
    scores: Scores

    def growth(self, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """Observed and expected projects after the origin, with weights of those projects."""
        weights = np.ones(self.after.shape[1]) if weights is None else weights
        totals = np.bincount(self.after_groups, weights, minlength=len(self.totals_before))
        rates = self.groups_before / np.maximum(self.totals_before, 1)
        return self.after @ weights, rates @ totals

    def outcome(self, weights: np.ndarray | None = None) -> tuple[np.ndarray, np.ndarray]:
        """The growth of each term, and whether it grew."""
        o, e = self.growth(weights)
        p = binom.sf(o - 1, np.round(self.before + o), e / (self.before + e))
        return np.log((o + 0.5) / (e + 0.5)), (o >= GREW * e) & (p <= SURE)


def split(projects: pl.DataFrame, origin: float, end: float, fp7: pl.DataFrame) -> Split:
    """Everything of one origin; texts after it are read for the terms known by then only."""
    before = projects.filter(pl.col("period") < origin)
    after = projects.filter((pl.col("period") >= origin) & (pl.col("period") < end))
    terms = trends.project_terms(before, heads=["title"], fewest=FEWEST)
    known = terms.group_by("term").len().filter(pl.col("len") >= FEWEST).select("term").sort("term")
    terms = terms.join(known, on="term", how="semi")
    later = _said(after, known)
    groups = projects["group"].unique().sort()
    names = known["term"]
    by_group = _matrix(terms.join(before, on="project_id"), "group", names, groups)
    totals = (
        before["group"].to_frame().join(groups.to_frame().with_row_index("i"), on="group")["i"].to_numpy()
    )
    after_at = after.join(groups.to_frame().with_row_index("i"), on="group", maintain_order="left")[
        "i"
    ].to_numpy()
    said = _matrix(later, "project_id", names, after["project_id"], dense=False)
    totals = np.bincount(totals, minlength=len(groups))
    ways = scores(before, terms, names, fp7)
    return Split(names, by_group.sum(axis=1), by_group, totals, said, after_at, ways)


def _said(texts: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """Which of the known terms the texts say, in singular or plural."""
    columns = [name for name in ("title", "objective") if name in texts.columns]
    return trends.find_terms(texts, known["term"].to_list(), texts=columns)


def _matrix(
    rows: pl.DataFrame, column: str, names: pl.Series, across: pl.Series, *, dense: bool = True
) -> object:
    from scipy import sparse

    at = rows.select("term", column).join(names.to_frame("term").with_row_index("r"), on="term")
    at = at.join(across.to_frame(column).with_row_index("c"), on=column)
    shape = (len(names), len(across))
    found = sparse.csr_array((np.ones(at.height), (at["r"].to_numpy(), at["c"].to_numpy())), shape=shape)
    return found.toarray() if dense else found


def scores(before: pl.DataFrame, terms: pl.DataFrame, names: pl.Series, fp7: pl.DataFrame) -> Scores:
    """Each way to rank the terms with what was known at the origin: the higher, the more it is expected to grow."""
    counts, totals = trends.term_counts(terms, before, group="group")
    found = trends.growth(counts, totals, group="group").sort("term")
    assert found["term"].equals(names)
    titles = before.select("project_id", "title")
    both = pl.concat([titles, fp7])
    old = _said(both, names.to_frame("term"))
    is_old = pl.col("project_id").str.starts_with("fp7:")
    years = both.select("project_id", pl.when(is_old).then(FP7_YEAR).otherwise(FIRST).alias("period"))
    long = trends.growth(*trends.term_counts(old, years))
    long = names.to_frame("term").join(long, on="term", how="left", maintain_order="left").fill_null(0.0)
    plain = read_counts(*trends.term_counts(terms, before), term="term", period="period", projects="projects")
    half = plain.periods >= np.median(plain.periods)
    early, late = (
        plain.observed[:, side].sum(axis=1) / plain.exposure[:, side].sum(axis=1) for side in (~half, half)
    )
    with np.errstate(divide="ignore"):
        naive = np.where(early > 0, late / early, 1e9 * (1 + late))
    lower, mean = found["lower"].to_numpy(), np.log1p(found["growth"].to_numpy())
    since, since_lower = np.log1p(long["growth"].to_numpy()), np.log1p(long["lower"].to_numpy())
    return {
        "growth, lower bound": lower,
        "growth, shrunk": mean,
        "since FP7, shrunk": since,
        "since FP7, lower bound": since_lower,
        "both, shrunk": rankdata(mean) + rankdata(since),
        "both, lower bounds": rankdata(lower) + rankdata(since_lower),
        "naive growth": naive,
        "most frequent": plain.observed.sum(axis=1),
    }


def precision(score: np.ndarray, grew: np.ndarray, top: int = TOP) -> float:
    """The share of the first ``top`` that grew; ties in the order of the names."""
    return float(grew[np.argsort(-score, kind="stable")[:top]].mean())


def spearman(score: np.ndarray, growth: np.ndarray) -> float:
    """Spearman's rank correlation."""
    return float(np.corrcoef(rankdata(score), rankdata(growth))[0, 1])


def judged(found: Split, draws: int = DRAWS) -> list[tuple[str, str, str]]:
    """Each way with its precision and correlation and their bounds, then chance."""
    growth, grew = found.outcome()
    random = np.random.default_rng(0)
    drawn: dict[str, list[tuple[float, float]]] = {name: [] for name in found.scores}
    for _ in range(draws):
        number = found.after.shape[1]
        weights = np.bincount(random.integers(0, number, number), minlength=number)
        chosen = random.integers(0, len(growth), len(growth))
        new_growth, new_grew = (values[chosen] for values in found.outcome(weights))
        for name, score in found.scores.items():
            drawn[name].append((precision(score[chosen], new_grew), spearman(score[chosen], new_growth)))
    rows = []
    for name, score in found.scores.items():
        low, high = np.percentile(drawn[name], [5, 95], axis=0)
        rows.append((name, f"{precision(score, grew):.2f} ({low[0]:.2f} to {high[0]:.2f})",
                     f"{spearman(score, growth):+.3f} ({low[1]:+.3f} to {high[1]:+.3f})"))  # fmt: skip
    return [*rows, ("at random", f"{grew.mean():.2f}", "0")]


def report(title: str, found: Split) -> None:
    """Print one split."""
    from benchmarks.support import show

    print(f"\n{title}: {len(found.names)} terms, {found.after.shape[1]} projects after")
    show("", judged(found), ("ranked by", f"precision at {TOP}", "Spearman"))
    growth, _ = found.outcome()
    for name in dict.fromkeys([SCORE, "naive growth"]):
        if name in found.scores:
            first = np.argsort(-found.scores[name], kind="stable")[:15]
            print(
                f"  first by {name}: "
                + ", ".join(f"{found.names[int(i)]} {np.exp(growth[i]):.1f}" for i in first)
            )


def seconds(work: Callable[[], object]) -> float:
    """Processor seconds of some work."""
    start = time.process_time()
    work()
    return time.process_time() - start


def main(which: list[str]) -> None:
    """Print the tables and the time."""
    projects, fp7 = read_projects(), read_fp7()
    print(
        f"{projects.height} projects of Horizon Europe, {fp7.height} titles of FP7; chosen on the inner split: {SCORE}"
    )
    report("Inner split, signed by September 2022", split(projects, *INNER, fp7))
    if "inner" in which:
        return
    for origin, end in (MAIN, *OTHERS):
        report(f"Signed by the end of {origin - 1:.0f}", split(projects, origin, end, fp7))
    spent = seconds(lambda: trends.project_terms(projects, heads=["title"]))
    print(f"\nTerms of all {projects.height} projects: {spent:.1f} s of processor time")


if __name__ == "__main__":
    main(sys.argv[1:])
