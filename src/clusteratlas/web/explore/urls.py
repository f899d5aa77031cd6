"""Addresses of the home page, the search and what every site has."""

from __future__ import annotations

from django.urls import path

from clusteratlas.web.explore import feed, search, views

urlpatterns = [
    path("", views.home, name="home"),
    path("projects/", search.projects, name="projects"),
    path("projects.atom", feed.projects, name="projects-feed"),
    path("help/", views.help_page, name="help"),
    path("robots.txt", views.robots, name="robots"),
    path("healthz", views.healthz, name="healthz"),
]
