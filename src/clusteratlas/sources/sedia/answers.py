"""Results of the portal's search as canonical rows: plain functions from a result to dictionaries."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from clusteratlas.sources import values
from clusteratlas.sources.curated.identifiers import slug
from clusteratlas.taxonomies import canonical_role, canonical_status
from clusteratlas.taxonomies.named import country_named

Row = dict[str, str | None]
Warn = Callable[[str, str, str], None]
"""Told of what is odd: its code, what it is, the value."""

PORTAL = "https://ec.europa.eu/info/funding-tenders/opportunities/portal/screen"
LISTS = ("results", "result", "hits", "items", "content", "data")


def results(answer: Any) -> list[Any] | None:
    """The results of an answer, wherever it keeps them; None when it keeps none."""
    if isinstance(answer, list):
        return answer
    if not isinstance(answer, dict):
        return None
    if "metadata" in answer:
        return [answer]
    for name in LISTS:
        found = answer.get(name)
        if isinstance(found, list):
            return found
        if isinstance(found, dict) and (inner := results(found)) is not None:
            return inner
    return None


class Told:
    """What a result says of a field: lists of texts, whether they come as lists or bare."""

    def __init__(self, result: dict[str, Any], warn: Warn) -> None:
        metadata = result.get("metadata")
        if not isinstance(metadata, dict):
            warn("changed shape", "a result without 'metadata'; its own fields are read", str(result)[:80])
            metadata = result
        self._fields, self.result, self.warn = metadata, result, warn

    def all(self, name: str) -> list[Any]:
        """Everything that a field says, empty texts left out."""
        found = self._fields.get(name)
        listed = found if isinstance(found, list) else [] if found is None else [found]
        return [one for one in listed if isinstance(one, (dict, list)) or values.given(one)]

    def __call__(self, *names: str) -> str | None:
        """The first plain text of the first of the fields that says one."""
        for name in names:
            for one in self.all(name):
                if not isinstance(one, (dict, list)):
                    return values.given(one)
        return None

    def joined(self, name: str, separator: str) -> str | None:
        """All plain texts of a field, each once."""
        texts = (values.given(one) for one in self.all(name) if not isinstance(one, (dict, list)))
        return separator.join(dict.fromkeys(filter(None, texts))) or None

    def read(self, name: str, reader: Callable[[object], str | None], what: str) -> str | None:
        """A field through a reader; what cannot be read is told."""
        text = self(name)
        value = reader(text)
        if text is not None and value is None:
            self.warn("unreadable value", f"field '{name}' is no {what}; left empty", text)
        return value

    def json(self, name: str) -> Any:
        """A field that holds JSON within a text, or plainly; None when it is empty or broken."""
        found = self.all(name)
        if not found:
            return None
        first = found[0]
        if isinstance(first, dict):
            return found if len(found) > 1 else first
        if isinstance(first, list):
            return first
        try:
            return json.loads(str(first))
        except (ValueError, RecursionError):
            self.warn("unreadable value", f"field '{name}' is no JSON; left out", str(first)[:80])
            return None

    @property
    def weight(self) -> tuple[bool, bool, int]:
        """How much a document says: of several about one thing the one in English, with partners, with most fields."""
        is_english = (values.given(self.result.get("language")) or self("language") or "en").lower() == "en"
        return is_english, bool(self.all("participants")), sum(bool(self.all(n)) for n in self._fields)


def day(cell: object) -> str | None:
    """A day, also as milliseconds since 1970.

    >>> day("2026-04-29T00:00:00.000+0000"), day("1714348800000"), day("soon")
    ('2026-04-29', '2024-04-29', None)
    """
    text = values.given(cell) or ""
    if text.isdigit() and 12 <= len(text) <= 13:
        return datetime.fromtimestamp(int(text) / 1000, UTC).date().isoformat()
    return values.day(text)


@cache
def codes() -> dict[str, dict[str, str]]:
    """The portal's codes and what we call them."""
    return yaml.safe_load(Path(__file__).with_name("codes.yml").read_text("utf-8"))


def programme(told: Told, *identifiers: str | None) -> str | None:
    """The programme by its number or name, else by how the topic's code begins; an unknown one stays as it is."""
    said = [
        v for n in ("programAbbreviation", "programmes", "frameworkProgramme", "programId") if (v := told(n))
    ]
    known = codes()["programmes"]
    if found := next((known[one.casefold()] for one in said if one.casefold() in known), None):
        return found
    for identifier in filter(None, identifiers):
        if found := codes()["prefixes"].get(identifier.upper().partition("-")[0]):
            return found
    if said:
        told.warn("unknown word", f"unknown programme '{said[0]}', kept as it is", said[0])
    return next(iter(said), None)


def kind_of(told: Told) -> str | None:
    """`project` or `call`, by the number that the result bears; None for anything else."""
    if told("projectId"):
        return "project"
    return "call" if told("identifier", "topicAbbreviation", "callIdentifier") else None


def project(told: Told) -> Row:
    """The project that a result tells."""
    number, acronym, topic = told("projectId"), told("acronym"), told("topicAbbreviation", "topicIdentifier")
    call, status = told("callIdentifier"), told("status")
    address = values.given(told.result.get("url")) or told("url")
    return {
        "project_id": f"sedia:{number}",
        "acronym": acronym,
        "title": told("title") or acronym or f"Project {number}",
        "status": canonical_status(status) or status,
        "start_date": told.read("startDate", day, "day"),
        "end_date": told.read("endDate", day, "day"),
        "signature_date": told.read("ecSignatureDate", day, "day"),
        "total_cost_eur": told.read("overallBudget", values.amount, "amount"),
        "eu_contribution_eur": told.read("euContributionAmount", values.amount, "amount"),
        "programme_id": programme(told, topic, call),
        "topic_code": topic,
        "topic_title": told("topicDescription"),
        "call_code": call,
        "funding_scheme_code": told("typeOfActions", "typeOfAction"),
        "objective": told("objective"),
        "keywords": told.joined("freeKeywords", "; "),
        "publisher_id": number,
        "url": address or f"{PORTAL}/opportunities/projects-details/{told('programId') or 0}/{number}",
    }


def participants(told: Told) -> Iterator[Row]:
    """The participants of a project; what is no participant is told and given as an empty row."""
    listed = told.json("participants")
    listed = listed if isinstance(listed, list) else [listed] if isinstance(listed, dict) else []
    number = told("projectId")
    for place, one in enumerate(listed, start=1):
        row = _participant(one) if isinstance(one, dict) else {}
        key = (row.get("organisation_id") or "unnamed").partition(":")[2]
        yield {
            **row,
            "participation_id": f"sedia:{number}/{place}/{key}",
            "project_id": f"sedia:{number}",
            "position": str(place),
        }


def _participant(one: dict[str, Any]) -> Row:
    address = _object(one.get("postalAddress"))
    country = address.get("countryCode")
    said = (
        [country.get(n) for n in ("abbreviation", "description")] if isinstance(country, dict) else [country]
    )
    code = next((c for c in map(country_named, map(values.given, said)) if c), None)
    name, number = values.given(one.get("legalName")), values.pic(one.get("pic"))
    role = values.given(one.get("role"))
    by_name = f"sedia:{slug(name)}-{(code or 'xx').lower()}" if name else None
    return {
        "organisation_id": f"pic:{number}" if number else by_name,
        "organisation_name": name,
        "pic": values.given(one.get("pic")),
        "role": canonical_role(role) or role,
        "country_code": code,
        "city": values.given(address.get("city")),
        "street": values.given(address.get("street")),
        "postal_code": values.given(address.get("postalCode")),
        "latitude": values.given(one.get("latitude")),
        "longitude": values.given(one.get("longitude")),
        "website_url": values.given(one.get("webLink")),
        "eu_contribution_eur": values.amount(one.get("eucontribution")),
    }


def call(told: Told) -> Row:
    """The call or topic that a result tells."""
    identifier = told("identifier", "topicAbbreviation", "callIdentifier")
    deadlines = sorted({d for one in told.all("deadlineDate") if (d := day(one))})
    if told.all("deadlineDate") and not deadlines:
        told.warn("unreadable value", "field 'deadlineDate' is no day; left empty", str(told("deadlineDate")))
    address = values.given(told.result.get("url")) or told("url")
    return {
        "call_id": identifier,
        "title": told("title", "callTitle") or identifier,
        "programme_id": programme(told, identifier, told("callIdentifier")),
        "call_code": told("callIdentifier"),
        "status": _status(told),
        "opening_date": told.read("startDate", day, "day"),
        "deadline_date": next(iter(deadlines), None),
        "deadlines": " ".join(deadlines) or None,
        "budget_eur": _budget(told, identifier or ""),
        "action_types": " | ".join(
            dict.fromkeys(str(t) for t in told.all("typesOfAction") if isinstance(t, str))
        )
        or None,
        "keywords": "; ".join(dict.fromkeys(str(k) for k in told.all("keywords") if isinstance(k, str)))
        or None,
        "description": told("descriptionByte"),
        "url": address or f"{PORTAL}/opportunities/topic-details/{identifier}",
    }


def _status(told: Told) -> str | None:
    said = told("status")
    known = codes()["statuses"]
    if said and said not in known and said.casefold() not in known.values():
        told.warn("unknown word", f"unknown status '{said}', kept as it is", said)
    return known.get(said or "", said.casefold() if said and said.casefold() in known.values() else said)


def _budget(told: Told, identifier: str) -> str | None:
    """The budget of the topic itself: an overview lists all topics of its call, each with amounts by year."""
    overview = told.json("budgetOverview")
    listed = _object(_object(overview).get("budgetTopicActionMap")).values()
    actions = [
        a for some in listed for a in (some if isinstance(some, list) else [some]) if isinstance(a, dict)
    ]
    own = [a for a in actions if _is_of(str(a.get("action") or ""), identifier)]
    chosen = own or (actions if len(actions) == 1 else [])
    amounts = [values.amount(v) for a in chosen for v in _object(a.get("budgetYearMap")).values()]
    known = [float(a) for a in amounts if a is not None]
    return f"{sum(known):.2f}" if known else None


def _is_of(action: str, identifier: str) -> bool:
    """Whether a line of the overview is the topic's: `SMP-COSME-2025-X-01 - SMP Grants`, but not `...-01-02`."""
    rest = action.upper().removeprefix(identifier.upper())
    return bool(identifier) and rest != action.upper() and (not rest or rest[0].isspace())


def _object(thing: Any) -> dict[str, Any]:
    return thing if isinstance(thing, dict) else {}
