"""The filters beside the results: their values with counts, in the order in which people look for them."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString

from clusteratlas import taxonomies
from clusteratlas.atlas.search.counting import FacetCounts, FacetValue
from clusteratlas.atlas.search.facets import facet
from clusteratlas.atlas.search.result import SearchResult
from clusteratlas.web.explore.asked import Asked

ORDER = (
    *("pillar", "initiative", "theme", "country", "region", "year", "programme", "status", "kind", "scheme"),
    *("organisation_type", "sme_share", "budget"),
)
OPEN = ("pillar", "country", "year")
"""Open from the start; others when something in them is chosen."""

SCOPES = (
    ("yes", "Cluster projects"),
    ("core", "only core ones"),
    ("related", "only related ones"),
    ("", "All projects"),
)
"""The most important choice: which projects at all."""

CARRIED = ("coordinator_country", "active", "organisation", "topic", "call")
"""Filters without a panel of their own; the form carries them along."""


@dataclass(frozen=True)
class Group:
    """A facet's panel."""

    name: str
    label: str
    options: SafeString
    more: int
    is_open: bool
    is_long: bool


@dataclass(frozen=True)
class Scope:
    """One choice of `SCOPES` with its number of projects."""

    value: str
    label: str
    count: int
    is_selected: bool


@dataclass(frozen=True)
class Chosen:
    """A filter in force: said in words, with the address of the question without it."""

    facet: str
    label: str
    href: str


def groups(result: SearchResult) -> list[Group]:
    """The panels in their order; those without a value are left out."""
    counted = {counts.facet.name: counts for counts in result.facets}
    return [_group(counted[name]) for name in ORDER if name in counted and counted[name].values]


def _group(counts: FacetCounts) -> Group:
    name, values = counts.facet.name, counts.values
    if name == "year":
        values = tuple(sorted(values, key=lambda value: value.value, reverse=True))
    is_used = any(value.is_selected for value in values)
    options = SafeString("".join(_option(name, value) for value in values))
    return Group(name, counts.facet.label, options, counts.more, is_used or name in OPEN, len(values) > 9)


def _option(name: str, value: FacetValue) -> str:
    """A value as a box to tick. Written here: a page has some 250, and a template takes ten times as long."""
    word, label = escape(value.value), escape(said(name, value.value, value.label))
    indent = f' class="depth-{min(value.depth, 3)}"' if value.depth else ""
    ticked = " checked" if value.is_selected else ""
    return (
        f'<li{indent}><label><input type="checkbox" class="auto" id="f-{name}-{word}" name="{name}" '
        f'value="{word}"{ticked}><span>{label}</span><span class="count">{value.count:,}</span></label></li>'
    )


def said(name: str, value: str, label: str) -> str:
    """A value in the words of a reader, where the publisher's are codes.

    >>> said("status", "SIGNED", "SIGNED"), said("theme", "humanities", "humanities")
    ('Signed, not closed', 'Humanities')
    """
    if name == "status" and value in taxonomies.statuses():
        return taxonomies.statuses()[value].label
    if name == "scheme" and value in taxonomies.funding_schemes():
        return f"{taxonomies.funding_schemes()[value].label} ({value})"
    if name == "organisation_type" and value in taxonomies.activity_types():
        return taxonomies.activity_types()[value].label
    return label[:1].upper() + label[1:] if name in ("theme", "kind", "sme_share", "budget") else label


def carried(asked: Asked, result: SearchResult) -> list[tuple[str, str]]:
    """What the form must carry along: filters without a panel, and values that their panel does not list."""
    listed = {(counts.facet.name, value.value) for counts in result.facets for value in counts.values}
    return [
        (name, value)
        for name, values in asked.filters.items()
        for value in values
        if name in CARRIED or (name in ORDER and (name, value) not in listed)
    ]


def scopes(result: SearchResult) -> list[Scope]:
    """Cluster projects or all, with how many each would give."""
    counts = {value.value: value.count for value in result.facet("cluster").values}
    total = counts.get("core", 0) + counts.get("related", 0)
    numbers = counts | {"yes": total, "": sum(counts.values())}
    chosen = result.filters.get("cluster", ())
    now = chosen[0] if len(chosen) == 1 else "yes" if set(chosen) == {"core", "related"} else ""
    return [Scope(value, label, numbers.get(value, 0), value == now) for value, label in SCOPES]


def chosen(asked: Asked, words: dict[tuple[str, str], str]) -> list[Chosen]:
    """The filters in force, each with the address without it; ``words`` says the values."""
    return [
        Chosen(facet(name).label, words[name, value], asked.without(name, value).address())
        for name, values in asked.filters.items()
        if name != "cluster"
        for value in values
    ]
