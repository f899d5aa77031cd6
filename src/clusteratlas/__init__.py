"""Clusteratlas: an open hub and observatory of Europe's industrial clusters.

`open` is the way in: ``atlas = clusteratlas.open("DIR")``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from clusteratlas.atlas import Atlas

__version__ = "0.1.0"
__all__ = ["__version__", "open"]


def open(path: str | Path | None = None) -> Atlas:
    """Open a release; without ``path`` the current one.

    Raises `clusteratlas.errors.ReleaseError` when there is no release at ``path``.

    >>> import clusteratlas
    >>> atlas = clusteratlas.open()  # doctest: +SKIP
    >>> atlas.search("photonics", country="DE").total  # doctest: +SKIP
    """
    from clusteratlas.atlas import open_release

    return open_release(path)
