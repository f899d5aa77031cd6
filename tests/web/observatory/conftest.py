"""The site on the package's own sample, which holds real figures of regions and industries."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.test import Client


@pytest.fixture(scope="module")
def sample_site(site: Callable[[], Client], sample_root: Path) -> Iterator[Callable[[], Client]]:
    """Makes clients of the site while it shows the sample; afterwards it shows what it showed before."""
    from clusteratlas.web.atlas import holder

    before = os.environ["CLUSTERATLAS_RELEASE"]
    os.environ["CLUSTERATLAS_RELEASE"] = str(sample_root)
    holder.cache_clear()
    yield site
    holder().close()
    os.environ["CLUSTERATLAS_RELEASE"] = before
    holder.cache_clear()


@pytest.fixture
def client(sample_site: Callable[[], Client]) -> Client:
    """A client of the site that shows the sample."""
    return sample_site()
