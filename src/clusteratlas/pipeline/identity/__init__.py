"""Which records of a release are one organisation: the room `identity` asked, people heard, ids kept.

Public face: `resolve_organisations`, `Before`.
"""

from __future__ import annotations

from clusteratlas.pipeline.identity.before import Before
from clusteratlas.pipeline.identity.step import resolve_organisations

__all__ = ["Before", "resolve_organisations"]
