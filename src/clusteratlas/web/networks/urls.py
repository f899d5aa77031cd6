"""Addresses of the networks."""

from __future__ import annotations

from django.urls import path, re_path

from clusteratlas.web.networks import views

TWINS = r"\.(?P<ending>json|csv)$"

urlpatterns = [
    re_path(r"^network/(?P<table>[a-z]+)" + TWINS, views.table_twin),
    re_path(r"^network" + TWINS, views.network_twin),
    re_path(r"^connections" + TWINS, views.connections_twin),
    path("network/", views.network, name="network"),
    path("connections/", views.connections, name="connections"),
]
