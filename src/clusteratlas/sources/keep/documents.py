"""Rows of keep.eu's JSON of single projects with canonical names: one document tells a project and its partnerships."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from clusteratlas.sources import values
from clusteratlas.sources.keep import facts
from clusteratlas.sources.keep.found import Found, Key, Row
from clusteratlas.taxonomies.named import country_named

WRAPPERS = ("results", "projects", "data")


def documents(text: str) -> list[Any]:
    """The projects of a file: one document, a list of them, a list within an object, or one on each line.

    Raises `ValueError` for what is no JSON.
    """
    try:
        parsed = json.loads(text)
    except ValueError:
        lines = [line for line in text.splitlines() if line.strip()]
        if len(lines) < 2 or not lines[0].lstrip().startswith("{"):
            raise
        return [json.loads(line) for line in lines]
    if isinstance(parsed, dict):
        parsed = next((parsed[w] for w in WRAPPERS if isinstance(parsed.get(w), list)), [parsed])
    return parsed if isinstance(parsed, list) else [parsed]


def project(document: Any, file: str, line: int) -> Found:
    """The project that a document tells; raises `ValueError` saying why it tells none."""
    if not isinstance(document, dict):
        raise ValueError("it is no JSON object")
    number = document.get("id")
    if isinstance(number, bool) or not str(number).isdigit():
        raise ValueError("it has no id of keep.eu")
    said, translations = _texts(document), _translations(document)
    titles = [t for language in translations if (t := values.given(language.get("name")))]
    title = next(iter([*titles, *filter(None, [said("name"), said("acronym")])]), None)
    key = Key(_titled(document.get("programme")), said("project_id"), _acronym(document), title, str(number))
    described = [t for language in translations if (t := values.given(language.get("description")))]
    row = {
        "acronym": key.acronym,
        "title": title or f"Project {number}",
        "status": facts.status_of(said("status")),
        "start_date": values.day(document.get("start_date")),
        "end_date": values.day(document.get("end_date")),
        "total_cost_eur": values.amount(document.get("total_budget")),
        "eu_contribution_eur": values.amount(document.get("eu_funding")),
        "programme_id": facts.programme_of(key.programme),
        "legal_basis_code": key.programme,
        "objective": next(iter(described), said("description")),
        "website_url": said("website"),
        "publisher_id": str(number),
        "themes": "\n".join(dict.fromkeys(filter(None, map(_titled, _list(document.get("themes")))))) or None,
    }
    return Found(row, key, file, file, line, _shown({**document, "partnerships": "..."}))


def partnerships(document: dict[str, Any], key: Key, file: str) -> Iterator[Found]:
    """The partnerships of a document, in the order of the publisher's ids of them."""
    listed = _list(document.get("partnerships"))
    if all(isinstance(p, dict) and isinstance(p.get("id"), int) for p in listed):
        listed = sorted(listed, key=lambda p: p["id"])
    for line, partnership in enumerate(listed, start=1):
        row = _partner(partnership) if isinstance(partnership, dict) else {}
        yield Found(row, key, file, file, line, _shown(partnership))


def _partner(partnership: dict[str, Any]) -> Row:
    said = _texts(partnership)
    partner = partnership.get("partner") if isinstance(partnership.get("partner"), dict) else {}
    names = [values.given(one.get("name_translated") or one.get("name")) for one in _translations(partner)]
    own = values.given(partner.get("name"))
    known = list(dict.fromkeys(name for name in (*names, own) if name))
    country = _titled(partner.get("country")) or _titled(partnership.get("country"))
    code, is_sme = facts.kind_of(said("organisation_type"))
    place = partnership.get("location_json") if isinstance(partnership.get("location_json"), dict) else {}
    return {
        "role": facts.role_of(said("type")),
        "organisation_name": next(iter(known), None),
        "other_names": " | ".join(known[1:]) or None,
        "department": said("department"),
        "activity_type": code,
        "is_sme": is_sme,
        "pic": said("pic"),
        "pic_valid": values.pic(partnership.get("pic")),
        "other_id": said("beneficiary_id"),
        "country_code": country_named(country),
        "city": said("town") or said("town_department"),
        "postal_code": said("postcode") or said("postcode_department"),
        "street": said("street"),
        "website_url": said("website"),
        "latitude": values.given(place.get("lat")),
        "longitude": values.given(place.get("lng")),
        "publisher_record": values.given(partner.get("id")),
        "total_cost_eur": values.amount(partnership.get("total_budget")),
        "eu_contribution_eur": values.amount(partnership.get("co_financing_eur")),
    }


def _texts(thing: dict[str, Any]):
    """A function that gives a field as text; None for nothing and for what is no plain value."""

    def said(name: str) -> str | None:
        value = thing.get(name)
        return None if isinstance(value, (dict, list)) else values.given(value)

    return said


def _translations(thing: dict[str, Any]) -> list[dict[str, Any]]:
    """The translations of a thing, English first, then in the order of languages."""
    found = thing.get("translations")
    named = found.items() if isinstance(found, dict) else enumerate(_list(found))
    ordered = sorted(named, key=lambda pair: (str(pair[0]) != "en", str(pair[0])))
    return [one for _, one in ordered if isinstance(one, dict)]


def _acronym(document: dict[str, Any]) -> str | None:
    own = values.given(document.get("acronym"))
    return own or next((a for t in _translations(document) if (a := values.given(t.get("acronym")))), None)


def _titled(thing: Any) -> str | None:
    """The title or name of an object, or a plain text."""
    if isinstance(thing, dict):
        thing = next((thing[n] for n in ("title", "name", "theme", "code") if thing.get(n)), None)
        return _titled(thing) if isinstance(thing, dict) else values.given(thing)
    return None if isinstance(thing, list) else values.given(thing)


def _list(thing: Any) -> list[Any]:
    return thing if isinstance(thing, list) else []


def _shown(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False, default=str)
