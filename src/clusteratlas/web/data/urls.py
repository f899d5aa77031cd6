"""Addresses of the data pages and of the twins of lists (`.json`, `.csv`, `.xlsx`, `.parquet`)."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
