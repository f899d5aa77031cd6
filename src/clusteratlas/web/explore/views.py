"""The home page, help, and what machines ask for first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def home(request: HttpRequest) -> HttpResponse:
    """What this is, and where to begin."""
    return render(request, "explore/home.html")


def healthz(request: HttpRequest) -> JsonResponse:
    """Whether the site is alive, and which release it shows."""
    return JsonResponse(
        {"status": "ok", "release": request.atlas.release.id}, headers={"Cache-Control": "no-store"}
    )
