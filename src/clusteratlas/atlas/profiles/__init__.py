"""Profiles of a release: what is known of one project, organisation, place or initiative, as plain values.

Public face: the functions below (through `Atlas.project`, `Atlas.organisation` ...) and the frozen
dataclasses that they return; each has `to_dict()`, which gives what JSON can hold.
"""

from __future__ import annotations

from clusteratlas.atlas.profiles.initiatives import (
    InitiativeProfile,
    InitiativeSummary,
    PillarSummary,
    initiative_profile,
    initiative_summaries,
    pillar_profile,
)
from clusteratlas.atlas.profiles.listings import (
    OrganisationLine,
    OrganisationPage,
    PlaceLine,
    list_countries,
    list_organisations,
    list_regions,
)
from clusteratlas.atlas.profiles.organisation import OrganisationProfile, organisation_profile
from clusteratlas.atlas.profiles.places import (
    Heir,
    PlaceProfile,
    RegionHistory,
    country_profile,
    region_history,
    region_profile,
)
from clusteratlas.atlas.profiles.project import Partner, ProjectProfile, project_profile

__all__ = [
    "Heir",
    "InitiativeProfile",
    "InitiativeSummary",
    "OrganisationLine",
    "OrganisationPage",
    "OrganisationProfile",
    "Partner",
    "PillarSummary",
    "PlaceLine",
    "PlaceProfile",
    "ProjectProfile",
    "RegionHistory",
    "country_profile",
    "initiative_profile",
    "initiative_summaries",
    "list_countries",
    "list_organisations",
    "list_regions",
    "organisation_profile",
    "pillar_profile",
    "project_profile",
    "region_history",
    "region_profile",
]
