"""Star profiles that come with the package, and the one door through which a user's own comes in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from clusteratlas.errors import UsageError, nearest
from clusteratlas.observatory.arguments import check_profile
from clusteratlas.observatory.described import parsed, text_of
from clusteratlas.observatory.strength.profile import StarProfile

DEFAULT_PROFILE = "eccp-nodes"
"""The method where none is named."""
HERE = Path(__file__).parent / "profiles"


def star_profile(profile: str | os.PathLike[str] | Mapping[str, Any] | StarProfile) -> StarProfile:
    """A star profile: one of the package by its name, or a user's as a YAML file, its text, or what it holds.

    Raises `UsageError` for an unknown name, `InputError` for a file that cannot be read or is no profile, with the
    file, the key and the nearest that is allowed.

    >>> [(c.name, c.thresholds[0].amount, c.thresholds[0].certainty) for c in star_profile("eccp-nodes").criteria]
    [('specialisation', 1.5, 'recalled'), ('focus', 0.01, 'source')]
    """
    if isinstance(profile, StarProfile):
        return profile
    if isinstance(profile, Mapping):
        return StarProfile.of(profile)
    check_profile(profile)
    if isinstance(profile, str) and "\n" in profile:
        return _of_text(profile, "profile")
    if isinstance(profile, str) and profile in _names():
        return _own(profile)
    if isinstance(profile, str) and not profile.endswith((".yml", ".yaml")):
        raise UsageError(
            f"there is no profile called '{profile}'",
            remedy=f"{nearest(profile, _names())}; a file of your own ends in .yml",
        )
    return _of_text(text_of(Path(profile)), str(profile))


def star_profiles() -> tuple[StarProfile, ...]:
    """The star profiles that come with the package, in the order of their names.

    >>> [profile.name for profile in star_profiles()]
    ['eccp-nodes', 'eco-2008', 'eocic-2020', 'panorama-2016', 'us-cmp']
    """
    return tuple(_own(name) for name in _names())


@cache
def _names() -> tuple[str, ...]:
    return tuple(sorted(file.stem for file in HERE.glob("*.yml")))


@cache
def _own(name: str) -> StarProfile:
    return _of_text((HERE / f"{name}.yml").read_text("utf-8"), f"{name}.yml")


def _of_text(text: str, where: str) -> StarProfile:
    return StarProfile.of(parsed(text, where), where=where)
