"""Small firms in EU projects on a region's page, and the same figures counted a second time from the tables."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from django.test import Client

SMES = """
SELECT count(DISTINCT organisation_id), count(DISTINCT project_id) FROM participation
WHERE is_sme AND starts_with(region_code, ?)
"""
AGAIN = """
SELECT count(*) FROM (SELECT organisation_id FROM participation WHERE is_sme AND starts_with(region_code, ?)
GROUP BY organisation_id HAVING count(DISTINCT project_id) > 1)
"""
WINNERS = """
SELECT count(DISTINCT organisation_id) FROM participation JOIN project USING (project_id)
WHERE is_sme AND starts_with(region_code, ?)
  AND (topic_code LIKE 'HORIZON-EIC-%' OR funding_scheme_code LIKE 'HORIZON-EIC%')
"""


NEWCOMERS = """
WITH part AS (
  SELECT organisation_id, programme_id, year(start_date) AS began, is_sme AND starts_with(region_code, ?) AS here
  FROM participation JOIN project USING (project_id)
)
SELECT programme_id, count(*) FROM (
  SELECT organisation_id, programme_id, min(began) AS first FROM part GROUP BY ALL HAVING bool_or(here)
) own
WHERE first IS NOT NULL AND NOT EXISTS (
  SELECT 1 FROM part WHERE part.organisation_id = own.organisation_id
  AND part.programme_id <> own.programme_id AND part.began < own.first
) GROUP BY programme_id
"""


def test_the_figures_of_a_region(client: Client, sample_root: Path) -> None:
    with duckdb.connect(str(sample_root / "atlas.duckdb"), read_only=True) as tables:
        smes, projects = tables.execute(SMES, ["BE10"]).fetchone()
        again = tables.execute(AGAIN, ["BE10"]).fetchone()[0]
        winners = tables.execute(WINNERS, ["BE10"]).fetchone()[0]
        newcomers = dict(tables.execute(NEWCOMERS, ["BE10"]).fetchall())
    assert smes > again > 0
    found = client.get("/api/v1/regions/BE10/firms").json()
    assert (found["smes"], found["projects"], found["repeat_smes"]) == (smes, projects, again)
    told = {line["programme_id"]: line["newcomers"] for line in found["programmes"] if line["newcomers"]}
    assert told == newcomers
    assert winners <= sum(line["winners"] for line in found["winners"])
    assert max(line["smes"] for line in found["programmes"]) <= smes
    page = client.get("/regions/BE10/").content.decode()
    assert (
        f"<strong>{smes} small or medium-sized enterprises</strong> take part in {projects} projects" in page
    )


def test_a_place_without_small_firms_has_no_section(client: Client) -> None:
    assert 'id="firms"' not in client.get("/countries/US/").content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/regions/AT/firms", 200),
        ("/api/v1/regions/GR/firms", 200),
        ("/api/v1/regions/be10/firms", 200),
        ("/api/v1/regions/BE10/enterprises?industry=C&year=2020", 200),
        ("/api/v1/regions/ZZ/firms", 404),
        ("/api/v1/regions/%00/firms", 404),
        ("/api/v1/regions/BE10/firms?yaer=1", 400),
    ],
)
def test_the_interface_answers(client: Client, path: str, status: int) -> None:
    assert client.get(path).status_code == status


def test_a_country_has_its_small_firms(client: Client) -> None:
    assert 'id="firms"' in client.get("/countries/GR/").content.decode()
