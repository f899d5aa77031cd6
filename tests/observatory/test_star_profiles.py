"""Star profiles: what a user may write, and what they are told when it is wrong."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import StarProfile, star_profile, star_profiles, stars

OWN = """
name: own
title: My own
source: our working group
criteria:
  - name: specialisation
    indicator: location_quotient
    role: star
    thresholds:
      - {at_least: 1.2, certainty: source}
  - name: wages
    indicator: column
    column: wages
    role: star
    thresholds:
      - {top_share: 0.25, among: present, certainty: recalled}
classes:
  - {name: strong, stars: 2, certainty: source}
"""
JOBS = {
    "region": ["A", "A", "B", "B"],
    "industry": ["x", "y", "x", "y"],
    "value": [9.0, 1.0, 5.0, 15.0],
    "wages": [3.0, 1.0, 2.0, 5.0],
}


def own(path: str, new: Any) -> dict[str, Any]:
    """The profile with one entry changed: ``criteria.0.role``; left out where ``new`` is Ellipsis."""
    profile = yaml.safe_load(OWN)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    place = profile
    for step in way:
        place = place[step]
    if new is ...:
        del place[last]
    else:
        place[last] = new
    return profile


def test_a_profile_may_be_a_file_a_text_a_dict_or_read_already(tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    file.write_text(OWN, "utf-8")
    frame = pl.DataFrame(JOBS)
    wanted = stars(frame, StarProfile.of(yaml.safe_load(OWN))).sort("region", "industry")
    for given in (file, str(file), OWN, yaml.safe_load(OWN), star_profile(file)):
        assert stars(frame, given).sort("region", "industry").equals(wanted)
    assert wanted.filter(pl.col("cluster_class") == "strong").select("region", "industry").rows() == [
        ("A", "x"),
        ("B", "y"),
    ]


@pytest.mark.parametrize(
    ("path", "new", "message"),
    [
        ("titel", "x", "there is no key 'titel' here. Remedy: did you mean 'title'"),
        ("source", ..., "profile: 'source' is missing"),
        ("criteria", [], "profile: criteria: this is no list, or an empty one"),
        ("criteria.0.indicator", "location_quotiet", "did you mean 'location_quotient'"),
        ("criteria.0.role", "Star", "did you mean 'star'"),
        ("criteria.0.name", "LQ!", "cannot begin a column's name"),
        ("criteria.1.name", "specialisation", "'specialisation' is there twice"),
        ("criteria.1.column", ..., "'column' is missing"),
        ("criteria.0.years", 5, "'years' does not belong here"),
        ("criteria.0.thresholds.0.at_leat", 2, "did you mean 'at_least'"),
        ("criteria.0.thresholds.0.above", 2, "2 rules where one is wanted"),
        (
            "criteria.0.thresholds.0.at_least",
            "two",
            "criteria.specialisation.thresholds.0..at_least: 'two' is no",
        ),
        ("criteria.0.thresholds.0.at_least", True, "True is no number"),
        ("criteria.0.thresholds.0.certainty", ..., "'certainty' is missing"),
        ("criteria.0.thresholds.0.certainty", "sure", "'sure' is not known"),
        ("criteria.0.thresholds.0.among", "present", "'among' does not belong here"),
        ("criteria.1.thresholds.0.top_share", 10, "10 is no share"),
        ("classes.0.stars", 3, "class 'strong' needs 3 stars; 2 can be earned"),
        ("classes.0.name", "none", "what cells without a class are called"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(path: str, new: Any, message: str) -> None:
    with pytest.raises(InputError, match=message):
        star_profile(own(path, new))


def test_a_file_that_is_wrong_is_named(tmp_path: Path) -> None:
    file = tmp_path / "own.yml"
    with pytest.raises(InputError, match=r"own\.yml: cannot be read"):
        star_profile(file)
    file.write_text(OWN.replace("role: star", "rôle: star", 1), "utf-8")
    with pytest.raises(InputError, match=r"own.yml: criteria\[0\]: there is no key 'rôle' here.*'role'"):
        star_profile(file)
    file.write_text("name: [", "utf-8")
    with pytest.raises(InputError, match=r"own\.yml, line 1: this is no YAML"):
        star_profile(file)
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="this is no text in UTF-8"):
        star_profile(file)
    file.write_text("a" * 1_000_001, "utf-8")
    with pytest.raises(InputError, match="larger than"):
        star_profile(file)
    file.write_text("just words", "utf-8")
    with pytest.raises(InputError, match="no set of keys but str"):
        star_profile(file)


def test_an_unknown_profile_names_the_nearest() -> None:
    with pytest.raises(UsageError, match=r"did you mean 'eccp-nodes'.*ends in \.yml"):
        star_profile("eccp-node")


def test_each_number_of_the_package_says_how_sure_it_is() -> None:
    """What is read in a source and what is not, as the field's notes have it."""
    sure = {
        (p.name, c.name, t.rule)
        for p in star_profiles()
        for c in p.criteria
        for t in c.thresholds
        if t.certainty == "source"
    }
    assert sure == {
        ("eccp-nodes", "focus", "at_least"),
        ("eco-2008", "size", "top_share"),
        ("us-cmp", "strong", "percentile"),
        ("us-cmp", "strong10", "percentile"),
    }
