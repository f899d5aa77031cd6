"""Bursts, new combinations, early regions, emerging industries: by hand and beside direct formulas."""

from __future__ import annotations

import itertools
import math

import numpy as np
import polars as pl
import pytest
from scipy.stats import binom, gamma, hypergeom, poisson

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import entry_exit, entry_prediction, trends


def series(said: list[int], held: list[int]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Counts of one term, and totals."""
    periods = list(range(1, len(said) + 1))
    return (
        pl.DataFrame({"term": "a", "period": periods, "projects": said}),
        pl.DataFrame({"period": periods, "projects": held}),
    )


def cheapest(said: list[int], held: list[int], scaling: float, cost: float) -> tuple[int, ...]:
    """The path of least cost among all that there are, with the cost function as Kleinberg writes it."""
    low = sum(said) / sum(held)
    chances = (low, min(scaling * low, 0.9999))

    def price(path: tuple[int, ...]) -> float:
        moves = sum(cost * math.log(len(said)) for a, b in itertools.pairwise((0, *path)) if b > a)
        return moves - sum(binom.logpmf(r, d, chances[i]) for r, d, i in zip(said, held, path, strict=True))

    return min(itertools.product((0, 1), repeat=len(said)), key=price)


@pytest.mark.parametrize("seed", range(12))
def test_bursts_are_the_path_of_least_cost(seed: int) -> None:
    random = np.random.default_rng(seed)
    held = random.integers(50, 200, 7).tolist()
    said = [int(random.binomial(d, p)) for d, p in zip(held, random.choice([0.03, 0.12], 7), strict=True)]
    path = cheapest(said, held, 2.0, 0.5)
    found = trends.bursts(*series(said, held), cost=0.5)
    covered = {t for start, end in found.select("start", "end").rows() for t in range(start, end + 1)}
    assert covered == {t for t, state in enumerate(path, 1) if state}


def test_the_weight_of_a_burst_by_hand() -> None:
    """26 of 400 usually, 20 of 100 then: 20 ln 2 + 80 ln(0.87 / 0.935); 10 spans of four periods."""
    found = trends.bursts(*series([2, 2, 20, 2], [100] * 4)).row(0, named=True)
    assert found["weight"] == pytest.approx(20 * math.log(2) + 80 * math.log(0.87 / 0.935))
    assert found["p_value"] == pytest.approx(10 * binom.sf(19, 26, 0.25))
    assert (found["projects"], found["expected"]) == (20, 6.5)


def test_a_constant_share_never_bursts() -> None:
    assert trends.bursts(*series([5, 10, 20, 5], [50, 100, 200, 50]), cost=0).height == 0
    with pytest.raises(UsageError):
        trends.bursts(*series([1, 2], [10, 10]), scaling=1)


def themes(spec: dict[str, tuple[int, str]]) -> pl.DataFrame:
    """Projects with their year and the letters of their themes."""
    rows = [(project, theme, year) for project, (year, letters) in spec.items() for theme in letters]
    return pl.DataFrame(rows, schema=["project_id", "theme", "period"], orient="row")


SPEC = {"1": (1, "ab"), "2": (1, "ab"), "3": (1, "c"), "4": (1, "d"), "5": (2, "abc"), "6": (2, "cd"), "7": (2, "d"),
        "8": (2, "cd")}  # fmt: skip


def test_new_combinations_by_hand() -> None:
    found = trends.combinations(themes(SPEC))
    rows = {(r["theme_a"], r["theme_b"]): r for r in found.to_dicts()}
    assert {pair for pair, r in rows.items() if r["is_new"]} == {("a", "c"), ("b", "c"), ("c", "d")}
    cd = rows["c", "d"]
    assert (cd["projects_before"], cd["projects_since"], cd["expected_since"]) == (0, 2, 3 * 3 / 4)
    # Before 1 x 1 / 4 was expected, since 9 / 4: a share of 0.9 of both.
    assert cd["p_value"] == pytest.approx(binom.sf(1, 2, 0.9))
    assert cd["z_score"] == pytest.approx((2 - 2.25) / math.sqrt(hypergeom.var(4, 3, 3)))
    assert (rows["a", "b"]["projects_before"], rows["a", "b"]["projects_since"]) == (2, 1)


def test_combinations_do_not_hang_on_the_order_or_on_repeats() -> None:
    frame = themes(SPEC)
    mixed = pl.concat([frame, frame.head(4)]).sample(fraction=1, shuffle=True, seed=5)
    assert trends.combinations(mixed).equals(trends.combinations(frame))


def test_a_project_of_two_years_is_refused() -> None:
    frame = pl.concat([themes({"1": (1, "ab")}), themes({"1": (2, "a")})])
    with pytest.raises(InputError, match="several periods"):
        trends.combinations(frame)


def test_novelty_is_the_tenth_percentile_of_the_scores() -> None:
    frame = themes(SPEC).drop("period")
    n, size = 8, dict(frame.group_by("theme").len().rows())
    held = {p: set(letters) for p, (_, letters) in SPEC.items()}

    def score(a: str, b: str) -> float:
        together = sum({a, b} <= own for own in held.values())
        return (together - size[a] * size[b] / n) / math.sqrt(hypergeom.var(n, size[a], size[b]))

    found = {r["project_id"]: r for r in trends.novelty(frame).to_dicts()}
    z = [score(*pair) for pair in ("ab", "ac", "bc")]
    assert found["5"]["novelty"] == pytest.approx(np.percentile(z, 10))
    assert found["5"]["conventionality"] == pytest.approx(np.median(z))
    assert "3" not in found


def regions(**of: tuple[list[int], list[int]]) -> tuple[pl.DataFrame, pl.DataFrame]:
    """For each region its projects of the term and its projects of all in each period."""
    rows = [
        (r, t, y, n) for r, (ys, ns) in of.items() for t, (y, n) in enumerate(zip(ys, ns, strict=True), 1)
    ]
    frame = pl.DataFrame(rows, schema=["region", "period", "y", "projects"], orient="row")
    counts = frame.filter(pl.col("y") > 0).select(pl.lit("a").alias("term"), "region", "period", projects="y")
    return counts, frame.drop("y")


def test_early_regions_by_hand() -> None:
    """18 and 2 where 10 and 10 are expected: k = sum(E^2) / sum((O - E)^2 - E) = 200 / 108."""
    found = trends.early_regions(*regions(A=([18, 20], [50, 50]), B=([2, 20], [50, 50])))
    a = found.row(0, named=True)
    k = 200 / 108
    assert (a["region"], a["until"], a["projects"], a["expected"]) == ("A", 1, 18, 10.0)
    assert a["ratio"] == pytest.approx((k + 18) / (k + 10))
    assert a["lower"] == pytest.approx(gamma.ppf(0.05, k + 18, scale=1 / (k + 10)))
    assert a["upper"] == pytest.approx(gamma.ppf(0.95, k + 18, scale=1 / (k + 10)))
    assert a["p_value"] == pytest.approx(poisson.sf(17, 10))
    assert found["is_early"].to_list() == [True, False]


def test_regions_that_follow_their_size_are_not_early() -> None:
    found = trends.early_regions(*regions(A=([5, 9], [50, 50]), B=([50, 9], [500, 50])))
    assert found["ratio"].to_list() == pytest.approx([1.0, 1.0])
    assert not found["is_early"].any()
    # That no difference is seen does not mean that none is there.
    assert (found["lower"] < 1).all()
    assert (found["upper"] > 1).all()
    scaled = trends.early_regions(*regions(A=([5, 9], [5000, 1]), B=([50, 9], [50000, 1])))
    assert scaled["expected"].to_list() == found["expected"].to_list()


def jobs() -> pl.DataFrame:
    """Thirty regions, eight industries in two families; regions tend to enter what is close to what they have."""
    random = np.random.default_rng(7)
    rows = []
    for r in range(30):
        base = random.integers(5, 20, 8) + np.where(np.arange(8) // 4 == r % 2, random.integers(0, 90, 8), 0)
        later = base + np.where((np.arange(8) // 4 == r % 2) & (random.random(8) < 0.4), 60, 0)
        rows += [
            (f"R{r:02}", f"i{i}", y, int(v))
            for y, vs in ((2015, base), (2020, later))
            for i, v in enumerate(vs)
        ]
    return pl.DataFrame(rows, schema=["region", "industry", "period", "value"], orient="row")


def test_emerging_industries_are_entries_and_rising_candidates_with_the_chance_of_their_density() -> None:
    frame = jobs()
    found = trends.emerging_industries(frame)
    cells = entry_exit(frame)
    entered = cells.filter(entry_exit="entry").select("region", "industry").sort("region", "industry")
    assert (
        found.filter(stage="entered").select("region", "industry").sort("region", "industry").equals(entered)
    )
    candidates = found.filter(stage="candidate")
    assert (candidates["location_quotient_end"] > candidates["location_quotient_start"]).all()
    assert (candidates["location_quotient_end"] < 1).all()
    groups = entry_prediction(cells).groups
    assert set(found["entry_chance"].to_list()) <= set(groups["entry_rate"].to_list())
    assert (found["lower"] <= found["entry_chance"]).all()
    assert (found["entry_chance"] <= found["upper"]).all()


def test_the_growth_of_an_emerging_industry_is_compound() -> None:
    frame = jobs()
    one = trends.emerging_industries(frame).row(0, named=True)
    was, is_now = (
        frame.filter(region=one["region"], industry=one["industry"], period=year)["value"].item()
        for year in (2015, 2020)
    )
    assert one["growth"] == pytest.approx((is_now / was) ** (1 / 5) - 1)


def test_emerging_industries_do_not_hang_on_the_order() -> None:
    frame = jobs()
    assert trends.emerging_industries(frame.sample(fraction=1, shuffle=True, seed=2)).equals(
        trends.emerging_industries(frame)
    )
    assert trends.emerging_industries(frame.head(0)).height == 0
