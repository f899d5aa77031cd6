"""The list of organisations and the page of one."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas.profiles.listings import SORTS, OrganisationPage
from clusteratlas.atlas.profiles.organisation import OrganisationProfile
from clusteratlas.atlas.profiles.partners import region_name
from clusteratlas.errors import UsageError
from clusteratlas.settings import reports_to
from clusteratlas.web.profiles import drawings
from clusteratlas.web.profiles.asked import SHOWN, given, links, page_of

ORDERS = {
    "projects": "Most projects",
    "money": "Most EU money",
    "coordinations": "Most coordinated",
    "programmes": "Most programmes",
    "name": "Name",
}
DOWNLOADS = (("CSV", "csv"), ("Excel", "xlsx"), ("JSON", "json"), ("Parquet", "parquet"))
PARTNERS_SHOWN = 12
SEPARATE_NAMES = 6
REPORTED = 12
"""Records listed in a prepared e-mail: longer ones do not open in every program."""


def organisations(request: HttpRequest) -> HttpResponse:
    """Organisations by name, country, region and kind."""
    asked = given(
        request, ("q", "country", "region", "activity_type", "is_cluster", "is_sme", "sort", "page")
    )
    found = request.atlas.organisations(
        asked.get("q", ""),
        country=asked.get("country"),
        region=asked.get("region"),
        activity_type=asked.get("activity_type"),
        is_cluster=_yes(asked, "is_cluster"),
        is_sme=_yes(asked, "is_sme"),
        sort=asked.get("sort", "projects"),
        page=page_of(asked),
    )
    return render(request, "profiles/organisations.html", _list_context(request, asked, found))


def _yes(asked: dict[str, str], name: str) -> bool | None:
    """True for yes, False for no, None for no such wish; raises `UsageError` for any other word."""
    word = asked.get(name)
    if word not in (None, "yes", "no"):
        raise UsageError(f"'{word[:40]}' is no value", where=name, remedy=f"write {name}=yes or {name}=no")
    return None if word is None else word == "yes"


def _list_context(request: HttpRequest, asked: dict[str, str], found: OrganisationPage) -> dict[str, Any]:
    region = asked.get("region")
    countries = {**{c.code: c.label for c in found.countries}}
    if chosen := asked.get("country"):
        countries.setdefault(chosen.upper(), taxonomies.country_name(chosen))
    return {
        "asked": asked,
        "found": found,
        "crumbs": [("Home", "/"), ("Organisations", "")],
        "countries": sorted(
            ((c, n, c == (chosen or "").upper()) for c, n in countries.items()), key=lambda c: c[1]
        ),
        "types": [
            (t.code, t.label, t.code == asked.get("activity_type"))
            for t in taxonomies.activity_types().values()
        ],
        "orders": [(code, ORDERS[code], code == found.sort) for code in SORTS],
        "region_name": region_name(taxonomies.current_code(region) or region) if region else None,
        "pages": links(request, asked, found.page, found.pages),
        "downloads": _downloads(asked),
        "first": (found.page - 1) * found.page_size + 1,
    }


def _downloads(asked: dict[str, str]) -> list[tuple[str, str]]:
    """Addresses of the whole list under its filters, by kind of file."""
    query = urlencode({name: word for name, word in asked.items() if name != "page"})
    return [(label, f"/organisations.{ending}{'?' if query else ''}{query}") for label, ending in DOWNLOADS]


def organisation(request: HttpRequest, organisation_id: str) -> HttpResponse:
    """An organisation: projects, roles, money, themes, partners, names and place."""
    asked = given(request, ("role", "page"))
    profile = request.atlas.organisation(
        organisation_id, role=asked.get("role"), page=page_of(asked), page_size=SHOWN
    )
    if profile.organisation_id != organisation_id:
        return moved(request, f"/organisations/{quote(profile.organisation_id, safe=':/')}/")
    return render(request, "profiles/organisation.html", context(request, asked, profile))


def moved(request: HttpRequest, address: str) -> HttpResponse:
    """The answer for an id that stands for another organisation now: its address, with what was asked.

    Not for good (302): people can undo a merge, and then the id has its own page again.
    """
    query = request.META.get("QUERY_STRING", "")
    return HttpResponseRedirect(f"{address}{'?' if query else ''}{query}")


def context(request: HttpRequest, asked: dict[str, str], profile: OrganisationProfile) -> dict[str, Any]:
    """Everything that the template of an organisation needs."""
    return {
        "profile": profile,
        "crumbs": [
            ("Home", "/"),
            ("Organisations", "/organisations/"),
            (profile.short_name or profile.name, ""),
        ],
        "role": asked.get("role"),
        "roles": [(role, _role_address(request, role.role)) for role in profile.roles],
        "years": drawings.year_figure(profile.years, f"Projects of {profile.name} by year of start"),
        "undated": drawings.undated(profile.years),
        "network": drawings.network_figure(
            profile.network,
            f"Who works with {profile.name}",
            "Circles are its partners, sized by common projects; a line joins two that meet in them.",
        ),
        "partners": profile.partners[:PARTNERS_SHOWN],
        "more_partners": profile.partners[PARTNERS_SHOWN:],
        "map": drawings.spot_map(
            profile.name, profile.latitude, profile.longitude, f"Where {profile.name} is"
        ),
        "other_names": profile.other_names[:SEPARATE_NAMES],
        "report_address": report_address(request, profile),
        "pages": links(request, asked, profile.page.page, profile.page.pages, "#projects"),
    }


def report_address(request: HttpRequest, profile: OrganisationProfile) -> str:
    """A prepared e-mail to those who look after the atlas; empty when no address is set."""
    to = reports_to()
    if not to:
        return ""
    subject = f"{profile.organisation_id}: not the same organisation?"
    lines = [
        f"On {request.build_absolute_uri(request.path)}",
        f"({profile.name}, release {request.atlas.release.id})",
        "these records are not the same organisation, or one is missing:",
        "",
        *(f"- {form.organisation_record_id} {form.name or ''}" for form in profile.forms[:REPORTED]),
        "",
        "What I know about it:",
        "",
    ]
    letter = urlencode({"subject": subject, "body": "\n".join(lines)}, quote_via=quote)
    return f"mailto:{quote(to, safe='@')}?{letter}"


def _role_address(request: HttpRequest, role: str | None) -> str:
    return f"{request.path}?{urlencode({'role': role})}#projects" if role else ""
