"""Regions that a visitor types in: by name, by code, or one of his own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.listings import folded
from clusteratlas.errors import UsageError, nearest
from clusteratlas.web.observatory import reading
from clusteratlas.web.observatory.asked import MOST
from clusteratlas.web.profiles.finding import CODE_BEHIND

if TYPE_CHECKING:
    from clusteratlas.atlas import Atlas

CODE = re.compile(r"[A-Za-z]{2}[A-Za-z0-9]{0,3}")


def offered(atlas: Atlas) -> list[str]:
    """What a field of regions offers while one types: each region that has figures, as `Tirol (AT33)`."""
    there = [code for code in atlas.statistics.regions if not code.endswith(reading.NOWHERE)]
    countries = sorted({code[:2] for code in there})
    named = [(taxonomies.country_name(code), code) for code in countries]
    named += sorted((taxonomies.region_name(code), code) for code in there)
    return [f"{name} ({code})" for name, code in named]


def regions_typed(atlas: Atlas, text: str) -> list[str]:
    """The codes of regions typed in, parted by semicolons or lines; `Alps=AT33,AT32` is one of the visitor's own.

    Each part is a name, a name with its code behind it as `offered`, or codes parted by blanks or commas. Raises
    `UsageError` that names the nearest for a name that no region has.
    """
    names: Mapping[str, str] = {folded(CODE_BEHIND.sub("", one)): one for one in offered(atlas)}
    parts = [part.strip() for line in text.splitlines() for part in line.split(";")]
    return [code for part in filter(None, parts) for code in _codes(part, names)]


def with_typed(atlas: Atlas, asked: Mapping[str, list[str]]) -> dict[str, list[str]]:
    """What is asked for, with the regions typed in as `more` among those named as `area`.

    Raises `UsageError` as `regions_typed`, and for more than `MOST` regions.
    """
    added = regions_typed(atlas, (asked.get("more") or [""])[0])
    found = {name: values for name, values in asked.items() if name != "more"}
    if added:
        found["area"] = list(dict.fromkeys([*found.get("area", []), *added]))
    if len(found.get("area", [])) > MOST:
        raise UsageError(
            f"{len(found['area'])} regions are too many", where="area", remedy=f"give at most {MOST}"
        )
    return found


def _codes(part: str, names: Mapping[str, str]) -> list[str]:
    if "=" in part:
        return [part]
    if behind := CODE_BEHIND.search(part):
        return [behind[1].upper()]
    wanted = folded(part)
    begun = [name for name in names if f" {name}".find(f" {wanted}") >= 0]
    if wanted in names or len(begun) == 1:
        return [CODE_BEHIND.search(names[wanted if wanted in names else begun[0]])[1]]
    words = part.replace(",", " ").split()
    if all(CODE.fullmatch(word) and (word.isupper() or not word.isalpha()) for word in words):
        return words
    several = [CODE_BEHIND.sub("", names[name]).strip() for name in begun[:8]]
    raise UsageError(
        f"{'several regions are' if several else 'no region with figures is'} called '{part[:60]}'",
        where="more",
        remedy=f"choose one: {'; '.join(several)}" if several else nearest(wanted, names),
    )
