"""Addresses of the site. Twins of a page have its address with `.json` or `.csv` and come before it."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("api/", include("clusteratlas.web.api.urls")),
    path("", include("clusteratlas.web.data.urls")),
    path("", include("clusteratlas.web.explore.urls")),
    path("", include("clusteratlas.web.observatory.urls")),
    path("", include("clusteratlas.web.trends.urls")),
    path("", include("clusteratlas.web.firms.urls")),
    path("", include("clusteratlas.web.networks.urls")),
    path("", include("clusteratlas.web.profiles.urls")),
    path("", include("clusteratlas.web.moderation.urls")),
]

handler404 = "clusteratlas.web.mistakes.not_found"
handler500 = "clusteratlas.web.mistakes.failed"
handler400 = "clusteratlas.web.mistakes.bad_request"
