"""Fixtures of the tests of complexity: the publishers' trade sets."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from tests.observatory.complexity.trade import exports


@pytest.fixture(scope="session")
def trade_sets(shared_data: Path) -> dict[str, pd.DataFrame]:
    """The trade sets of a complexity library's documentation by their name."""
    return exports(shared_data / "complexity")
