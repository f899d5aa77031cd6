"""The pages, twins and endpoints of networks say what the participations say."""

from __future__ import annotations

import csv
import html
import io
import json
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import networkx as nx
import pytest
from django.template.loader import render_to_string
from django.test import Client

from clusteratlas import taxonomies
from clusteratlas.atlas import Atlas, releases
from clusteratlas.atlas.collaboration import TABLES
from clusteratlas.atlas.partnerships import Member, ProjectNetwork, candidates
from clusteratlas.web.atlas import holder
from clusteratlas.web.networks.remembered import DESK, Desk, begin


@pytest.fixture(scope="module")
def rows(tiny_root: Path) -> list[tuple[str, str]]:
    atlas = Atlas(releases.find(tiny_root))
    found = atlas.cursor.execute("SELECT DISTINCT project_id, organisation_id FROM participation").fetchall()
    atlas.close()
    return found


@pytest.fixture(scope="module")
def graph(rows: list[tuple[str, str]]) -> nx.Graph:
    whole = nx.Graph()
    whole.add_edges_from((("project", p), o) for p, o in rows)
    return nx.bipartite.collaboration_weighted_projected_graph(whole, {o for _, o in rows})


def content(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return (b"".join(answer) if answer.streaming else answer.content).decode()


def test_the_network_of_an_organisation_is_that_of_its_projects(
    client: Client, rows: list[tuple[str, str]], graph: nx.Graph
) -> None:
    own = max(graph.degree)[0]
    projects = {p for p, o in rows if o == own}
    found = json.loads(content(client, f"/network.json?organisation={own}"))
    assert found["projects"] == len(projects)
    there = {o for p, o in rows if p in projects}
    assert {member["organisation_id"] for member in found["members"]} == there
    assert found["organisations"] == len(there)
    table = list(csv.DictReader(io.StringIO(content(client, f"/network.csv?organisation={own}"))))
    assert [row["organisation_id"] for row in table] == [m["organisation_id"] for m in found["members"]]
    assert "Who works with whom" in content(client, f"/network/?organisation={own}")


def test_ties_of_all_projects_are_their_common_projects(
    client: Client, rows: list[tuple[str, str]], graph: nx.Graph
) -> None:
    found = json.loads(content(client, "/api/v1/network?shown=500"))
    names = [member["organisation_id"] for member in found["members"]]
    of = {o: {p for p, other in rows if other == o} for o in names}
    assert {(names[a], names[b]) for a, b, _ in found["ties"]} == {
        pair if pair in {(names[a], names[b]) for a, b, _ in found["ties"]} else pair[::-1]
        for pair in graph.edges
    }
    assert all(n == len(of[names[a]] & of[names[b]]) for a, b, n in found["ties"])
    assert found["pairs"] == graph.number_of_edges()
    assert {m["organisation_id"]: m["partners"] for m in found["members"]} == dict(graph.degree())


def test_fewer_of_all_are_the_first_of_all(client: Client) -> None:
    few, many = (json.loads(content(client, f"/api/v1/network?shown={shown}")) for shown in (3, 500))
    assert few["members"] == many["members"][:3]
    assert few["ties"] == [tie for tie in many["ties"] if max(tie[:2]) < 3]
    assert few["organisations"] == many["organisations"]


def test_two_organisations_are_connected_by_the_shortest_ways(client: Client, graph: nx.Graph) -> None:
    lengths = dict(nx.all_pairs_shortest_path_length(graph))
    one, other = max(
        ((a, b) for a in lengths for b in lengths[a]), key=lambda ends: (lengths[ends[0]][ends[1]], ends)
    )
    found = json.loads(content(client, f"/connections.json?from={one}&to={other}"))
    assert found["steps"] == lengths[one][other]
    ways = [[way[0]["one"], *(step["other"] for step in way)] for way in found["ways"]]
    expected = list(nx.all_shortest_paths(graph, one, other))
    assert len(ways) == min(len(expected), 10)
    assert all([end["organisation_id"] for end in way] in expected for way in ways)
    same = json.loads(content(client, f"/api/v1/connections/{one}/to/{other}"))
    assert same["ways"] == found["ways"]
    assert f"{found['steps']} steps from" in content(client, f"/connections/?from={one}&to={other}")


def test_all_common_projects_of_a_step_are_told(
    client: Client, rows: list[tuple[str, str]], graph: nx.Graph
) -> None:
    of = {o: {p for p, other in rows if other == o} for _, o in rows}
    one, other = max(graph.edges, key=lambda ends: (len(of[ends[0]] & of[ends[1]]), ends))
    common = of[one] & of[other]
    address = f"from={one}&to={other}"
    table = list(csv.DictReader(io.StringIO(content(client, f"/connections.csv?{address}"))))
    assert {row["project_id"] for row in table} == common
    assert len(table) == len(common)
    page = content(client, f"/connections/?{address}")
    assert all(f'href="/projects/{project}/"' in page for project in common)
    assert f'value="{one}"' not in page  # its name instead
    home = content(client, "/")
    assert all(f'href="{link}"' in home for link in ("/network/", "/connections/", "/value-chains/"))


def test_mistakes_are_told(client: Client, graph: nx.Graph) -> None:
    one = min(graph)
    assert client.get("/connections.json?from=pic:1&to=pic:2").status_code == 404
    assert client.get(f"/connections.json?from={one}").status_code == 400
    assert client.get("/network/?contry=DE").status_code == 400
    unknown = client.get("/network/?organisation=pic:1")
    assert unknown.status_code == 404
    assert "has no organisation" in unknown.content.decode()
    assert client.get("/api/v1/network?organisation=pic:1").status_code == 404
    assert "No organisation has a name like" in content(client, f"/connections/?from={one}&to=zzzzqq")
    assert "the same organisation" in content(client, f"/connections/?from={one}&to={one}")
    assert "No project of this release fits" in content(client, "/network/?year=1066")


def test_a_choice_tells_of_each_where_it_is_and_how_many_projects_it_has(
    client: Client, rows: list[tuple[str, str]], tiny_root: Path
) -> None:
    atlas = Atlas(releases.find(tiny_root))
    word = next(word for word in "abcdefghijklmnopqrstuvwxyz" if len(candidates(atlas, word)) > 1)
    found = candidates(atlas, word)
    assert candidates(atlas, found[0].name.swapcase())[0].name.casefold() == found[0].name.casefold()
    atlas.close()
    page = content(client, f"/connections/?from={word}&to={max(o for _, o in rows)}")
    for other in found:
        count = len({p for p, o in rows if o == other.organisation_id})
        assert other.projects == count
        assert f"{count} project{'' if count == 1 else 's'}</span>" in page
        assert taxonomies.country_name(other.country_code or "") in page


def test_names_offered_while_one_types_are_found(client: Client) -> None:
    page = content(client, "/connections/")
    offered = [html.unescape(name) for name in re.findall(r'<option value="([^"]+)">', page)]
    assert len(offered) > 1
    assert page.count('list="organisations-offered"') == 2
    for name in (offered[0], offered[-1]):
        asked = content(client, f"/connections/?{urlencode({'from': name, 'to': offered[1]})}")
        assert "No organisation has a name like" not in asked


def test_the_table_has_the_short_names_of_the_picture(client: Client) -> None:
    names = [("FRAUNHOFER GESELLSCHAFT", "Fraunhofer"), ("RISE RESEARCH", "RISE"), ("Alone", "Alone")]
    members = tuple(
        Member(f"pic:{at}", name, short, "DE", "Germany", 1, 2, 1.0, None, None)
        for at, (name, short) in enumerate(names)
    )
    found = ProjectNetwork({}, 1, 3, 3, 0, members, ())
    table = render_to_string("networks/network.html", {"found": found, "said": "", "downloads": []})
    assert '<span class="soft small">Fraunhofer</span></th>' in table
    assert '<span class="soft small">RISE</span></th>' in table
    assert '<span class="soft small">Alone</span>' not in table


def test_measures_of_the_whole_network_are_those_of_another_library(client: Client, graph: nx.Graph) -> None:
    rows = json.loads(content(client, "/api/v1/network/organisations?limit=10000"))
    between, closeness = nx.betweenness_centrality(graph), nx.closeness_centrality(graph)
    bound, core = nx.constraint(nx.Graph(graph), weight="weight"), nx.core_number(graph)
    assert {row["organisation_id"] for row in rows} == set(graph)
    for row in rows:
        one = row["organisation_id"]
        assert row["betweenness"] == pytest.approx(between[one], abs=1e-9)
        assert row["closeness"] == pytest.approx(closeness[one])
        assert row["partners"] == graph.degree(one)
        assert row["core"] == core[one]
        assert row["betweenness_error"] == 0
        if graph.degree(one):
            assert row["constraint"] == pytest.approx(bound[one])
        else:
            assert row["constraint"] is None
    assert [row["betweenness"] for row in rows] == sorted((row["betweenness"] for row in rows), reverse=True)
    ranked = json.loads(content(client, "/api/v1/network/organisations?limit=3&sort=constraint"))
    least = sorted(row["constraint"] for row in rows if row["constraint"] is not None)[:3]
    assert [row["constraint"] for row in ranked] == pytest.approx(least)


@pytest.mark.parametrize("table", TABLES)
def test_a_table_of_measures_is_the_same_everywhere(client: Client, table: str) -> None:
    twin = json.loads(content(client, f"/network/{table}.json?cluster=yes"))
    asked = json.loads(content(client, f"/api/v1/network/{table}?cluster=yes&limit=10000"))
    listed = list(csv.DictReader(io.StringIO(content(client, f"/network/{table}.csv?cluster=yes"))))
    assert twin["rows"] == asked
    assert len(listed) == len(asked) > 0 or table == "partnerships"
    first = next(iter(asked), {})
    assert all(list(row) == list(first) for row in listed)


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("choice", ["country=BT", "year=1066", "country=DE&year=1066"])
def test_a_choice_that_no_project_fits_is_an_empty_network_not_the_whole(
    client: Client, table: str, choice: str
) -> None:
    assert json.loads(content(client, f"/api/v1/network/{table}?{choice}")) == []
    assert json.loads(content(client, f"/network/{table}.json?{choice}"))["rows"] == []


def test_every_tie_is_between_two_countries_or_inside_one(client: Client, graph: nx.Graph) -> None:
    rows = json.loads(content(client, "/network/countries.json"))["rows"]
    assert sum(row["pairs"] for row in rows) == graph.number_of_edges()
    growth = json.loads(content(client, "/network/growth.json"))["rows"]
    assert growth[-1]["pairs_so_far"] == graph.number_of_edges()
    assert growth[-1]["organisations_so_far"] == len(graph)


def test_the_page_of_all_projects_tells_its_measures(client: Client) -> None:
    rows = json.loads(content(client, "/network/organisations.json"))["rows"]
    page = content(client, "/network/")
    assert "Look again" in page or "Who links the others" in page
    for _ in range(100):
        answer = client.get("/network/")
        if "being worked out" not in answer.content.decode():
            break
        assert answer.headers["Cache-Control"] == "no-store"
        assert "ETag" not in answer.headers
    page = answer.content.decode()
    for title in ("Who links the others", "Groups that work mostly", "Which countries", "How it grows"):
        assert title in page
    top = rows[0]["organisation_id"]
    assert page.index("brokers-title") < page.index(
        f'href="/organisations/{top}/"', page.index("brokers-title")
    )
    assert 'href="/network/growth.csv"' in page


def test_what_is_too_large_for_a_page_is_offered_as_data(
    client: Client, lease, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clusteratlas.web.networks.remembered.LARGEST", 10)
    page = content(client, "/network/?cluster=yes")
    assert "is not worked out here" in page
    assert "Who links the others</h2>" not in page
    for table in TABLES:
        assert f'href="/network/{table}.csv?cluster=yes"' in page
    assert "is not worked out here" not in content(client, "/network/?project=cordis:101900000")


def test_partners_of_a_project_are_tied_by_their_other_projects(
    client: Client, rows: list[tuple[str, str]]
) -> None:
    of: dict[str, set[str]] = {}
    for project, organisation in rows:
        of.setdefault(project, set()).add(organisation)
    seen = 0
    for project in sorted(of)[:12]:
        found = json.loads(content(client, f"/network.json?project={project}"))
        others = {p: ones & of[project] for p, ones in of.items() if p != project}
        meeting = {p: ones for p, ones in others.items() if len(ones) > 1}
        pairs = {frozenset((a, b)) for ones in meeting.values() for a in ones for b in ones if a != b}
        names = [member["organisation_id"] for member in found["members"]]
        assert set(names) == of[project]
        assert {frozenset((names[a], names[b])) for a, b, _ in found["ties"]} == pairs
        assert found["projects"] == len(meeting)
        seen += len(pairs)
        page = content(client, f"/network/?project={project}")
        assert (f"of their {len(names) * (len(names) - 1) // 2} possible pairs" in page) == bool(pairs)
    assert seen


@pytest.mark.parametrize("written", ["Germany", "de", "DE"])
def test_a_value_may_be_written_as_in_the_search(client: Client, written: str) -> None:
    found = json.loads(content(client, f"/api/v1/network?country={written}"))
    assert found["filters"] == {"country": "DE"}
    assert found["projects"] == json.loads(content(client, "/network.json?country=DE"))["projects"] > 0
    assert "with Germany" in content(client, f"/network/?country={written}")
    growth = [json.loads(content(client, f"/network/growth.json?country={one}")) for one in (written, "DE")]
    assert growth[0]["rows"] == growth[1]["rows"] != []


def test_the_network_of_a_trend_is_that_of_its_projects(client: Client, rows: list[tuple[str, str]]) -> None:
    about = json.loads(content(client, "/trends/theme/photonics.json"))
    found = json.loads(content(client, "/network.json?trend=theme:photonics"))
    assert found["projects"] == about["projects"] > 0
    page = content(client, "/network/?trend=theme:photonics")
    assert 'href="/trends/theme/photonics/#projects"' in page
    assert 'href="/network/?trend=theme%3Aphotonics"' in content(client, "/trends/theme/photonics/")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/network/nothing.csv", 404),
        ("/network/?project=cordis:1", 404),
        ("/network/?trend=theme:nothing", 404),
        ("/network/growth.json?project=cordis:101900000", 400),
        ("/network/growth.json?contry=DE", 400),
        ("/network/?country=XX", 400),
        ("/network/?theme=nothing", 400),
        ("/network/?cluster=maybe", 400),
        ("/network/?country=DE&country=FR", 400),
        ("/api/v1/network/growth?programme=HORIZN", 400),
        ("/api/v1/network?year=soon", 400),
        ("/api/v1/network/growth?sort=core", 400),
        ("/api/v1/network/organisations?sort=beauty", 400),
    ],
)
def test_mistakes_with_measures_are_told(client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.content.decode()


@pytest.fixture
def lease(client: Client) -> Iterator:
    found = holder().borrow()
    before = dict(found.memory)
    yield found
    found.memory.clear()
    found.memory.update(before)
    holder().give_back(found)


def test_what_takes_long_is_worked_out_once_while_pages_are_answered(lease) -> None:
    desk, done, made = Desk(), threading.Event(), []

    def make(_: Atlas) -> str:
        done.wait(30)
        made.append(1)
        return "measures"

    assert desk.ask(lease, ("overview", "a"), make, 0.01) is None
    assert desk.ask(lease, ("overview", "a"), make, 0.01) is None
    done.set()
    assert desk.ask(lease, ("overview", "a"), make, 30) == "measures"
    assert made == [1]


def test_the_network_of_all_projects_is_begun_before_the_first_visitor_comes(client: Client, lease) -> None:
    lease.memory.clear()
    begin(lease)
    assert DESK.ask(lease, "after all others", lambda _: True, 30)
    assert {"network", ("drawn",), ("overview",)} <= set(lease.memory)
    assert "Who links the others" in content(client, "/network/")


def test_a_page_that_asks_again_gets_nothing_until_the_measures_are_there(client: Client, lease) -> None:
    lease.memory.clear()
    done = threading.Event()
    DESK.ask(lease, "something long", lambda _: done.wait(30), 0)
    again = {"HX-Request": "true"}
    answer = client.get("/network/", headers=again)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["Cache-Control"] == "no-store"
    done.set()
    DESK.ask(lease, "after all others", lambda _: True, 30)
    assert "Who links the others" in client.get("/network/", headers=again).content.decode()


def test_a_process_that_ends_finishes_what_it_works_out_and_begins_nothing_more(lease) -> None:
    desk, begun, done, readers = Desk(), threading.Event(), threading.Event(), lease.readers
    assert desk.ask(lease, ("overview", "c"), lambda _: begun.set() or done.wait(30), 0) is None
    assert begun.wait(30)
    assert desk.ask(lease, ("overview", "d"), lambda _: pytest.fail("was begun"), 0) is None
    threading.Timer(0.05, done.set).start()
    desk.close()
    assert desk.ask(lease, ("overview", "c"), lambda _: True, 0) is True
    assert desk.ask(lease, ("overview", "d"), lambda _: True, 30) is None
    assert lease.readers == readers


def test_what_failed_is_told_and_tried_again(lease) -> None:
    desk, faults = Desk(), [ValueError("no")]

    def make(_: Atlas) -> str:
        if faults:
            raise faults.pop()
        return "measures"

    readers = lease.readers
    with pytest.raises(ValueError, match="no"):
        desk.ask(lease, ("overview", "b"), make, 30)
    assert desk.ask(lease, ("overview", "b"), make, 30) == "measures"
    for _ in range(1000):
        if lease.readers == readers:
            break
        threading.Event().wait(0.01)
    assert lease.readers == readers


def test_a_name_that_a_much_larger_one_goes_by_too_leads_to_a_choice(joined_root: Path) -> None:
    with Atlas(releases.find(joined_root)) as atlas:
        lines = atlas.organisations("", page_size=100).items
        for line in lines:
            found = candidates(atlas, line.name)
            assert found[0].name.casefold() == line.name.casefold()
            assert (
                len(found) == 1
                or max(one.projects for one in found) > found[0].projects
                or (found[1].name.casefold() == line.name.casefold())
            )


def test_networks_are_linked_from_the_pages_they_are_of(client: Client, rows: list[tuple[str, str]]) -> None:
    project = "cordis:101900005"
    page = content(client, f"/projects/{project}/")
    links = re.findall(r'href="(/network/\?[^"]+)"', page)
    assert any("theme=" in link for link in links)
    for link in links:
        assert "No project of this release fits" not in content(client, html.unescape(link))
    page = content(client, "/initiatives/emerging-industries/supply-chain-technologies/")
    for link in re.findall(r'href="(/network/\?[^"]+)"', page):
        assert "of the initiative" in content(client, link)
