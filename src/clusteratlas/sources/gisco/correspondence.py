"""Eurostat's correspondence workbooks: which codes of a version of NUTS became which of the next."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

CODE = re.compile(r"[A-Z]{2}[0-9A-Z]{1,3}")
"""A code of a region, countries not included."""

_HEADER = re.compile(r"Code (\d{4})")
_OF_CHANGES = re.compile(r"(Correspondence|Changes) NUTS-[123]")
_HEADER_ROWS = 5


@dataclass(frozen=True)
class Sheet:
    """A sheet that has a column of old codes and, to its right, one of new codes.

    ``rows`` are number in the sheet, old code, new code, remark on the change, explanation, and all of it as it stands;
    a code is empty where there is none. ``is_of_changes``: it holds nothing but changes.
    """

    name: str
    from_version: int
    to_version: int
    rows: tuple[tuple[int, str, str, str, str, str], ...]
    is_of_changes: bool


def cells_of_sheet(path: Path, name: str) -> list[list[str]]:
    """The cells of a sheet as stripped text, Greece under its code of today."""
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(path).get_sheet_by_name(name).to_python(skip_empty_area=False)
    return [[_cell(cell) for cell in row] for row in rows]


def _cell(cell: object) -> str:
    text = " ".join(str(cell).split())
    return "EL" + text[2:] if text.startswith("GR") and len(text) <= 12 and text.isupper() else text


def sheets(path: Path) -> list[Sheet]:
    """The sheets of a workbook that set old codes against new ones.

    Raises what python-calamine raises for a file that is no workbook.
    """
    from python_calamine import CalamineWorkbook

    with path.open("rb") as stream:
        names = CalamineWorkbook.from_filelike(stream).sheet_names
    return [one for name in names if (one := _sheet(name, cells_of_sheet(path, name)))]


def to_read(found: list[Sheet]) -> list[Sheet]:
    """The sheets that hold nothing but changes; where there is none, all."""
    return [one for one in found if one.is_of_changes] or found


def _sheet(name: str, cells: list[list[str]]) -> Sheet | None:
    for place, row in enumerate(cells[:_HEADER_ROWS]):
        codes = [i for i, text in enumerate(row) if _HEADER.fullmatch(text)]
        if len(codes) == 2 and codes[1] == codes[0] + 1:
            old, new = (int(_HEADER.fullmatch(row[i])[1]) for i in codes)
            columns = (
                *codes,
                _column(row, "Change comments", "Change"),
                _column(row, "Explanation (new = old)"),
            )
            rows = tuple(
                (number, code_of(texts[0]), code_of(texts[1]), *texts[2:], " | ".join(texts))
                for number, line in enumerate(cells[place + 1 :], start=place + 2)
                for texts in [[line[i] if i is not None and i < len(line) else "" for i in columns]]
                if any(texts)
            )
            return Sheet(name, old, new, rows, bool(_OF_CHANGES.fullmatch(name)))
    return None


def _column(header: list[str], *names: str) -> int | None:
    return next((header.index(name) for name in names if name in header), None)


def code_of(text: str) -> str:
    """The code in a cell, with or without the mark that it is a part; empty when there is none.

    >>> code_of("DE40 (part)"), code_of("UK"), code_of("`")
    ('DE40', 'UK', '')
    """
    code = text.removesuffix("(part)").strip()
    is_country = len(code) == 2 and code.isalpha() and code.isupper()
    return code if is_country or CODE.fullmatch(code) else ""


def links(
    before: str, after: str, change: str, explanation: str, old: set[str], new: set[str]
) -> list[tuple[str, str]]:
    """The pairs of old and new code that a row tells, among the codes known of either version.

    A new region without an old code names what it was made of in its explanation (`DE40 = DE41 + DE42`) or in the
    remark; a region that ended may name its heirs in the remark.

    >>> links("", "DE40", "New region", "DE40 = DE41 + DE42", {"DE41", "DE42"}, {"DE40"})
    [('DE41', 'DE40'), ('DE42', 'DE40')]
    """
    if before in old and after in new:
        return [(before, after)]
    if not before and after in new:
        named = codes_named(explanation.partition("=")[2] or change, old, len(after))
        return [(code, after) for code in named]
    if before in old and not after:
        return [(before, code) for code in codes_named(change, new, len(before))]
    return []


def codes_named(text: str, known: set[str], length: int) -> list[str]:
    """The codes of a level that a remark mentions; a doubled country ('PTPT114') is forgiven."""
    words = CODE.findall(text) + [word[2:] for word in re.findall(r"[A-Z]{4}[0-9]{2,3}", text)]
    return sorted({word for word in words if word in known and len(word) == length})


@dataclass(frozen=True)
class Told:
    """What a row of a sheet tells: pairs of old and new code, each told by no row before.

    A row that links no codes tells of a change all the same (a name, a region that ended or began): a code is empty
    then, or both are the same. Without ``pairs`` the region did not change, or other rows have told it all.
    """

    number: int
    pairs: tuple[tuple[str, str], ...]
    change: str
    text: str
    is_unchanged: bool


def told(one: Sheet, others: Iterable[Sheet]) -> Iterator[Told]:
    """What each row of a sheet tells; codes are known from all sheets of the workbook."""
    others = list(others)
    old = {row[1] for sheet in others for row in sheet.rows} - {""}
    new = {row[2] for sheet in others for row in sheet.rows} - {""}
    seen: set[tuple[str, str]] = set()
    for number, before, after, change, explanation, text in one.rows:
        is_unchanged = not one.is_of_changes and bool(before) and before == after and not change
        found = links(before, after, change, explanation, old, new) or [(before, after)]
        fresh = () if is_unchanged else tuple(pair for pair in found if pair not in seen or pair == ("", ""))
        seen.update(fresh)
        yield Told(number, fresh, change, text, is_unchanged)
