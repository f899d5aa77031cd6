"""Tables as people have them: frames that name their rows, faults told, countries in parts or without industries."""

from __future__ import annotations

import pandas as pd
import polars as pl
import pytest

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import InputOutput
from tests.observatory.value_chains.made_up import long, made_up

FLOWS = [[150, 500], [200, 100]]
FINAL, OUTPUT = [350, 1700], [1000, 2000]
NAMES = ["farms", "works"]


def _frames() -> dict[str, object]:
    columns = dict(zip(NAMES, zip(*FLOWS, strict=True), strict=True))
    labelled = {"country": ["AT", "AT"], "industry": NAMES}
    levels = pd.MultiIndex.from_product([["AT"], NAMES])
    return {
        "pandas, an index": pd.DataFrame(FLOWS, NAMES, NAMES),
        "pandas, an index of two levels": pd.DataFrame(FLOWS, levels, levels),
        "pandas, columns": pd.DataFrame({**labelled, **columns}),
        "polars": pl.DataFrame({**labelled, **{name: list(of) for name, of in columns.items()}}),
        "polars, lazy": pl.LazyFrame({**labelled, **{name: list(of) for name, of in columns.items()}}),
        "arrow": pl.DataFrame({**labelled, **{name: list(of) for name, of in columns.items()}}).to_arrow(),
    }


@pytest.mark.parametrize("kind", _frames())
def test_a_frame_names_its_own_industries(kind: str) -> None:
    io = InputOutput(_frames()[kind], pd.DataFrame({"households": [300, 1500], "stocks": [50, 200]}), OUTPUT)
    assert io.industries == NAMES
    assert (io.household, io.inventory) == ("households", ["stocks"])
    assert io.place(io.countries[0], "works") == 1


def test_rows_and_columns_in_another_order_are_no_table() -> None:
    turned = pd.DataFrame(FLOWS, NAMES, NAMES[::-1])
    with pytest.raises(InputError, match="row 1 is farms, column 1 is works"):
        InputOutput(turned, FINAL, OUTPUT)


def test_names_given_are_believed_before_those_of_a_frame() -> None:
    io = InputOutput(pd.DataFrame(FLOWS, NAMES, NAMES), FINAL, OUTPUT, ["AT"], ["a", "b"], ["use"])
    assert (io.countries, io.industries, io.final_uses) == (["AT"], ["a", "b"], ["use"])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (([], [], []), "there are no rows"),
        (([[1, 2, 3], [1, 2, 3]], FINAL), "2 rows and 3 columns: not square"),
        ((FLOWS, [1, 2, 3]), "3 rows for 2 industries"),
        ((FLOWS, FINAL, [1]), "1 numbers for 2 rows"),
        ((FLOWS, FINAL, [-1, 2000]), "output is negative: -1"),
        (
            (FLOWS, FINAL, OUTPUT, ["AT", "DE", "FR"], NAMES),
            "3 countries and 2 industries do not name 2 rows",
        ),
        ((FLOWS, FINAL, OUTPUT, ["AT"], ["a", "a"]), "AT a is there more than once"),
    ],
)
def test_a_table_that_does_not_fit_is_refused_in_a_sentence(given: tuple[object, ...], said: str) -> None:
    with pytest.raises(InputError, match=said):
        InputOutput(*given)


def test_an_industry_that_uses_all_it_makes_has_no_measures_and_no_warning() -> None:
    with pytest.raises(InputError, match="some industry uses all it makes"):
        InputOutput([[100, 0], [0, 50]], [0, 50], [100, 100]).upstreamness()


def test_sales_to_a_country_without_industries_are_exports() -> None:
    io = InputOutput(
        [[10, 0], [0, 10]], [[60, 5, 25], [8, 70, 12]], [100, 100], ["AT", "DE"], ["goods"],
        [("AT", "use"), ("DE", "use"), ("US", "use")],
    )  # fmt: skip
    assert io.exports()["exports"].tolist() == [30, 20]
    whole = io.koopman_wang_wei()
    assert whole["exports"].tolist() == [30, 20]
    assert whole["remainder"].abs().max() < 1e-9


def test_china_in_two_parts_is_one_country_as_its_final_uses_say() -> None:
    """As in the OECD's extended tables: CN1 and CN2 make, CN buys. The table is that of the sums."""
    split = made_up(3, 2, seed=5)
    renamed = {"C1": "CN1", "C2": "CN2"}
    rows = long(split).with_columns(pl.col("from_country", "to_country").replace(renamed))
    rows = rows.with_columns(
        to_country=pl.when(pl.col("to_kind") == "final use")
        .then(pl.col("to_country").replace({"CN1": "CN", "CN2": "CN"}))
        .otherwise("to_country")
    )
    keys = [name for name in rows.columns if name != "value"]
    io = InputOutput.from_flows(rows.group_by(keys, maintain_order=True).agg(pl.col("value").sum()))
    assert io.countries == ["C0", "CN"]
    assert io.flows.sum() == pytest.approx(split.flows.sum())
    assert io.output.tolist() == pytest.approx([*split.output[:2], *(split.output[2:4] + split.output[4:])])
    home = split.final[2:, 3:].sum() + split.flows[2:, 2:].sum()
    assert io.exports()["exports"].to_numpy()[2:].sum() == pytest.approx(split.output[2:].sum() - home)
    assert len(io.balance()) == 0


def test_a_table_without_any_output_has_empty_measures_and_no_warning() -> None:
    io = InputOutput([[0, 0], [0, 0]], [0, 0], [0, 0])
    for measure in (io.upstreamness, io.output_multipliers, io.linkages):
        assert measure().drop(columns=["country", "industry"]).isna().all(axis=None), measure
    assert io.extraction()["extraction_share"].isna().all()
    assert io.key_sectors().empty
    assert io.remarks == ["2 industries have no output, and no measures."]


@pytest.mark.parametrize("cluster", ["AT", ("AT", "farms"), [("AT",)], [3]])
def test_a_cluster_is_given_as_pairs(cluster: object) -> None:
    io = InputOutput(FLOWS, FINAL, OUTPUT, ["AT"], NAMES)
    for measure in (io.shock, io.extraction_of):
        with pytest.raises(UsageError, match="give pairs, such as"):
            measure(cluster)
