"""A release, opened: tables, queries, search. The one reading side for everything above it.

Public face: `open_release`, `Atlas`.
"""

from __future__ import annotations

from pathlib import Path

from clusteratlas.atlas.atlas import Atlas
from clusteratlas.atlas.releases import find

__all__ = ["Atlas", "open_release"]


def open_release(path: str | Path | None = None) -> Atlas:
    """Open the release at ``path``, or the current one; see `clusteratlas.open`."""
    return Atlas(find(path))
