"""Rows of the long lists of a project's page, written here: a template would spend most of the page's time on them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString, mark_safe

from clusteratlas.atlas.profiles.partners import Partner, PartnerCountry
from clusteratlas.atlas.profiles.project import Related, Result, Theme
from clusteratlas.atlas.profiles.values import Node
from clusteratlas.web.templatetags.figures import exact_euros, named, number
from clusteratlas.web.templatetags.profiles import (
    bar,
    organisation_url,
    place_url,
    project_url,
    search,
    web_address,
)

if TYPE_CHECKING:
    from clusteratlas.web.profiles.projects import SourceLine

register = template.Library()

LONGEST_TITLE = 120
BY_POSTAL_CODE = ' <span class="soft small">by postal code</span>'
NOT_KNOWN = '<span class="soft">not known</span>'


def _written(parts: Iterable[str], between: str = "\n") -> SafeString:
    """Parts in a row as they are, in which every text is escaped."""
    return mark_safe(between.join(parts))  # noqa: S308


@register.simple_tag
def partner_rows(partners: Iterable[Partner], has_money: bool) -> SafeString:
    """A row of the table of partners for each, with their money where any is published."""
    rows = (_partner_row(partner, has_money) for partner in partners)
    return _written(rows)


def _partner_row(partner: Partner, has_money: bool) -> str:
    name = escape(named(partner.name))
    badges = ' <span class="badge">cluster organisation</span>' if partner.is_cluster_organisation else ""
    badges += ' <span class="badge">left early</span>' if partner.is_ended else ""
    kinds = filter(None, (partner.activity_label, "SME" if partner.is_sme else None))
    return (
        f'<tr><th scope="row">{_link(organisation_url(partner.organisation_id), name)}{badges}</th>\n'
        f'<td data-label="Role">{escape(partner.role_label)}</td>\n'
        f'<td data-label="Kind">{escape(", ".join(kinds)) or NOT_KNOWN}</td>\n'
        f'<td class="whole" data-label="Place">{_place(partner)}{_source(partner, name)}</td>'
        f"{_money(partner) if has_money else ''}</tr>"
    )


def _place(partner: Partner) -> str:
    if not partner.country_code:
        return NOT_KNOWN
    country = _link(place_url(partner.country_code), escape(partner.country_name or ""))
    if not partner.region_code or len(partner.region_code) <= 2:
        return country
    by = BY_POSTAL_CODE if partner.region_basis == "postal code" else ""
    return f"{_link(place_url(partner.region_code), escape(partner.region_name or ''))}{by}<br>{country}"


def _source(partner: Partner, name: str) -> str:
    """The page that a partner of the curated list is known from."""
    address = web_address(partner.origin.url) if partner.origin.source == "curated" else ""
    if not address:
        return ""
    said = f'source<span class="visually-hidden"> for {name}</span>'
    return f' <a class="small" href="{escape(address)}" rel="external">{said}</a>'


def _money(partner: Partner) -> str:
    if partner.net_eu_contribution_eur is None:
        told = '<span class="soft">not published</span>'
    else:
        told = f'<span class="with-bar">{bar(partner.share)}{exact_euros(partner.net_eu_contribution_eur)}</span>'
    return f'<td class="number whole" data-label="Net from the EU">{told}</td>'


def _link(address: str, text: str) -> str:
    return f'<a href="{escape(address)}">{text}</a>'


@register.simple_tag
def country_counts(countries: Iterable[PartnerCountry]) -> SafeString:
    """The countries of the partners, each with how many are there, in a row."""
    told = (
        f"{_link(place_url(one.country_code), escape(one.country_name))} {one.partners}" for one in countries
    )
    return _written(told, ", ")


@register.simple_tag
def meeting_rows(meetings: Iterable[tuple[Node, Node, int]]) -> SafeString:
    """A row for each two partners that meet elsewhere, with the number of projects."""
    rows = (
        f'<tr><th scope="row">{_node(one)}</th><td>{_node(other)}</td><td class="number">{number(count)}</td></tr>'
        for one, other, count in meetings
    )
    return _written(rows)


def _node(node: Node) -> str:
    return _link(organisation_url(node.organisation_id), escape(named(node.name)))


MARKUP = re.compile(r"</?(?:i|b|em|strong|sub|sup)>", re.IGNORECASE)


def plain(title: str) -> str:
    """A title without the marks of italics and the like that publishers leave in it; anything else stays.

    >>> plain("Traits of <i>Cannabis sativa</i>"), plain("Is 1 < 2?"), plain("<script>")
    ('Traits of Cannabis sativa', 'Is 1 < 2?', '<script>')
    """
    return MARKUP.sub("", title)


@register.simple_tag
def result_items(results: Iterable[Result]) -> SafeString:
    """A line of the list of results for each."""
    return _written(map(_result_item, results), "")


def _result_item(result: Result) -> str:
    title, address = escape(plain(result.title or "Without title")), web_address(result.origin.url)
    linked = f'<a href="{escape(address)}" rel="external">{title}</a>' if address else title
    year = str(result.result_date.year) if result.result_date else None
    told = escape(", ".join(filter(None, (result.result_type, year))))
    return f'<li>{linked} <span class="soft small">{told}</span></li>'


@register.simple_tag
def related_cards(related: Iterable[Related]) -> SafeString:
    """A card for each related project, with the reasons."""
    return _written(map(_related_card, related))


def _related_card(one: Related) -> str:
    acronym = f'<span class="acronym">{escape(one.acronym)}</span> ' if one.acronym else ""
    title = one.title if len(one.title) <= LONGEST_TITLE else f"{one.title[: LONGEST_TITLE - 1]}…"
    reasons = ". ".join(reason[:1].upper() + reason[1:] for reason in one.reasons)
    return (
        f'<li class="card"><h3>{acronym}{_link(project_url(one.project_id), escape(title))}</h3>\n'
        f'<p class="small soft">{escape(reasons)}</p></li>'
    )


@register.simple_tag
def evidence_rows(evidence: Iterable[tuple[str, str]]) -> SafeString:
    """A row of the table of evidence for each: its kind and its words."""
    rows = (
        f'<tr><th scope="row">{escape(kind)}</th><td>{escape(text[:1].upper() + text[1:])}</td></tr>'
        for kind, text in evidence
    )
    return _written(rows)


@register.simple_tag
def theme_chips(themes: Iterable[Theme]) -> SafeString:
    """A chip for each theme, which leads to its projects."""
    chips = (
        f'<li><a class="chip" href="{escape(search(theme.query))}" title="{escape(" › ".join(theme.steps))}">'
        f"{escape(theme.title)}</a></li>"
        for theme in themes
    )
    return _written(chips, "")


@register.simple_tag
def source_rows(lines: Iterable[SourceLine]) -> SafeString:
    """A row for the facts of each kind: the source, the file and the lines that they stand in."""
    rows = (
        f'<tr><th scope="row">{escape(line.facts)}</th><td>{escape(line.source)}</td>'
        f'<td class="file">{escape(line.file)}</td><td>{escape(line.lines)}</td></tr>'
        for line in lines
    )
    return _written(rows)
