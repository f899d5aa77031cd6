"""Value chains on the site, on the sample: what a visitor reads, chooses and takes away."""

from __future__ import annotations

import csv
import io
import json

import pytest
from django.test import Client

PAGE = "/value-chains/c15/"


def body(client: Client, path: str, status: int = 200) -> str:
    answer = client.get(path)
    assert answer.status_code == status, path
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_industries_stand_from_the_first_inputs_to_the_buyer(client: Client) -> None:
    said = body(client, "/value-chains/")
    assert said.index("Mining and quarrying") < said.index("Metals and metal products")
    assert said.index("Metals and metal products") < said.index("Hotels and restaurants")
    assert "World Input-Output Database" in said


def test_an_industry_tells_suppliers_customers_and_position(client: Client) -> None:
    said = body(client, PAGE)
    assert "steps from the final buyer" in said
    assert "Metals and metal products" in said
    assert "/categories/nace-divisions/C29/" in said
    assert "/charts/value-chain.svg" in said


def test_a_region_is_told_what_it_has_what_it_lacks_and_who_completes_it(client: Client) -> None:
    found = json.loads(body(client, "/value-chains/c15.json?region=DE11"))
    assert found["country"] == "DE"
    has = {step["code"] for step in found["steps"] if step["has_step"]}
    assert "c15" in has
    assert found["chain"][0]["region"] == "DE11"
    held = {name for line in found["chain"] for name in line["adds"]}
    shown = {step["name"] for step in found["steps"] if step["region_count"]}
    assert held == shown
    said = body(client, f"{PAGE}?region=DE11")
    assert "Stuttgart has" in said
    assert "Build the chain" in said


def test_the_list_as_csv_adds_up(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(body(client, "/value-chains/c15.csv?country=DE"))))
    for side in ("suppliers", "customers", "final users"):
        assert sum(float(row["share"]) for row in rows if row["side"] == side) == pytest.approx(1)


def test_mistakes_are_told_with_the_nearest(client: Client) -> None:
    assert "no industry" in body(client, "/value-chains/c99/", 404)
    assert "no country" in body(client, f"{PAGE}?country=XX", 404)
    assert "NUTS 2 region" in body(client, f"{PAGE}?region=ZZ99", 404)


def test_categories_and_regions_lead_to_their_chains(client: Client) -> None:
    assert "/value-chains/c15/" in body(client, "/categories/nace-divisions/C29/")
    assert "/value-chains/c15/?region=DE11" in body(client, "/regions/DE11/")
