"""Rows of keep.eu's workbook with canonical names: one sheet of projects, one of partners."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from clusteratlas.sources import values
from clusteratlas.sources.keep import facts
from clusteratlas.sources.keep.columns import LANGUAGES, PROJECTS, Sheet
from clusteratlas.sources.keep.found import Found, Key, Row
from clusteratlas.taxonomies.named import country_named, region_named, region_written

Cells = tuple[str | int | None, ...]
Odd = Callable[[str, str, str, int], None]
"""Told of an oddity: its code, what it is, the value, the line."""


def rows(sheet: Sheet, cells: Iterable[Cells], origin: str, file: str, odd: Odd) -> Iterator[Found]:
    """Each row of a sheet; its line is the last cell."""
    make = _project if sheet.kind == PROJECTS else _partner
    for line_cells in cells:
        line = int(line_cells[-1] or 0)
        raw = {n: line_cells[place] for n, place in sheet.places.items() if place < len(line_cells) - 1}
        told = _Cells({n: values.given(v) for n, v in raw.items()}, line, odd)
        row, key = make(told)
        text = "; ".join(str(c) for c in line_cells[:-1] if c is not None)
        yield Found(row, key, origin, file, line, text)


class _Cells:
    """The cells of a row by our names; what cannot be read is told."""

    def __init__(self, cells: Row, line: int, odd: Odd) -> None:
        self._cells, self._line, self._odd = cells, line, odd

    def __call__(self, name: str) -> str | None:
        return self._cells.get(name)

    def read(self, name: str, reader: Callable[[object], str | None], what: str) -> str | None:
        """A cell through one of the readers of `values`."""
        text = self(name)
        value = reader(text)
        if text is not None and value is None:
            self._odd("unreadable value", f"column '{name}' is no {what}; left empty", text, self._line)
        return value

    def note(self, code: str, what: str, value: str) -> None:
        """Tell of an oddity."""
        self._odd(code, what, value, self._line)


def _names(cells: _Cells, kind: str) -> list[str]:
    """What the row says in English and other languages, English first, each text once."""
    return list(dict.fromkeys(text for n in LANGUAGES if (text := cells(f"{kind} {n}"))))


def _project(cells: _Cells) -> tuple[Row, Key]:
    titles, texts = _names(cells, "name"), _names(cells, "description")
    number, acronym = cells("number"), cells("acronym")
    title = next(iter(titles), acronym or number)
    website = cells("website")
    key = Key(cells("programme"), number, acronym, title, facts.keep_id_of(website))
    start, end = cells.read("start", values.day, "day"), cells.read("end", values.day, "day")
    row = {
        "acronym": acronym,
        "title": title,
        "start_date": start,
        "end_date": end,
        "total_cost_eur": cells.read("budget", values.amount, "amount"),
        "eu_contribution_eur": cells.read("funding", values.amount, "amount"),
        "programme_id": facts.programme_of(key.programme),
        "legal_basis_code": key.programme,
        "objective": next(iter(texts), None),
        "website_url": website,
        "publisher_id": key.keep_id or number,
        "themes": "\n".join(dict.fromkeys(t for n in (1, 2, 3) if (t := cells(f"theme {n}")))) or None,
    }
    return row, key


def _partner(cells: _Cells) -> tuple[Row, Key]:
    names = _names(cells, "name")
    country = country_named(cells("country code")) or country_named(cells("country"))
    if country is None and (written := cells("country code") or cells("country")):
        cells.note("unknown word", f"unknown country '{written}'", written)
    kind = cells("type")
    if not facts.is_known_kind(kind):
        cells.note("unknown word", f"unknown type of organisation '{kind}'", kind or "")
    code, is_sme = facts.kind_of(kind)
    lead = cells("lead")
    if lead and lead.casefold() not in ("yes", "no"):
        cells.note("unknown word", f"unknown value of 'Lead partner': '{lead}', kept as it is", lead)
    row = {
        "role": facts.role_of(lead),
        "organisation_name": next(iter(names), None),
        "other_names": " | ".join(names[1:]) or None,
        "department": cells("department"),
        "activity_type": code,
        "is_sme": is_sme,
        "pic": cells("pic"),
        "pic_valid": cells.read("pic", values.pic, "PIC") if cells("pic") else None,
        "other_id": cells("other id"),
        "country_code": country,
        "city": cells("town"),
        "postal_code": cells("postal code"),
        "website_url": cells("website"),
        "nuts_code": _region(cells, country),
        "total_cost_eur": cells.read("budget", values.amount, "amount"),
        "eu_contribution_eur": cells.read("funding", values.amount, "amount")
        or cells.read("erdf", values.amount, "amount"),
    }
    return row, Key(cells("programme"), cells("number"), cells("acronym"))


def _region(cells: _Cells, country: str | None) -> str | None:
    """The smallest region that is told, by code or by name."""
    for level in (3, 2, 1):
        code, name = cells(f"nuts{level} code"), cells(f"nuts{level} name")
        if found := (region_written(code, country, level) if code else None) or region_named(
            name, country, level
        ):
            return found
        if code and level == 3 and not name:
            return code
    written = next((t for n in (3, 2, 1) if (t := cells(f"nuts{n} code") or cells(f"nuts{n} name"))), None)
    if written:
        cells.note("unknown word", "region not known by code or name; left empty", written)
    return None
