"""Fixtures of the indicators' tests: ``engine`` is each kind of frame in turn (see `tests.support.engines`)."""

from __future__ import annotations

import pytest

from tests.support.engines import ENGINES, Engine, spark


@pytest.fixture(params=sorted(ENGINES), scope="session")
def engine(request: pytest.FixtureRequest) -> Engine:
    """Each kind of frame that the observatory takes; Spark is left out where Java is absent."""
    if request.param == "pyspark":
        spark()
    return ENGINES[request.param]
