"""Linkages, exports in value added and regional tables, on the site, in the interface and on the command line."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from django.test import Client
from typer.testing import CliRunner

import clusteratlas
from clusteratlas.atlas import Atlas
from clusteratlas.atlas.observatory.chain_measures import TERMS
from clusteratlas.cli.app import app

Ask = Callable[[str], Any]


@pytest.fixture(scope="module")
def atlas(sample_root: Path) -> Iterator[Atlas]:
    with clusteratlas.open(sample_root) as found:
        yield found


@pytest.fixture
def ask(client: Client) -> Ask:
    """What an address of the site answers, as text or JSON."""

    def asked(path: str) -> Any:
        answer = client.get(path)
        assert answer.status_code == 200, path
        said = (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode(
            "utf-8-sig"
        )
        return json.loads(said) if "json" in answer.headers["Content-Type"] else said

    return asked


def rows_of(said: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(said)))


def without(atlas: Atlas, countries: list[str], industry: str) -> float:
    """What others lose by definition: the table is solved once more with their rows and columns struck out."""
    table = atlas.chains.table
    gone = np.isin(table.rows.countries, countries) & (table.rows.names == industry)
    coefficients, final = table.coefficients.copy(), table.output - table.flows.sum(axis=1)
    coefficients[gone], coefficients[:, gone], final[gone] = 0, 0, 0
    left = np.linalg.solve(np.eye(len(final)) - coefficients, final)
    return float((table.output - left)[~gone].sum())


def test_what_others_lose_without_an_industry_is_the_definition(ask: Ask, atlas: Atlas) -> None:
    germany = ask("/api/v1/value-chains/c15/linkages?country=DE")
    assert germany["countries"][0]["extraction_others"] == pytest.approx(without(atlas, ["DE"], "c15"))
    assert germany["without"]["lost"] == pytest.approx(without(atlas, ["DE"], "c15"))
    union = ask("/api/v1/value-chains/c15/linkages")["without"]
    assert union["lost"] == pytest.approx(without(atlas, atlas.chains.members, "c15"))
    assert union["lost_share"] == pytest.approx(union["lost"] / atlas.chains.table.output.sum())
    assert 0 < union["lost_at_home"] < union["lost"]


def test_jobs_that_hang_on_demand_are_those_of_the_regions_at_each_supplier(ask: Ask, atlas: Atlas) -> None:
    """Persons of each country and industry per output, times the Leontief inverse; what nobody tells counts none."""
    (germany,) = ask("/api/v1/value-chains/c15/linkages?country=DE")["countries"]
    table, year = atlas.chains.table, germany["employment_year"]
    cells = atlas.chains.jobs(year).filter(pl.col("region").str.starts_with("DE"), step="c15")
    assert germany["persons_employed"] == pytest.approx(cells["value"].sum())
    assert year in atlas.statistics.years
    jobs = np.nan_to_num(
        atlas.chains.measures.employment_of_all["persons_employed"].cast(pl.Float64).fill_null(0).to_numpy()
    )
    per_output = np.divide(jobs, table.output, out=np.zeros(len(jobs)), where=table.output > 0)
    column = np.linalg.inv(np.eye(len(jobs)) - table.coefficients)[:, table.place("DE", "c15")]
    assert germany["employment_effect"] == pytest.approx(per_output @ column)
    own = per_output[table.place("DE", "c15")]
    assert germany["employment_multiplier"] == pytest.approx(per_output @ column / own)
    assert germany["employment_covered"] == pytest.approx(column[jobs > 0].sum() / column.sum())
    assert 0 <= germany["employment_imputed_share"] < 0.2


def test_final_users_are_named(ask: Ask) -> None:
    rows = ask("/api/v1/value-chains/c15/flows?side=final%20users&page_size=100")["items"]
    named = {row["industry"]: row["name"] for row in rows}
    assert named["c37"] == "Households"
    assert named["c41"] == "Investment"
    assert all(code != name for code, name in named.items())


def test_jobs_nobody_tells_are_no_jobs_shown(ask: Ask) -> None:
    """The statistics are of the business economy: no farms."""
    for row in ask("/api/v1/value-chains/c1/linkages")["countries"]:
        assert row["employment_multiplier"] is row["persons_employed"] is row["employment_year"] is None
    assert "Jobs per million" not in ask("/value-chains/c1/")
    page = ask("/value-chains/c15/")
    assert "Jobs per million of demand" in page
    assert "The true number is higher" in page


def test_key_sectors_are_those_that_pull_and_are_pulled_more_than_the_mean(ask: Ask) -> None:
    rows = rows_of(ask("/value-chains.csv?country=DE"))
    answered = ask("/api/v1/value-chains?country=DE")["industries"]
    assert [row["key_sector"] for row in rows] == [row["key_sector"] for row in answered]
    for row in answered:
        is_key = row["power_of_dispersion"] > 1 and row["sensitivity_of_dispersion"] > 1
        assert (row["key_sector"] == "key") == is_key
    assert "is a key sector: pulls suppliers more, and is pulled more by customers" in ask(
        "/value-chains/?country=DE"
    )


def test_the_nine_terms_are_the_exports_and_the_same_everywhere(ask: Ask) -> None:
    answered = ask("/api/v1/value-added-in-exports")["countries"]
    for row in answered:
        assert sum(row[term] for term in TERMS) + row["remainder"] == pytest.approx(row["exports"])
        assert abs(row["remainder"]) < 0.005 * row["exports"]
    shown = rows_of(ask("/charts/value-added-in-exports.csv"))
    assert {row["country"]: float(row["exports"]) for row in shown} == {
        row["country"]: pytest.approx(row["exports"]) for row in answered
    }
    (only,) = ask("/api/v1/value-added-in-exports?country=DE")["countries"]
    first = rows_of(ask("/charts/value-added-in-exports.csv?country=DE"))[0]
    assert first["country"] == only["country"] == "DE"


def test_exports_of_industries_add_up_to_those_of_their_country(ask: Ask, atlas: Atlas) -> None:
    found = atlas.chains.measures.exports_of_all.group_by("country").agg(pl.col("exports").sum())
    whole = {row["country"]: row["exports"] for row in ask("/api/v1/value-added-in-exports")["countries"]}
    assert dict(found.rows()) == pytest.approx(whole)
    (cars,) = ask("/api/v1/value-chains/c15/exports?country=DE")["countries"]
    assert cars["domestic_value_added"] + cars["foreign_value_added"] == pytest.approx(
        cars["exports"], rel=0.01
    )
    (shown,) = ask("/value-chains/c15.json?country=DE")["standing"]
    assert shown["backward_participation"] == pytest.approx(cars["backward_participation"])


def test_lengths_are_those_of_the_whole_matrix(ask: Ask, atlas: Atlas) -> None:
    rows = ask("/api/v1/value-chains/c15/lengths?country=DE&page_size=100")["items"]
    table = atlas.chains.table
    every, mine = table.average_propagation_lengths(), table.place("DE", "c15")
    for row in rows[:20]:
        there = table.place(row["country"], row["industry"])
        assert row["length_from"] == pytest.approx(every[there, mine])
        assert row["length_to"] == pytest.approx(every[mine, there])
    shock = ask("/value-chains/c15.json?country=DE")["shock"]["suppliers"][0]
    assert shock["steps"] == pytest.approx(every[table.place(shock["country"], shock["industry"]), mine])


def quotients(atlas: Atlas, region: str, delta: float, buyer: str) -> dict[str, float]:
    """Flegg's location quotients written out: (LQ of the supplier / LQ of the buyer) x log2(1 + share) ^ delta."""
    jobs = atlas.chains.jobs(atlas.statistics.year()).filter(pl.col("step") != "(other)")
    nation = jobs.filter(pl.col("region").str.starts_with("DE"))
    sums = dict(nation.group_by("step").agg(pl.col("value").sum()).rows())
    here = dict(nation.filter(region=region).select("step", "value").rows())
    share = sum(here.values()) / sum(sums.values())
    simple = {step: here[step] / sums[step] / share for step in here if sums[step]}
    size = np.log2(1 + share) ** delta
    cross = {step: value / simple[buyer] if step != buyer else value for step, value in simple.items()}
    return {step: value * size for step, value in cross.items()}


def test_a_region_buys_at_home_what_its_quotients_allow(ask: Ask, atlas: Atlas) -> None:
    found = ask("/api/v1/value-chains/c15/regional?region=DE11&delta=0.2")
    expected = quotients(atlas, "DE11", 0.2, "c15")
    known = [row for row in found["suppliers"] if row["quotient"] is not None]
    assert {row["industry"] for row in known} <= set(expected)
    for row in known:
        assert row["quotient"] == pytest.approx(expected[row["industry"]])
        assert row["coefficient"] == pytest.approx(row["national_coefficient"] * min(1, row["quotient"]))
    table = atlas.chains.table
    steel = next(row for row in known if row["industry"] == "c12")
    flow = table.flows[table.place("DE", "c12"), table.place("DE", "c15")]
    assert steel["national_coefficient"] == pytest.approx(flow / table.output[table.place("DE", "c15")])
    part = sum(row["coefficient"] for row in known) / sum(row["national_coefficient"] for row in known)
    assert found["share_in_region"] == pytest.approx(part)
    assert 1 < found["output_multiplier"] < found["national_output_multiplier"]


def test_a_supplier_without_figures_of_jobs_is_no_import(ask: Ask) -> None:
    found = ask("/api/v1/value-chains/c15/regional?region=DE11")
    unknown = [row for row in found["suppliers"] if row["quotient"] is None]
    assert "Finance and insurance" in {row["name"] for row in unknown}
    assert all(row["coefficient"] is None and row["persons_employed"] is None for row in unknown)
    blind = sum(row["national_coefficient"] for row in unknown)
    assert found["unknown"] == pytest.approx(
        blind / sum(row["national_coefficient"] for row in found["suppliers"])
    )
    assert "taken to deliver nothing" in ask("/value-chains/c15/?region=DE11")


def test_what_hangs_on_delta_is_shown_beside_it(ask: Ask) -> None:
    found = ask("/api/v1/value-chains/c15/regional?region=DE11&delta=0.4")
    shown = {row["delta"]: row for row in found["sensitivity"]}
    assert list(shown) == [0.1, 0.2, 0.3, 0.4, 0.5]
    assert shown[0.4]["share_in_region"] == pytest.approx(found["share_in_region"])
    assert shown[0.4]["output_multiplier"] == pytest.approx(found["output_multiplier"])
    for name in ("share_in_region", "output_multiplier"):
        values = [row[name] for row in found["sensitivity"]]
        assert values == sorted(values, reverse=True)
    page = ask("/value-chains/c15/?region=DE11&delta=0.4")
    assert 'name="delta" type="text" maxlength="500" value="0.4"' in page
    assert page.count('data-label="Output in the region per euro of demand"') == 5
    twin = ask("/value-chains/c15.json?region=DE11&delta=0.4")["regional"]
    for mine, answered in zip(twin["sensitivity"], found["sensitivity"], strict=True):
        assert mine == pytest.approx(answered)
    rows = rows_of(ask("/charts/regional-suppliers.csv?industry=c15&region=DE11&delta=0.4"))
    assert [row["industry"] for row in rows] == [row["industry"] for row in found["suppliers"]]


def test_an_industry_may_have_a_delta_of_its_own(ask: Ask) -> None:
    """SFLQ: the quotients of a buyer are those of its own exponent, the multiplier lies between."""
    own = ask("/api/v1/value-chains/c15/regional?region=DE11&delta=0.5,c15=0.1")
    low, high = (ask(f"/api/v1/value-chains/c15/regional?region=DE11&delta={one}") for one in ("0.1", "0.5"))
    for mine, lows in zip(own["suppliers"], low["suppliers"], strict=True):
        assert mine["coefficient"] == pytest.approx(lows["coefficient"])
    assert high["output_multiplier"] < own["output_multiplier"] < low["output_multiplier"]


def test_a_region_of_ones_own_has_a_table_too(ask: Ask) -> None:
    found = ask("/api/v1/value-chains/c15/regional?region=South%3DDE11,DE21")
    parts = [ask(f"/api/v1/value-chains/c15/regional?region={one}") for one in ("DE11", "DE21")]
    jobs = [{row["industry"]: row["persons_employed"] for row in one["suppliers"]} for one in (found, *parts)]
    assert jobs[0]["c15"] == pytest.approx(jobs[1]["c15"] + jobs[2]["c15"])
    assert found["region"] == "South=DE11,DE21"


@pytest.mark.parametrize("delta", ["2", "-0.1", "much", "nan", "c99=0.2", "0.3,c15=x"])
def test_a_delta_that_is_none_is_refused_with_the_remedy(client: Client, delta: str) -> None:
    for path in ("/value-chains/c15/", "/value-chains/c15.json", "/api/v1/value-chains/c15/regional"):
        answer = client.get(path, {"region": "DE11", "delta": delta})
        assert answer.status_code == 400
        assert "delta" in answer.content.decode() or "no industry" in answer.content.decode()


def test_regions_without_a_table_are_told_why(client: Client, ask: Ask) -> None:
    over = client.get("/api/v1/value-chains/c15/regional", {"region": "DE13,FRF1"})
    assert over.status_code == 400
    assert "Germany and France" in over.content.decode() or "France" in over.content.decode()
    assert "lies in" in ask("/value-chains/c15/?region=DE13,FRF1")
    elsewhere = client.get("/api/v1/value-chains/c15/regional", {"region": "DE11", "country": "FR"})
    assert elsewhere.status_code == 400
    assert client.get("/api/v1/value-chains/c15/regional", {"region": "NO08"}).status_code == 404


@pytest.mark.parametrize(
    ("asked", "column"),
    [
        (["c15", "--show", "multipliers"], "domestic_output_multiplier"),
        (["c15", "--show", "linkages", "--country", "DE"], "key_sector"),
        (["c15", "--show", "extraction"], "extraction_others"),
        (["c15", "--show", "jobs"], "employment_multiplier"),
        (["c15", "--show", "exports"], "foreign_value_added"),
        (["c15", "--show", "lengths"], "length_to"),
        (["c15", "--show", "regional", "--region", "DE11", "--delta", "0.2,c15=0.1"], "share_in_region"),
        (["c15", "--show", "sensitivity", "--region", "DE11"], "output_multiplier"),
        (["--show", "terms"], "double_counted_foreign"),
    ],
)
def test_the_command_shows_each_measure(sample_root: Path, asked: list[str], column: str) -> None:
    done = CliRunner().invoke(app, ["value-chains", *asked, "--format", "csv", "--release", str(sample_root)])
    assert done.exit_code == 0, done.output
    rows = rows_of(done.stdout)
    assert rows
    assert all(column in row for row in rows)


def test_the_command_asks_for_a_region_where_it_needs_one(sample_root: Path) -> None:
    done = CliRunner().invoke(
        app, ["value-chains", "c15", "--show", "regional", "--release", str(sample_root)]
    )
    assert done.exit_code != 0
    assert "no region is named" in str(done.exception)
