"""Addresses of the programming interface."""

from __future__ import annotations

from django.urls import path, re_path
from django.views.generic import RedirectView

from clusteratlas.web.api import problems, reference
from clusteratlas.web.api.api import api

urlpatterns = [
    path("v1/docs", reference.page, name="api-reference"),
    path("v1/docs/", RedirectView.as_view(url="/api/v1/docs")),
    path("v1/openapi.json", reference.openapi, name="api-description"),
    path("v1/", api.urls),
    re_path(r"", problems.not_found),
]
