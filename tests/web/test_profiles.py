"""Pages of projects, organisations, places and initiatives: nothing breaks out, nothing leads nowhere."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import clusteratlas
from clusteratlas.atlas.profiles.project import ClusterVerdict, Evidence, ProjectProfile
from clusteratlas.atlas.profiles.values import Edge
from clusteratlas.web.atlas import Holder
from tests.support.release import SCRIPT_TITLE

STARTS = (
    "/projects/cordis:101900000/",
    "/projects/cordis:101900003/",
    "/organisations/pic:900000001/",
    "/organisations/",
    "/regions/",
    "/countries/DE/",
    "/regions/FRK26/",
    "/regions/HR04/",
    "/initiatives/",
    "/initiatives/emerging-industries/",
)
TWINS = (".json", ".csv", ".xlsx", ".parquet", ".atom")


def html_of(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


def links(html: str) -> set[str]:
    """Addresses on this site that a page leads to, without their fragments."""
    return {unescape(href).split("#")[0] for href in re.findall(r'href="(/[^"]*)"', html)} - {""}


def words(html: str) -> str:
    """The text of a page."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", html)).split())


@pytest.mark.parametrize("path", STARTS)
def test_pages_have_one_heading_titled_tables_and_no_inline_style(client: Client, path: str) -> None:
    html = html_of(client, path)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son\w+=", html)
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        assert "<caption" in table
        assert 'scope="col"' in table
        assert 'scope="row"' in table or "<tbody></tbody>" in table
    identities = re.findall(r'\sid="([^"]+)"', html)
    assert len(identities) == len(set(identities))
    for svg in re.findall(r"<svg[^>]*>", html):
        assert "aria-label=" in svg or 'aria-hidden="true"' in svg


def test_no_internal_link_is_dead(client: Client) -> None:
    """Every page that profiles lead to answers; searches are asked, and their own links not followed."""
    seen: set[str] = set()
    waiting, dead = list(STARTS), []
    while waiting:
        path = waiting.pop()
        if path in seen or path.startswith(("/static/", "/api/")) or path.split("?")[0].endswith(TWINS):
            continue
        seen.add(path)
        response = client.get(path, follow=True)
        if response.status_code != 200:
            dead.append((path, response.status_code))
        elif "?" not in path and not path.startswith("/data/"):
            waiting += links(response.content.decode()) - seen
    assert not dead
    assert len(seen) > 150


@pytest.mark.parametrize("path", STARTS)
def test_every_download_that_a_page_offers_is_there(client: Client, path: str) -> None:
    offered = [href for href in links(html_of(client, path)) if href.split("?")[0].endswith(TWINS)]
    assert offered or path == "/regions/HR04/"
    for href in offered:
        response = client.get(href)
        assert response.status_code == 200, href
        response.close()


def test_markup_in_a_title_stays_text(client: Client) -> None:
    html = html_of(client, "/projects/cordis:101900003/")
    assert SCRIPT_TITLE not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "<script>alert" not in html


def test_a_project_page_tells_what_a_policy_maker_asks_first(client: Client) -> None:
    text = words(html_of(client, "/projects/cordis:101900000/"))
    for part in ("€250,000", "Cluster project", "March 2021", "Coordinator", "This project at CORDIS"):
        assert part.replace(",", "\u202f") in text or part in text


def test_a_project_can_be_cited(client: Client) -> None:
    text = words(html_of(client, "/projects/cordis:101900001/"))
    assert "https://doi.org/10.3030/101900001" in text
    assert "@misc{cordis-101900001," in text
    assert "CC BY 4.0" in text


def test_each_fact_of_a_project_names_its_file_and_line(client: Client) -> None:
    text = words(html_of(client, "/projects/cordis:101900004/"))
    assert "Title, dates, money, call cordis horizon.zip/project.csv 6" in text
    assert "Partners and their money cordis horizon.zip/organization.csv" in text


def test_the_number_of_projects_leads_to_just_these_projects(client: Client) -> None:
    html = html_of(client, "/organisations/pic:900000005/")
    (address, shown) = re.search(r'<dd><a href="([^"]+)">(\d+)</a></dd>', html).groups()
    assert f"{shown} project" in html_of(client, unescape(address))


def test_greece_has_one_page(client: Client) -> None:
    for path in ("/regions/EL/", "/regions/GR/", "/countries/EL/", "/countries/gr/", "/regions/el/"):
        response = client.get(path, follow=True)
        assert response.redirect_chain[-1][0] == "/countries/GR/", path
        assert response.status_code == 200


def test_an_old_code_leads_to_the_current_page_and_says_so(client: Client) -> None:
    response = client.get("/regions/FR714/", follow=True)
    assert response.redirect_chain == [("/regions/FRK24/?from=FR714", 302)]
    assert "You came by the code FR714" in words(response.content.decode())
    assert "You came by" not in html_of(client, "/regions/FRK24/?from=DE11")
    assert "You came by" not in html_of(client, "/regions/FRK24/?from=%3Cscript%3E")


def test_a_region_that_was_split_lists_its_heirs(client: Client) -> None:
    html = html_of(client, "/regions/HR04/")
    assert {"/regions/HR02/", "/regions/HR05/", "/regions/HR06/"} <= links(html)


@pytest.mark.parametrize(
    ("called", "page"),
    [
        ("AT33", "/regions/AT33/"),
        ("tirol", "/regions/AT33/"),
        ("Tirol (AT33)", "/regions/AT33/"),
        ("Bavaria", "/regions/DE2/"),
        ("Deutschland", "/countries/DE/"),
        ("EL", "/countries/GR/"),
        ("FR714", "/regions/FR714/"),
        ("illes bal", "/regions/ES53/"),
    ],
)
def test_a_place_is_found_by_what_people_call_it(client: Client, called: str, page: str) -> None:
    assert client.get("/regions/", {"place": called}).headers["Location"] == page


def test_where_several_places_are_called_so_the_visitor_chooses(client: Client) -> None:
    page = client.get("/regions/", {"place": "castil"}).content.decode()
    assert {"/regions/ES41/", "/regions/ES42/"} <= links(page)
    assert "No place is called “🦄”" in client.get("/regions/", {"place": "🦄"}).content.decode()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/projects/cordis:1/", 404),
        ("/projects/%3Cscript%3Ealert(1)%3C/script%3E/", 404),
        ("/organisations/pic:1/", 404),
        ("/countries/QQ/", 404),
        ("/regions/QQ1/", 404),
        ("/regions/FRK26/?page=999", 404),
        ("/regions/FRK26/?page=x", 400),
        ("/regions/FRK26/?colour=red", 400),
        ("/regions/?level=4", 400),
        ("/regions/?country=QQ", 404),
        ("/organisations/?sort=nothing", 400),
        ("/organisations/?activity_type=XYZ", 400),
        ("/organisations/?is_cluster=perhaps", 400),
        ("/initiatives/nothing/", 404),
        ("/initiatives/other/innosup-1/", 404),
    ],
)
def test_mistakes_are_answered_with_a_remedy(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    html = response.content.decode()
    assert "Traceback" not in html
    assert "<script>alert" not in html


def test_the_id_of_an_initiative_alone_leads_to_its_page(client: Client) -> None:
    response = client.get("/initiatives/innosup-1/")
    assert (response.status_code, response.headers["Location"]) == (
        301,
        "/initiatives/emerging-industries/innosup-1/",
    )


@pytest.fixture
def profile(client: Client, tiny_root: Path) -> Iterator[ProjectProfile]:
    """The profile of a cluster project with four partners."""
    with clusteratlas.open(tiny_root) as atlas:
        yield atlas.project("cordis:101900005")


def page_of(profile: ProjectProfile, **changes: Any) -> str:
    """The page of a project of which some facts are others, as HTML."""
    from django.template.loader import render_to_string

    from clusteratlas.web.profiles.projects import context

    return render_to_string("profiles/project.html", context(replace(profile, **changes)))


def test_what_speaks_against_a_cluster_project_is_not_listed_as_speaking_for_it(
    profile: ProjectProfile,
) -> None:
    evidence = (
        Evidence("participant", "1 of 4 participants are cluster organisations", 3.5),
        Evidence("passage", "a cluster of galaxies", -1.3),
    )
    html = page_of(profile, cluster=ClusterVerdict("related", 0.9, 0.1, evidence))
    tables = dict(re.findall(r"<caption>(.*?)</caption>(.*?)</table>", html, re.S))
    assert "galaxies" not in tables["What speaks for it, strongest first"]
    assert "galaxies" in tables["What speaks against it"]


def test_a_project_that_is_judged_none_shows_why_one_might_think_otherwise(profile: ProjectProfile) -> None:
    evidence = (Evidence("participant", "1 of 18 participants are cluster organisations", 3.4),)
    text = words(page_of(profile, cluster=ClusterVerdict("none", 0.497, 0.0, evidence)))
    assert "1 of 18 participants are cluster organisations" in text
    assert "Nothing in it" not in text
    assert "Probability that clusters matter in it: 50 %" in text


@pytest.mark.parametrize(
    ("probability", "said"), [(0.9997, "over 99 %"), (0.0006, "under 1 %"), (1.0, "100 %")]
)
def test_a_model_is_never_said_to_be_certain(profile: ProjectProfile, probability: float, said: str) -> None:
    text = words(page_of(profile, cluster=ClusterVerdict("none", probability, 0.0, ())))
    assert f"Probability that clusters matter in it: {said}" in text


def test_a_total_cost_published_as_zero_is_told_as_that_and_not_as_a_headline(
    profile: ProjectProfile,
) -> None:
    html = page_of(profile, total_cost_eur=0.0)
    assert "<dt>total cost</dt>" not in html
    assert "Total cost €0 (published as 0)" in words(html)
    assert "<dt>total cost</dt><dd>€10</dd>" in page_of(profile, total_cost_eur=10.0)


def test_a_single_pair_that_meets_elsewhere_is_said_in_words_and_not_drawn(profile: ProjectProfile) -> None:
    assert len(profile.network.nodes) > 2
    nodes = profile.network.nodes
    html = page_of(profile, network=replace(profile.network, edges=(Edge(0, 1, 3),)))
    assert 'class="network"' not in html
    assert "share 3 other projects of this release; no other two of the partners do." in words(html)
    several = replace(profile.network, edges=(Edge(0, 1, 3), Edge(1, 2, 1)))
    assert 'class="network"' in page_of(profile, network=several)
    few = page_of(profile, network=replace(profile.network, edges=(), left_out=7))
    assert f"No two of the {len(nodes)} partners compared share another project" in words(few)


@pytest.fixture(scope="module")
def curated_client(site: Callable[[], Client], curated_root: Path) -> Iterator[Client]:
    """A client of a site that also shows the hub's own list of partnerships."""
    curated = Holder(curated_root)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("clusteratlas.web.middleware.release.holder", lambda: curated)
        yield site()
    curated.close()


def test_a_partnership_of_which_little_is_known_says_so(curated_client: Client) -> None:
    text = words(html_of(curated_client, "/projects/curated:cluster-excellence-2014/clustem/"))
    for part in (
        "Cluster partnership",
        "not known",
        "No source of this release describes it",
        "medium confidence",
    ):
        assert part in text
    assert "None" not in text


def test_pages_of_curated_projects_show_the_pages_behind_them(curated_client: Client) -> None:
    html = html_of(curated_client, "/projects/cordis:691554/")
    assert 'href="https://www.neptune-project.eu"' in html
    assert 'href="https://clustercollaboration.eu/eu-cluster-partnerships/innosup-1/neptune"' in html


def test_an_initiative_page_says_how_complete_it_is(curated_client: Client) -> None:
    text = words(html_of(curated_client, "/initiatives/internationalisation/escp-4i-1/"))
    assert re.search(r"Partnerships or projects 25 \d+ \d+ %", text)


def test_every_initiative_and_pillar_has_a_page(curated_client: Client) -> None:
    index = html_of(curated_client, "/initiatives/")
    pages = [href for href in links(index) if re.fullmatch(r"/initiatives/[\w-]+/([\w-]+/)?", href)]
    assert len(pages) > 40
    for page in pages:
        assert "None" not in words(html_of(curated_client, page))


def test_all_curated_projects_have_a_page(curated_client: Client) -> None:
    response = curated_client.get("/projects/?kind=partnership&page_size=100")
    pages = [href for href in links(response.content.decode()) if href.startswith("/projects/curated:")]
    assert len(pages) > 50
    for page in pages:
        html = html_of(curated_client, page)
        assert "None" not in words(html)
        assert 'href=""' not in html


@pytest.mark.parametrize(
    "town",
    [
        *(
            "Barcelona",
            "København K",
            "Frankfurt am Main",
            "Sant'Ilario d'Enza (RE)",
            "Saint-Josse-ten-Noode",
        ),
        *(
            "Ottignies-Louvain-la-Neuve",
            "Paris La Defense Cedex",
            "Castelnau-le-Lez",
            "Mo i Rana",
            "A Coruna",
        ),
        *("'s-Hertogenbosch", "IJmuiden", "Ústí nad Labem", "Praha 6", "Donostia/San Sebastian", "Pau", "GE"),
        *("Dar es Salaam", "Las Palmas de Gran Canaria", "Αθήνας", "Washington DC", "Kristiansand S"),
        *("L'Hospitalet de Llobregat", "Cerdanyola del Vallès", "İzmir", ""),
    ],
)
def test_towns_in_capitals_are_written_as_towns_are(town: str) -> None:
    from clusteratlas.web.templatetags.figures import city

    capitals = town.replace("i", "İ").upper() if town.startswith("İ") else town.upper()
    assert city(capitals) == town
    assert city(town) == town


def test_a_town_in_capitals_is_shown_quietly_and_kept_as_published(client: Client) -> None:
    listed = client.get("/organisations/?country=SE").content.decode()
    assert "Goteborg, <a" in listed
    assert "GOTEBORG" not in listed
    page = client.get("/organisations/pic:900000008/").content.decode()
    address = page.split("<address>")[1].split("</address>")[0]
    assert "Goteborg" in address
    assert client.get("/organisations/pic:900000008.json").json()["city"] == "GOTEBORG"


def test_a_place_written_almost_right_is_offered(client: Client) -> None:
    said = client.get("/regions/", {"place": "Bavria"}).content.decode()
    assert '<a href="/regions/DE2/">Bayern</a>' in said
    assert "Do you mean" not in client.get("/regions/", {"place": "Narnia"}).content.decode()
