"""The first draft of a new source: what `clusteratlas sources new NAME` writes.

Public face: `write_source`.
"""

from __future__ import annotations

from clusteratlas.sources.template.writing import write_source

__all__ = ["write_source"]
