"""Addresses of the profiles."""

from __future__ import annotations

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
