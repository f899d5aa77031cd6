"""Which regions and which industries a person asks for: NUTS codes and categories, or groups of one's own.

A region of one's own is a list of NUTS codes (``AT33,AT32``), a category of one's own a list of industries
(``nace:C10,C11*0.5``), each perhaps with a name (``Greater Tyrol=AT33,AT32``). Both are plain texts, so that an
address on the site keeps them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from clusteratlas import taxonomies
from clusteratlas.errors import NotFoundError, UsageError
from clusteratlas.taxonomies.resolution import MAIN_SHARE

STATISTICAL_LEVEL = 2
"""The NUTS level that regional statistics by industry are published for."""
PARTS_AT_MOST = 60
NAME_AT_MOST = 80
NAMED = 3
"""So many industries at most are named; of more the codes are shorter."""
OWN = "nace"
"""The prefix of a category of one's own."""

_SPLIT = re.compile(r"[,;+\s]+")
_PART = re.compile(r"(?P<code>[A-Za-z0-9.]+)(?:\*(?P<weight>[0-9.]+))?")


@dataclass(frozen=True, slots=True)
class Area:
    """A region, or several taken as one: ``key`` is how an address writes it, ``codes`` the NUTS 2 regions in it.

    ``notes`` say what was understood otherwise than it was written.
    """

    key: str
    name: str
    codes: tuple[str, ...]
    is_custom: bool
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scope:
    """A category of a set, or one's own: ``weights`` (of one's own alone) are the parts of the industries in it."""

    key: str
    name: str
    category_set: str
    category_id: str
    weights: tuple[tuple[str, float], ...] = ()

    @property
    def is_custom(self) -> bool:
        """Whether it is a category of one's own."""
        return self.category_set == OWN


def parse_area(text: str) -> Area:
    """The area that a text asks for.

    Raises `NotFoundError` for a code that NUTS never had, and `UsageError` for regions smaller than those that
    statistics are published for, or for too many.

    >>> parse_area("AT33").codes, parse_area("Alps=AT33,AT32").name
    (('AT33',), 'Alps')
    >>> parse_area("AT3").codes
    ('AT31', 'AT32', 'AT33', 'AT34')
    """
    name, listed = _named(text)
    parts = [part for part in _SPLIT.split(listed) if part]
    if not parts:
        raise UsageError("no region given", remedy="name one by its NUTS code, such as AT33")
    _refuse_many(parts, "regions")
    found = [_current(part) for part in dict.fromkeys(parts)]
    codes = tuple(sorted({code for one, _ in found for code in _statistical(one)}))
    current = list(dict.fromkeys(one for one, _ in found))
    listing = ",".join(current)
    return Area(
        key=f"{name}={listing}" if name else listing,
        name=name or " + ".join(taxonomies.region(one).name for one in current),
        codes=codes,
        is_custom=len(current) > 1 or bool(name),
        notes=tuple(note for _, note in found if note),
    )


def area_of(text: str) -> Area:
    """As `parse_area`, but a country or a large region stands for the regions in it, as one of one's own does.

    >>> area_of("AT3").is_custom, area_of("AT33").is_custom, area_of("AT").name
    (True, False, 'Austria')
    """
    area = parse_area(text)
    if area.is_custom or area.codes == (area.key,):
        return area
    name = taxonomies.country_name(area.key) if len(area.key) == 2 else area.name
    return replace(area, is_custom=True, name=name)


def _named(text: str) -> tuple[str, str]:
    name, sign, listed = text.strip().rpartition("=")
    name = " ".join(name.split())
    if len(name) > NAME_AT_MOST or not name.isprintable():
        raise UsageError("the name is too long", remedy=f"at most {NAME_AT_MOST} characters")
    return (name if sign else ""), listed


def _refuse_many(parts: list[str], what: str) -> None:
    if len(parts) > PARTS_AT_MOST:
        raise UsageError(f"{len(parts)} {what} are too many", remedy=f"give at most {PARTS_AT_MOST}")


def _current(text: str) -> tuple[str, str]:
    """The current code of a region of any version, and what to say if it is another one."""
    found = taxonomies.resolve_region(text[:12])
    if found.kind in ("unknown", "extra-regio", "coarser") or not found.codes:
        if found.kind == "coarser":
            raise NotFoundError(
                f"there is no region '{text[:12]}'", remedy=f"it would lie in {found.codes[0][0]}"
            )
        raise NotFoundError(
            f"there is no region '{text[:12]}'", remedy="give NUTS codes, such as AT33 or AT33,AT32"
        )
    code, share = max(found.codes, key=lambda one: one[1])
    if share < MAIN_SHARE:
        heirs = ", ".join(code for code, _ in found.codes)
        raise NotFoundError(f"region '{text[:12]}' was split", remedy=f"ask for its heirs: {heirs}")
    return code, "" if code == taxonomies.nuts.normalise_code(text) else f"{text} is {code} now"


def _statistical(code: str) -> tuple[str, ...]:
    """The regions of the statistical level that a region consists of, in order."""
    level = taxonomies.level_of(code)
    if level == STATISTICAL_LEVEL:
        return (code,)
    if level > STATISTICAL_LEVEL:
        above = taxonomies.ancestors(code)[0]
        raise UsageError(
            f"{code} is smaller than the regions that statistics are published for", remedy=f"ask for {above}"
        )
    parts = tuple(
        region.nuts_code
        for region in taxonomies.regions().values()
        if region.is_current
        and region.level == STATISTICAL_LEVEL
        and region.nuts_code.startswith(code)
        and not region.nuts_code.endswith("ZZ")
    )
    if not parts:
        raise NotFoundError(f"{code} has no regions", remedy="ask for a country or region of NUTS")
    return parts


def parse_scope(text: str) -> Scope:
    """The category that a text asks for: ``ecosystems:tourism``, a NACE division (``C10``), or one's own.

    The categories of a set that a user brought are not known here: the release is asked for them, by ids.
    Raises `NotFoundError` and `UsageError` that name the nearest.

    >>> parse_scope("C10").name, parse_scope("nace-divisions:C10").category_id
    ('Food products', 'C10')
    >>> parse_scope("Food=nace:C10,C11*0.5").weights
    (('C10', 1.0), ('C11', 0.5))
    """
    name, listed = _named(text)
    category_set, sign, category_id = listed.partition(":")
    if sign and category_set != OWN:
        return Scope(listed, name or category_id, category_set, category_id)
    weights = _weights(category_id if sign else listed)
    if len(weights) == 1 and weights[0][1] == 1.0 and not name and len(weights[0][0]) == 3:
        division = weights[0][0]
        return Scope(
            f"nace-divisions:{division}", taxonomies.industry(division).short_name, "nace-divisions", division
        )
    listing = ",".join(code if weight == 1 else f"{code}*{weight:g}" for code, weight in weights)
    key = f"{OWN}:{listing}"
    return Scope(f"{name}={key}" if name else key, name or _called(weights, listing), OWN, listing, weights)


def _called(weights: tuple[tuple[str, float], ...], listing: str) -> str:
    """What a category of some industries is called: by their names when they are few and whole, else by their codes.

    >>> _called((("C10", 1.0), ("C11", 1.0)), "C10,C11"), _called((("C10", 0.5), ("C11", 1.0)), "C10*0.5,C11")
    ('Food products and beverages', 'NACE C10*0.5,C11')
    """
    from clusteratlas.atlas.search.explain import listed

    if len(weights) > NAMED or any(weight != 1 for _, weight in weights):
        return f"NACE {listing}"
    first, *others = (taxonomies.industry(code).short_name for code, _ in weights)
    names = [first, *(name if name[1:2].isupper() else name[:1].lower() + name[1:] for name in others)]
    return listed(names, "and")


def _weights(listed: str) -> tuple[tuple[str, float], ...]:
    """NACE divisions with the part of each that counts; a section stands for its divisions."""
    parts = [part for part in _SPLIT.split(listed) if part]
    if not parts:
        raise UsageError("no industry given", remedy="name NACE divisions: nace:C10,C11")
    _refuse_many(parts, "industries")
    found: dict[str, float] = {}
    for part in parts:
        read = _PART.fullmatch(part)
        if not read:
            raise UsageError(f"'{part[:30]}' is no industry", remedy="write C10, or C10*0.5 for a half of it")
        weight = _weight(read["weight"])
        for division in _divisions(read["code"]):
            found[division] = weight
    return tuple(sorted(found.items()))


def _weight(text: str | None) -> float:
    try:
        weight = float(text) if text else 1.0
    except ValueError:
        weight = -1.0
    if not 0 < weight <= 1:
        raise UsageError(f"'{text}' is no part of an industry", remedy="give a number above 0 and at most 1")
    return weight


def _divisions(code: str) -> tuple[str, ...]:
    item = taxonomies.industry(code)
    if item.level in ("group", "class"):
        raise UsageError(
            f"{item.industry_code} is finer than regional statistics", remedy=f"take {item.industry_code[:3]}"
        )
    return taxonomies.parts_of(item.industry_code, "division")
