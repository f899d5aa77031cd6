"""How networks are written: shares of pairs, what groups are called, where their tables stand as data."""

from __future__ import annotations

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from clusteratlas.atlas.collaboration import Broker

register = template.Library()

ACROSS = ("itinerant", "gatekeeper", "representative", "liaison")


@register.filter
def hundredths(share: float | None) -> str:
    """A small share as percent, without the sign.

    >>> hundredths(0.0926), hundredths(0.00004), hundredths(0.0), hundredths(None)
    ('9.3', '<0.1', '0', '–')
    """
    if share is None:
        return "–"
    percent = 100 * share
    return "0" if percent == 0 else "<0.1" if percent < 0.1 else f"{percent:.1f}".removesuffix(".0")


@register.filter
def percent_of(share: float | None) -> str:
    """A share as percent.

    >>> percent_of(0.152), percent_of(0.004), percent_of(0.0002), percent_of(None)
    ('15 %', '0.4 %', '<0.1 %', '–')
    """
    if share is None:
        return "–"
    percent = 100 * share
    return f"{percent:.0f} %" if percent >= 1 else f"{hundredths(share)} %"


@register.filter
def across(one: Broker) -> int:
    """Ordered pairs of partners that do not work together, not all three of one country, halved to pairs."""
    return sum(getattr(one, role) for role in ACROSS) // 2


@register.filter
def group_name(name: str | None) -> str:
    """What a group is called.

    >>> group_name("fish; sea"), group_name(None)
    ('Fish, sea', 'No theme tells it apart')
    """
    return (name[:1].upper() + name[1:]).replace("; ", ", ") if name else "No theme tells it apart"


@register.simple_tag
def twins(table: str, query: str) -> SafeString:
    """Links to a table of a network as data."""
    link = '<a href="/network/{0}.{1}{2}">{3}<span class="visually-hidden"> of the {0}</span></a>'
    links = [format_html(link, table, ending, query, ending.upper()) for ending in ("csv", "json")]
    return format_html('<span class="small">{}, {}</span>', *links)
