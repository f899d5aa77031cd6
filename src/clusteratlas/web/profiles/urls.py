"""Addresses of the profiles."""

from __future__ import annotations

from django.urls import path

from clusteratlas.web.profiles import initiatives, organisations, places, projects

urlpatterns = [
    path("projects/<path:project_id>/", projects.project, name="project"),
    path("organisations/", organisations.organisations, name="organisations"),
    path("organisations/<path:organisation_id>/", organisations.organisation, name="organisation"),
    path("countries/", places.countries, name="countries"),
    path("countries/<str:code>/", places.country, name="country"),
    path("regions/", places.regions, name="regions"),
    path("regions/<str:code>/", places.region, name="region"),
    path("initiatives/", initiatives.initiatives, name="initiatives"),
    path("initiatives/<slug:pillar_id>/", initiatives.pillar, name="pillar"),
    path("initiatives/<slug:pillar_id>/<slug:initiative_id>/", initiatives.initiative, name="initiative"),
]
