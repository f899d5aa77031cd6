"""The same complexity from every kind of frame."""

from __future__ import annotations

import pyarrow as pa
import pytest

from clusteratlas.errors import InputError
from clusteratlas.observatory import complexity
from tests.observatory.complexity.trade import long, made_up
from tests.support.engines import ENGINES, Engine, all_alike

FRAMES = {
    "cells": ("region", "industry"),
    "regions": ("region",),
    "industries": ("industry",),
    "proximity": ("industry", "other_industry"),
    "eci": ("region",),
    "pci": ("industry",),
    "networks": ("second_eigenvalue",),
}


@pytest.mark.parametrize("name", FRAMES)
def test_same_answer(name: str, engine: Engine) -> None:
    given = long(made_up(12, 7))
    reference = getattr(complexity(ENGINES["polars"].frame(given)), name)
    found = getattr(complexity(engine.frame(given)), name)
    all_alike(engine.rows(found), ENGINES["polars"].rows(reference), *FRAMES[name])


def test_each_period_alone(engine: Engine) -> None:
    first, second = long(made_up(9, 6, seed=1)), long(made_up(9, 6, seed=2))
    both = {name: first[name] + second[name] for name in first}
    both["year"] = [2012] * 54 + [2015] * 54
    found = engine.rows(complexity(engine.frame(both), period="year").regions)
    alone = engine.rows(complexity(engine.frame(second)).regions)
    later = [{k: v for k, v in row.items() if k != "year"} for row in found if row["year"] == 2015]
    all_alike(later, alone, "region")
    assert len(found) == 18


def test_own_names_and_a_missing_cell(engine: Engine) -> None:
    # A cell that is absent counts as zero, one that is null as well, but what is unknown stays null.
    given = {
        "nuts": ["A", "A", "B", "B", "C", "D"],
        "nace": ["x", "y", "x", "y", "x", "y"],
        "jobs": [4.0, 4.0, None, 3.0, 2.0, 1.0],
    }
    found = complexity(engine.frame(given), region="nuts", industry="nace", value="jobs", threshold=0.8)
    rows = {(row["nuts"], row["nace"]): row for row in engine.rows(found.cells)}
    assert len(rows) == 8
    assert rows["B", "x"]["jobs"] is None
    assert rows["B", "x"]["revealed_comparative_advantage"] is None
    assert rows["B", "x"]["mcp"] == 0
    assert rows["C", "y"]["jobs"] == rows["C", "y"]["revealed_comparative_advantage"] == 0
    assert rows["B", "y"]["revealed_comparative_advantage"] == pytest.approx(14 / 8)


def test_empty_frame(engine: Engine) -> None:
    found = complexity(engine.frame({"region": [], "industry": [], "value": []}))
    for name in FRAMES:
        assert engine.rows(getattr(found, name)) == []
    assert found.eigenvalue_gap is None


def test_one_region_has_no_rank(engine: Engine) -> None:
    found = complexity(engine.frame({"region": ["A", "A"], "industry": ["x", "y"], "value": [3, 1]}))
    assert engine.rows(found.regions) == [
        {"region": "A", "diversity": 2, "eci": None, "fitness": 1.0, "complexity_outlook_index": None}
    ]


def test_regions_and_industries_with_zeros_are_kept_and_told(engine: Engine) -> None:
    given = long(made_up(12, 7))
    given["region"] += ["EMPTY"] * 7
    given["industry"] += [f"I{i:03}" for i in range(7)]
    given["value"] += [0.0] * 7
    found = complexity(engine.frame(given))
    (row,) = (row for row in engine.rows(found.regions) if row["region"] == "EMPTY")
    assert row["diversity"] == 0
    assert row["eci"] is row["fitness"] is row["complexity_outlook_index"] is None
    assert engine.rows(found.networks)[0]["empty_regions"] == 1
    without = {name: cells[:-7] for name, cells in given.items()}
    others = [row for row in engine.rows(found.regions) if row["region"] != "EMPTY"]
    all_alike(others, engine.rows(complexity(engine.frame(without)).regions), "region")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": [1.0, -1.0]}, "'value' is negative in 1 rows"),
        ({"value": [1.0, float("inf")]}, "'value' is infinite in 1 rows"),
        ({"value": ["a", "b"]}, "'value' holds no numbers"),
        ({"industry": ["x", "x"]}, "there 2 times: region 'A', industry 'x'"),
        ({"region": ["A", None]}, "'region' is empty in 1 rows"),
    ],
)
def test_input_that_is_wrong(change: dict[str, list[object]], said: str, engine: Engine) -> None:
    given = {"region": ["A", "A"], "industry": ["x", "y"], "value": [1.0, 2.0]} | change
    with pytest.raises(InputError, match=said):
        complexity(engine.frame(given))


def test_a_wrong_column_names_the_nearest(engine: Engine) -> None:
    given = engine.frame({"region": ["A"], "industry": ["x"], "values": [1.0]})
    with pytest.raises(InputError, match="did you mean 'values'"):
        complexity(given)


def test_keys_may_be_numbers_or_categories() -> None:
    values = made_up(12, 7)
    given = ENGINES["pyarrow"].frame(long(values))
    numbers = given.set_column(0, "region", pa.array([int(str(r)[1:]) for r in given["region"]]))
    categories = given.set_column(1, "industry", given["industry"].dictionary_encode())
    wanted = complexity(given).eci["eci"].to_pylist()
    assert complexity(numbers).eci["eci"].to_pylist() == wanted
    assert complexity(categories).eci["eci"].to_pylist() == wanted
