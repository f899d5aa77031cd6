"""The network of all projects, worked out once for a release: what visitors choose is theirs, and endless."""

from __future__ import annotations

from dataclasses import replace

from django.http import HttpRequest

from clusteratlas.atlas.partnerships import DRAWN, ProjectNetwork
from clusteratlas.web.atlas import remember

MOST = 500
"""Organisations that are listed of it at most."""


def of_all(request: HttpRequest, shown: int = DRAWN) -> ProjectNetwork:
    """The network of all projects with its ``shown`` most frequent organisations, at most `MOST`."""
    whole = remember(request, "network", lambda atlas: atlas.partnerships.of({}, shown=MOST))
    ties = tuple(tie for tie in whole.ties if tie[0] < shown and tie[1] < shown)
    return replace(whole, members=whole.members[:shown], ties=ties)
