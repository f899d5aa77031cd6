"""Industries of input-output tables: what each is called, and the NACE Rev. 2 divisions that it holds."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from clusteratlas.taxonomies.industries import industries

_FILE = Path(__file__).parent / "input_output_industries.csv"


@dataclass(frozen=True)
class TableIndustry:
    """An industry of an input-output table; ``divisions`` are those of NACE Rev. 2 in it, or partly so."""

    code: str
    name: str
    divisions: tuple[str, ...]


@cache
def table_industry(table_name: str, code: str) -> TableIndustry:
    """The industry ``code`` of a table: WIOD's are listed, those of FIGARO and the OECD are read from their divisions.

    WIOD's industries are of NACE Rev. 1; which divisions of Rev. 2 they are is our own reading of the two.

    >>> table_industry("wiod-2013", "c15").divisions
    ('C29', 'C30')
    >>> table_industry("figaro-24ed", "C10T12").divisions, table_industry("icio", "J62_63").divisions
    (('C10', 'C11', 'C12'), ('J62', 'J63'))
    >>> table_industry("wiod-2016", "E37-E39").divisions, table_industry("icio", "C302T309").divisions
    (('E37', 'E38', 'E39'), ('C30',))
    >>> table_industry("wiod-2016", "R_S").divisions
    ('R90', 'R91', 'R92', 'R93', 'S94', 'S95', 'S96')
    """
    if (table_name, code) in _listed():
        return _listed()[table_name, code]
    divisions, known = _divisions(code), industries()
    names = [known[one].short_name for one in divisions] or [code]
    named = known.get(code) or known.get(code.removeprefix("CPA_"))
    return TableIndustry(code, named.short_name if named else "; ".join(names), divisions)


_USES = {
    "Households": ("c37", "CONS_h", "HFCE", "HC", "P3_S14"),
    "Non-profit bodies serving households": ("c38", "CONS_np", "NPISH", "NPS", "P3_S15"),
    "Government": ("c39", "CONS_g", "GGFC", "P3_S13"),
    "Investment": ("c41", "GFCF", "P51G"),
    "Changes in inventories": ("c42", "INVEN", "INVNT", "INV", "P5M"),
    "Purchases abroad by residents": ("DPABR", "CONS_ABR", "DIRP", "P33"),
    "Purchases by non-residents": ("NONRES",),
    "Discrepancy": ("DISC",),
}
"""Final uses as WIOD (2013, 2016), the OECD and FIGARO code them."""


def final_use_name(code: str) -> str:
    """What a final use of an input-output table is called; its code where we know no name.

    >>> final_use_name("c37"), final_use_name("P51G"), final_use_name("exports")
    ('Households', 'Investment', 'exports')
    """
    return next((name for name, codes in _USES.items() if code in codes), code)


@cache
def _listed() -> dict[tuple[str, str], TableIndustry]:
    with _FILE.open(encoding="utf-8", newline="") as stream:
        return {
            (row["table_name"], row["code"]): TableIndustry(
                row["code"], row["name"], tuple(_coded()[number] for number in row["divisions"].split())
            )
            for row in csv.DictReader(stream)
        }


@cache
def _coded() -> dict[str, str]:
    """Divisions by their number: 29 is C29."""
    return {code[1:]: code for code, one in industries().items() if one.level == "division"}


def _divisions(code: str) -> tuple[str, ...]:
    """Of C10T12, C10-C12 and 10T12; of J62_63 and R_S; of C302T309, whose third digits tell groups of a division."""
    bare = code.removeprefix("CPA_")
    numbers: dict[str, None] = {}
    for first, last in re.findall(r"(\d\d)\d?(?:(?:T|-)[A-Z]?(\d\d)\d?)?", bare):
        numbers |= dict.fromkeys(f"{number:02}" for number in range(int(first), int(last or first) + 1))
    if numbers:
        return tuple(_coded()[number] for number in numbers if number in _coded())
    return tuple(one for one in _coded().values() if one[0] in re.split(r"[_-]", bare))
