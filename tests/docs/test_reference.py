"""The committed reference is what the code says: no command, option, table, setting or endpoint goes unmentioned."""

from __future__ import annotations

import difflib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKE = "import json, sys; sys.path.insert(0, 'tools'); import make_reference; print(json.dumps(make_reference.pages()))"


@pytest.fixture(scope="module")
def made() -> dict[str, str]:
    """The pages as the code gives them now, made in a process of its own as `make docs` does."""
    ran = subprocess.run([sys.executable, "-c", MAKE], cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(ran.stdout)


def test_the_committed_reference_is_what_the_code_says(made: dict[str, str]) -> None:
    committed = {path.name: path.read_text("utf-8") for path in (ROOT / "docs" / "reference").glob("*.md")}
    assert sorted(committed) == sorted(made), "run: make docs"
    changes = [
        line
        for name in made
        for line in difflib.unified_diff(
            committed[name].splitlines(), made[name].splitlines(), name, lineterm=""
        )
    ]
    assert not changes, "run: make docs\n" + "\n".join(changes[:40])


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (
            "commands.md",
            ("clusteratlas build", "clusteratlas diff", "clusteratlas relevance train", "--filter"),
        ),
        ("tables.md", ("## participation", "`eu_contribution_eur`", "money")),
        ("settings.md", ("`CLUSTERATLAS_HOME`",)),
        ("api.md", ("/api/v1/projects/{project_id}", "/api/v1/tables/participation/rows", "SearchAnswer")),
        ("sources.md", ("CC BY 4.0", "`cordis-horizon`")),
        ("filters.md", ("`country`", "`1m-2.5m`", "`budget-asc`")),
        ("errors.md", ("| 4 | `ReleaseError` |", "| 7 | `LostRowsError` |")),
    ],
)
def test_each_page_holds_what_a_reader_looks_for(
    made: dict[str, str], page: str, words: tuple[str, ...]
) -> None:
    for word in words:
        assert word in made[page]


def test_every_benchmark_is_named_where_figures_are_told_and_no_other() -> None:
    there = {path.stem.removeprefix("bench_") for path in (ROOT / "benchmarks").glob("bench_*.py")}
    told = "\n".join(path.read_text("utf-8") for path in (ROOT / "docs" / "explanation").rglob("*.md"))
    assert set(re.findall(r"python -m benchmarks (\w+)", told)) == there
