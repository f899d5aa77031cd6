"""The same answers and the same errors on every kind of frame, and against a second computation on a real panel."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from clusteratlas.errors import InputError
from clusteratlas.observatory import firms
from tests.support.engines import ENGINES, Engine, all_alike, spark

REAL = Path(__file__).parents[4] / "shared" / "data" / "firms" / "arellano-bond-uk-140-firms.csv"


@pytest.fixture(params=sorted(set(ENGINES) - {"pyspark"}), scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each kind of frame but Spark's, which has a test of its own."""
    return ENGINES[request.param]


def columns() -> dict[str, list[Any]]:
    """Nine firms, some late, some leaving, with gaps, zeros, missing amounts and birth years."""
    rows = []
    for firm in range(9):
        for year in range(2013, 2021):
            if (firm * 3 + year) % 7 == 0 or (firm == 4 and year < 2016) or (firm == 5 and year > 2017):
                continue
            size = float(8 + firm * 3 + (year - 2013) * (firm % 4) * 4)
            size = 0.0 if firm == 8 and year == 2016 else size
            rows.append(
                {
                    "id": f"f{firm}",
                    "year": year,
                    "employees": None
                    if (firm, year) == (2, 2017)
                    else size * (6 if (firm, year) == (3, 2019) else 1),
                    "turnover": size * 0.1,
                    "birth_year": None if firm % 3 == 0 else 2016 if firm == 4 else 1990 + firm * 3,
                    "merger": (firm, year) == (7, 2019),
                    "region": "N" if firm % 2 else "S",
                    "industry": "xyz"[firm % 3] if firm else None,
                }
            )
    return {name: [row[name] for row in rows] for name in rows[0]}


CALLS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "verdicts": (firms.verdicts, ("id", "year")),
    "venture": (lambda f, **n: firms.verdicts(f, "venture", **n), ("id", "year")),
    "turnover": (lambda f, **n: firms.verdicts(f, "oecd-2007", measure="turnover", year=2020, **n), ("id",)),
    "demography": (lambda f, **n: firms.demography(f, by="region", **n), ("year", "region")),
    "survival": (lambda f, **n: firms.survival(f, absence=1, **n), ("birth_year", "age")),
    "job_flows": (lambda f, **n: firms.job_flows(f, by=["region"], **n), ("year", "region")),
    "firm_growth": (firms.firm_growth, ("id", "year")),
    "distribution": (lambda f, **n: firms.growth_distribution(f, by="region", **n), ("year", "region")),
    "tabulate": (firms.tabulate, ("region", "industry")),
}


@pytest.mark.parametrize("name", sorted(CALLS))
def test_every_kind_gives_what_polars_gives(engine: Engine, name: str) -> None:
    call, keys = CALLS[name]
    wanted = ENGINES["polars"].rows(call(ENGINES["polars"].frame(columns()), firm="id"))
    assert wanted
    all_alike(engine.rows(call(engine.frame(columns()), firm="id")), wanted, *keys)


def test_spark_gives_what_polars_gives() -> None:
    spark()
    plain, other = ENGINES["polars"], ENGINES["pyspark"]
    found, wanted = (
        engine.rows(firms.verdicts(engine.frame(columns()), firm="id", year=2020))
        for engine in (other, plain)
    )
    all_alike(found, wanted, "id")


@pytest.mark.parametrize("kind", ["pandas", "polars", "polars-lazy", "pyarrow", "duckdb"])
@pytest.mark.parametrize("name", sorted(set(CALLS) - {"survival", "tabulate"}))
def test_no_rows_give_no_rows(kind: str, name: str) -> None:
    types = {"id": pa.string(), "year": pa.int64(), "employees": pa.float64(), "turnover": pa.float64()}
    types |= {"birth_year": pa.int64(), "region": pa.string(), "industry": pa.string()}
    call = CALLS["demography"][0] if name == "turnover" else CALLS[name][0]
    engine = ENGINES[kind]
    assert engine.rows(call(engine.frame({column: [] for column in types}, types), firm="id")) == []


FAULTS: dict[str, tuple[dict[str, list[Any]], str]] = {
    "twice": (
        {"firm": ["a", "b", "b"], "year": [1, 2, 2], "employees": [1.0, 2.0, 3.0]},
        "a firm has several rows in a year: firm 'b', year 2",
    ),
    "negative": (
        {"firm": ["a", "b"], "year": [1, 1], "employees": [1.0, -2.0]},
        "'employees' is negative in 1 rows",
    ),
    "text": ({"firm": ["a"], "year": [1], "employees": ["many"]}, "'employees' holds no numbers"),
    "no year": (
        {"firm": ["a", "b"], "year": [1, None], "employees": [1.0, 2.0]},
        "'year' is empty in 1 rows",
    ),
    "no firm": ({"firm": ["a", None], "year": [1, 1], "employees": [1.0, 2.0]}, "'firm' is empty in 1 rows"),
    "text of a year": ({"firm": ["a"], "year": ["2020"], "employees": [1.0]}, "'year' holds no years"),
    "half a year": ({"firm": ["a"], "year": [2020.5], "employees": [1.0]}, "2020.5, which is no year"),
    "name": ({"frim": ["a"], "year": [1], "employees": [1.0]}, "no column 'firm'"),
    "no amount": ({"firm": ["a"], "year": [1], "employes": [1.0]}, "no column of employees or turnover"),
    "births": (
        {"firm": ["a"], "year": [1], "employees": [1.0], "birth_year": ["old"]},
        "'birth_year' holds no years",
    ),
}


@pytest.mark.parametrize("kind", ["pandas", "polars", "polars-lazy", "pyarrow", "duckdb"])
@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_faults_are_told_on_every_kind(kind: str, fault: str) -> None:
    given, message = FAULTS[fault]
    with pytest.raises(InputError, match=message) as told:
        firms.demography(ENGINES[kind].frame(given))
    if fault == "name":
        assert told.value.remedy == "did you mean 'frim'?"


@pytest.mark.parametrize("kind", ["pandas", "polars", "polars-lazy", "pyarrow", "duckdb"])
def test_a_panel_without_rows_gives_tables_without_rows(kind: str) -> None:
    made = pl.DataFrame(
        schema={"firm": pl.String, "year": pl.Int64, "employees": pl.Float64, "region": pl.String}
    )
    engine = ENGINES[kind]
    panel = engine.frame(made.to_arrow())
    for found in (firms.tabulate(panel, by=["region"]), firms.persistence(panel), firms.classify(panel)):
        assert engine.rows(found) == []


@pytest.fixture(scope="module")
def real() -> pd.DataFrame:
    """The panel of 140 British firms (Arellano and Bond 1991), employment in persons."""
    if not REAL.exists():
        pytest.skip(f"{REAL.name} is not there")
    frame = pd.read_csv(REAL)[["id", "year", "emp", "indoutpt", "ind"]]
    return frame.assign(employees=frame["emp"] * 1000, year=frame["year"].astype(int))


def test_high_growth_of_the_real_panel_by_plain_pandas(real: pd.DataFrame) -> None:
    found = firms.verdicts(real, firm="id")
    before = real[["id", "year", "employees"]].assign(year=real["year"] + 3)
    both = real.merge(before, on=["id", "year"], suffixes=("", "_before"))
    first = real.groupby("id")["year"].min()
    is_new = (both["id"].map(first) == both["year"] - 3) & (both["id"].map(first) > real["year"].min())
    rate = (both["employees"] / both["employees_before"]) ** (1 / 3) - 1
    both["high"] = (rate >= 0.1) & (both["employees_before"] >= 10) & ~is_new
    assert both["high"].sum() > 20
    merged = found.merge(both[["id", "year", "high"]], on=["id", "year"], how="left")
    known = merged["high"].notna()
    assert known.sum() == len(both)
    assert (merged.loc[known, "is_high_growth"] == merged.loc[known, "high"]).all()
    # Without a row three years before, a verdict is open, or the firm is too new.
    assert not (merged.loc[~known, "is_high_growth"] == True).any()  # noqa: E712 - three-valued


def test_job_flows_of_the_real_panel_by_plain_pandas(real: pd.DataFrame) -> None:
    wide = real.pivot(index="id", columns="year", values="employees").fillna(0.0)
    for row in firms.job_flows(real, firm="id").to_dict("records"):
        change = wide[row["year"]] - wide[row["year"] - 1]
        average = (wide[row["year"]].sum() + wide[row["year"] - 1].sum()) / 2
        assert row["creation"] == pytest.approx(change.clip(lower=0).sum())
        assert row["destruction"] == pytest.approx(-change.clip(upper=0).sum())
        assert row["creation_rate"] == pytest.approx(change.clip(lower=0).sum() / average)


def test_growth_of_the_real_panel_is_a_tent(real: pd.DataFrame) -> None:
    found = firms.growth_distribution(real, firm="id")
    wide = np.log(real.pivot(index="id", columns="year", values="emp")).diff(axis=1)
    for row in found.to_dict("records"):
        rates = wide[row["year"]].dropna()
        assert row["firms"] == len(rates)
        assert row["q50"] == pytest.approx(rates.median())
    assert np.average(found["laplace_advantage"], weights=found["firms"]) > 0


def test_the_callers_types_and_names_stay() -> None:
    given = pl.DataFrame(columns()).with_columns(
        pl.col("id").cast(pl.Categorical), pl.col("year").cast(pl.Int16)
    )
    found = firms.verdicts(given, firm="id")
    assert found.schema["id"] == pl.Categorical
    assert found.schema["year"] == pl.Int16
    assert "firm" not in found.columns


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("year", 1e19, "column 'year' holds 1e\\+19, which is no year"),
        ("year", 2201.0, "column 'year' holds 2201.0, which is no year"),
        ("birth_year", 1e19, "column 'birth_year' holds no years in 1 rows"),
        ("birth_year", float("inf"), "column 'birth_year' holds no years in 1 rows"),
        ("employees", 1e20, "column 'employees' is 1e15 or more in 1 rows"),
        ("employees", 1e308, "column 'employees' is 1e15 or more in 1 rows"),
    ],
)
def test_years_and_amounts_that_cannot_be_are_told(
    engine: Engine, column: str, value: float, told: str
) -> None:
    panel = {
        "firm": ["a", "a"],
        "year": [2017.0, 2020.0],
        "employees": [10.0, 14.0],
        "birth_year": [2.0e3] * 2,
    }
    panel[column][1] = value
    with pytest.raises(InputError, match=told):
        firms.verdicts(engine.frame(panel))
