"""Addresses of the pages of trends, and of their files and feeds."""

from __future__ import annotations

from django.urls import path, re_path

from clusteratlas.web.trends import feed, files, pages

ONE = r"^trends/(?P<kind>theme|term)/(?P<name>[a-z0-9-]+)"

urlpatterns = [
    path("trends/", pages.index, name="trends"),
    path("trends/combinations/", pages.combinations, name="new combinations"),
    re_path(
        r"^trends/combinations\.(?P<ending>json|csv)$", files.combinations, name="new combinations as a file"
    ),
    re_path(ONE + r"/$", pages.trend, name="trend"),
    path("trends.atom", feed.emerging, name="trends feed"),
    re_path(ONE + r"\.atom$", feed.trend, name="trend feed"),
    re_path(r"^trends\.(?P<ending>json|csv)$", files.trends, name="trends as a file"),
    re_path(ONE + r"\.(?P<ending>json|csv)$", files.trend, name="trend as a file"),
]
