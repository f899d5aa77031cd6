"""The reference page of the interface, written from its OpenAPI description, without scripts."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, replace
from functools import cache
from typing import Any
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas.atlas import Atlas
from clusteratlas.web.api.api import api
from clusteratlas.web.api.problems import MEDIA_TYPE
from clusteratlas.web.atlas import remember

PREFIX = "/api/v1/"
EXAMPLES = """
  SELECT
    (SELECT project_id FROM project_cluster ORDER BY label <> 'core', probability DESC, project_id LIMIT 1) AS projects,
    o.organisation_id AS organisations, o.country_code AS countries, o.region_code AS regions,
    (SELECT trend_id FROM trend ORDER BY projects DESC, trend_id LIMIT 1) AS trends,
    (SELECT from_code FROM input_output_flow WHERE from_kind = 'industry'
      GROUP BY 1 ORDER BY sum(value) DESC, 1 LIMIT 1) AS value_chains,
    (SELECT initiative_id FROM project WHERE initiative_id IS NOT NULL GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1)
      AS initiatives,
    (SELECT min(p.organisation_id) FROM participation p WHERE p.organisation_id <> o.organisation_id
      AND p.project_id IN (SELECT project_id FROM participation WHERE organisation_id = o.organisation_id)) AS partners
  FROM (SELECT 1) LEFT JOIN (
    SELECT * FROM organisation WHERE length(region_code) > 2 ORDER BY projects DESC, organisation_id LIMIT 1
  ) o ON true"""

CONNECTED = ("organisations", "partners")
"""What the two ends of a connection are."""


@dataclass(frozen=True)
class Parameter:
    """A parameter: where it stands (path, query), what it may be, what it means."""

    name: str
    place: str
    type: str
    is_required: bool
    default: str
    meaning: str


@dataclass(frozen=True)
class Endpoint:
    """An endpoint; ``example`` is an address that can be opened (empty when the release holds
    nothing of the kind), ``answer`` the name of what it gives."""

    id: str
    path: str
    tag: str
    summary: str
    parameters: tuple[Parameter, ...]
    answer: str
    example: str


@dataclass(frozen=True)
class Property:
    """A property of an answer."""

    name: str
    type: str
    meaning: str


@dataclass(frozen=True)
class Shape:
    """The shape of an answer, or of a part of one."""

    name: str
    meaning: str
    properties: tuple[Property, ...]


def page(request: HttpRequest) -> HttpResponse:
    """The reference page."""
    groups: dict[str, list[Endpoint]] = {}
    there = remember(request, "api-examples", examples)
    for endpoint in endpoints():
        shown = replace(endpoint, example=there.get(endpoint.path, endpoint.example))
        groups.setdefault(endpoint.tag, []).append(shown)
    crumbs = [("Home", "/"), ("Data", "/data/"), ("Programming interface", "")]
    context = {"groups": groups.items(), "shapes": shapes(), "crumbs": crumbs}
    return render(request, "data/api.html", context)


def examples(atlas: Atlas) -> dict[str, str]:
    """Addresses of things that the release holds, by the path of the endpoint; empty where it holds none."""
    found = {what: value and quote(value, safe=":/") for what, value in atlas.rows(EXAMPLES)[0].items()}
    addresses = {}
    for one in endpoints():
        what, _, rest = one.path.removeprefix(PREFIX).partition("/")
        values = CONNECTED if what == "connections" else (what.replace("-", "_"),)
        if "{" in rest and found.keys() >= set(values):
            address, parameters = one.path, one.example.partition("?")[1:]
            for value in values:
                address = re.sub(r"\{.*?\}", found[value] or "", address, count=1)
            is_there = all(found[value] for value in values)
            addresses[one.path] = address + "".join(parameters) if is_there else ""
    return addresses


def openapi(request: HttpRequest) -> HttpResponse:
    """The OpenAPI description."""
    return HttpResponse(_description_text(), content_type="application/json")


@cache
def _description_text() -> str:
    return json.dumps(description(), ensure_ascii=False)


@cache
def description() -> dict[str, Any]:
    """The OpenAPI description."""
    described = api.get_openapi_schema(path_prefix=PREFIX)
    for operations in described["paths"].values():
        for operation in operations.values():
            for status, answer in operation["responses"].items():
                if status >= 400:
                    # What makes the description knows one media type; problems have their own.
                    answer["content"] = {MEDIA_TYPE: answer["content"].pop("application/json")}
    _free_moments(described)
    return described


def _free_moments(described: Any) -> None:
    """Take the format `date-time` away: moments are as published, which seldom says the time zone."""
    if isinstance(described, dict):
        if described.get("format") == "date-time":
            del described["format"]
        described = list(described.values())
    if isinstance(described, list):
        for one in described:
            _free_moments(one)


@cache
def endpoints() -> tuple[Endpoint, ...]:
    """Every endpoint, in the order in which they are described."""
    return tuple(
        _endpoint(path, operation)
        for path, operations in description()["paths"].items()
        for operation in operations.values()
    )


def _endpoint(path: str, operation: dict[str, Any]) -> Endpoint:
    parameters = operation.get("parameters", [])
    answer = operation["responses"][200]["content"]["application/json"]["schema"]
    example = path
    for one in parameters:
        value = (one["schema"].get("examples") or one.get("examples") or [one["name"]])[0]
        value = quote(str(value), safe=":/")
        if one["in"] == "path":
            example = example.replace("{" + one["name"] + "}", value)
        elif one.get("required"):
            example = f"{example}?{one['name']}={value}"
    return Endpoint(
        operation["operationId"],
        path,
        operation["tags"][0],
        operation.get("description") or operation.get("summary", ""),
        tuple(_parameter(one) for one in parameters),
        type_of(answer),
        example,
    )


def _parameter(one: dict[str, Any]) -> Parameter:
    schema = one["schema"]
    default = schema.get("default")
    return Parameter(
        one["name"],
        one["in"],
        type_of(schema),
        one.get("required", False),
        ""
        if default in (None, "", [])
        else str(default).lower()
        if default in (True, False)
        else str(default),
        one.get("description") or schema.get("description", ""),
    )


@cache
def shapes() -> tuple[Shape, ...]:
    """Every shape of answers, by name."""
    known = description()["components"]["schemas"]
    return tuple(
        Shape(name, one.get("description", "").split("\n\n")[0], _properties(one))
        for name, one in sorted(known.items())
        if "properties" in one
    )


def _properties(shape: dict[str, Any]) -> tuple[Property, ...]:
    return tuple(
        Property(name, type_of(one), one.get("description", "")) for name, one in shape["properties"].items()
    )


def type_of(schema: dict[str, Any]) -> str:
    """A type in words.

    >>> type_of({"type": "array", "items": {"$ref": "#/components/schemas/Hit"}})
    'list of Hit'
    >>> type_of({"anyOf": [{"type": "string"}, {"type": "null"}]})
    'text or nothing'
    """
    if "$ref" in schema:
        return schema["$ref"].rsplit("/", 1)[-1]
    if "anyOf" in schema:
        return " or ".join(dict.fromkeys(type_of(one) for one in schema["anyOf"]))
    if "enum" in schema:
        return " or ".join(str(one) for one in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {type_of(schema.get('items', {}))}"
    words = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    words |= {"null": "nothing", "object": "object"}
    return schema.get("format") or words.get(schema.get("type", ""), "anything")
