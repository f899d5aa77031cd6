"""Frames as strangers bring them: names that collide with ours, types an engine cannot work with, odd indexes."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import polars as pl
import pyarrow as pa
import pytest

from clusteratlas import observatory
from clusteratlas.errors import InputError
from tests.support.engines import ENGINES, all_alike

CELLS = pa.table(
    {
        "region": [r for r in ("AT1", "AT2", "BE1", "BE2") for _ in range(6)],
        "industry": ["ore", "sea", "car"] * 8,
        "period": ([2010] * 3 + [2020] * 3) * 4,
        "value": [9, 2, 4, 8, 3, 4, 1, 7, 5, 2, 6, 5, 3, 3, 9, 3, 5, 7, 2, 9, 1, 4, 8, 1],
        "country": ["AT"] * 12 + ["BE"] * 12,
        "h": [0.1] * 24,
    }
)
LATER = CELLS.filter(pa.compute.equal(CELLS["period"], 2020)).drop_columns(["period"])
PLACES = {"AT1": (48.0, 16.0), "AT2": (47.0, 15.0), "BE1": (50.0, 4.0), "BE2": (51.0, 3.0)}


def _complexity(frame: Any, **names: str) -> Any:
    return observatory.complexity(frame, **names).cells


def _hot_spots(frame: Any, **names: str) -> Any:
    named = {"industry": "industry", **names}
    return observatory.hot_spots(frame, geometry=PLACES, nearest=2, permutations=9, **named)


def _ellison(frame: Any, **names: str) -> Any:
    return observatory.ellison_glaeser(frame, plant_herfindahl="h", **names)


OVER_TIME: dict[str, Callable[..., Any]] = {
    name: getattr(observatory, name) for name in ("growth", "shift_share", "entry_exit")
}
AT_ONCE: dict[str, Callable[..., Any]] = {
    **{
        name: getattr(observatory, name)
        for name in (
            "location_quotient",
            "focus",
            "herfindahl",
            "gini",
            "krugman",
            "locational_gini",
            "stars",
        )
    },
    "theil": lambda frame, **names: observatory.theil(frame, group="country", **names),
    "ellison_glaeser": _ellison,
    "hot_spots": _hot_spots,
    "complexity": _complexity,
    "relatedness": lambda frame, **names: observatory.relatedness(frame, **names),
    "complementary_industries": lambda frame, **names: observatory.complementary_industries(
        frame, "BE1", **names
    ),
    "peers": lambda frame, **names: observatory.peers(frame, "BE1", **names),
    "typology": lambda frame, **names: observatory.typology(frame, 2, draws=0, **names).regions,
}
EVERY = OVER_TIME | AT_ONCE
ALL = pytest.mark.parametrize("name", sorted(EVERY))
MADE = {
    "location_quotient": "location_quotient",
    "stars": "stars",
    "herfindahl": "herfindahl",
    "gini": "gini",
    "krugman": "krugman",
    "hot_spots": "hot_spots",
    "complexity": "density",
    "entry_exit": "density",
    "complementary_industries": "density",
    "peers": "rank",
    "typology": "silhouette",
    "growth": "growth",
    "shift_share": "shift_share_change",
}
"""A column that each makes."""


def _cells(name: str) -> pa.Table:
    return CELLS if name in OVER_TIME else LATER


def _as_polars_has_it(name: str, found: Any, engine: str) -> None:
    wanted = ENGINES["polars"].rows(EVERY[name](pl.from_arrow(_cells(name))))
    keys = [key for key in ("region", "industry", "other_industry") if key in wanted[0]]
    all_alike(ENGINES[engine].rows(found), wanted, *keys)


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@pytest.mark.parametrize("name", sorted(MADE))
def test_a_column_of_the_callers_is_not_written_over(name: str, engine: str) -> None:
    role = "region" if "region" in EVERY[name](pl.from_arrow(_cells(name))).columns else "industry"
    table = _cells(name).rename_columns([MADE[name] if n == role else n for n in _cells(name).column_names])
    with pytest.raises(InputError, match=f"column '{MADE[name]}' would be written over"):
        EVERY[name](ENGINES[engine].frame(table), **{role: MADE[name]})


@pytest.mark.parametrize("engine", ["polars", "duckdb"])
@ALL
def test_names_of_work_columns_are_refused(name: str, engine: str) -> None:
    frame = ENGINES[engine].frame(_cells(name).append_column("__region", pa.array([1] * len(_cells(name)))))
    with pytest.raises(InputError, match="'__region' begins with two underscores"):
        EVERY[name](frame)


def test_an_index_that_pandas_wrote_to_a_file_is_no_work_column() -> None:
    frame = pl.from_arrow(LATER).with_columns(__index_level_0__=1)
    assert len(observatory.location_quotient(frame)) == len(LATER)


@ALL
def test_decimals_of_pandas(name: str) -> None:
    frame = _cells(name).to_pandas()
    frame["value"] = [Decimal(int(value)) for value in frame["value"]]
    found = EVERY[name](frame)
    _as_polars_has_it(name, found.astype({"value": float}) if "value" in found else found, "pandas")


@ALL
def test_an_index_called_as_a_column(name: str) -> None:
    frame = _cells(name).to_pandas().rename_axis("region")
    _as_polars_has_it(name, EVERY[name](frame).reset_index(drop=True), "pandas")


def test_a_region_in_the_index_is_told() -> None:
    with pytest.raises(InputError, match=r"no column 'region'.*reset_index"):
        observatory.gini(LATER.to_pandas().set_index("region"))


@ALL
def test_texts_as_polars_hands_them_to_arrow(name: str) -> None:
    views = pl.from_arrow(_cells(name)).to_arrow(compat_level=pl.CompatLevel.newest())
    assert views.schema.field("region").type == pa.string_view()
    _as_polars_has_it(name, EVERY[name](views), "pyarrow")


@ALL
def test_whole_numbers_too_wide_for_arrow(name: str) -> None:
    frame = pl.from_arrow(_cells(name)).with_columns(pl.col("value").cast(pl.Int128))
    found = EVERY[name](frame)
    _as_polars_has_it(name, found.with_columns(pl.col(pl.Int128).cast(pl.Int64)), "polars")


def test_values_called_as_the_imputed_share() -> None:
    frame = pl.from_arrow(CELLS).rename({"value": "imputed_share"})
    wanted = observatory.shift_share(pl.from_arrow(CELLS)).sort("region", "industry")
    assert observatory.shift_share(frame, value="imputed_share").sort("region", "industry").equals(wanted)


def test_where_all_are_neighbours_of_all_nothing_is_found_and_nothing_is_warned_of() -> None:
    frame = pl.DataFrame({"region": ["AT1", "AT2", "BE1"], "value": [1.0, 2.0, 4.0]})
    three = {region: PLACES[region] for region in frame["region"]}
    found = observatory.morans_i(frame, geometry=three, nearest=2, permutations=9)
    assert found["morans_i"].item() == pytest.approx(-0.5)
    spots = observatory.hot_spots(frame, geometry=three, nearest=2, permutations=9)
    assert spots["hot_spots"].n_unique() == 1


def test_imputed_share_of_texts_is_told() -> None:
    with pytest.raises(InputError, match="'value' holds no numbers but texts"):
        observatory.imputed_share(pl.DataFrame({"region": ["A"], "value": ["1"], "imputed": [True]}))


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow", "duckdb"])
@pytest.mark.parametrize("name", ["location_quotient", "focus", "gini", "complexity", "shift_share"])
def test_values_that_are_all_missing_give_nothing(name: str, engine: str) -> None:
    table = _cells(name)
    place = table.column_names.index("value")
    frame = ENGINES[engine].frame(table.set_column(place, "value", pa.nulls(len(table))))
    rows = ENGINES[engine].rows(EVERY[name](frame))
    made = {"complexity": "pci"}.get(name, MADE.get(name, name))
    assert all(row.get(made) is None for row in rows)


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow", "duckdb"])
@pytest.mark.parametrize("name", ["location_quotient", "growth", "gini", "complexity", "hot_spots"])
def test_a_region_that_is_not_a_number_is_empty(name: str, engine: str) -> None:
    table = _cells(name)
    regions = pa.array([float("nan") if region == "BE1" else 1.0 for region in table["region"].to_pylist()])
    frame = ENGINES[engine].frame(table.set_column(0, "region", regions))
    with pytest.raises(InputError, match=r"column 'region' is empty in \d+ rows"):
        EVERY[name](frame)


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow", "duckdb"])
@pytest.mark.parametrize("name", ["location_quotient", "gini", "complexity", "typology"])
def test_a_region_of_lists_is_told(name: str, engine: str) -> None:
    table = _cells(name)
    frame = ENGINES[engine].frame(table.set_column(0, "region", pa.array([[1]] * len(table))))
    with pytest.raises(InputError, match="column 'region' holds lists"):
        EVERY[name](frame)


@ALL
def test_a_pandas_column_of_several_kinds_is_told(name: str) -> None:
    frame = _cells(name).to_pandas()
    frame["region"] = [*range(len(frame) - 1), "AT1"]
    with pytest.raises(InputError, match="column 'region' mixes texts, numbers or other things"):
        EVERY[name](frame)


@pytest.mark.parametrize(("name", "engine"), [("gini", "duckdb"), ("gini", "pyspark"), ("focus", "pyspark")])
def test_a_dot_in_a_name_is_told_where_it_cannot_be(name: str, engine: str) -> None:
    table = _cells(name).rename_columns({"region": "nuts.code"})
    with pytest.raises(InputError, match=r"column 'nuts.code' has a sign in its name"):
        EVERY[name](ENGINES[engine].frame(table), region="nuts.code")


@pytest.mark.parametrize("engine", ["pandas", "polars", "pyarrow", "duckdb"])
def test_a_dot_in_a_name(engine: str) -> None:
    table = LATER.rename_columns({"region": "nuts.code"})
    found = observatory.location_quotient(ENGINES[engine].frame(table), region="nuts.code")
    assert len(ENGINES[engine].rows(found)) == len(LATER)
