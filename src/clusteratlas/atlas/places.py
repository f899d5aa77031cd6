"""What a region that a person asks for stands for, or why nothing does."""

from __future__ import annotations

from clusteratlas import taxonomies
from clusteratlas.errors import UsageError, nearest_named


def region_asked(code: str) -> str:
    """The current NUTS code (of two letters: of a country) that a code of any version stands for.

    Raises `UsageError` for a code that never was, and for a region that was split, whose heirs it names.

    >>> region_asked("FR71"), region_asked("GR")
    ('FRK2', 'EL')
    """
    current, resolved = taxonomies.current_code(code), taxonomies.resolve_region(code)
    heirs = [heir for heir, _ in resolved.codes]
    if current in heirs and resolved.kind != "coarser":
        return current
    if len(heirs) > 1:
        named = ", ".join(f"{heir} ({_name(heir)})" for heir in heirs)
        raise UsageError(
            f"the region {resolved.code} was split",
            where="region",
            remedy=f"ask for one of its heirs: {named}",
        )
    names = {one.nuts_code: one.name for one in taxonomies.regions().values() if one.is_current and one.level}
    raise UsageError(
        f"there is no region '{code[:20]}'",
        where="region",
        remedy=nearest_named(resolved.code or code, names),
    )


def _name(code: str) -> str:
    region = taxonomies.regions().get(code)
    return region.name if region else code
