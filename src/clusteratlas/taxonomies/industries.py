"""Industries of NACE Rev. 2 and Rev. 2.1: codes as Eurostat's tables write them, names, what is part of what."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache

from clusteratlas.errors import NotFoundError, UsageError, nearest
from clusteratlas.taxonomies.tables import rows

NACE_2 = "NACE Rev. 2"
NACE_2_1 = "NACE Rev. 2.1"
CLASSIFICATIONS = (NACE_2, NACE_2_1)
LEVELS = ("section", "division", "group", "class")

WRITTEN = re.compile(r"(?P<letter>[A-Z]?)(?P<division>\d{1,2})(?:\.?(?P<rest>\d{1,2}))?")


@dataclass(frozen=True, slots=True)
class Industry:
    """An item of NACE: a section (``C``), division (``C10``), group (``C101``) or class (``C1011``).

    ``name`` is the publisher's, ``short_name`` fits into a table or a chart.
    """

    classification: str
    industry_code: str
    level: str
    parent_code: str | None
    name: str
    short_name: str

    @property
    def section_code(self) -> str:
        """The letter of its section."""
        return self.industry_code[0]


@cache
def industries(classification: str = NACE_2) -> dict[str, Industry]:
    """Every item of a version of NACE, in its order; raises UsageError for another classification.

    >>> industries()["C101"].name
    'Processing and preserving of meat and production of meat products'
    >>> len([i for i in industries().values() if i.level == "class"])
    615
    """
    if classification not in CLASSIFICATIONS:
        raise UsageError(
            f"there is no classification {classification!r}", remedy=nearest(classification, CLASSIFICATIONS)
        )
    return {
        row["industry_code"]: Industry(**row | {"parent_code": row["parent_code"] or None})
        for row in rows("industries.csv")
        if row["classification"] == classification
    }


def industry(code: str, classification: str = NACE_2) -> Industry:
    """The item of a code, however it is written; raises NotFoundError that names the nearest.

    >>> industry("10.1").industry_code, industry("C10").short_name
    ('C101', 'Food products')
    """
    known, normal = industries(classification), normalise_industry(code, classification)
    if normal not in known:
        raise NotFoundError(
            f"{classification} has no industry {code!r}", remedy=_nearest_industry(normal, known)
        )
    return known[normal]


def _nearest_industry(code: str, known: dict[str, Industry]) -> str:
    """A hint: the longest beginning of the code that is an industry, or else the nearest spelling."""
    beginnings = (code[:length] for length in range(len(code) - 1, 0, -1))
    found = next((known[begin] for begin in beginnings if begin in known), None)
    return f"the nearest is '{found.industry_code}' ({found.short_name})" if found else nearest(code, known)


def normalise_industry(code: str, classification: str = NACE_2) -> str:
    """A code as Eurostat writes it: with the section's letter, without a dot; others are given back trimmed.

    >>> [normalise_industry(written) for written in ("10.1", "C10.1", "c10", "1", "01.11", "C10-C12")]
    ['C101', 'C101', 'C10', 'A01', 'A0111', 'C10-C12']
    """
    text = code.strip()
    found = WRITTEN.fullmatch(text.upper())
    if not found:
        return text.upper() if len(text) == 1 else text
    division, rest = found["division"].zfill(2), found["rest"] or ""
    return (found["letter"] or _letters(classification).get(division, "")) + division + rest


@cache
def _letters(classification: str) -> dict[str, str]:
    """The section's letter of each division, by its two digits."""
    divisions = (i for i in industries(classification).values() if i.level == "division")
    return {i.industry_code[1:]: i.section_code for i in divisions}


def section_of(code: str, classification: str = NACE_2) -> str:
    """The letter of the section that an industry belongs to; raises NotFoundError.

    >>> section_of("62.01"), section_of("62.10", "NACE Rev. 2.1")
    ('J', 'K')
    """
    return industry(code, classification).section_code


def industry_parents(code: str, classification: str = NACE_2) -> tuple[str, ...]:
    """The codes of what an industry is part of, from the nearest to the section; raises NotFoundError.

    >>> industry_parents("10.11")
    ('C101', 'C10', 'C')
    """
    parent = industry(code, classification).parent_code
    return (parent, *industry_parents(parent, classification)) if parent else ()


def industry_children(code: str, classification: str = NACE_2) -> tuple[str, ...]:
    """The codes of the parts of an industry one level down, in order; raises NotFoundError.

    >>> industry_children("C10")[:3], industry_children("10.11")
    (('C101', 'C102', 'C103'), ())
    """
    return _children(classification).get(industry(code, classification).industry_code, ())


@cache
def _children(classification: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = defaultdict(list)
    for item in industries(classification).values():
        if item.parent_code:
            found[item.parent_code].append(item.industry_code)
    return {parent: tuple(codes) for parent, codes in found.items()}


@cache
def parts_of(code: str, level: str, classification: str = NACE_2) -> tuple[str, ...]:
    """The codes of a level that an industry consists of (itself when it is of that level); raises NotFoundError.

    >>> len(parts_of("C", "division")), parts_of("C101", "class")
    (24, ('C1011', 'C1012', 'C1013'))
    """
    item = industry(code, classification)
    if item.level == level:
        return (item.industry_code,)
    below = industry_children(item.industry_code, classification)
    return tuple(part for child in below for part in parts_of(child, level, classification))
