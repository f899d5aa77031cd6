"""Fixtures of the tests of value chains: the world tables, where they are."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from clusteratlas.observatory import InputOutput


@pytest.fixture(scope="session")
def world(shared_data: Path) -> Callable[[int], InputOutput]:
    """WIOD's world table of a year (2000 or 2008)."""

    def table(year: int) -> InputOutput:
        given = np.load(shared_data / "value-chains" / f"wiot_{year}.npz")
        return InputOutput(
            transactions=given["inter"],
            final_demand=given["final"],
            output=given["output"],
            countries=given["countries"],
            industries=given["industries"],
        )

    return table


@pytest.fixture(scope="session")
def published(shared_data: Path) -> pd.DataFrame:
    """Upstreamness and downstreamness as Antras and Chor publish them, by the table's own names."""
    measures = pd.read_csv(shared_data / "value-chains" / "wiod2013_gvc_measures_2000_2008.csv")
    return measures.assign(
        country=measures["cty_name"].replace({"ROU": "ROM", "ROW": "RoW"}),
        industry="c" + measures["ind_num"].astype(str),
    )
