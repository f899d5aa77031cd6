"""Regions that came out of a larger one: what older figures of them are shared out from."""

from __future__ import annotations

from collections.abc import Collection
from functools import cache

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory.asked import STATISTICAL_LEVEL


def origins(code: str) -> tuple[str, ...]:
    """The former regions of the statistical level that a current one is a part of, none for one that is whole.

    >>> origins("HU12"), origins("AT33")
    (('HU10',), ())
    """
    return _origins().get(code, ())


def published(codes: Collection[str]) -> list[str]:
    """``codes`` and those of the former regions that older figures of theirs were published under.

    >>> published(["HU12", "AT33"])
    ['HU12', 'AT33', 'HU10']
    """
    return list(dict.fromkeys([*codes, *(former for code in codes for former in origins(code))]))


def is_parted(code: str, codes: Collection[str]) -> bool:
    """Whether ``codes`` hold a part of a region that ``code`` came out of, but not all of it.

    >>> is_parted("HU12", ["HU12"]), is_parted("HU12", ["HU11", "HU12"])
    (True, False)
    """
    parts = [{heir for heir, _ in taxonomies.resolve_region(former).codes} for former in origins(code)]
    return any(not heirs <= set(codes) for heirs in parts)


@cache
def _origins() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for region in taxonomies.regions().values():
        if region.level == STATISTICAL_LEVEL and not region.is_current:
            heirs = taxonomies.resolve_region(region.nuts_code).codes
            for heir, _ in heirs if len(heirs) > 1 else ():
                found[heir] = (*found.get(heir, ()), region.nuts_code)
    return found
