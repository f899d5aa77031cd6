"""Addresses of the pages for moderators."""

from __future__ import annotations

from django.urls import path

from clusteratlas.web.moderation import pages

urlpatterns = [
    path("moderation/", pages.queue, name="moderation"),
    path("moderation/enter/", pages.enter, name="moderation-enter"),
    path("moderation/leave/", pages.leave, name="moderation-leave"),
    path("moderation/decide/", pages.decide, name="moderation-decide"),
]
