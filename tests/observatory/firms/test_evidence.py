"""EU projects as evidence of firms, and Eurostat's counts of enterprises as rates, from the publisher's own layout."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import polars as pl
import pytest

from clusteratlas.errors import InputError
from clusteratlas.observatory import firms
from tests.support.engines import ENGINES, all_alike
from tests.support.reading import read_source

PARTS = {
    # organisation, project, programme, SME, start, scheme, topic, EUR
    "organisation_id": ["a", "a", "a", "b", "b", "c", "d", "e"],
    "project_id": ["1", "2", "3", "3", "4", "4", "5", "5"],
    "programme_id": ["H2020", "HORIZON", "HORIZON", "HORIZON", "HORIZON", "HORIZON", "H2020", "H2020"],
    "is_sme": [True, True, True, True, True, False, True, None],
    "start_year": [2016, 2022, 2023, 2023, None, None, 2019, 2019],
    "funding_scheme_code": [
        "SME-2",
        "RIA",
        "HORIZON-EIC-ACC-BF",
        "HORIZON-EIC-ACC-BF",
        None,
        None,
        "SME-1",
        "SME-1",
    ],
    "topic_code": [
        "SMEInst-01",
        "X",
        "HORIZON-EIC-2022-ACCELERATOROPEN-01",
        "HORIZON-EIC-2022-ACCELERATOROPEN-01",
        "HORIZON-EIC-2023-PATHFINDEROPEN-01",
        "HORIZON-EIC-2023-PATHFINDEROPEN-01",
        "Y",
        "Y",
    ],
    "net_eu_contribution_eur": [1e6, 2e5, 2e6, None, None, 5e5, 5e4, 5e4],
}


@pytest.mark.parametrize("kind", ["pandas", "polars", "pyarrow", "duckdb"])
def test_small_firms_by_programme_and_instrument(kind: str) -> None:
    engine = ENGINES[kind]
    found = engine.rows(firms.sme_participation(engine.frame(PARTS)))
    by_programme = {row["programme_id"]: row for row in found}
    assert {
        key: by_programme["HORIZON"][key] for key in ("smes", "projects", "repeat_smes", "newcomers")
    } == {
        "smes": 2,
        "projects": 3,
        "repeat_smes": 2,
        "newcomers": 1,
    }
    assert (by_programme["H2020"]["smes"], by_programme["H2020"]["newcomer_share"]) == (2, 1.0)
    won = engine.rows(firms.instrument_winners(engine.frame(PARTS)))
    wanted = [
        {"instrument": "EIC Accelerator", "winners": 2, "projects": 1, "net_eu_contribution_eur": 2e6},
        {"instrument": "EIC Pathfinder", "winners": 1, "projects": 1, "net_eu_contribution_eur": None},
        {"instrument": "SME instrument", "winners": 2, "projects": 2, "net_eu_contribution_eur": 1.05e6},
    ]
    all_alike(won, wanted, "instrument")


def test_a_firm_known_from_another_programme_is_no_newcomer_though_it_was_not_told_as_small_then() -> None:
    parts = pl.DataFrame(
        {
            "organisation_id": ["a", "a", "b", "b", "c", "c"],
            "project_id": ["1", "2", "3", "4", "5", "6"],
            "programme_id": ["FP7", "H", "H", "H", "H", "FP7"],
            "is_sme": [None, True, False, True, True, False],
            "start_year": [2010, 2022, 2021, 2023, 2022, 2024],
        }
    )
    found = firms.sme_participation(parts).select("programme_id", "smes", "newcomers")
    assert found.rows() == [("H", 3, 2)]  # a came from FP7; b and c began in H


def test_columns_that_are_absent_are_named() -> None:
    with pytest.raises(InputError, match="no column 'is_sme'"):
        firms.sme_participation(pl.DataFrame(PARTS).drop("is_sme"))


TABLE = """freq,indic_sb,nace_r2,geo\\TIME_PERIOD\t2019 \t2020 
A,V11910,C,AT11\t200 \t210 
A,V11920,C,AT11\t20 \t21 b
A,V11930,C,AT11\t10 \t: c
A,V11960,C,AT11\t5 \t: 
A,V11910,J,AT11\t0 \t: 
A,V11920,J,AT11\t0 \t3 
A,V16910,C,AT11\t900 \t900 
"""


def test_rates_from_a_table_in_the_publishers_layout(tmp_path: Path) -> None:
    file = tmp_path / "bd_hgnace2_r3.tsv.gz"
    file.write_bytes(gzip.compress(TABLE.encode()))
    rows = pl.DataFrame(read_source("eurostat", file).observations, infer_schema_length=None)
    found = {(r["industry_code"], r["year"]): r for r in firms.enterprise_rates(rows).rows(named=True)}
    assert len(found) == 4
    assert found["C", 2019]["birth_rate"] == 0.1
    assert found["C", 2019]["churn_rate"] == pytest.approx(0.15)
    assert found["C", 2019]["high_growth_share"] == 0.025
    assert found["C", 2020]["birth_rate"] == 0.1
    assert found["C", 2020]["death_rate"] is None
    assert found["J", 2019]["birth_rate"] is None
    assert found["J", 2020]["active_enterprises"] is None


def test_rates_stay_with_a_duckdb_relation() -> None:
    rows = duckdb.sql(
        "SELECT 'AT11' AS nuts_code, 'C' AS industry_code, 2020 AS year, i AS indicator, v AS value "
        "FROM (VALUES ('V11910', 50.0), ('V11960', 2.0)) t(i, v)"
    )
    found = firms.enterprise_rates(rows)
    assert isinstance(found, duckdb.DuckDBPyRelation)
    assert found.fetchall()[0][-1] == 0.04
