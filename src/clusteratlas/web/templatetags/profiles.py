"""How profiles are written: addresses, dates with their precision, and what is known of a sum."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django import template
from django.utils.safestring import SafeString, mark_safe

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.values import Money
from clusteratlas.sources.catalogue import sources

register = template.Library()

CONFIDENCE = {"h": "high confidence", "m": "medium confidence", "l": "low confidence"}
LEVELS = {0: "country", 1: "NUTS 1", 2: "NUTS 2", 3: "NUTS 3"}


@register.filter
def search(query: Mapping[str, str]) -> str:
    """The address of the search that finds what a count counts.

    >>> search({"country": "FR", "theme": "natural sciences/physical sciences"})
    '/projects/?country=FR&theme=natural+sciences%2Fphysical+sciences'
    """
    return f"/projects/?{urlencode(query)}"


@register.filter
def project_url(project_id: str) -> str:
    """The address of a project's page.

    >>> project_url("curated:escp-4i-2/pimap")
    '/projects/curated:escp-4i-2/pimap/'
    """
    return f"/projects/{quote(project_id, safe=':/')}/"


@register.filter
def organisation_url(organisation_id: str) -> str:
    """The address of an organisation's page."""
    return f"/organisations/{quote(organisation_id, safe=':/')}/"


@register.filter
def source_title(source: str) -> str:
    """What a reader sees for a source; an unknown one stands for itself."""
    known = sources().get(source)
    return known.title if known else source


@register.filter
def ror_address(ror_id: str) -> str:
    """The address of an entry of the Research Organization Registry, without its scheme.

    >>> ror_address("ror:03yrm5c26")
    'ror.org/03yrm5c26'
    """
    return f"ror.org/{quote(ror_id.removeprefix('ror:'))}"


@register.filter
def percent_sure(score: float) -> str:
    """How sure a model is, never quite.

    >>> percent_sure(0.63), percent_sure(0.9999)
    ('63 % sure', '99 % sure')
    """
    return f"{min(99, max(1, round(100 * score)))} % sure"


@register.filter
def place_url(code: str) -> str:
    """The address of a country's or region's page; a country has one, whatever its code.

    >>> place_url("GR"), place_url("EL"), place_url("EL30")
    ('/countries/GR/', '/countries/GR/', '/regions/EL30/')
    """
    if len(code) == 2:
        return f"/countries/{taxonomies.country_code(code) or code}/"
    return f"/regions/{quote(code)}/"


@register.filter
def dated(value: date | None, precision: str | None = "day") -> str:
    """A date, no more exact than it is known.

    >>> dated(date(2016, 7, 1), "month"), dated(date(2016, 7, 1), "year"), dated(None)
    ('July 2016', '2016', 'not known')
    """
    if value is None:
        return "not known"
    forms = {"year": f"{value.year}", "month": f"{value:%B %Y}"}
    return forms.get(precision or "day", f"{value.day} {value:%B %Y}")


@register.filter
def published(money: Money) -> str:
    """For how many rows of a sum there are amounts, in words; nothing when for all.

    >>> published(Money(10.0, 14, 18)), published(Money(10.0, 18, 18))
    ('published for 14 of 18', '')
    """
    return "" if money.is_complete else f"published for {money.published:,} of {money.of:,}"


BAR = (
    '<svg class="share" viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true" focusable="false">'
    '<rect class="bar-track" width="100" height="10"/><rect class="bar-value" width="{}" height="10"/></svg>'
)


@register.filter
def bar(share: float | None) -> SafeString:
    """A bar as long as a share (0 to 1); a little of something stays visible.

    >>> 'width="25.6"' in bar(0.256), 'width="0.8"' in bar(0.001), 'width="0"' in bar(None)
    (True, True, True)
    """
    length = f"{max(share * 100, 0.8):.1f}".removesuffix(".0") if share else "0"
    return mark_safe(BAR.format(length))  # noqa: S308 - a number


@register.filter
def confidence(code: str | None) -> str:
    """How sure a curated fact is, in words; nothing for a publisher's own record."""
    return CONFIDENCE.get(code or "", code or "")


@register.filter
def web_address(url: Any) -> str:
    """An address that is safe to link to: of the web, or nothing; a bare host gets its scheme.

    >>> web_address("javascript:alert(1)"), web_address("www.example.eu"), web_address("https://a.eu/x")
    ('', 'https://www.example.eu', 'https://a.eu/x')
    """
    text = str(url or "").strip()
    if text.lower().startswith(("http://", "https://")):
        return text
    bare = text.lower().startswith("www.") and " " not in text
    return f"https://{text}" if bare else ""


@register.filter
def host(url: str) -> str:
    """The host of an address, without www.

    >>> host("https://www.example.eu/a?b=c")
    'example.eu'
    """
    return url.split("//", 1)[-1].split("/", 1)[0].split("?", 1)[0].removeprefix("www.")
