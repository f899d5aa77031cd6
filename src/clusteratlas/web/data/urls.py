"""Addresses of the data pages and of the twins of lists and profiles."""

from __future__ import annotations

from django.urls import path, re_path

from clusteratlas.web.data import pages, results, tables, twins
from clusteratlas.web.data.downloads import ENDINGS, TWINS

FILES = rf"\.(?P<ending>{'|'.join(ENDINGS)})$"

urlpatterns = [
    path("data/", pages.index, name="data"),
    path("data/releases/", pages.releases, name="releases"),
    path("data/releases/<str:before>/<str:after>/", pages.changes, name="changes"),
    path("data/dictionary/", pages.dictionary, name="dictionary"),
    path("data/quality/", pages.quality, name="quality"),
    path("data/quarantine/", pages.quarantine, name="quarantine"),
    path("data/downloads/", pages.downloads, name="downloads"),
    path("data/sources/", pages.sources, name="sources"),
    re_path(r"^data/releases" + TWINS, pages.releases_twin),
    re_path(r"^data/releases/(?P<before>[^/]+)/(?P<after>[^/]+)" + TWINS, pages.changes_twin),
    re_path(r"^data/dictionary" + TWINS, pages.dictionary_twin),
    re_path(r"^data/quality" + TWINS, pages.quality_twin),
    re_path(r"^data/quarantine" + TWINS, tables.rows, {"name": "quarantine"}),
    re_path(r"^data/sources" + TWINS, pages.sources_twin),
    re_path(r"^data/downloads" + TWINS, pages.downloads_twin),
    path("data/datapackage.json", tables.package, name="datapackage"),
    re_path(r"^data/tables/(?P<name>[^/]+)" + FILES, tables.rows, name="table-download"),
    re_path(r"^projects" + FILES, results.projects, name="projects-download"),
    re_path(r"^projects/(?P<project_id>.+)" + TWINS, twins.project),
    re_path(r"^organisations" + FILES, twins.organisations),
    re_path(r"^organisations/(?P<organisation_id>.+)" + TWINS, twins.organisation),
    re_path(r"^countries" + FILES, twins.countries),
    re_path(r"^countries/(?P<code>[^/]+)" + TWINS, twins.country),
    re_path(r"^regions" + FILES, twins.regions),
    re_path(r"^regions/(?P<code>[^/]+)" + TWINS, twins.region),
    re_path(r"^initiatives" + TWINS, twins.initiatives),
    re_path(r"^initiatives/(?P<initiative_id>[^/]+)" + TWINS, twins.initiative),
    re_path(r"^initiatives/(?P<pillar_id>[^/]+)/(?P<initiative_id>[^/]+)" + TWINS, twins.initiative),
]
