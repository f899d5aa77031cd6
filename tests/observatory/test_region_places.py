"""Rows that lie in one place each, told in another NUTS version: none is lost, none stands in two places."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from clusteratlas import taxonomies
from clusteratlas.errors import InputError
from clusteratlas.observatory import recode_regions
from tests.support.engines import Engine, all_alike

CODES = sorted(code for code, one in taxonomies.regions().items() if one.level)


def test_each_way_to_stand_in_another_version() -> None:
    parts = pl.DataFrame(
        {
            "firm": [1, 2, 3, 4, 5, 6],
            "region": ["FR24", "HU10", "NL33", "XX1", None, "DE41"],
            "eur": [1.0] * 6,
        }
    )
    moved = recode_regions(parts, 2016)
    assert moved.frame.sort("firm").rows() == [
        (1, "FRB0", 1.0, "whole"),
        (2, "HU1", 1.0, "larger region"),
        (3, "NL33", 1.0, "whole"),
        (4, None, 1.0, "none"),
        (5, None, 1.0, "none"),
        (6, "DE40", 1.0, "whole"),
    ]
    assert moved.unconverted.rows() == [
        (None, None, "no code", 1),
        ("XX1", None, "unknown code", 1),
    ]


def test_a_version_told_by_a_column_is_believed() -> None:
    parts = pl.DataFrame({"region": ["FR24", "FR24"], "nuts": [2013, 2021]})
    moved = recode_regions(parts, 2021, "nuts")
    assert sorted(moved.frame.rows(), key=str) == [("FRB0", 2013, "whole"), (None, 2021, "none")]
    assert moved.unconverted.rows() == [("FR24", None, "not a code of 2021", 1)]


@given(
    st.lists(st.sampled_from(CODES), min_size=1, max_size=20),
    st.sampled_from(taxonomies.VERSIONS),
)
def test_every_row_comes_back_and_stands_at_a_region_of_the_version(codes: list[str], version: int) -> None:
    moved = recode_regions(pl.DataFrame({"row": range(len(codes)), "region": codes}), version)
    assert sorted(moved.frame["row"]) == list(range(len(codes)))
    placed = moved.frame.drop_nulls("region")
    for code in placed["region"]:
        last = min(version, taxonomies.nuts.LAST_VERSION.get(code[:2], version))
        known = taxonomies.regions()[code].versions
        assert last in known or last < min(taxonomies.regions()[code[:2]].versions)
    assert moved.unconverted["rows"].sum() == len(codes) - len(placed)


def test_now_it_is_where_the_site_shows_it() -> None:
    """The same rule as `current_code`, for every code of every version."""
    moved = recode_regions(pl.DataFrame({"old": CODES, "region": CODES}), taxonomies.CURRENT_NUTS).frame
    differ = [
        (old, new) for old, new, _ in moved.rows() if new is not None and taxonomies.current_code(old) != new
    ]
    assert differ == []


def test_the_same_on_every_kind_of_frame(engine: Engine) -> None:
    columns = {"firm": [1, 2, 3], "region": ["FR24", "HU10", None]}
    ours, wanted = recode_regions(engine.frame(columns), 2016), recode_regions(pl.DataFrame(columns), 2016)
    all_alike(engine.rows(ours.frame), wanted.frame.to_dicts(), "firm")
    all_alike(engine.rows(ours.unconverted), wanted.unconverted.to_dicts(), "code")


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(InputError, match="did you mean 'regio'"):
        recode_regions(pl.DataFrame({"regio": ["AT11"]}), 2021)
