"""Every kind of frame gives the same trends."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from clusteratlas.observatory import trends
from tests.support.engines import ENGINES, Engine, all_alike

KINDS = sorted(set(ENGINES) - {"pyspark"})


def said() -> dict[str, list[Any]]:
    cells = [
        (term, year, region, 2 + (7 * at + 3 * year + len(region)) % 5 + rise * (year - 2020))
        for at, (term, rise) in enumerate([("hydrogen", 6), ("coal", 0), ("textile", 1)])
        for year in range(2020, 2025)
        for region in ("AT33", "DE11", "FR10")
    ]
    return {
        name: [row[i] for row in cells] for i, name in enumerate(("term", "period", "region", "projects"))
    }


def held(*keys: str) -> dict[str, list[Any]]:
    cells = [
        (year, region, 90 + 10 * (year % 3))
        for year in range(2020, 2025)
        for region in ("AT33", "DE11", "FR10")
    ]
    if "region" not in keys:
        cells = [(year, "all", 300) for year in range(2020, 2025)]
    columns = {name: [row[i] for row in cells] for i, name in enumerate(("period", "region", "projects"))}
    return {name: columns[name] for name in (*keys, "projects")}


def whole() -> dict[str, list[Any]]:
    """The counts without regions."""
    sums: dict[tuple[str, int], int] = {}
    given = said()
    for term, year, count in zip(given["term"], given["period"], given["projects"], strict=True):
        sums[term, year] = sums.get((term, year), 0) + count
    return {
        "term": [term for term, _ in sums],
        "period": [year for _, year in sums],
        "projects": list(sums.values()),
    }


def themed() -> dict[str, list[Any]]:
    rows = [
        (f"p{number}", theme, 2020 + number % 5)
        for number in range(40)
        for theme in {f"t{number % 3}", f"t{number % 4 + 1}", f"t{number * number % 6}"}
    ]
    return {name: [row[i] for row in rows] for i, name in enumerate(("project_id", "theme", "period"))}


def jobs() -> dict[str, list[Any]]:
    rows = [
        (f"R{r}", f"i{i}", period, float(10 + (r * 7 + i * i * 3 + period * (r + i)) % 41))
        for r in range(6)
        for i in range(5)
        for period in (2010, 2015)
    ]
    return {
        name: [row[n] for row in rows] for n, name in enumerate(("region", "industry", "period", "value"))
    }


def texts() -> dict[str, list[Any]]:
    titles = ["Solid-state batteries for ships", "A solid-state battery", "Green hydrogen", "Hydrogen ships"]
    return {"project_id": [str(n) for n in range(4)], "title": titles}


CALLS: dict[str, tuple[Callable[[Engine], Any], tuple[str, ...]]] = {
    "growth": (lambda e: trends.growth(e.frame(whole()), e.frame(held("period"))), ("term",)),
    "bursts": (lambda e: trends.bursts(e.frame(whole()), e.frame(held("period"))), ("term", "start")),
    "expected": (lambda e: trends.expected(e.frame(whole()), e.frame(held("period"))), ("term", "period")),
    "early_regions": (
        lambda e: trends.early_regions(e.frame(said()), e.frame(held("period", "region"))),
        ("term", "region"),
    ),
    "combinations": (lambda e: trends.combinations(e.frame(themed()), since=2023), ("theme_a", "theme_b")),
    "novelty": (lambda e: trends.novelty(e.frame(themed())), ("project_id",)),
    "emerging_industries": (
        lambda e: trends.emerging_industries(e.frame(jobs()), groups=2),
        ("region", "industry"),
    ),
    "project_terms": (
        lambda e: trends.project_terms(e.frame(texts()), heads=["title"], bodies=[], fewest=2),
        ("project_id", "term"),
    ),
}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_kind_gives_what_polars_gives(kind: str, name: str) -> None:
    call, keys = CALLS[name]
    wanted = ENGINES["polars"].rows(call(ENGINES["polars"]))
    assert wanted
    all_alike(ENGINES[kind].rows(call(ENGINES[kind])), wanted, *keys)
