"""The interface asked everything that its description allows, and much that it forbids: no fault of ours, ever."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
    status_code_conformance,
)

HEADERS = {"Host": "localhost", "Accept-Encoding": "identity"}
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
SETTINGS = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def operations(site: Callable) -> list[Any]:
    """Every operation of the description that the running application gives."""
    site()
    from clusteratlas.web.wsgi import application

    described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", application, headers=HEADERS)
    return [found.ok() for found in described.get_all_operations()]


def faults(operation: Any, mode: GenerationMode, checks: list[Callable]) -> Iterator[str]:
    """What went wrong with requests of ``mode`` to one operation."""

    @SETTINGS
    @given(case=operation.as_strategy(generation_mode=mode))
    def attempt(case: Any) -> None:
        response = case.call(headers=HEADERS)
        case.validate_response(response, checks=checks)

    try:
        attempt()
    except Unsatisfiable:
        return  # nothing can be wrong with such a request
    except (Failure, FailureGroup, AssertionError) as fault:
        yield f"{operation.label}: {fault}"


def test_what_is_allowed_is_answered_as_described(operations: list[Any]) -> None:
    assert len(operations) > 30
    found = [f for one in operations for f in faults(one, GenerationMode.POSITIVE, CHECKS)]
    assert not found, "\n\n".join(found)


KNOWN = {
    "/api/v1/projects/{project_id}": {"project_id": "cordis:101900003"},
    "/api/v1/organisations/{organisation_id}": {"organisation_id": "pic:900000001"},
    "/api/v1/countries/{code}": {"code": "DE"},
    "/api/v1/regions/{code}": {"code": "DEG03"},
    "/api/v1/pillars/{pillar_id}": {"pillar_id": "emerging-industries"},
    "/api/v1/initiatives/{initiative_id}": {"initiative_id": "supply-chain-technologies"},
    "/api/v1/tables/{name}": {"name": "project"},
    "/api/v1/indicators/{name}": {"name": "location_quotient"},
    "/api/v1/regions/{code}/firms": {"code": "DEG03"},
    "/api/v1/regions/{code}/enterprises": {"code": "DEG03"},
    "/api/v1/trends/{trend_id}": {"trend_id": "theme:photonics"},
    "/api/v1/connections/{one}/to/{other}": {"one": "pic:900000001", "other": "pic:900000002"},
}
KNOWN_IN_SAMPLE = {
    "/api/v1/value-chains/{industry}": {"industry": "c15"},
    "/api/v1/value-chains/{industry}/flows": {"industry": "c15"},
    "/api/v1/value-chains/{industry}/shock": {"industry": "c15"},
    "/api/v1/value-chains/{industry}/linkages": {"industry": "c15"},
    "/api/v1/value-chains/{industry}/exports": {"industry": "c15"},
    "/api/v1/value-chains/{industry}/lengths": {"industry": "c15"},
    "/api/v1/value-chains/{industry}/regional": {"industry": "c15"},
}
"""What needs tables that the tiny release lacks: asked in `tests/web/observatory/test_value_chains.py`."""


def test_what_is_there_is_as_described(operations: list[Any]) -> None:
    by_path = {one.path: one for one in operations}
    assert {*KNOWN, *KNOWN_IN_SAMPLE} == {path for path in by_path if "{" in path}
    for path, parameters in KNOWN.items():
        case = by_path[path].Case(path_parameters=parameters)
        response = case.call(headers=HEADERS)
        assert response.status_code == 200
        case.validate_response(response, checks=CHECKS)


def test_what_is_forbidden_is_refused_politely(operations: list[Any]) -> None:
    asked = [one for one in operations if one.query]
    found = [
        f for one in asked for f in faults(one, GenerationMode.NEGATIVE, [*CHECKS, negative_data_rejection])
    ]
    assert not found, "\n\n".join(found)
