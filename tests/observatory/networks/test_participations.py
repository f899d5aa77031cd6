"""What a network is built from: every kind of frame, filters, gaps and repetitions, and how it grows."""

from __future__ import annotations

import itertools
from typing import Any

import networkx as nx
import pandas as pd
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import networks

ROWS = pl.DataFrame(
    {
        "project": ["p", "p", "p", "q", "q", "q", "r", None, "s"],
        "organisation": ["A", "B", "B", "B", "C", None, "D", "A", "A"],
        "programme": ["X", "X", "X", "Y", "Y", "Y", "Y", "Y", "Y"],
        "year": [2020, 2020, 2020, 2021, 2021, 2021, 2021, 2021, 2022],
        "country": ["AT", "DE", "FR", "DE", "FR", "FR", None, "AT", "AT"],
    }
)


def as_kind(kind: str, data: pl.DataFrame) -> Any:
    if kind == "duckdb":
        import duckdb

        arrow = data.to_arrow()  # noqa: F841 - read by DuckDB
        return duckdb.sql("select * from arrow")
    return {"pandas": data.to_pandas, "pyarrow": data.to_arrow, "lazy": data.lazy, "polars": lambda: data}[
        kind
    ]()


def as_polars(found: Any) -> pl.DataFrame:
    if isinstance(found, pl.LazyFrame):
        return found.collect()
    if hasattr(found, "pl"):
        return found.pl()
    return found if isinstance(found, pl.DataFrame) else pl.DataFrame(found)


@pytest.mark.parametrize("kind", ["polars", "lazy", "pandas", "pyarrow", "duckdb"])
def test_any_kind_of_frame_gives_the_same_and_its_own_kind(kind: str) -> None:
    rows = as_kind(kind, ROWS)
    network = networks.co_participation(rows, attributes=["country"])
    expected = networks.co_participation(ROWS, attributes=["country"])
    assert isinstance(network.edges, type(rows))
    for name in ("edges", "nodes"):
        assert as_polars(getattr(network, name)).to_dicts() == getattr(expected, name).to_dicts()
    assert as_polars(network.constraint()).to_dicts() == expected.constraint().to_dicts()


def test_gaps_and_repetitions_are_counted_and_left_out() -> None:
    network = networks.co_participation(ROWS, attributes=["country"])
    left = network.left_out
    assert (left.empty_rows, left.repeated_rows, left.lone_projects) == (2, 1, 2)
    assert left.changing == {"country": 1}
    assert network.edges.rows() == [("A", "B", 1, 1.0), ("B", "C", 1, 1.0)]
    assert network.nodes["country"].to_list() == ["AT", "DE", "FR", None]
    assert network.nodes["component"].to_list() == [0, 0, 0, 1]


@pytest.mark.parametrize("where", [{"programme": "Y"}, {"year": range(2021, 2023)}, {"year": [2021, 2022]}])
def test_filters_keep_values_lists_and_ranges(where: dict[str, Any]) -> None:
    network = networks.co_participation(ROWS, where=where)
    assert network.edges.rows() == [("B", "C", 1, 1.0)]
    assert network.left_out.filtered_rows == 3
    assert networks.co_participation(ROWS, where={"programme": "none"}).size == (0, 0)


def test_weightings_and_largest_projects() -> None:
    rows = pl.DataFrame({"project": [*"pppqq"], "organisation": [*"ABCAB"]})
    counted = networks.co_participation(rows, weighting="count")
    assert counted.edges["weight"].to_list() == [2.0, 1.0, 1.0]
    small = networks.co_participation(rows, largest=2)
    assert small.edges.rows() == [("A", "B", 1, 1.0)]
    assert small.left_out.large_projects == 1
    assert small.size == (3, 1)


def test_the_network_of_regions_is_that_of_another_column() -> None:
    network = networks.co_participation(ROWS, organisation="country")
    assert network.edges.columns == ["country", "other_country", "projects", "weight"]
    assert set(network.nodes["country"]) == {"AT", "DE", "FR"}


def test_what_is_refused_says_what_to_do() -> None:
    with pytest.raises(InputError, match=r"no column 'organization'.*did you mean 'organisation'"):
        networks.co_participation(ROWS, organisation="organization")
    with pytest.raises(InputError, match=r"no column 'programe'.*programme"):
        networks.co_participation(ROWS, where={"programe": "X"})
    with pytest.raises(InputError, match="no dataframe"):
        networks.co_participation([1, 2])
    with pytest.raises(UsageError, match=r"weighting='newmann'.*did you mean 'newman'"):
        networks.co_participation(ROWS, weighting="newmann")
    with pytest.raises(UsageError, match="two roles"):
        networks.co_participation(ROWS, organisation="project")
    with pytest.raises(InputError, match="filter of 'year'"):
        networks.co_participation(ROWS, where={"year": None})
    with pytest.raises(InputError, match="column 'year' holds numbers, the filter a text"):
        networks.co_participation(ROWS, where={"year": ["2020"]})
    with pytest.raises(InputError, match="column 'programme' holds texts, the filter a number"):
        networks.co_participation(ROWS, where={"programme": 7})
    with pytest.raises(InputError, match="'degree' is called as one of the network's own"):
        networks.co_participation(ROWS.with_columns(degree=pl.lit(1)), attributes=["degree"])
    with pytest.raises(InputError, match="column 'project' mixes texts, numbers"):
        networks.co_participation(pd.DataFrame({"project": [1, "x"], "organisation": ["a", "b"]}))
    network = networks.co_participation(ROWS)
    with pytest.raises(UsageError, match="most=0 is not possible"):
        network.paths(network.nodes["organisation"][0], network.nodes["organisation"][1], most=0)
    with pytest.raises(InputError, match=r"1 values for .* organisations"):
        network.modularity([0])


PAIRS = st.lists(st.tuples(st.integers(0, 14), st.integers(0, 9)), min_size=2, max_size=50)


@settings(max_examples=20, deadline=None)
@given(PAIRS)
def test_paths_are_all_the_shortest_ones_strongest_first(pairs: list[tuple[int, int]]) -> None:
    data = pl.DataFrame({"project": [p for p, _ in pairs], "organisation": [o for _, o in pairs]})
    network = networks.co_participation(data)
    graph = nx.Graph()
    graph.add_nodes_from(network.nodes["organisation"])
    graph.add_weighted_edges_from((a, b, 1 / w) for a, b, _, w in network.edges.iter_rows())
    one, other = min(graph), max(graph)
    found = network.paths(one, other, most=1000)
    ways = [
        [part["organisation"][0], *part["other_organisation"]]
        for _, part in found.group_by("path", maintain_order=True)
    ]
    expected = list(nx.all_shortest_paths(graph, one, other)) if nx.has_path(graph, one, other) else []
    expected = [way for way in expected if len(way) > 1]
    assert sorted(ways) == sorted(expected)
    lengths = [nx.path_weight(graph, way, "weight") for way in ways]
    assert lengths == pytest.approx(sorted(lengths))
    of = {o: {p for p, other in pairs if other == o} for _, o in pairs}
    for row in found.iter_rows(named=True):
        common = of[row["organisation"]] & of[row["other_organisation"]]
        assert row["project"] in common
        assert row["projects"] == len(common)
    few = network.paths(one, other, most=2)
    assert few.equals(found.filter(pl.col("path") <= 2))


GROWING = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 6), st.integers(2014, 2017)), max_size=40)


@settings(max_examples=20, deadline=None)
@given(GROWING)
def test_growth_is_that_of_sets_counted_by_hand(rows: list[tuple[int, int, int]]) -> None:
    schema = {"project": pl.Int64, "organisation": pl.Int64, "period": pl.Int64}
    data = pl.DataFrame(rows, schema=schema, orient="row")
    begun = {p: min(y for q, _, y in rows if q == p) for p, *_ in rows}
    known: set[int] = set()
    met: set[tuple[int, int]] = set()
    expected = []
    for year in sorted(set(begun.values())):
        projects = {p for p, y in begun.items() if y == year}
        teams = [sorted({o for q, o, _ in rows if q == p}) for p in projects]
        there = {o for team in teams for o in team}
        pairs = {pair for team in teams for pair in itertools.combinations(team, 2)}
        expected.append(
            {
                "period": year,
                "projects": len(projects),
                "organisations": len(there),
                "newcomers": len(there - known),
                "share_newcomers": len(there - known) / len(there),
                "pairs": len(pairs),
                "repeat_pairs": len(pairs & met),
                "share_repeat": len(pairs & met) / len(pairs) if pairs else None,
                "organisations_so_far": len(known | there),
                "pairs_so_far": len(met | pairs),
            }
        )
        known |= there
        met |= pairs
    assert networks.growth(data).to_dicts() == expected


def test_newcomers_and_those_who_stay_together() -> None:
    rows = pl.DataFrame(
        {
            "project": [*"aabbccd"],
            "organisation": [*"ABABACD"],
            "year": [2020, 2020, 2021, 2021, 2021, 2021, 2022],
        }
    )
    assert networks.newcomers(rows, period="year").rows() == [
        ("D", 2022, 2022, 1, 1),
        ("C", 2021, 2021, 1, 1),
        ("A", 2020, 2021, 2, 3),
        ("B", 2020, 2021, 2, 2),
    ]
    assert networks.repeat_partnerships(rows, period="year").rows() == [("A", "B", 2, 2, 2020, 2021)]


def test_names_of_communities_are_the_themes_that_tell_them_apart() -> None:
    members = pl.DataFrame({"organisation": [*"ABCD"], "community": [0, 0, 1, 2]})
    themes = pl.DataFrame(
        {
            "organisation": [*"AAABBBCCC"],
            "theme": ["wind", "research", "wind", "wind", "sea", "research", "steel", "steel", "research"],
        }
    )
    found = networks.community_names(members, themes, most=2)
    assert found["name"].to_list() == ["wind; sea", "steel", None]
    assert found["organisations"].to_list() == [2, 1, 1]
