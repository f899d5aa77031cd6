"""The tutorial notebooks run from their first cell to the last, on the sample or on the publisher's file they name."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

TUTORIALS = sorted((Path(__file__).parents[2] / "docs" / "tutorial").glob("*.ipynb"))


@pytest.mark.slow
@pytest.mark.parametrize("path", TUTORIALS, ids=lambda path: path.stem)
def test_every_cell_runs_and_says_what_is_printed(
    path: Path, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "EUROSTAT_FILE" in path.read_text("utf-8"):
        file = request.getfixturevalue("shared_data") / "eurostat" / "sbs_r_nuts06_r2.tsv.gz"
        monkeypatch.setenv("EUROSTAT_FILE", str(file))
    else:
        monkeypatch.setenv("CLUSTERATLAS_RELEASE", str(request.getfixturevalue("sample_root")))
    monkeypatch.setenv("CLUSTERATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    printed = nbformat.read(path, as_version=4)
    run = NotebookClient(
        nbformat.from_dict(printed),
        timeout=300,
        kernel_name="python3",
        resources={"metadata": {"path": tmp_path}},
    ).execute()
    for cell, before in zip(run.cells, nbformat.read(path, as_version=4).cells, strict=True):
        assert texts(cell) == texts(before), cell.source


def texts(cell: nbformat.NotebookNode) -> list[str]:
    """What a cell shows as text."""
    shown = [output.get("data", {}).get("text/plain") for output in cell.get("outputs", ())]
    return [text for text in shown if text]
