"""Rows of the reference tables from the taxonomies: programmes, initiatives, regions and their changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from clusteratlas import taxonomies
from clusteratlas.taxonomies.nuts import LAST_VERSION


def reference_rows() -> dict[str, list[dict[str, Any]]]:
    """The rows of each reference table, by the table's name."""
    return {
        "programme": list(_programmes()),
        "initiative": list(_initiatives()),
        "region": list(_regions()),
        "region_change": list(_changes()),
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
            yield {**asdict(change), "weight": change.share, "new_code": change.new_code or ""}
