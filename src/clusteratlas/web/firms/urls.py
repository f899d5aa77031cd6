"""Addresses of the page of firms."""

from __future__ import annotations

from django.urls import path

from clusteratlas.web.firms import views

urlpatterns = [
    path("firms/", views.page, name="firms"),
    path("firms/example.csv", views.example_file, name="example of a panel"),
]
