"""Addresses of the observatory."""

from __future__ import annotations

from django.urls import path, re_path

from clusteratlas.web.data.downloads import TWINS
from clusteratlas.web.observatory import (
    categories,
    chains,
    compare,
    custom,
    drawn,
    emerging,
    interactive,
    maps,
    methods,
    region,
    region_types,
    sources,
    twins,
)

urlpatterns = [
    re_path(r"^categories" + TWINS, twins.index),
    re_path(r"^categories/own" + TWINS, twins.own),
    re_path(r"^categories/(?P<category_set>[^/]+)" + TWINS, twins.category_set),
    re_path(r"^categories/(?P<category_set>[^/]+)/(?P<category_id>[^/]+)" + TWINS, twins.category),
    re_path(r"^map" + TWINS, twins.the_map),
    re_path(r"^compare" + TWINS, twins.comparison),
    re_path(r"^region-types" + TWINS, twins.types),
    re_path(r"^value-chains" + TWINS, chains.index_twin),
    path("categories/", categories.index, name="categories"),
    path("categories/own/", categories.own, name="own category"),
    path("categories/<str:category_set>/", categories.category_set, name="category set"),
    path("categories/<str:category_set>/<str:category_id>/", categories.category, name="category"),
    path("map/", maps.page, name="map"),
    path("compare/", compare.page, name="compare"),
    path("areas/", region.area, name="area"),
    path("own-region/", custom.own_region, name="make a region"),
    path("own-category/", custom.own_category, name="make a category"),
    path("value-chains/", chains.index, name="value chains"),
    re_path(
        r"^value-chains/(?P<industry>[A-Za-z0-9_]{1,20})\.(?P<ending>[a-z]+)$",
        chains.twin,
        name="value chain as a file",
    ),
    path("value-chains/<str:industry>/", chains.page, name="value chain"),
    path("region-types/", region_types.page, name="region types"),
    path("emerging-industries/", emerging.page, name="emerging industries"),
    re_path(r"^emerging-industries" + TWINS, emerging.twin, name="emerging industries as a file"),
    path("methods/", methods.page, name="methods"),
    path("observations/", sources.page, name="observations"),
    re_path(r"^observations\.(?P<ending>[a-z]+)$", sources.download, name="observations as a file"),
    path("charts/vega.js", interactive.bundle, name="interactive"),
    re_path(r"^charts/(?P<name>[a-z-]+)\.(?P<ending>[a-z.]+)$", drawn.chart, name="chart"),
]
