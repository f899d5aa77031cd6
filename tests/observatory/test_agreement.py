"""The same answers on every kind of frame, and the same errors; oracles by hand in plain Python and pandas."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from clusteratlas import observatory
from clusteratlas.errors import InputError
from tests.support.engines import ENGINES, Engine, all_alike, arrow, by_key

YEARS = (2010, 2012, 2015)


def cells(*, imputed: bool = False) -> dict[str, list[Any]]:
    """Four regions, five industries, three years: zeros, a null, absent cells, an industry and a region of zeros."""
    rows = []
    for y, year in enumerate(YEARS):
        for r, region in enumerate(["AT11", "BE22", "CZ03", "DEF0"]):
            for i, industry in enumerate(["C10", "C13", "C29", "J62", "M72"]):
                if (r, i, y) == (1, 3, 1):
                    continue
                value = float((r * 7 + i * 5 + y * 3) % 11 * (i + 1) * 10)
                value = 0.0 if region == "DEF0" or industry == "M72" else value
                rows.append(
                    (region, industry, year, None if (r, i, y) == (2, 1, 0) else value, (r + i) % 3 == 0)
                )
    names = ["region", "industry", "period", "value", "imputed"]
    columns = {name: list(column) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    columns["persons_employed"] = [float(10 + n % 7) if n % 9 else 0.0 for n in range(len(rows))]
    columns["note"] = [f"row {n}" for n in range(len(rows))]
    return columns if imputed else {name: column for name, column in columns.items() if name != "imputed"}


REFERENCE = {
    "industry": ["C10", "C13", "C29", "J62", "M72", "Q86"],
    "value": [900.0, 50.0, 700.0, 300.0, 10.0, 4.0],
}
CROSSWALK = {
    "industry": ["C10", "C13", "C29", "C29", "X99"],
    "category": ["food", "textiles", "mobility", "metal", "none"],
    "weight": [1.0, 0.5, 0.75, 0.25, 1.0],
}

Indicator = Callable[[Any], Any]
ROWS, PAIRS = ("region", "industry", "period"), ("region", "industry")
INDICATORS: dict[str, tuple[Indicator, tuple[str, ...]]] = {
    "quotient": (lambda f: observatory.location_quotient(f, period="period"), ROWS),
    "quotient_reference": (
        lambda f: observatory.location_quotient(f, period="period", reference=arrow(REFERENCE)),
        ROWS,
    ),
    "symmetric": (lambda f: observatory.symmetric_location_quotient(f, period="period"), ROWS),
    "standardised": (
        lambda f: observatory.standardised_location_quotient(f, period="period", samples=50),
        ROWS,
    ),
    "focus": (lambda f: observatory.focus(f, period="period"), ROWS),
    "categories": (
        lambda f: observatory.category_totals(f, arrow(CROSSWALK), period="period"),
        ("region", "category", "period"),
    ),
    "growth": (observatory.growth, PAIRS),
    "growth_each": (lambda f: observatory.growth(f, between="consecutive"), ROWS),
    "shift_share": (observatory.shift_share, PAIRS),
    "shift_share_em": (lambda f: observatory.shift_share(f, method="esteban-marquillas"), PAIRS),
    "shift_share_dynamic": (lambda f: observatory.shift_share(f, method="dynamic"), PAIRS),
    "productivity": (lambda f: observatory.productivity(f, period="period"), ROWS),
}
ALL = pytest.mark.parametrize("name", sorted(INDICATORS))


@ALL
@pytest.mark.parametrize("imputed", [False, True], ids=["plain", "imputed"])
def test_every_kind_gives_what_polars_gives(engine: Engine, name: str, imputed: bool) -> None:
    indicator, keys = INDICATORS[name]
    wanted = ENGINES["polars"].rows(indicator(ENGINES["polars"].frame(cells(imputed=imputed))))
    found = engine.rows(indicator(engine.frame(cells(imputed=imputed))))
    assert wanted
    assert ("imputed_share" in wanted[0]) == imputed
    all_alike(found, wanted, *keys)


@ALL
def test_no_rows_give_no_rows(engine: Engine, name: str) -> None:
    indicator, _ = INDICATORS[name]
    types = {"region": pa.string(), "industry": pa.string(), "period": pa.int64()}
    types |= {"value": pa.float64(), "persons_employed": pa.float64()}
    assert engine.rows(indicator(engine.frame({column: [] for column in types}, types))) == []


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow"])
@ALL
def test_a_frame_without_rows_or_types(kind: str, name: str) -> None:
    columns = ["region", "industry", "period", "value", "persons_employed"]
    make = {"pandas": pd.DataFrame, "polars": pl.DataFrame, "pyarrow": pa.table}[kind]
    given = make({column: pa.array([], pa.null()) if kind == "pyarrow" else [] for column in columns})
    assert len(INDICATORS[name][0](given)) == 0


FAULTS: dict[str, tuple[dict[str, list[Any]], str]] = {
    "duplicate": ({"region": ["A", "A"], "industry": ["x", "x"], "value": [1.0, 2.0]}, "a cell is there"),
    "negative": ({"region": ["A", "B"], "industry": ["x", "x"], "value": [1.0, -2.0]}, "negative in 1 rows"),
    "infinite": (
        {"region": ["A", "B"], "industry": ["x", "x"], "value": [1.0, math.inf]},
        "infinite in 1 rows",
    ),
    "text": ({"region": ["A", "B"], "industry": ["x", "x"], "value": ["1", "2"]}, "holds no numbers"),
    "empty key": ({"region": ["A", None], "industry": ["x", "x"], "value": [1.0, 2.0]}, "'region' is empty"),
    "name": ({"regoin": ["A", "B"], "industry": ["x", "x"], "value": [1.0, 2.0]}, "no column 'region'"),
}


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_faults_are_told_on_every_kind(engine: Engine, fault: str) -> None:
    columns, message = FAULTS[fault]
    with pytest.raises(InputError, match=message) as told:
        observatory.location_quotient(engine.frame(columns))
    if fault == "name":
        assert told.value.remedy == "did you mean 'regoin'?"


@pytest.mark.parametrize(
    "given", [[], {}, 3, None, "frame.csv", pd.Series([1.0]), pl.Series([1.0])], ids=repr
)
def test_what_is_no_frame_is_told(given: object) -> None:
    with pytest.raises(InputError, match="no dataframe"):
        observatory.location_quotient(given)


def test_not_a_number_is_missing(engine: Engine) -> None:
    given = {"region": ["A", "B", "C"], "industry": ["x", "x", "x"], "value": [1.0, 3.0, math.nan]}
    found = by_key(engine.rows(observatory.location_quotient(engine.frame(given))), "region")
    assert [found[r,]["location_quotient"] for r in "ABC"] == [1.0, 1.0, None]


@pytest.mark.parametrize("number", [int, Decimal, float])
@pytest.mark.parametrize("key", ["text", "dictionary", "number"])
def test_types_of_keys_and_values(engine: Engine, number: type, key: str) -> None:
    regions = pa.array([11, 11, 22, 22]) if key == "number" else pa.array(["a", "a", "b", "b"])
    regions = regions.dictionary_encode() if key == "dictionary" else regions
    values = pa.array([number(n) for n in (30, 10, 10, 50)])
    table = pa.table({"nuts": regions, "nace": ["x", "y", "x", "y"], "jobs": values, "note": list("pqrs")})
    found = observatory.location_quotient(engine.frame(table), region="nuts", industry="nace", value="jobs")
    quotients = [row["location_quotient"] for row in sorted(engine.rows(found), key=lambda row: row["note"])]
    assert quotients == pytest.approx([1.875, 5 / 12, 5 / 12, 50 / 36], rel=1e-12)


def test_eager_frames_keep_their_rows(engine: Engine) -> None:
    given = cells()
    order = sorted(range(len(given["note"])), key=lambda n: n * 37 % 59)
    shuffled = {name: [column[n] for n in order] for name, column in given.items()}
    found = engine.rows(observatory.location_quotient(engine.frame(shuffled), period="period"))
    if engine.is_eager or engine.name == "polars-lazy":
        assert [row["note"] for row in found] == shuffled["note"]
    assert list(found[0]) == [*shuffled, "location_quotient"]


def test_pandas_keeps_index_and_types() -> None:
    given = pd.DataFrame(cells()).convert_dtypes().astype({"region": "category"})
    given.index = pd.MultiIndex.from_tuples([(n % 2, "same") for n in range(len(given))])
    before = given.copy()
    found = observatory.location_quotient(given, period="period")
    pd.testing.assert_frame_equal(found.drop(columns="location_quotient"), given)
    pd.testing.assert_frame_equal(given, before)
    plain = observatory.location_quotient(pd.DataFrame(cells()), period="period")
    assert found["location_quotient"].to_list() == pytest.approx(
        plain["location_quotient"].to_list(), nan_ok=True
    )
    grown = observatory.growth(given)
    assert grown["region"].dtype == "category"
    assert grown["industry"].dtype == given["industry"].dtype


def test_pandas_objects_and_odd_names() -> None:
    given = pd.DataFrame(
        {"region": ["A", "B"], 7: ["x", "x"], "industry": ["x", "x"], "value": [Decimal(3), None]}
    )
    assert observatory.location_quotient(given)["location_quotient"].to_list()[0] == 1.0
    with pytest.raises(InputError, match="no column 'jobs'"):
        observatory.location_quotient(given, value="jobs")
    with pytest.raises(InputError, match="mixes"):
        observatory.location_quotient(given.assign(region=["A", 1]))
    twice = pd.DataFrame([["A", "x", 1, 2]], columns=["region", "industry", "value", "value"])
    with pytest.raises(InputError, match="cannot be read"):
        observatory.location_quotient(twice)
