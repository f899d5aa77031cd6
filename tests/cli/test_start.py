"""What a command loads before it is asked for anything."""

from __future__ import annotations

import inspect
import subprocess
import sys

import pytest

from clusteratlas.atlas.observatory.chain_regions import DELTA
from clusteratlas.cli import value_chains

HEAVY = ("duckdb", "numpy", "polars", "pyarrow", "pandas", "django", "sklearn", "clusteratlas.taxonomies")


@pytest.mark.parametrize("heavy", HEAVY)
def test_the_list_of_commands_needs_no_heavy_library(loaded: set[str], heavy: str) -> None:
    assert heavy not in loaded


def test_the_command_says_the_usual_delta_without_loading_what_uses_it() -> None:
    said = inspect.signature(value_chains.value_chains).parameters["delta"].default
    assert said == f"{DELTA:g}"


@pytest.fixture(scope="module")
def loaded() -> set[str]:
    """The modules that are there once all commands are known."""
    code = "import sys, clusteratlas.cli.app; print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "clusteratlas.cli.value_chains" in told.stdout.split()
    return set(told.stdout.split())
