"""How strong each region is in each category and year: the build's step from observations to `cluster_strength`.

Public face: `write_strengths`.
"""

from __future__ import annotations

from clusteratlas.pipeline.strengths.step import write_strengths

__all__ = ["write_strengths"]
