"""Concentration: against `inequality` (pysal), plain NumPy on the whole matrix, and on every kind of frame."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import (
    ellison_glaeser,
    gini,
    herfindahl,
    krugman,
    locational_gini,
    theil,
)
from tests.support.engines import ENGINES, Engine, all_alike, by_key

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from inequality.gini import Gini
    from inequality.theil import Theil, TheilD

REGIONS, INDUSTRIES = "ABCDEF", "wxyz"
COUNTRY = dict(zip(REGIONS, "FFGGGI", strict=True))
Cells = dict[tuple[str, str], float | None]
Measure = Callable[..., Any]


def frame_of(cells: Cells) -> pl.DataFrame:
    """The cells as a frame; absent ones have no row."""
    rows = [(r, COUNTRY[r], i, v) for (r, i), v in cells.items()]
    schema = {"region": pl.String, "country": pl.String, "industry": pl.String, "value": pl.Float64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def values_of(cells: Cells, of: str, name: str) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """The known values of one industry (region), the totals of their parts, and the parts: absent cells are 0."""
    here, parts = (0, "region") if of == "region" else (1, "industry")
    over = sorted({key[1 - here] for key in cells})
    totals = {p: sum(v or 0.0 for key, v in cells.items() if key[1 - here] == p) for p in over}
    cell = (lambda p: (name, p)) if parts == "region" else (lambda p: (p, name))
    known = [p for p in over if cells.get(cell(p), 0.0) is not None]
    values = np.array([cells.get(cell(p), 0.0) for p in known], dtype=float)
    return values, np.array([totals[p] for p in known]), known


def plain_locational_gini(values: np.ndarray, weights: np.ndarray) -> float:
    """By pairs: half the weighted mean difference of location quotients."""
    s, x = values / values.sum(), weights / weights.sum()
    return float(np.abs(np.outer(s, x) - np.outer(x, s)).sum() / 2)


def plain_krugman(values: np.ndarray, weights: np.ndarray) -> float:
    return float(np.abs(values / values.sum() - weights / weights.sum()).sum())


PLAIN = {
    herfindahl: lambda v, _: float(((v / v.sum()) ** 2).sum()),
    gini: lambda v, _: Gini(v).g,
    theil: lambda v, _: Theil(v).T,
    krugman: plain_krugman,
    locational_gini: plain_locational_gini,
}

some_cells = st.dictionaries(
    st.tuples(st.sampled_from(REGIONS), st.sampled_from(INDUSTRIES)),
    st.one_of(st.none(), st.integers(0, 50).map(float)),
    max_size=24,
)


@pytest.mark.parametrize("of", ["industry", "region"])
@pytest.mark.parametrize("measure", PLAIN, ids=lambda m: m.__name__)
@settings(max_examples=40, deadline=None)
@given(cells=some_cells)
def test_second_implementations_agree(measure: Measure, of: str, cells: Cells) -> None:
    found = {row[of]: row[measure.__name__] for row in measure(frame_of(cells), of=of).to_dicts()}
    assert set(found) == {key[1 if of == "industry" else 0] for key in cells}
    for name, ours in found.items():
        values, weights, _ = values_of(cells, of, name)
        if values.sum() == 0:
            assert ours is None
            continue
        assert ours == pytest.approx(PLAIN[measure](values, weights), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(cells=some_cells)
def test_theil_falls_into_two_as_in_the_second_implementation(cells: Cells) -> None:
    for row in theil(frame_of(cells), group="country").to_dicts():
        values, _, regions = values_of(cells, "industry", row["industry"])
        if values.sum() == 0:
            assert row["theil_between"] is None
            continue
        theirs = TheilD(values, np.array([COUNTRY[r] for r in regions]))
        assert row["theil"] == pytest.approx(theirs.T, abs=1e-9)
        assert row["theil_between"] == pytest.approx(float(np.ravel(theirs.bg)[0]), abs=1e-9)
        assert row["theil_within"] == pytest.approx(float(np.ravel(theirs.wg)[0]), abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(cells=some_cells, plants=st.lists(st.integers(1, 9), min_size=2, max_size=9))
def test_ellison_and_glaeser_as_in_their_paper(cells: Cells, plants: list[int]) -> None:
    sizes = np.array(plants) / sum(plants)
    h = float((sizes**2).sum())
    rows = [(i, float(size)) for i in INDUSTRIES for size in plants]
    given_plants = pl.DataFrame(rows, schema=["industry", "value"], orient="row")
    for row in ellison_glaeser(frame_of(cells), plants=given_plants).to_dicts():
        values, weights, _ = values_of(cells, "industry", row["industry"])
        if values.sum() == 0:
            assert row["ellison_glaeser"] is None
            continue
        s, x = values / values.sum(), weights / weights.sum()
        raw, evenness = ((s - x) ** 2).sum(), 1 - (x**2).sum()
        assert row["plant_herfindahl"] == pytest.approx(h)
        assert row["raw_concentration"] == pytest.approx(raw, abs=1e-9)
        if evenness > 1e-9:
            gamma = (raw - evenness * h) / (evenness * (1 - h))
            assert row["ellison_glaeser"] == pytest.approx(gamma, abs=1e-9)
        else:
            assert row["ellison_glaeser"] is None


CELLS = {
    "region": ["A", "A", "A", "B", "B", "C", "C", "A", "B", "D"],
    "country": ["F", "F", "F", "F", "F", "G", "G", "F", "F", "G"],
    "industry": ["x", "y", "z", "x", "y", "x", "y", "x", "y", "z"],
    "year": [2010] * 7 + [2011] * 3,
    "value": [9.0, 1.0, 0.0, 5.0, None, 2.0, 4.0, 3.0, 0.0, 8.0],
    "plants": [0.5, 0.25, None, 0.5, 0.25, 0.5, 0.25, 1.0, 0.5, 0.1],
}
ALL = [
    *((m, {"of": of}) for m in PLAIN for of in ("industry", "region")),
    (theil, {"group": "country"}),
    (ellison_glaeser, {"plant_herfindahl": "plants"}),
]


@pytest.mark.parametrize(("measure", "given"), ALL, ids=lambda x: getattr(x, "__name__", str(x)))
def test_every_kind_of_frame_gives_the_same(engine: Engine, measure: Measure, given: dict[str, str]) -> None:
    polars = ENGINES["polars"]
    key = given.get("of", "industry")
    ours = engine.rows(measure(engine.frame(CELLS), period="year", **given))
    theirs = polars.rows(measure(polars.frame(CELLS), period="year", **given))
    all_alike(ours, theirs, key, "year")
    assert measure.__name__ in ours[0]


@pytest.mark.parametrize(("measure", "given"), ALL, ids=lambda x: getattr(x, "__name__", str(x)))
def test_a_year_of_several_is_as_that_year_alone(measure: Measure, given: dict[str, str]) -> None:
    cells, key = pl.DataFrame(CELLS), given.get("of", "industry")
    together = measure(cells, period="year", **given)
    for year in (2010, 2011):
        alone = measure(cells.filter(year=year), **given)
        all_alike(together.filter(year=year).drop("year").to_dicts(), alone.to_dicts(), key)


def test_without_rows(engine: Engine) -> None:
    given = {"region": [], "industry": [], "value": []}
    assert engine.rows(herfindahl(engine.frame(given))) == []
    assert engine.rows(gini(engine.frame(given), of="region")) == []
    assert engine.rows(locational_gini(engine.frame(given))) == []


def test_one_region_has_nothing_to_be_unequal_to() -> None:
    alone = pl.DataFrame({"region": ["A"], "industry": ["x"], "value": [7.0]})
    assert herfindahl(alone)["herfindahl"].to_list() == [1]
    for measure in (gini, theil, krugman, locational_gini):
        assert measure(alone)[measure.__name__].to_list() == [0], measure.__name__


def test_ellison_and_glaeser_say_what_they_need() -> None:
    cells = pl.DataFrame(CELLS).filter(year=2010).with_columns(share=pl.col("value"))
    plants = pl.DataFrame({"industry": ["x"], "value": [1.0]})
    for wrong in ({}, {"plants": plants, "plant_herfindahl": "plants"}):
        with pytest.raises(UsageError, match="needs the sizes of plants"):
            ellison_glaeser(cells, **wrong)
    with pytest.raises(InputError, match="two values for industry"):
        ellison_glaeser(cells, plant_herfindahl="share")
    with pytest.raises(InputError, match="is no Herfindahl index"):
        ellison_glaeser(cells.with_columns(h=pl.lit(2.0)), plant_herfindahl="h")
    with pytest.raises(InputError, match="of the plants is negative"):
        ellison_glaeser(cells, plants=plants.with_columns(value=pl.lit(-1.0)))
    found = by_key(ellison_glaeser(cells, plants=plants).to_dicts(), "industry")
    assert found["x",]["plant_herfindahl"] == 1
    assert found["x",]["ellison_glaeser"] is None, "a single plant tells nothing"
    assert found["y",]["plant_herfindahl"] is None, "its plants are unknown"


def test_countries_must_be_told_apart() -> None:
    cells = pl.DataFrame(CELLS).filter(year=2010)
    mixed = cells.with_columns(country=pl.col("industry"))
    with pytest.raises(InputError, match="'country' has two values for region"):
        theil(mixed, group="country")
    with pytest.raises(InputError, match="'country' is empty for region"):
        theil(cells.with_columns(country=pl.lit(None, pl.String)), group="country")
    with pytest.raises(InputError, match="did you mean 'country'"):
        theil(cells, group="countri")


@pytest.mark.parametrize("measure", PLAIN, ids=lambda m: m.__name__)
def test_an_unknown_side_is_told(measure: Measure) -> None:
    with pytest.raises(UsageError, match="did you mean 'region'"):
        measure(pl.DataFrame(CELLS).filter(year=2010), of="regions")
