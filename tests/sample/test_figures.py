"""The sample's figures of regions and industries: enough to work with, small enough to carry along."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

import clusteratlas
from tests.support.reading import Reading, read_source

SAMPLE = Path(clusteratlas.__file__).parent / "sample"


@pytest.fixture(scope="module")
def sample() -> Reading:
    return read_source("sample", SAMPLE / "sample")


def test_the_sample_stays_small():
    assert sum(file.stat().st_size for file in SAMPLE.rglob("*") if file.is_file()) < 6_000_000


def test_persons_employed_of_regions_and_divisions_in_four_years(sample: Reading):
    cells = [r for r in sample.observations if r["measure"] == "persons_employed"]
    assert {r["year"] for r in cells} == {2008, 2010, 2012, 2014}
    assert {r["level"] for r in cells} == {0, 2}
    assert {len(r["industry_code"]) for r in cells} == {1, 3}
    assert {r["classification"] for r in cells} == {"NACE Rev. 2"}
    assert len({r["nuts_code"] for r in cells if r["level"] == 2}) > 250


def test_what_is_confidential_is_said(sample: Reading):
    flags = Counter("c" in (r["flag"] or "") for r in sample.observations if r["value"] is None)
    assert flags[True] > 10_000
    assert all(r["value"] is None for r in sample.observations if "c" in (r["flag"] or ""))


def test_divisions_add_up_to_their_section_where_all_are_published(sample: Reading):
    """Real figures: a section is the sum of its divisions, but for what is rounded."""
    of = {
        (r["nuts_code"], r["industry_code"]): r["value"]
        for r in sample.observations
        if r["measure"] == "persons_employed" and r["year"] == 2014
    }
    sections = {"C": range(10, 34), "G": range(45, 48), "I": range(55, 57), "F": range(41, 44)}
    checked = 0
    for area in {area for area, _ in of}:
        for section, divisions in sections.items():
            parts = [of.get((area, f"{section}{n}")) for n in divisions]
            if None not in parts and of.get((area, section)):
                assert sum(parts) == pytest.approx(of[area, section], rel=0.02, abs=5)
                checked += 1
    assert checked > 300
