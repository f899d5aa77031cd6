"""Addresses of the home page, the search and what every site has."""

from __future__ import annotations

from django.urls import path

from clusteratlas.web.explore import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
]
