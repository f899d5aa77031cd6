"""An entry of ROR, of either layout, as a row of the table `organisation_authority`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

from clusteratlas.taxonomies import country_code

Row = dict[str, str | None]
Record = dict[str, Any]
PREFERENCE = ("label", "alias", "acronym")
_ID = re.compile(r"(?:https?://)?(?:www\.)?ror\.org/(0[a-z0-9]{8})/?", re.IGNORECASE)


def layout_of(record: Record) -> int:
    """The version of the layout: 2 where names are a list of their own, else 1."""
    return 2 if "names" in record or "locations" in record else 1


def authority_id(address: object) -> str | None:
    """The id of an entry by its address.

    >>> authority_id("https://ror.org/03yrm5c26"), authority_id("https://example.org/1")
    ('ror:03yrm5c26', None)
    """
    found = _ID.fullmatch(str(address or "").strip())
    return f"ror:{found[1].lower()}" if found else None


def entry(record: Any) -> Row:
    """The row of a record; raises `ValueError` saying what it lacks."""
    if not isinstance(record, dict):
        raise ValueError("it is no JSON object")
    record = record["record"] if isinstance(record.get("record"), dict) else record
    number = authority_id(record.get("id"))
    if number is None:
        raise ValueError(f"its id is none of ROR ({str(record.get('id'))[:80]!r})")
    names = _names_2(record) if layout_of(record) == 2 else _names_1(record)
    shown = _shown(record, names)
    if shown is None:
        raise ValueError("it has no name")
    relations = list(_relations(record))
    parents = dict.fromkeys(r["authority_id"] for r in relations if r["type"] == "parent")
    return {
        "authority_id": number,
        "name": shown,
        "names": _json(names),
        "acronyms": _joined(n["name"] for n in names if n["kind"] == "acronym"),
        "kinds": _joined(str(kind).lower() for kind in _list(record.get("types"))),
        "status": _text(record.get("status")),
        "established_year": _text(record.get("established")),
        **(_place_2(record) if layout_of(record) == 2 else _place_1(record)),
        "website_url": _website(record),
        "domains": _joined(map(str, _list(record.get("domains")))),
        "parents": " ".join(parents) or None,
        "relations": _json(relations) if relations else None,
        "external_ids": _external_ids(record),
        "updated_on": _dict(_dict(record.get("admin")).get("last_modified")).get("date"),
        "url": f"https://ror.org/{number.removeprefix('ror:')}",
    }


def _names_2(record: Record) -> list[Row]:
    found = []
    for one in filter(_is_object, _list(record.get("names"))):
        if name := _text(one.get("value")):
            types = _list(one.get("types"))
            kind = next((k for k in PREFERENCE if k in types), "label")
            found.append({"name": name, "language": one.get("lang"), "kind": kind})
    return found


def _names_1(record: Record) -> list[Row]:
    labels = [
        (one.get("label"), one.get("iso639"), "label")
        for one in filter(_is_object, _list(record.get("labels")))
    ]
    listed = [
        (record.get("name"), None, "label"),
        *labels,
        *((name, None, "alias") for name in _list(record.get("aliases"))),
        *((name, None, "acronym") for name in _list(record.get("acronyms"))),
    ]
    return [{"name": name, "language": lang, "kind": kind} for n, lang, kind in listed if (name := _text(n))]


def _shown(record: Record, names: list[Row]) -> str | None:
    marked = [
        one.get("value")
        for one in filter(_is_object, _list(record.get("names")))
        if "ror_display" in _list(one.get("types"))
    ]
    return next((name for one in marked if (name := _text(one))), names[0]["name"] if names else None)


def _place_2(record: Record) -> Row:
    place = next(
        (_dict(one.get("geonames_details")) for one in filter(_is_object, _list(record.get("locations")))), {}
    )
    return {
        "country_code": country_code(place.get("country_code")),
        "subdivision": _text(place.get("country_subdivision_name")),
        "city": _text(place.get("name")),
        "latitude": _text(place.get("lat")),
        "longitude": _text(place.get("lng")),
    }


def _place_1(record: Record) -> Row:
    place = next(filter(_is_object, _list(record.get("addresses"))), {})
    first_level = _dict(_dict(place.get("geonames_city")).get("geonames_admin1"))
    return {
        "country_code": country_code(_dict(record.get("country")).get("country_code")),
        "subdivision": _text(place.get("state")) or _text(first_level.get("name")),
        "city": _text(place.get("city")),
        "latitude": _text(place.get("lat")),
        "longitude": _text(place.get("lng")),
    }


def _website(record: Record) -> str | None:
    """The first address that is no encyclopaedia's."""
    for one in _list(record.get("links")):
        address = _text(one.get("value") if isinstance(one, dict) else one)
        if address and not (isinstance(one, dict) and one.get("type") == "wikipedia"):
            return address
    return None


def _relations(record: Record) -> Iterable[Row]:
    for one in filter(_is_object, _list(record.get("relationships"))):
        if number := authority_id(one.get("id")):
            yield {"type": str(one.get("type")).lower(), "authority_id": number, "name": one.get("label")}


def _external_ids(record: Record) -> str | None:
    """Lists by register; a register's preferred number stands first."""
    listed = record.get("external_ids")
    pairs = (
        listed.items()
        if isinstance(listed, dict)
        else ((one.get("type"), one) for one in filter(_is_object, _list(listed)))
    )
    found: dict[str, list[str]] = {}
    for register, one in ((r, o) for r, o in pairs if _is_object(o)):
        numbers = one.get("all")
        numbers = numbers if isinstance(numbers, list) else [numbers]
        ordered = dict.fromkeys(str(n) for n in (one.get("preferred"), *numbers) if n)
        found.setdefault(str(register).lower(), []).extend(ordered)
    return _json(found) if found else None


def _joined(texts: Iterable[str | None]) -> str | None:
    return " | ".join(dict.fromkeys(t for t in texts if t)) or None


def _text(thing: Any) -> str | None:
    """A plain value as text; None for an empty one. Of the register's names, `NA` is one."""
    text = "" if thing is None or isinstance(thing, (list, dict)) else " ".join(str(thing).split())
    return text or None


def _json(thing: Any) -> str:
    return json.dumps(thing, ensure_ascii=False)


def _list(thing: Any) -> list[Any]:
    return thing if isinstance(thing, list) else []


def _dict(thing: Any) -> Record:
    return thing if isinstance(thing, dict) else {}


def _is_object(thing: Any) -> bool:
    return isinstance(thing, dict)
