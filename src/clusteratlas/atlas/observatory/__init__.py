"""Statistics of a release: what regions are strong in, by category and year; regions and categories of one's own too.

Public face: `Statistics` (also `Atlas.statistics`), `area_of`, `parse_area`, `parse_scope`.
"""

from __future__ import annotations

from clusteratlas.atlas.observatory.asked import Area, Scope, area_of, parse_area, parse_scope
from clusteratlas.atlas.observatory.statistics import Statistics

__all__ = ["Area", "Scope", "Statistics", "area_of", "parse_area", "parse_scope"]
