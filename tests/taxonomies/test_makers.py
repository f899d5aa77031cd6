"""The data files are what their makers write from the publishers' files: nothing was changed by hand."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
DATA = ROOT.parent / "shared/data"
PACKAGE = ROOT / "src/clusteratlas"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the publishers' files are not at ../shared/data")


@pytest.fixture
def tool(monkeypatch):
    """Imports a maker from tools/."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "tools"), *sys.path])
    return importlib.import_module


def same(written: Path, kept: Path) -> None:
    assert sorted(path.name for path in written.iterdir())
    for path in written.iterdir():
        assert path.read_bytes() == (kept / path.name).read_bytes(), f"{path.name} differs: run its maker"


def test_regions_and_their_changes(tool, monkeypatch, tmp_path):
    maker = tool("make_regions")
    monkeypatch.setattr(maker, "TAXONOMIES", tmp_path)
    maker.main([str(DATA / "nuts"), str(DATA / "eurostat/nama_10r_3empers.sdmx.csv.gz")])
    same(tmp_path, PACKAGE / "taxonomies")


def test_funding_schemes_and_legal_bases(tool, monkeypatch, tmp_path):
    maker = tool("make_code_lists")
    monkeypatch.setattr(maker, "TAXONOMIES", tmp_path)
    maker.main(DATA / "cordis")
    same(tmp_path, PACKAGE / "taxonomies")


def test_industries_and_their_clusters(tool, monkeypatch, tmp_path):
    maker = tool("make_industries")
    monkeypatch.setattr(maker, "TAXONOMIES", tmp_path)
    maker.main(DATA)
    same(tmp_path, PACKAGE / "taxonomies")


def test_the_curated_list(tool, monkeypatch, tmp_path):
    maker = tool("make_curated")
    monkeypatch.setattr(maker, "CURATED", tmp_path)
    maker.main(DATA / "initiatives")
    same(tmp_path, PACKAGE / "sample/curated")
