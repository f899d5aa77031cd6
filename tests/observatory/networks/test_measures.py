"""The measures against networkx on small networks, and against examples worked by hand from the papers."""

from __future__ import annotations

import itertools
from math import isnan

import networkx as nx
import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from networkx.algorithms.assortativity.correlation import attribute_ac
from scipy import sparse

from clusteratlas.errors import InputError, UsageError
from clusteratlas.observatory import networks
from clusteratlas.observatory.networks import between, closeness, roles

ROWS = st.lists(st.tuples(st.integers(0, 12), st.integers(0, 14)), min_size=1, max_size=60)
quickly = settings(max_examples=15, deadline=None)


def frame(rows: list[tuple[int, int]]) -> pl.DataFrame:
    return pl.DataFrame(
        {"project": [p for p, _ in rows], "organisation": [o for _, o in rows]},
        schema={"project": pl.Int64, "organisation": pl.Int64},
    )


def by_networkx(rows: list[tuple[int, int]]) -> nx.Graph:
    """The network as networkx projects it, by Newman's weights."""
    whole = nx.Graph()
    whole.add_nodes_from(f"p{p}" for p, _ in rows)
    whole.add_edges_from((f"p{p}", o) for p, o in rows)
    return nx.bipartite.collaboration_weighted_projected_graph(whole, {o for _, o in rows})


def values(found: pl.DataFrame, column: str) -> dict[int, float]:
    return dict(found.select("organisation", column).iter_rows())


def network_of(edges: list[tuple[str, str]], **groups: str) -> networks.Network:
    """A network with the given ties, each a project of two."""
    rows = [{"project": at, "organisation": end} for at, edge in enumerate(edges) for end in edge]
    group = {name: of for of, names in groups.items() for name in names}
    data = pl.DataFrame(rows).with_columns(
        country=pl.col("organisation").replace_strict(group, default=None, return_dtype=pl.String)
    )
    return networks.co_participation(data, attributes=["country"])


@quickly
@given(ROWS)
def test_ties_are_those_of_networkx(rows: list[tuple[int, int]]) -> None:
    network, graph = networks.co_participation(frame(rows)), by_networkx(rows)
    found = {(a, b): w for a, b, _, w in network.edges.iter_rows()}
    expected = {tuple(sorted(ends)): w for *ends, w in graph.edges(data="weight")}
    assert found == pytest.approx(expected)
    assert set(network.nodes["organisation"]) == set(graph)
    common = {(a, b): n for a, b, n, _ in network.edges.iter_rows()}
    of = {o: {p for p, other in rows if other == o} for _, o in rows}
    assert common == {(a, b): len(of[a] & of[b]) for a, b in found}


@quickly
@given(ROWS)
def test_measures_are_those_of_networkx(rows: list[tuple[int, int]]) -> None:
    network, graph = networks.co_participation(frame(rows)), by_networkx(rows)
    assert values(network.degree(), "degree") == dict(graph.degree())
    assert values(network.strength(), "strength") == pytest.approx(dict(graph.degree(weight="weight")))
    expected = nx.betweenness_centrality(graph)
    assert values(network.betweenness(), "betweenness") == pytest.approx(expected, abs=1e-9)
    assert values(network.closeness(), "closeness") == pytest.approx(nx.closeness_centrality(graph))
    expected = nx.pagerank(graph, weight="weight", tol=1e-11, max_iter=2000)
    assert values(network.pagerank(tolerance=1e-10), "pagerank") == pytest.approx(expected, abs=1e-8)
    assert values(network.core(), "core") == nx.core_number(graph)


@quickly
@given(ROWS)
def test_constraint_is_that_of_networkx_whole_and_by_name(rows: list[tuple[int, int]]) -> None:
    network, graph = networks.co_participation(frame(rows)), by_networkx(rows)
    expected = {o: None if isnan(c) else c for o, c in nx.constraint(graph, weight="weight").items()}
    assert values(network.constraint(), "constraint") == pytest.approx(expected)
    wanted = sorted(expected)[:3]
    assert values(network.constraint(of=wanted), "constraint") == pytest.approx(
        {o: expected[o] for o in wanted}
    )


def counted_roles(graph: nx.Graph, group: dict[int, str | None], broker: int) -> dict[str, int]:
    """The roles of a broker by the definition, pair by pair."""
    found = dict.fromkeys(roles.ROLES, 0)
    for a, c in itertools.permutations(graph[broker], 2):
        trio = group[a], group[broker], group[c]
        if graph.has_edge(a, c) or None in trio:
            continue
        role = {
            (True, True): "coordinator",
            (True, False): "representative",
            (False, True): "gatekeeper",
            (False, False): "itinerant" if trio[0] == trio[2] else "liaison",
        }[trio[0] == trio[1], trio[1] == trio[2]]
        found[role] += 1
    return found


@quickly
@given(ROWS, st.lists(st.sampled_from(["A", "B", "C", None]), min_size=15, max_size=15))
def test_roles_are_those_counted_pair_by_pair(rows: list[tuple[int, int]], of: list[str | None]) -> None:
    group = dict(enumerate(of))
    data = frame(rows).with_columns(
        country=pl.col("organisation").replace_strict(group, return_dtype=pl.String)
    )
    network, graph = networks.co_participation(data, attributes="country"), by_networkx(rows)
    expected = [{"organisation": o, **counted_roles(graph, group, o)} for o in sorted(graph)]
    expected = [
        row if group[row["organisation"]] else dict.fromkeys(row, 0) | {"organisation": row["organisation"]}
        for row in expected
    ]
    found = network.brokerage("country")
    assert found.drop("brokerage").to_dicts() == expected
    assert network.brokerage("country", of=sorted(graph)).equals(found)


@quickly
@given(ROWS)
def test_assortativity_is_that_of_networkx(rows: list[tuple[int, int]]) -> None:
    graph = by_networkx(rows)
    data = frame(rows).with_columns(country=pl.col("organisation") % 3)
    network = networks.co_participation(data, attributes=["country"])
    mixing = np.zeros((3, 3))
    for a, b, weight in graph.edges(data="weight"):
        mixing[a % 3, b % 3] += weight
        mixing[b % 3, a % 3] += weight
    if mixing.sum() and (mixing.sum(axis=0) > 0).sum() > 1:
        expected = attribute_ac(mixing / mixing.sum())
        assert network.assortativity("country") == pytest.approx(expected)
    else:
        assert isnan(network.assortativity("country"))
    if len({d for _, d in graph.degree() if d}) > 1:
        expected = nx.degree_pearson_correlation_coefficient(graph)
        assert network.assortativity() == pytest.approx(expected)


@quickly
@given(ROWS)
def test_modularity_is_that_of_networkx_and_communities_are_the_same_each_time(
    rows: list[tuple[int, int]],
) -> None:
    network, graph = networks.co_participation(frame(rows)), by_networkx(rows)
    found = network.communities()
    assert found.equals(network.communities())
    parts = [set(part["organisation"]) for _, part in found.group_by("community")]
    if graph.number_of_edges():
        expected = nx.community.modularity(graph, parts, weight="weight")
        assert network.modularity(found["community"]) == pytest.approx(expected)


def test_communities_of_zacharys_club_are_as_good_as_the_best_known() -> None:
    """Modularity 0.4198 is the best there is without weights (Brandes et al. 2008)."""
    edges = [(str(a), str(b)) for a, b in nx.karate_club_graph().edges]
    network = network_of(edges)
    found = network.communities()["community"]
    assert network.modularity(found) == pytest.approx(0.4198, abs=0.002)
    assert found.n_unique() == 4


def test_two_cliques_joined_by_a_tie_are_two_communities() -> None:
    pairs = [*itertools.combinations("ABCDE", 2), *itertools.combinations("VWXYZ", 2), ("A", "V")]
    found = network_of(pairs).communities()
    assert found["community"].to_list() == [0] * 5 + [1] * 5


def test_newmans_weights() -> None:
    """Newman 2001: in a paper of n authors each knows the others by 1 / (n - 1): a pair of a paper of two and one of
    three has 1 + 1/2, and the ties of an author add up to the papers not written alone."""
    rows = [("two", "A"), ("two", "B"), ("three", "A"), ("three", "B"), ("three", "C"), ("alone", "A")]
    network = networks.co_participation(pl.DataFrame(rows, schema=["project", "organisation"], orient="row"))
    assert network.edges.rows() == [("A", "B", 2, 1.5), ("A", "C", 1, 0.5), ("B", "C", 1, 0.5)]
    assert network.strength()["strength"].to_list() == [2.0, 2.0, 1.0]
    assert network.nodes["projects"].to_list() == [3, 2, 1]
    assert network.left_out.lone_projects == 1


def test_burts_constraint_by_hand() -> None:
    """Burt 1992: with n partners who do not know each other 1 / n; in a triangle each share is 1/2 and each partner
    holds 1/2 of the other's: 2 x (1/2 + 1/2 x 1/2)^2 = 1.125; alone with one partner 1."""
    star = values(network_of([("hub", name) for name in "ABCD"]).constraint(), "constraint")
    assert star == pytest.approx({"hub": 0.25, **dict.fromkeys("ABCD", 1.0)})
    triangle = values(network_of([("A", "B"), ("B", "C"), ("A", "C")]).constraint(), "constraint")
    assert triangle == pytest.approx(dict.fromkeys("ABC", 1.125))


@pytest.mark.parametrize(
    ("countries", "role", "pairs"),
    [
        ({"X": "abc"}, "coordinator", 2),
        ({"X": "ac", "Y": "b"}, "itinerant", 2),
        ({"X": "a", "Y": "bc"}, "gatekeeper", 1),
        ({"X": "ab", "Y": "c"}, "representative", 1),
        ({"X": "a", "Y": "b", "Z": "c"}, "liaison", 2),
    ],
)
def test_gould_and_fernandez_five_roles(countries: dict[str, str], role: str, pairs: int) -> None:
    """The five figures of Gould and Fernandez 1989: b stands between a and c; both directions are counted."""
    found = network_of([("a", "b"), ("b", "c")], **countries).brokerage("country").to_dicts()
    assert found[1][role] == pairs
    assert found[1]["brokerage"] == 2
    assert found[0]["brokerage"] == found[2]["brokerage"] == 0


def test_ties_between_countries_with_what_chance_would_give() -> None:
    network = network_of([("a", "b"), ("b", "c"), ("c", "d")], X="ab", Y="cd")
    assert network.between("country").rows() == [
        ("X", "X", 1, 1.0, 0.75),
        ("X", "Y", 1, 1.0, 1.5),
        ("Y", "Y", 1, 1.0, 0.75),
    ]


@pytest.fixture(scope="module")
def middling() -> sparse.csr_array:
    """Some hundreds of organisations in a large and a small component."""
    graph = nx.union(
        nx.barabasi_albert_graph(300, 4, seed=2), nx.relabel_nodes(nx.path_graph(9), lambda n: n + 300)
    )
    ties = sparse.csr_array(nx.to_scipy_sparse_array(graph, dtype=float))
    ties.sort_indices()
    return ties


def test_sampled_betweenness_lies_within_its_error(middling: sparse.csr_array) -> None:
    exact = between.exact(middling)
    found = between.sampled(middling, 0.03, 0.1, seed=1)
    assert np.abs(found - exact).max() <= 0.03
    assert (found == between.sampled(middling, 0.03, 0.1, seed=1)).all()


def test_sampled_betweenness_of_cliques_is_zero() -> None:
    ties = sparse.csr_array(nx.to_scipy_sparse_array(nx.disjoint_union_all([nx.complete_graph(6)] * 2)))
    assert not between.sampled(ties, 0.05, 0.1, seed=1).any()


def test_sampled_closeness_lies_within_its_error(middling: sparse.csr_array) -> None:
    exact = closeness.closeness(middling, 1000, 0.1, seed=1)
    found = closeness.closeness(middling, 100, 0.1, seed=1)
    assert (np.abs(found.mean - exact.mean) <= found.error + 1e-12).all()
    assert not exact.error.any()
    assert not found.error[300:].any()
    assert found.error[:300].min() > 0


def test_what_a_measure_refuses() -> None:
    network = network_of([("Wien", "Graz")], AT=["Wien", "Graz"])
    with pytest.raises(InputError, match=r"no organisation 'Wein'.*did you mean 'Wien'"):
        network.constraint(of=["Wein"])
    with pytest.raises(InputError, match=r"knows no 'county'.*did you mean 'country'"):
        network.brokerage("county")
    for wrong in ({"epsilon": 0}, {"delta": 1.5}):
        with pytest.raises(UsageError, match="between 0 and 1"):
            network.betweenness(**wrong)
    with pytest.raises(UsageError, match="resolution"):
        network.communities(resolution=0)


def test_an_empty_network_has_empty_measures() -> None:
    network = networks.co_participation(frame([]), attributes=[])
    assert network.size == (0, 0)
    for found in (
        network.nodes,
        network.edges,
        network.betweenness(),
        network.closeness(),
        network.pagerank(),
    ):
        assert found.height == 0
    for found in (network.core(), network.constraint(), network.constraint(of=[]), network.communities()):
        assert found.height == 0
    placed = networks.co_participation(frame([]).with_columns(country=pl.lit("AT")), attributes=["country"])
    assert placed.brokerage("country").height == placed.brokerage("country", of=[]).height == 0


@pytest.mark.parametrize("damping", [0.85, 0.97])
def test_pagerank_is_as_near_to_the_endless_walk_as_asked(damping: float) -> None:
    rows = [(100, at) for at in range(10)] + [(at, at + end) for at in range(10, 40) for end in (0, 1)]
    rows += [(101, 0), (101, 10)]  # a close circle with a long tail
    network = networks.co_participation(frame(rows))
    exact = network.pagerank(damping=damping, tolerance=1e-12)["pagerank"].to_numpy()
    for tolerance in (1e-2, 1e-4, 1e-6):
        near = network.pagerank(damping=damping, tolerance=tolerance)["pagerank"].to_numpy()
        assert np.abs(near - exact).sum() <= tolerance
