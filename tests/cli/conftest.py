"""The command line in tests: run in this process, with what it printed and its exit code."""

from __future__ import annotations

import csv
import io
import json
import shutil
import sys
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from clusteratlas.cli import main
from clusteratlas.pipeline.build import Given, build
from tests.support.release import tiny_zip


@dataclass(frozen=True)
class Ran:
    """A command that has ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """What it printed, as JSON."""
        return json.loads(self.out)

    @property
    def rows(self) -> list[dict[str, str]]:
        """What it printed, as CSV."""
        return list(csv.DictReader(io.StringIO(self.out)))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run `clusteratlas` with these arguments."""

    def command(*arguments: object) -> Ran:
        monkeypatch.setattr(sys, "argv", ["clusteratlas", *map(str, arguments)])
        code: object = 0
        try:
            main()
        except SystemExit as end:
            code = end.code or 0
        printed = capsys.readouterr()
        assert isinstance(code, int)
        assert "Traceback" not in printed.err
        return Ran(code, printed.out, printed.err)

    return command


@pytest.fixture(scope="session")
def release(tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release of thirty invented projects: a copy, since the site of other tests may have the first one open.

    A command is a process of its own, which opens a database with settings of its own.
    """
    return shutil.copytree(tiny_root, tmp_path_factory.mktemp("commands") / "atlas", symlinks=True)


@pytest.fixture(scope="session")
def later(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release made of a later file: one project more, one gone, one with another title, one with more money."""
    folder = tmp_path_factory.mktemp("later")
    source = tiny_zip(folder / "horizon.zip", 31)
    with zipfile.ZipFile(source) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    texts["project.csv"] = texts["project.csv"].replace('Textile for the regions, part 2"', 'Textile anew"')
    texts["project.csv"] = texts["project.csv"].replace('"500000";"500000"', '"500000";"499999.5"')
    for name, text in texts.items():
        head, *lines = text.splitlines(keepends=True)
        texts[name] = head + "".join(line for line in lines if "101900029" not in line)
    with zipfile.ZipFile(source, "w") as archive:
        for name, text in texts.items():
            archive.writestr(name, text)
    build([Given("cordis", source)], folder / "atlas")
    return folder / "atlas"
