"""Births, deaths and high growth of enterprises on a region's page, from a table in Eurostat's layout."""

from __future__ import annotations

import gzip
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client

from clusteratlas.pipeline.build import Given, build

TABLE = """freq,indic_sb,nace_r2,geo\\TIME_PERIOD\t2019 \t2020 
A,V11910,C,AT11\t200 \t210 
A,V11920,C,AT11\t20 \t21 b
A,V11930,C,AT11\t10 \t: c
A,V11960,C,AT11\t5 \t: 
A,V11910,J,AT11\t: \t400 
A,V11920,J,AT11\t: \t60 
"""


@pytest.fixture
def client(site: Callable[[], Client], tmp_path: Path) -> Iterator[Client]:
    from clusteratlas.web.atlas import holder

    file = tmp_path / "bd_hgnace2_r3.tsv.gz"
    file.write_bytes(gzip.compress(TABLE.encode()))
    build([Given("eurostat", file)], tmp_path / "atlas")
    before = os.environ["CLUSTERATLAS_RELEASE"]
    os.environ["CLUSTERATLAS_RELEASE"] = str(tmp_path / "atlas")
    holder.cache_clear()
    yield site()
    holder().close()
    os.environ["CLUSTERATLAS_RELEASE"] = before
    holder.cache_clear()


def test_a_region_tells_the_rates_of_the_last_year_and_what_is_not_known(client: Client) -> None:
    answer = client.get("/regions/AT11/")
    assert answer.status_code == 200
    said = answer.content.decode()
    section = said[said.index('id="enterprises"') :].partition("</section>")[0]
    assert section.index("Information and communication") < section.index("Manufacturing")
    assert "15.0 %" in section.replace("\xa0", " ").replace("&nbsp;", " ")
    assert "no figure" in section
    assert "2020" in section
    rows = client.get("/api/v1/regions/AT11/enterprises?year=2020").json()
    assert {row["industry_code"]: row["birth_rate"] for row in rows} == {"C": 0.1, "J": 0.15}


def test_a_region_without_figures_has_no_section(client: Client) -> None:
    assert 'id="enterprises"' not in client.get("/regions/AT12/").content.decode()
