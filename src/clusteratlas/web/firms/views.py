"""The page of firms: a panel is posted, looked at, and forgotten with the answer."""

from __future__ import annotations

import threading
from typing import Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt, csrf_protect, ensure_csrf_cookie
from django.views.decorators.http import require_http_methods

from clusteratlas.errors import ClusteratlasError, InputError
from clusteratlas.observatory import firms
from clusteratlas.observatory.firms.panel import ROLES
from clusteratlas.web.firms import example, upload
from clusteratlas.web.firms.results import MOST_HEADS, results

MEASURES = ("employees", "turnover")
AT_ONCE = threading.BoundedSemaphore(2)
"""Panels that are looked at in one process at the same time."""


@csrf_exempt  # checked below, once the upload is bound to memory
@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """The form, and what was found in a posted panel."""
    if request.method == "POST":
        request.upload_handlers = [upload.InMemory(request)]
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or int(length) > upload.MOST_BYTES + 100_000:
            fault = InputError("the file is larger than 5 MB", remedy="use the command: clusteratlas firms")
            return _show(request, {"problem": fault}, 413)
    return _page(request)


@csrf_protect
@ensure_csrf_cookie
def _page(request: HttpRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, {})
    asked = {role: request.POST.get(role, "")[:100].strip() for role in ROLES}
    choice = {
        "profile": request.POST.get("profile", "eu-high-growth")[:40],
        "measure": request.POST.get("measure", "employees")[:40],
        "columns": {role: name for role, name in asked.items() if name},
    }
    try:
        return _answer(request, choice)
    except ClusteratlasError as fault:
        return _show(request, {**choice, "problem": fault}, 400)


def _answer(request: HttpRequest, choice: dict[str, Any]) -> HttpResponse:
    profile, measure = _known(choice)
    if not AT_ONCE.acquire(timeout=20):
        return _show(
            request,
            {**choice, "problem": InputError("others are being served", remedy="try again soon")},
            503,
        )
    try:
        panel, name = _panel(request, choice["columns"])
        if request.POST.get("as") == "csv":
            return verdicts_file(firms.verdicts(panel, profile, measure=measure))
        found = results(panel, profile, measure)
    finally:
        AT_ONCE.release()
    return _show(request, {**choice, "found": found, "file": name})


def _known(choice: dict[str, Any]) -> tuple[str, str]:
    """The profile and measure that were asked for; only those of the package are taken from a visitor."""
    if choice["profile"] not in [one.name for one in firms.firm_profiles()]:
        raise InputError(f"there is no profile '{choice['profile']}'", remedy="choose one of the list")
    if choice["measure"] not in MEASURES:
        raise InputError(f"there is no measure '{choice['measure']}'", remedy="choose one of the list")
    return choice["profile"], choice["measure"]


def _panel(request: HttpRequest, columns: dict[str, str]) -> tuple[pl.DataFrame, str]:
    if "example" in request.POST:
        return upload.read_panel(example.panel().encode(), {}), "the invented example"
    given = request.FILES.get("panel")
    if given is None:
        raise InputError(
            "no file was chosen, or it is larger than 5 MB", remedy="choose a CSV file, or try the example"
        )
    return upload.read_panel(given.read(), columns), given.name


def verdicts_file(verdicts: pl.DataFrame) -> HttpResponse:
    """The verdicts as CSV for a spreadsheet; texts that it would take for formulas are kept texts."""
    texts = [name for name, kind in verdicts.schema.items() if kind == pl.String]
    safe = verdicts.with_columns(
        pl.when(pl.col(name).str.contains(r"^[=+\-@\t\r]"))
        .then(pl.lit("'") + pl.col(name))
        .otherwise(name)
        .alias(name)
        for name in texts
    )
    answer = HttpResponse(
        safe.sort("year", "firm").write_csv(include_bom=True), content_type="text/csv; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="verdicts.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def example_file(request: HttpRequest) -> HttpResponse:
    """The invented panel, to see what a panel looks like."""
    answer = HttpResponse(example.panel(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="invented-panel.csv"'
    return answer


def _show(request: HttpRequest, context: dict[str, Any], status: int = 200) -> HttpResponse:
    known = {
        "crumbs": [("Home", "/"), ("Regions", "/regions/"), ("Firms", "")],
        "profiles": firms.firm_profiles(),
        "measures": MEASURES,
        "roles": ROLES,
        "columns": {},
        "profile": "eu-high-growth",
        "measure": "employees",
        "limits": upload,
        "most_heads": MOST_HEADS,
    }
    answer = render(request, "firms/page.html", {**known, **context}, status=status)
    answer["Cache-Control"] = "no-store"
    return answer
