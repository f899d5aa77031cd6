"""`clusteratlas sources new`: a draft that reads, passes its test and builds; the guide's commands, run in a clone."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clusteratlas.cli import app
from clusteratlas.errors import UsageError
from clusteratlas.sources.template import write_source

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "how-to" / "add-a-source.md"
COMMANDS = [
    line
    for block in re.findall(r"^```sh\n(.*?)^```", GUIDE.read_text("utf-8"), re.MULTILINE | re.DOTALL)
    for line in block.splitlines()
]


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """As much of a clone as a new source needs."""
    folder = tmp_path_factory.mktemp("clone")
    ignore = shutil.ignore_patterns("__pycache__", "*.pyc")
    for part in ("src", "tests/support", "tools"):
        shutil.copytree(ROOT / part, folder / part, ignore=ignore)
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def run(command: str, folder: Path) -> str:
    """Run a command as a person in the clone would; its output."""
    program, *arguments = shlex.split(command)
    started = {
        "clusteratlas": [sys.executable, "-c", "from clusteratlas.cli import main; main()"],
        "python": [sys.executable],
    }[program]
    done = subprocess.run(
        [*started, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder / "src"), "COLUMNS": "120"},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def test_every_command_of_the_guide_runs_in_a_clone(clone: Path) -> None:
    printed = {command: run(command, clone) for command in COMMANDS}
    said = dict(
        zip(("new", "test", "build", "check", "projects", "quarantine"), printed.values(), strict=False)
    )
    assert said["new"].split() == [
        "src/clusteratlas/sources/nordic_grants/__init__.py",
        "src/clusteratlas/sources/nordic_grants/source.yml",
        "src/clusteratlas/sources/nordic_grants/read.py",
        "tests/sources/fixtures/nordic_grants.csv",
        "tests/sources/test_nordic_grants.py",
    ]
    assert "4 passed" in said["test"]
    assert "Ports for all" in said["projects"]
    assert "'project_number' is empty" in said["quarantine"]
    assert "## nordic_grants" in (clone / "docs" / "reference" / "sources.md").read_text("utf-8")


@pytest.mark.parametrize("name", ["eu", "regional_innovation_vouchers"])
def test_what_is_written_is_in_the_style_of_the_house(clone: Path, name: str) -> None:
    written = [str(path) for path in write_source(name, clone) if path.suffix == ".py"]
    ruff = Path(sys.executable).with_name("ruff")
    for order in (["check"], ["format", "--check"]):
        done = subprocess.run([str(ruff), *order, *written], cwd=clone, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_without_a_name_the_sources_are_listed() -> None:
    result = CliRunner().invoke(app, ["sources"])
    assert result.exit_code == 0
    assert all(name in result.output for name in ("cordis", "keep", "kohesio", "sedia", "ror"))


@pytest.mark.parametrize("name", ["Nordic", "nordic-grants", "1st", "a", "../evil", "class", "x" * 40, ""])
def test_a_name_that_cannot_be_one_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name of a source"):
        write_source(name, tmp_path)
    assert not list(tmp_path.iterdir())


def test_nothing_is_written_over_and_nothing_outside_a_clone(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no clone of Clusteratlas"):
        write_source("grants", tmp_path)
    with pytest.raises(UsageError, match="there is a source 'cordis' already"):
        write_source("cordis", ROOT)
    (tmp_path / "src/clusteratlas/sources").mkdir(parents=True)
    (tmp_path / "src/clusteratlas/sources/catalogue.py").touch()
    files = write_source("grants", tmp_path)
    before = {path: path.read_bytes() for path in files}
    with pytest.raises(UsageError, match="there is a source 'grants' already"):
        write_source("grants", tmp_path)
    assert {path: path.read_bytes() for path in files} == before
