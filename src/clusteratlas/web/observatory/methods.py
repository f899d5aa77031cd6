"""How each number is computed: formulas, star profiles, estimates, in words that a policy maker can follow."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from clusteratlas import taxonomies
from clusteratlas.web.observatory.asked import given


def page(request: HttpRequest) -> HttpResponse:
    """All definitions."""
    from clusteratlas.observatory import star_profiles

    given(request, ())
    context = {
        "crumbs": [("Home", "/"), ("Industries", "/categories/"), ("How it is computed", "")],
        "profiles": star_profiles(),
        "sets": taxonomies.category_sets().values(),
        "statistics": request.atlas.statistics,
    }
    return render(request, "observatory/methods.html", context)
