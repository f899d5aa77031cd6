"""Rows of the reference tables from the taxonomies: programmes, initiatives, regions, industries, categories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, fields
from typing import Any

from clusteratlas import taxonomies
from clusteratlas.taxonomies.crosswalks import CLUSTERS, LEVELS, NAICS
from clusteratlas.taxonomies.nuts import LAST_VERSION

VERSIONS = taxonomies.CLASSIFICATIONS


def reference_rows(own_sets: Iterable[taxonomies.OwnSet] = ()) -> dict[str, list[dict[str, Any]]]:
    """The rows of each reference table, by the table's name; ``own_sets`` are listed beside the package's own."""
    own_sets = list(own_sets)
    return {
        "programme": list(_programmes()),
        "initiative": list(_initiatives()),
        "region": list(_regions()),
        "region_change": list(_changes()),
        "industry": list(_industries()),
        "category": list(_categories(own_sets)),
        "crosswalk": list(_crosswalks(own_sets)),
    }


def _programmes() -> Iterator[dict[str, Any]]:
    return (asdict(p) for p in taxonomies.programmes().values())


def _initiatives() -> Iterator[dict[str, Any]]:
    for initiative in taxonomies.initiatives().values():
        yield {
            **{
                k: v
                for k, v in asdict(initiative).items()
                if k not in ("source", "totals", "topics", "names")
            },
            "pillar_name": taxonomies.pillar(initiative.pillar_id).name,
            "stated_partnerships": initiative.totals.n_partnerships,
            "url": next(iter(initiative.source), None),
        }


def _regions() -> Iterator[dict[str, Any]]:
    """One row for each version in which a code is valid."""
    names = ("nuts_code", "level", "name", "country_code", "parent_code", "latitude", "longitude")
    for region in taxonomies.regions().values():
        last = LAST_VERSION.get(region.nuts_code[:2], taxonomies.CURRENT_NUTS)
        facts = {name: getattr(region, name) for name in names}
        for version in region.versions:
            yield {**facts, "nuts_version": version, "is_current": version == last}


def _changes() -> Iterator[dict[str, Any]]:
    for changes in taxonomies.region_changes().values():
        for change in changes:
            yield {**_facts(change), "weight": change.share, "new_code": change.new_code or ""}


def _industries() -> Iterator[dict[str, Any]]:
    for version in VERSIONS:
        for industry in taxonomies.industries(version).values():
            yield _facts(industry) | {"section_code": industry.section_code}


def _categories(own_sets: list[taxonomies.OwnSet]) -> Iterator[dict[str, Any]]:
    sets = [(known, taxonomies.categories(name)) for name, known in taxonomies.category_sets().items()]
    for known, categories in [*sets, *((own.facts, own.categories) for own in own_sets)]:
        about = {name: getattr(known, name.removeprefix("set_")) for name in ("set_source", "set_version")}
        about |= {"set_name": known.name, "set_confidence": known.confidence}
        for category in categories.values():
            yield _facts(category) | about


def _crosswalks(own_sets: list[taxonomies.OwnSet]) -> Iterator[dict[str, Any]]:
    """Links of Rev. 2 at every level, of Rev. 2.1 by division, of NAICS to clusters, and between both versions."""
    earlier, later = VERSIONS
    for category_set in (*taxonomies.category_sets(), *own_sets):
        for level in LEVELS[1:]:
            yield from map(_facts, taxonomies.crosswalk(earlier, category_set, level))
    for category_set in taxonomies.category_sets():
        yield from map(_facts, taxonomies.crosswalk(later, category_set))
    for clusters in CLUSTERS:
        yield from map(_facts, taxonomies.crosswalk(NAICS, clusters))
    for one, other in (VERSIONS, VERSIONS[::-1]):
        yield from map(_facts, taxonomies.crosswalk(one, other))


def _facts(item: Any) -> dict[str, Any]:
    """The fields of a dataclass of plain values: `asdict` copies each, which takes twenty times as long."""
    return {field.name: getattr(item, field.name) for field in fields(item)}
