"""What Eurostat's special aggregates of NACE cover: `C10-C12`, `M_N`, `B-N_S95_X_K`, `TOTAL`."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from clusteratlas.errors import NotFoundError
from clusteratlas.taxonomies.industries import (
    LEVELS,
    NACE_2,
    industries,
    industry_children,
    normalise_industry,
    parts_of,
)
from clusteratlas.taxonomies.tables import entries

EXCEPT = "X"


def members(code: str, level: str | None = None, classification: str = NACE_2) -> tuple[str, ...]:
    """What a published item is the sum of: the parts of an industry one level down, or those an aggregate names.

    With ``level`` (`division` ...) all of them at that level. Raises NotFoundError for an aggregate that is not
    known, or that cuts through items of that level.

    >>> members("C10-C12"), members("M_N"), members("A")
    (('C10', 'C11', 'C12'), ('M', 'N'), ('A01', 'A02', 'A03'))
    >>> members("B-N_S95_X_K")[-3:], len(members("B-N_S95_X_K", level="division"))
    (('M', 'N', 'S95'), 68)
    """
    normal = normalise_industry(code, classification)
    if normal in industries(classification):
        return parts_of(normal, level, classification) if level else industry_children(normal, classification)
    named = _named(code, classification)
    return _at_level(code, named, level, classification) if level else named


def _at_level(code: str, named: Iterable[str], level: str, classification: str) -> tuple[str, ...]:
    known = industries(classification)
    finer = [part for part in named if LEVELS.index(known[part].level) > LEVELS.index(level)]
    if finer:
        raise NotFoundError(
            f"the aggregate {code!r} cuts through items of the level {level!r} ({', '.join(finer)})",
            remedy=f"ask for the level '{known[finer[0]].level}'",
        )
    return tuple(part for item in named for part in parts_of(item, level, classification))


def _named(code: str, classification: str) -> tuple[str, ...]:
    """The items that an aggregate's code names, in the order of the classification."""
    text = code.strip()
    known = industries(classification)
    if text == "TOTAL":
        return tuple(c for c, item in known.items() if item.level == "section")
    if classification == NACE_2 and text in _defined():
        return _defined()[text]
    with_, _, without = text.partition(f"_{EXCEPT}_")
    try:
        left_out = {c for part in without.split("_") if without for c in _range(part, known)}
        found = [c for part in with_.split("_") for c in _range(part, known)]
    except KeyError:
        raise NotFoundError(
            f"it is not known what the aggregate {code!r} covers",
            remedy="write it by its parts: a range C10-C12, several M_N, some left out B-N_X_K",
        ) from None
    return _less(found, left_out, classification)


def _range(part: str, known: dict) -> list[str]:
    """The items of one level from the first to the last code of a range; KeyError when one is unknown."""
    first, _, last = part.partition("-")
    begin, end = known[first], known[last or first]
    if begin.level != end.level:
        raise KeyError(part)
    return [c for c, item in known.items() if item.level == begin.level and first <= c <= end.industry_code]


def _less(found: Iterable[str], left_out: set[str], classification: str) -> tuple[str, ...]:
    """The items without those left out; an item of which only a part is left out is taken by its other parts."""
    kept: list[str] = []
    for code in found:
        if code in left_out:
            continue
        if any(other != code and other.startswith(code) for other in left_out):
            kept.extend(_less(industry_children(code, classification), left_out, classification))
        else:
            kept.append(code)
    return tuple(kept)


@cache
def _defined() -> dict[str, tuple[str, ...]]:
    return {entry["code"]: tuple(entry["members"]) for entry in entries("aggregates.yml")}
