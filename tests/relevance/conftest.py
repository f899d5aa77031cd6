"""Small projects in our own words, and the publisher's files where the machine has them."""

from __future__ import annotations

import runpy
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "bench_relevance.py"
TEXTS = (
    "project_id", "acronym", "title", "objective", "keywords", "programme_id", "topic_code", "topic_title",
    "funding_scheme_code", "legal_basis_code", "initiative_id",
)  # fmt: skip
PROJECTS = pa.schema([(n, pa.string()) for n in TEXTS] + [("eu_contribution_eur", pa.float64())])
PARTICIPANTS = pa.schema(
    [
        *(
            (n, pa.string())
            for n in ("project_id", "name", "short_name", "role", "activity_type", "country_code")
        ),
        ("is_sme", pa.bool_()),
    ]
)


@pytest.fixture
def projects() -> Callable[..., pa.Table]:
    """Makes a projects table; ids count from 1 where a row gives none."""

    def make(*rows: dict) -> pa.Table:
        filled = [{"project_id": str(i), **row} for i, row in enumerate(rows, start=1)]
        return pa.Table.from_pylist(filled, schema=PROJECTS)

    return make


@pytest.fixture
def participants() -> Callable[..., pa.Table]:
    """Makes a participants table; each row belongs to project 1 unless it says otherwise."""

    def make(*rows: dict) -> pa.Table:
        filled = [{"project_id": "1", "role": "participant", "activity_type": "OTH", **row} for row in rows]
        return pa.Table.from_pylist(filled, schema=PARTICIPANTS)

    return make


@pytest.fixture(scope="session")
def benchmark() -> dict:
    """The functions of the benchmark, which knows how to read the files."""
    found = runpy.run_path(str(BENCHMARK))
    for path in (found["LABELS"], found["HORIZON"]):
        if not path.exists():
            pytest.skip(f"../shared/data/{path.relative_to(found['SHARED'])} is not on this machine")
    return found


@pytest.fixture(scope="session")
def horizon(benchmark: dict) -> tuple[pa.Table, pa.Table]:
    """All projects and participants of Horizon Europe."""
    return benchmark["read_horizon"]()


@pytest.fixture(scope="session")
def dev_labels(benchmark: dict) -> pa.Table:
    """The development labels."""
    return benchmark["read_labels"]()
