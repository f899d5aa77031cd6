"""Location quotients."""

from __future__ import annotations

from clusteratlas.observatory import location_quotient
from tests.support.engines import Engine, all_alike

JOBS = {
    "region": ["A", "A", "B", "B"],
    "industry": ["x", "y", "x", "y"],
    "value": [30.0, 10.0, 10.0, 50.0],
}


def test_quotient_on_every_kind_of_frame(engine: Engine) -> None:
    result = engine.rows(location_quotient(engine.frame(JOBS)))
    quotients = [1.875, 5 / 12, 5 / 12, 50 / 36]
    wanted = [
        {"region": r, "industry": i, "value": v, "location_quotient": q}
        for r, i, v, q in zip(*JOBS.values(), quotients, strict=True)
    ]
    all_alike(result, wanted, "region", "industry")


def test_empty(engine: Engine) -> None:
    given = {"region": [], "industry": [], "value": []}
    assert engine.rows(location_quotient(engine.frame(given))) == []
