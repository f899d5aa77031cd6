"""The server process shows the package's own sample here, which holds real figures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import serving


@pytest.fixture(scope="session")
def address(sample_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site runs, in a process of its own, with the sample."""
    yield from serving(sample_root, tmp_path_factory.mktemp("home"))
