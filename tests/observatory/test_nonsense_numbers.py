"""Numbers and words that make no sense end with one sentence of ours, on every public function of the observatory."""

from __future__ import annotations

import datetime
import inspect
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import polars as pl
import pytest

from clusteratlas import observatory
from clusteratlas.errors import ClusteratlasError, UsageError
from clusteratlas.observatory import arguments

REGIONS, INDUSTRIES = [f"R{n}" for n in range(9)], [f"C{n}" for n in range(5)]
PANEL = pl.DataFrame(
    [
        {
            "region": region,
            "industry": industry,
            "period": period,
            "value": 1.0 + (7 * r + 5 * i * i + r * i + p) % 23,
        }
        for r, region in enumerate(REGIONS)
        for i, industry in enumerate(INDUSTRIES)
        for p, period in enumerate((2019, 2020))
    ]
).with_columns(persons_employed=pl.col("value") + 1)
CELLS = PANEL.filter(period=2020).drop("period")
ONE_EACH = CELLS.filter(industry="C0").drop("industry")
POINTS = {region: (50.0 + n, 10.0 + n * n / 9) for n, region in enumerate(REGIONS)}
CROSSWALK = pl.DataFrame({"industry": INDUSTRIES, "category": [*"aabbc"], "weight": [1.0] * 5})
PAIRS = observatory.relatedness(CELLS)
STEPS = pl.DataFrame({"region": [*"AABB"], "step": ["ore", "cars"] * 2, "value": [2.0, 0.2, 0.5, 3.0]})
TIES = pl.DataFrame({"project": [*"ppqq"], "organisation": [*"abac"]})
MEMBERS = pl.DataFrame({"organisation": [*"ab"], "community": [0, 0]})
THEMES = pl.DataFrame({"organisation": [*"ab"], "theme": ["x", "y"]})
LOSSES = pl.DataFrame(
    {"country": ["AT"], "industry": ["ore"], "output": [9.0], "lost_sales": [8.0], "lost_supplies": [0.0]}
)
JOBS = pl.DataFrame({"country": ["AT"], "region": ["N"], "industry": ["ore"], "value": [3.0]})
WITHHELD = pl.DataFrame(
    {"region": ["HU1", "HU11", "HU12"], "industry": ["C"] * 3, "value": [10.0, 7.0, None]}
)

OF_CELLS = [
    "complexity", "focus", "gini", "herfindahl", "krugman", "location_quotient", "locational_gini", "relatedness",
    "sensitivity", "stars", "symmetric_location_quotient", "standardised_location_quotient", "theil", "typology",
    "productivity",
]  # fmt: skip
CALLS: dict[str, tuple[list[Any], dict[str, Any]]] = {
    **{name: ([CELLS], {}) for name in OF_CELLS},
    **{name: ([PANEL], {}) for name in ("growth", "shift_share", "entry_exit")},
    **{
        name: ([CELLS, "R1"], {})
        for name in ("peers", "peer_industries", "complementarity", "complementary_industries")
    },
    **{name: ([ONE_EACH], {"geometry": POINTS, "nearest": 2}) for name in ("morans_i", "hot_spots")},
    "build_chain": ([STEPS], {}),
    "category_relatedness": ([PAIRS, CROSSWALK], {}),
    "category_totals": ([CELLS, CROSSWALK], {}),
    "chain_steps": ([STEPS, "A"], {}),
    "co_participation": ([TIES], {}),
    "community_names": ([MEMBERS, THEMES], {}),
    "convert_regions": ([pl.DataFrame({"region": ["AT11"], "value": [1.0]}), 2021], {}),
    "recode_regions": ([pl.DataFrame({"region": ["AT11"]}), 2021], {}),
    "ellison_glaeser": ([CELLS.with_columns(h=0.1)], {"plant_herfindahl": "h"}),
    "entry_prediction": ([observatory.entry_exit(PANEL)], {}),
    "impute": ([WITHHELD], {}),
    "imputed_share": ([CELLS.with_columns(imputed=False)], {}),
    "linkages": ([PAIRS], {}),
    "neighbours": ([POINTS], {"nearest": 2}),
    "shock_by_region": ([LOSSES, JOBS], {}),
    "star_profile": (["eccp-nodes"], {}),
}
NOT_CALLED = {"star_profiles"}
"""Without arguments."""
NONSENSE = [
    None,
    -1,
    1.5,
    math.nan,
    math.inf,
    10**30,
    "many",
    True,
    ["a"],
    {},
    datetime.date(2020, 1, 1),
    CELLS,
]


def _every_argument() -> Iterator[tuple[str, str]]:
    for name, (_, _) in sorted(CALLS.items()):
        for parameter in inspect.signature(getattr(observatory, name)).parameters.values():
            if parameter.kind is not parameter.VAR_KEYWORD:
                yield name, parameter.name


def _call(name: str, **given: Any) -> Any:
    """The function with a call that works, but for what is ``given``."""
    function = getattr(observatory, name)
    usual, more = CALLS[name]
    arguments_of = list(inspect.signature(function).parameters)
    found = function(**{**dict(zip(arguments_of, usual, strict=False)), **more, **given})
    for part in getattr(type(found), "FRAMES", ()):
        getattr(found, part)
    return found


def test_every_public_function_is_asked() -> None:
    functions = {n for n in observatory.__all__ if inspect.isfunction(getattr(observatory, n))}
    assert functions == set(CALLS) | NOT_CALLED


@pytest.mark.filterwarnings("ignore::clusteratlas.observatory.ComplexityWarning")
@pytest.mark.parametrize(("name", "argument"), list(_every_argument()))
def test_nonsense_is_answered_with_a_sentence(name: str, argument: str) -> None:
    _call(name)
    said = []
    for wrong in NONSENSE:
        try:
            _call(name, **{argument: wrong})
        except ClusteratlasError as fault:
            said.append(str(fault))
    assert not [one for one in said if len(one) > 400 or "\n" in one]


@pytest.mark.parametrize(
    ("name", "argument", "wrong", "allowed"),
    [
        ("standardised_location_quotient", "percentile", 101, "between 0 and 100"),
        ("standardised_location_quotient", "percentile", "many", "between 0 and 100"),
        ("standardised_location_quotient", "samples", 0, "a whole number from 1 to 1,000,000"),
        ("standardised_location_quotient", "samples", 1.5, "a whole number from 1 to 1,000,000"),
        ("standardised_location_quotient", "seed", -1, "a whole number from 0 to 4,294,967,295"),
        ("complexity", "threshold", 0, "a number above 0"),
        ("complexity", "ddof", 2, "a whole number from 0 to 1"),
        ("complexity", "iterations", 0, "a whole number from 1"),
        ("complexity", "nearly_tied", -1, "a number of 0 or more"),
        ("relatedness", "threshold", -2, "a number above 0"),
        ("complementarity", "threshold", math.nan, "a number above 0"),
        ("complementary_industries", "threshold", None, "a number above 0"),
        ("entry_exit", "threshold", math.inf, "a number above 0"),
        ("build_chain", "threshold", 0, "a number above 0"),
        ("chain_steps", "shown", -1, "a whole number from 0"),
        ("peers", "within", 0.5, "a number of 1 or more"),
        ("peers", "shown", 2.5, "a whole number from 0"),
        ("entry_prediction", "groups", 0, "a whole number from 1"),
        ("entry_prediction", "permutations", -1, "a whole number from 0"),
        ("typology", "groups", 1, "a whole number from 2"),
        ("typology", "floor", 3, "a number from 0 to 1"),
        ("typology", "draws", -1, "a whole number from 0"),
        ("linkages", "solid", 101, "a number from 0 to 100"),
        ("linkages", "grey", -1, "a number from 0 to 100"),
        ("linkages", "share", 20, "a number from 0 to 1"),
        ("linkages", "nearest", -1, "a whole number from 0"),
        ("category_relatedness", "related", 101, "a number from 0 to 100"),
        ("morans_i", "permutations", -1, "a whole number from 0"),
        ("hot_spots", "significance", 5, "between 0 and 1"),
        ("neighbours", "nearest", 0, "a whole number from 1"),
        ("sensitivity", "by", 10, "between 0 and 1"),
        ("sensitivity", "by", [0.1, "a"], "between 0 and 1"),
        ("co_participation", "largest", 1, "a whole number of 2 or more"),
        ("gini", "of", ["region"], "industry or region"),
        ("krugman", "of", "regoin", "did you mean 'region'"),
        ("relatedness", "method", ["cosine"], "cosine"),
        ("growth", "between", "end", "did you mean 'ends'"),
        ("growth", "period", None, "name the column, such as period='year'"),
        ("shift_share", "period", None, "name the column, such as period='year'"),
        ("entry_exit", "period", None, "name the column, such as period='year'"),
        ("growth", "start", 1999, "there is no period 1999"),
        ("shift_share", "end", "2020", "there is no period '2020'"),
        ("entry_exit", "start", [2019], r"there is no period \[2019\]"),
        ("convert_regions", "to_version", "new", "there is no NUTS version 'new'"),
        ("recode_regions", "to_version", 1999, "there is no NUTS version 1999"),
        ("convert_regions", "how", None, "sum or mean"),
        ("stars", "profile", 5, "a profile's name"),
        ("stars", "columns", "growth", "a mapping"),
    ],
)
def test_the_allowed_range_is_told(name: str, argument: str, wrong: Any, allowed: str) -> None:
    with pytest.raises(UsageError, match=allowed):
        _call(name, **{argument: wrong})


@pytest.mark.parametrize("number", [3, 3.0, pl.Series([3])[0], np.int64(3), np.float32(3)])
def test_numbers_of_any_library_count(number: Any) -> None:
    assert arguments.Range(1, 5).holds(number)
