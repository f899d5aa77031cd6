"""Value chains on the site, on the sample: what a visitor reads, chooses and takes away."""

from __future__ import annotations

import csv
import html
import io
import json
from urllib.parse import quote, urlencode

import pytest
import schemathesis
from django.test import Client

from tests.web.test_api_fuzz import CHECKS, HEADERS, KNOWN_IN_SAMPLE

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
    assert "In the EU in 2008, Mining and quarrying was farthest from the final buyer" in said


def test_an_industry_tells_suppliers_customers_and_position(client: Client) -> None:
    said = body(client, PAGE)
    assert "steps from the final buyer" in said
    assert "from the first inputs in 2008." in said
    assert "Metals and metal products" in said
    assert "/categories/nace-divisions/C29/" in said
    assert "/charts/value-chain.svg" in said
    assert 'href="/data/tables/input_output_flow.csv"' in said
    flows = csv.DictReader(io.StringIO(body(client, "/data/tables/input_output_flow.csv")))
    assert all(row["source_file"] and row["value"] for row, _ in zip(flows, range(50), strict=False))


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


def test_a_step_without_figures_is_neither_lacked_nor_advised_on(client: Client) -> None:
    path = "/value-chains/c14"
    found = json.loads(body(client, f"{path}.json?region=DE21"))
    states = {step["code"]: step["state"] for step in found["steps"]}
    unknown = [step for step in found["steps"] if step["state"] == "no figure"]
    assert unknown
    assert all(step["location_quotient"] is None and step["has_step"] is None for step in unknown)
    known = [step for step in found["steps"] if step["state"] != "no figure"]
    assert all(step["has_step"] == (step["location_quotient"] >= 1) for step in known)
    assert found["figure_count"] == len(known)
    assert found["has_count"] == sum(step["has_step"] for step in known)
    assert found["unknown"] == [step["name"] for step in unknown]
    assert {name for line in found["chain"] for name in line["adds"]} <= {step["name"] for step in known}
    assert found["chain"][-1]["share_covered"] == 1
    assert found["chain"][0]["step_count"] == found["has_count"]
    rows = list(csv.DictReader(io.StringIO(body(client, f"{path}.csv?region=DE21"))))
    assert {row["industry"]: row["region_state"] for row in rows if row["region_state"]} == states
    said = body(client, f"{path}/?region=DE21")
    assert f"has {found['has_count']} of the {len(known)} steps with figures" in said
    assert (
        f"Flows between industries are of {found['table']['year']}, jobs of regions of {found['year']}"
        in said
    )
    assert said.count("lacks it") == sum(not step["has_step"] for step in known)


def test_a_region_of_ones_own_has_the_steps_of_its_parts_together(client: Client) -> None:
    own = "?region=" + quote("South=DE11,DE21")
    found = json.loads(body(client, f"/value-chains/c15.json{own}"))
    assert (found["country"], found["region"]["name"]) == ("DE", "South")
    states = {step["code"]: step["state"] for step in found["steps"]}
    assert states["c15"] == "has it"
    assert found["chain"][0] | {"adds": 0} == found["chain"][0] | {"region": "South=DE11,DE21", "adds": 0}
    named = {line["region"] for line in found["chain"]} | {
        one["code"] for step in found["steps"] for one in step["regions"]
    }
    assert not named & {"DE11", "DE21"}
    both = client.get(f"/api/v1/value-chains/c15/shock{own}&fall=0.2").json()
    each = [
        client.get(f"/api/v1/value-chains/c15/shock?region={code}&fall=0.2").json()
        for code in ("DE11", "DE21")
    ]
    assert both["own"] == pytest.approx(sum(one["own"] for one in each))
    assert [row["region"] for row in both["regions"]].count("South=DE11,DE21") == 1
    assert not {"DE11", "DE21"} & {row["region"] for row in both["regions"]}
    said = body(client, f"/value-chains/c15/{own}")
    assert "South has" in said
    assert 'value="South=DE11,DE21" selected' in said


def test_a_region_over_a_border_is_seen_beside_the_whole_union(client: Client) -> None:
    own = "?region=" + quote("DE13,FRF1")
    found = json.loads(body(client, f"/value-chains/c15.json{own}"))
    assert found["country"] is None
    assert found["chain"][0]["region"] == "DE13,FRF1"
    losses = client.get(f"/api/v1/value-chains/c15/shock{own}").json()
    mine = [row for row in losses["regions"] if row["region"] == "DE13,FRF1"]
    assert {row["country"] for row in mine} == {"DE", "FR"}
    assert 0 < losses["own"] < client.get("/api/v1/value-chains/c15/shock").json()["own"]


def test_the_page_of_a_region_of_ones_own_leads_to_its_chains(client: Client) -> None:
    said = html.unescape(body(client, "/areas/?area=" + quote("South=DE11,DE21")))
    assert f"/value-chains/c15/?{urlencode({'region': 'South=DE11,DE21'})}" in said


def test_the_list_as_csv_adds_up(client: Client) -> None:
    rows = list(csv.DictReader(io.StringIO(body(client, "/value-chains/c15.csv?country=DE"))))
    for side in ("suppliers", "customers", "final users"):
        assert sum(float(row["share"]) for row in rows if row["side"] == side) == pytest.approx(1)


def test_mistakes_are_told_with_the_nearest(client: Client) -> None:
    assert "no industry" in body(client, "/value-chains/c99/", 404)
    assert "no country" in body(client, f"{PAGE}?country=XX", 404)
    assert "no region 'ZZ99'" in html.unescape(body(client, f"{PAGE}?region=ZZ99", 404))


def test_categories_and_regions_lead_to_their_chains(client: Client) -> None:
    assert "/value-chains/c15/" in body(client, "/categories/nace-divisions/C29/")
    assert "/value-chains/c15/?region=DE11" in body(client, "/regions/DE11/")


def test_the_interface_answers_as_it_describes(client: Client) -> None:
    from clusteratlas.web.wsgi import application

    assert client.get("/api/v1/value-chains").json()["industries"]
    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=HEADERS)
    by_path = {found.ok().path: found.ok() for found in described.get_all_operations()}
    for path, parameters in KNOWN_IN_SAMPLE.items():
        for query in ({}, {"region": "DE11"}, {"country": "FR"}):
            known = {parameter.name for parameter in by_path[path].query}
            if not set(query) <= known or (path.endswith("regional") and "region" not in query):
                continue
            case = by_path[path].Case(path_parameters=parameters, query=query)
            response = case.call(headers=HEADERS)
            assert response.status_code == 200
            case.validate_response(response, checks=CHECKS)


def test_a_shock_is_followed_to_industries_and_regions(client: Client) -> None:
    found = client.get("/api/v1/value-chains/c15/shock?region=DE11&fall=0.2").json()
    assert found["country"] == "DE"
    for lost in ("lost_sales", "lost_supplies"):
        every = sum(row[lost] for row in found["industries"]) + found["own"]
        assert sum(row[lost] for row in found["regions"]) == pytest.approx(every)
    assert found["regions"][0]["region"] == "DE11"
    assert not [row for row in found["regions"] if row["country"] == "ROW" and row["region"]]
    half = client.get("/api/v1/value-chains/c15/shock?region=DE11&fall=0.1").json()
    assert half["own"] == pytest.approx(found["own"] / 2)
    whole = client.get("/api/v1/value-chains/c15/shock?country=DE&fall=0.2").json()
    assert 0 < found["own"] < whole["own"]


def test_the_page_of_a_region_tells_its_shock(client: Client) -> None:
    said = body(client, f"{PAGE}?region=DE11&fall=25")
    assert "If it made 25 % less" in said.replace("&nbsp;", " ")
    assert "taken to lie where its jobs are" in said
    shock = json.loads(body(client, "/value-chains/c15.json?region=DE11&fall=25"))["shock"]
    api = client.get("/api/v1/value-chains/c15/shock?region=DE11&fall=0.25").json()
    assert shock["own"] == pytest.approx(api["own"])
    assert "DE11" not in {row["code"] for row in shock["regions"]}


@pytest.mark.parametrize("fall", ["-1", "101", "much", "nan"])
def test_a_fall_that_is_none_is_refused_with_the_remedy(client: Client, fall: str) -> None:
    assert "Give per cent" in body(client, f"{PAGE}?fall={fall}", 400)
