"""Sensitivity: what moved thresholds change, beside stars judged anew by a profile with the moved numbers."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import yaml

from clusteratlas.errors import UsageError
from clusteratlas.observatory import sensitivity, stars
from clusteratlas.observatory.strength import files
from tests.support.engines import ENGINES, Engine, all_alike

NUMBERS = [90, 10, 5, 195, 50, 70, 30, 20, 400, 80, 12, 33, 60, 44, 27, 75, 11, 99]
CELLS = {
    "region": [r for r in "ABCDEF" for _ in "xyz"],
    "industry": [i for _ in "ABCDEF" for i in "xyz"],
    "value": [n * 100.0 for n in NUMBERS],
    "productivity": [float(n % 7) for n in NUMBERS],
    "sme_performance": [float(n % 5) for n in NUMBERS],
    "innovation_leaders": [float(n % 11) for n in NUMBERS],
    "growth": [n % 9 / 10 for n in NUMBERS],
    "establishments": [float(n // 3) for n in NUMBERS],
}
PROFILES = ["eccp-nodes", "eco-2008", "eocic-2020", "panorama-2016", "us-cmp"]


def stricter(threshold: dict[str, Any], change: float) -> dict[str, Any]:
    """The threshold of a YAML profile, moved as the documentation says."""
    new = dict(threshold)
    for rule in ("at_least", "above"):
        if rule in new:
            new[rule] = new[rule] * (1 + change)
    for rule in ("percentile", "above_percentile"):
        if rule in new:
            new[rule] = 1 - (1 - new[rule]) * (1 - change)
    if "top_share" in new:
        new["top_share"] = new["top_share"] * (1 - change)
    return new


def classes(profile: Any) -> dict[tuple[str, str], str]:
    found = stars(pl.DataFrame(CELLS), profile)
    return {(r["region"], r["industry"]): r["cluster_class"] for r in found.to_dicts()}


@pytest.mark.parametrize("name", PROFILES)
def test_moved_thresholds_give_what_a_profile_with_these_numbers_gives(name: str) -> None:
    plain = yaml.safe_load((Path(files.HERE) / f"{name}.yml").read_text("utf-8"))
    result = sensitivity(pl.DataFrame(CELLS), name, by=(0.1, 0.3))
    before = classes(name)
    cases = [
        (c, i) for c in range(len(plain["criteria"])) for i in range(len(plain["criteria"][c]["thresholds"]))
    ]
    wanted, counts = [], []
    for change in (-0.3, -0.1, 0.1, 0.3):
        for moved in [*([case] for case in cases), cases]:
            profile = copy.deepcopy(plain)
            for c, i in moved:
                thresholds = profile["criteria"][c]["thresholds"]
                thresholds[i] = stricter(thresholds[i], change)
            after = classes(profile)
            c, i = moved[0]
            rules = set(plain["criteria"][c]["thresholds"][i]) - {"among", "certainty", "note"}
            told = ("all", "all") if len(moved) > 1 else (plain["criteria"][c]["name"], rules.pop())
            changed = [key for key in before if before[key] != after[key]]
            wanted += [(*key, *told, change, before[key], after[key]) for key in changed]
            has = [sum(v not in ("none", "not judged") for v in each.values()) for each in (before, after)]
            counts.append((*told, change, *has, len(changed)))
    columns = ("region", "industry", "criterion", "threshold", "change", "class_before", "class_after")
    assert sorted(result.changes.select(columns).rows()) == sorted(wanted)
    assert sorted(result.counts.drop("amount").rows()) == sorted(counts)
    assert any(n for *_, n in counts), "the example moves something"


@pytest.mark.parametrize("profile", ["eccp-nodes", "eocic-2020"])
def test_every_kind_of_frame_gives_the_same(engine: Engine, profile: str) -> None:
    ours = sensitivity(engine.frame(CELLS), profile, by=0.2)
    theirs = sensitivity(pl.DataFrame(CELLS), profile, by=0.2)
    polars = ENGINES["polars"]
    move = ("criterion", "threshold", "change")
    all_alike(engine.rows(ours.counts), polars.rows(theirs.counts), *move)
    all_alike(engine.rows(ours.changes), polars.rows(theirs.changes), "region", "industry", *move)


def test_without_cells_nothing_changes() -> None:
    empty = pl.DataFrame(CELLS).clear()
    result = sensitivity(empty, "us-cmp", by=0.1)
    assert result.changes.is_empty()
    assert result.counts.height == 14
    assert result.counts["changed"].sum() == 0


@pytest.mark.parametrize("by", [0, 1.0, -0.1, ()])
def test_shares_that_make_no_sense_are_told(by: Any) -> None:
    with pytest.raises(UsageError, match="a number between 0 and 1"):
        sensitivity(pl.DataFrame(CELLS), by=by)
