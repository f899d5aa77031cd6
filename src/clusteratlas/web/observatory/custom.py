"""Regions and categories of the visitor's own: chosen from lists, kept in the address, nowhere else."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.atlas.observatory import parse_area, parse_scope
from clusteratlas.errors import ClusteratlasError, UsageError
from clusteratlas.web.observatory import reading

PARTS_AT_MOST = 60


def own_region(request: HttpRequest) -> HttpResponse:
    """A form that puts regions together, or the page of the region it made."""
    name, codes = _given(request, "area", "code")
    problem = None
    if codes and "make" in request.GET:
        text = f"{name}={','.join(codes)}" if name else ",".join(codes)
        try:
            return HttpResponseRedirect(reading.area_url(parse_area(text)))
        except ClusteratlasError as fault:
            problem = fault
    groups = _regions(request, set(codes))
    context = {
        "crumbs": [("Home", "/"), ("Regions", "/regions/"), ("A region of your own", "")],
        "name": name,
        "typed": _rest(codes, groups),
        "problem": problem or _nothing(request, codes),
        "groups": groups,
    }
    return render(request, "observatory/own_region.html", context, status=400 if context["problem"] else 200)


def own_category(request: HttpRequest) -> HttpResponse:
    """A form that puts industries together, or the page of the category it made."""
    name, codes = _given(request, "category", "code")
    problem = None
    if codes and "make" in request.GET:
        text = f"{name}=nace:{','.join(codes)}" if name else f"nace:{','.join(codes)}"
        try:
            return HttpResponseRedirect(reading.category_url(parse_scope(text)))
        except ClusteratlasError as fault:
            problem = fault
    groups = _industries(set(codes))
    context = {
        "crumbs": [("Home", "/"), ("Industries", "/categories/"), ("An industry of your own", "")],
        "name": name,
        "typed": _rest(codes, groups),
        "problem": problem or _nothing(request, codes),
        "groups": groups,
    }
    return render(
        request, "observatory/own_category.html", context, status=400 if context["problem"] else 200
    )


def _given(request: HttpRequest, whole: str, part: str) -> tuple[str, list[str]]:
    """The name and the codes: ticked, typed, or those of one that is to be changed."""
    for name in request.GET:
        if name not in (whole, part, "name", "codes", "make"):
            raise UsageError(f"there is no parameter '{name[:60]}'", remedy=f"write {part}=, name=")
    start, _, listed = request.GET.get(whole, "")[:2000].rpartition("=")
    typed = f"{listed.removeprefix('nace:')} {request.GET.get('codes', '')[:2000]}"
    ticked = [code[:12] for code in request.GET.getlist(part)[: PARTS_AT_MOST + 1]]
    codes = dict.fromkeys([*ticked, *(code.upper() for code in re.split(r"[,;\s]+", typed) if code)])
    # Signs that part names and codes in addresses have no place in a name.
    name = re.sub(r"[=\s]+", " ", request.GET.get("name", start))[:80].strip()
    return name, list(codes)


def _rest(codes: list[str], groups: list[dict[str, Any]]) -> str:
    """The codes that no box is ticked for: larger regions, parts of industries, mistakes."""
    ticked = {item["code"] for group in groups for item in group["items"] if item["is_chosen"]}
    return " ".join(code for code in codes if code not in ticked)


def _nothing(request: HttpRequest, codes: list[str]) -> ClusteratlasError | None:
    if "make" in request.GET and not codes:
        return UsageError("nothing is chosen", remedy="tick at least one, or type its code")
    return None


def _regions(request: HttpRequest, chosen: set[str]) -> list[dict[str, Any]]:
    """Regions with figures by country; all of the statistical level in a release without figures."""
    there = [code for code in request.atlas.statistics.regions if not code.endswith(reading.NOWHERE)]
    groups: dict[str, list[dict[str, Any]]] = {}
    for code in there:
        country = taxonomies.country_name(code[:2])
        groups.setdefault(country, []).append(
            {"code": code, "name": taxonomies.region_name(code), "is_chosen": code in chosen}
        )
    return _grouped(groups)


def _industries(chosen: set[str]) -> list[dict[str, Any]]:
    """NACE divisions by section."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for code, division in taxonomies.categories("nace-divisions").items():
        section = taxonomies.industry(code[0])
        label = f"{code[0]} {section.short_name}"
        groups.setdefault(label, []).append(
            {"code": code, "name": division.name, "is_chosen": code in chosen}
        )
    return _grouped(groups)


def _grouped(groups: dict[str, list[dict[str, Any]]]) -> list[dict[str, Any]]:
    return [
        {"name": name, "items": items, "chosen": sum(item["is_chosen"] for item in items)}
        for name, items in sorted(groups.items())
    ]
