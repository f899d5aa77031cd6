"""The small release of the search's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from clusteratlas.atlas import Atlas
from tests.atlas.search.small import small_atlas


@pytest.fixture(scope="session")
def atlas(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Atlas]:
    """Four projects; see `tests.atlas.search.small`."""
    with small_atlas(tmp_path_factory.mktemp("small")) as opened:
        yield opened
