"""Rows of keep.eu's JSON of single projects with canonical names: one document tells a project and its partnerships."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from clusteratlas.sources import values
from clusteratlas.sources.keep import facts
from clusteratlas.sources.keep.found import Found, Key, Row
from clusteratlas.taxonomies.named import country_named

WRAPPERS = ("results", "projects", "data")
Odd = Callable[[str, str, str], None]
"""Told of an oddity: its code, what it is, the value."""


def documents(parsed: Any) -> list[Any]:
    """The projects of a piece of JSON: a list within an object, or the document itself.

    >>> documents({"results": [{"id": 1}, {"id": 2}]}), documents({"id": 1})
    ([{'id': 1}, {'id': 2}], [{'id': 1}])
    """
    if isinstance(parsed, dict):
        return next((parsed[w] for w in WRAPPERS if isinstance(parsed.get(w), list)), [parsed])
    return [parsed]


def project(document: Any, file: str, line: int, odd: Odd) -> Found:
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
        "start_date": _read(document, "start_date", values.day, "day", odd),
        "end_date": _read(document, "end_date", values.day, "day", odd),
        "total_cost_eur": _read(document, "total_budget", values.amount, "amount", odd),
        "eu_contribution_eur": _read(document, "eu_funding", values.amount, "amount", odd),
        "programme_id": facts.programme_of(key.programme),
        "legal_basis_code": key.programme,
        "objective": next(iter(described), said("description")),
        "website_url": said("website"),
        "publisher_id": str(number),
        "themes": "\n".join(dict.fromkeys(filter(None, map(_titled, _list(document.get("themes")))))) or None,
    }
    return Found(row, key, file, file, line, _shown({**document, "partnerships": "..."}))


def partnerships(document: dict[str, Any], key: Key, file: str, odd: Odd) -> Iterator[Found]:
    """The partnerships of a document, in the order of the publisher's ids of them."""
    listed = _list(document.get("partnerships"))
    if all(isinstance(p, dict) and isinstance(p.get("id"), int) for p in listed):
        listed = sorted(listed, key=lambda p: p["id"])
    for line, partnership in enumerate(listed, start=1):
        row = _partner(partnership, odd) if isinstance(partnership, dict) else {}
        yield Found(row, key, file, file, line, _shown(partnership))


def _partner(partnership: dict[str, Any], odd: Odd) -> Row:
    said = _texts(partnership)
    partner = partnership.get("partner") if isinstance(partnership.get("partner"), dict) else {}
    names = [values.given(one.get("name_translated") or one.get("name")) for one in _translations(partner)]
    own = values.given(partner.get("name"))
    known = list(dict.fromkeys(name for name in (*names, own) if name))
    country = _titled(partner.get("country")) or _titled(partnership.get("country"))
    if country and country_named(country) is None:
        odd("unknown word", f"unknown country '{country}'", country)
    kind = said("organisation_type")
    if not facts.is_known_kind(kind):
        odd("unknown word", f"unknown type of organisation '{kind}'", kind or "")
    code, is_sme = facts.kind_of(kind)
    place = partnership.get("location_json") if isinstance(partnership.get("location_json"), dict) else {}
    return {
        "role": facts.role_of(said("type")),
        "organisation_name": next(iter(known), None),
        "other_names": " | ".join(known[1:]) or None,
        "department": said("department"),
        "activity_type": code,
        "is_sme": is_sme,
        "pic": said("pic"),
        "pic_valid": _read(partnership, "pic", values.pic, "PIC", odd),
        "other_id": said("beneficiary_id"),
        "country_code": country_named(country),
        "city": said("town") or said("town_department"),
        "postal_code": said("postcode") or said("postcode_department"),
        "street": said("street"),
        "website_url": said("website"),
        "latitude": values.given(place.get("lat")),
        "longitude": values.given(place.get("lng")),
        "publisher_record": values.given(partner.get("id")),
        "total_cost_eur": _read(partnership, "total_budget", values.amount, "amount", odd),
        "eu_contribution_eur": _read(partnership, "co_financing_eur", values.amount, "amount", odd),
    }


def _read(
    thing: dict[str, Any], name: str, reader: Callable[[object], str | None], what: str, odd: Odd
) -> str | None:
    """A field through one of the readers of `values`; what cannot be read is told."""
    value, text = reader(thing.get(name)), values.given(thing.get(name))
    if value is None and text is not None:
        odd("unreadable value", f"field '{name}' is no {what}; left empty", text)
    return value


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
