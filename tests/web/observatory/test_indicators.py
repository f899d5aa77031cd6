"""The indicators that pages offer and those that the interface explains are the same ones."""

from __future__ import annotations

from clusteratlas.atlas.observatory import indicators as explained
from clusteratlas.web.observatory import indicators as offered


def test_every_indicator_that_is_offered_is_explained_with_its_formula() -> None:
    assert set(offered.INDICATORS) == set(explained.INDICATORS)
    assert all(one.formula and one.source for one in explained.INDICATORS.values())
