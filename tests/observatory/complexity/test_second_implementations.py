"""Complexity against `ecomplexity` and `economic-complexity`, each by the convention it follows."""

from __future__ import annotations

import warnings

import economic_complexity
import numpy as np
import pandas as pd
import pytest
from ecomplexity import ecomplexity, proximity

from clusteratlas.observatory import complexity
from tests.observatory.complexity.trade import frame, made_up

OURS = {
    "rca": "revealed_comparative_advantage",
    "mcp": "mcp",
    "density": "density",
    "cog": "complexity_outlook_gain",
    "diversity": "diversity",
    "eci": "eci",
    "coi": "complexity_outlook_index",
    "ubiquity": "ubiquity",
    "pci": "pci",
}
COLUMNS = {"time": "year", "loc": "region", "prod": "industry", "val": "value"}


def _theirs(data: pd.DataFrame, **options: float) -> pd.DataFrame:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = ecomplexity(
            data.assign(year=1), COLUMNS, verbose=False, check_logsupermodularity=False, **options
        )
    return found.set_index(["region", "industry"])


def _ours(data: pd.DataFrame, **options: object) -> pd.DataFrame:
    found = complexity(data, **options)
    cells = found.cells.merge(found.regions, on="region").merge(found.industries, on="industry")
    return cells.set_index(["region", "industry"])


@pytest.mark.parametrize("shape", [(60, 25), (25, 60), (400, 350)])
@pytest.mark.parametrize("threshold", [1.0, 0.7])
def test_everything_that_ecomplexity_computes(shape: tuple[int, int], threshold: float) -> None:
    data = frame(made_up(*shape)).to_pandas()
    theirs = _theirs(data, rca_mcp_threshold=threshold)
    ours = _ours(data, threshold=threshold, convention="growth-lab").reindex(theirs.index)
    for column, name in OURS.items():
        np.testing.assert_allclose(ours[name], theirs[column], rtol=1e-9, atol=1e-9, err_msg=column)


@pytest.mark.parametrize("name", ["global_exports", "fixture_exports", "subnat_exports"])
def test_ecomplexity_on_real_trade(name: str, trade_sets: dict[str, pd.DataFrame]) -> None:
    data = trade_sets[name]
    theirs = _theirs(data)
    theirs = theirs[theirs["rca"].notna()]
    ours = _ours(data, convention="growth-lab").reindex(theirs.index)
    for column, named in OURS.items():
        np.testing.assert_allclose(ours[named], theirs[column], rtol=1e-8, atol=1e-8, err_msg=column)


def test_proximity_is_that_of_ecomplexity() -> None:
    data = frame(made_up(60, 25)).to_pandas()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs = proximity(data.assign(year=1), COLUMNS)
    theirs = theirs.set_index(["industry_1", "industry_2"])["proximity"]
    ours = complexity(data).proximity.set_index(["industry", "other_industry"])["proximity"]
    assert len(ours) == 25 * 24
    np.testing.assert_allclose(ours, theirs.reindex(ours.index), rtol=0, atol=1e-12)


def test_reflections_of_economic_complexity_tend_to_the_eigenvector() -> None:
    # Its 20 reflections are not yet the eigenvector: the more there are, the nearer they come.
    data = frame(made_up(60, 25)).to_pandas()
    matrix = _advantage(data)
    found = complexity(data, ddof=1)
    eci, pci = found.eci.set_index("region")["eci"], found.pci.set_index("industry")["pci"]
    gaps = []
    for iterations in (8, 14, 20, 26):
        theirs = economic_complexity.complexity(matrix, iterations=iterations)
        gaps.append(max((eci - theirs[0]).abs().max(), (pci - theirs[1]).abs().max()))
    assert gaps == sorted(gaps, reverse=True)
    assert gaps[-1] < 0.1
    assert eci.corr(theirs[0]) > 0.999


def test_density_and_distance_of_economic_complexity() -> None:
    # It takes an industry's proximity to itself as 0 unless told otherwise; the formula says 1.
    data = frame(made_up(60, 25)).to_pandas()
    found = complexity(data)
    together = found.proximity.pivot(index="industry", columns="other_industry", values="proximity").fillna(
        1.0
    )
    ours = found.cells.set_index(["region", "industry"])
    density = economic_complexity.relatedness(_advantage(data), proximities=together).stack()
    distance = economic_complexity.distance(_advantage(data), proximities=together).stack()
    np.testing.assert_allclose(ours["density"], density.reindex(ours.index), atol=1e-12)
    np.testing.assert_allclose(ours["distance"], distance.reindex(ours.index), atol=1e-12)


def _advantage(data: pd.DataFrame) -> pd.DataFrame:
    return economic_complexity.rca(data.pivot(index="region", columns="industry", values="value"))
