"""Losses of a shock by region: all adds up, each region has the part of its jobs, one cluster keeps its own."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import InputOutput, shock_by_region

JOBS = pl.DataFrame(
    [
        ("AT", "N", "ore", 30),
        ("AT", "S", "ore", 10),
        ("AT", "S", "steel", 50),
        ("DE", "E", "steel", 20),
        ("DE", "W", "steel", 60),
    ],
    schema=["country", "region", "industry", "value"],
    orient="row",
)


@pytest.fixture
def losses() -> pl.DataFrame:
    flows = np.array([[5, 30, 0, 10], [0, 10, 0, 20], [0, 10, 5, 20], [0, 20, 0, 30]], float)
    io = InputOutput(
        flows, np.full((4, 2), 20.0), countries=["AT", "DE"], industries=["ore", "steel"], final_uses=["use"]
    )
    return pl.from_pandas(io.shock([("AT", "steel")], fall=0.5))


def test_every_loss_is_somewhere(losses: pl.DataFrame) -> None:
    found = shock_by_region(losses, JOBS)
    for lost in ("lost_sales", "lost_supplies"):
        assert found[lost].sum() == pytest.approx(losses[lost].sum())
    nowhere = found.filter(pl.col("region").is_null()).row(0, named=True)
    ore = losses.filter(country="DE", industry="ore").row(0, named=True)
    assert nowhere["country"] == "DE"
    assert nowhere["lost_sales"] == pytest.approx(ore["lost_sales"])


def test_a_region_has_the_part_of_its_jobs(losses: pl.DataFrame) -> None:
    found = {row["region"]: row for row in shock_by_region(losses, JOBS).rows(named=True)}
    ore = losses.filter(country="AT", industry="ore").row(0, named=True)
    assert found["N"]["lost_sales"] == pytest.approx(0.75 * ore["lost_sales"])
    assert found["N"]["lost_sales_share"] == pytest.approx(ore["lost_sales_share"])
    assert found["W"]["lost_supplies"] == pytest.approx(3 * found["E"]["lost_supplies"])


def test_a_cluster_of_one_region_falls_there(losses: pl.DataFrame) -> None:
    cluster = [("DE", "steel")]
    own = losses.filter(country="DE", industry="steel").row(0, named=True)
    found = {
        r["region"]: r for r in shock_by_region(losses, JOBS, region="E", cluster=cluster).rows(named=True)
    }
    assert found["E"]["lost_sales"] == pytest.approx(own["lost_sales"])
    assert found["W"]["lost_sales"] == 0
    every = sum(row["lost_sales"] for row in found.values())
    assert every == pytest.approx(losses["lost_sales"].sum())


def test_mistakes_are_told(losses: pl.DataFrame) -> None:
    with pytest.raises(UsageError, match="no region 'X'"):
        shock_by_region(losses, JOBS, region="X")
    with pytest.raises(InputError, match="there twice"):
        shock_by_region(pl.concat([losses, losses]), JOBS)
    with pytest.raises(InputError, match="lost_sales"):
        shock_by_region(losses.drop("lost_sales"), JOBS)
