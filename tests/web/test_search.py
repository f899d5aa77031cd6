"""The search as a visitor without scripts meets it: words, filters, order, pages, views, links."""

from __future__ import annotations

import csv
import html as markup
import json
import re
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clusteratlas.web.explore.asked import KNOWN


def shown(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content[:500]
    return response.content.decode()


def total(html: str) -> int:
    return int(re.search(r'id="result-title">([\d,]+) ', html)[1].replace(",", ""))


def titles(html: str) -> list[str]:
    return re.findall(r'<h3>.*?<a href="(/projects/[^"]+/)"', html)


def options(html: str, name: str) -> dict[str, int]:
    """Values of a filter's boxes and the counts beside them."""
    boxes = re.findall(rf'name="{name}" value="([^"]*)"[^>]*>.*?class="count">([\d,]+)<', html)
    return {markup.unescape(value): int(count.replace(",", "")) for value, count in boxes}


def test_a_mistyped_word_finds_what_was_meant_and_says_so(client: Client) -> None:
    html = shown(client, "/projects/?q=photnics")
    assert total(html) == total(shown(client, "/projects/?q=photonics")) == 10
    note = re.search(r'id="correction">(.*?)</div>', html, re.DOTALL)[1]
    assert "photnics" in note
    assert "photonics" in note


def test_what_was_typed_can_be_insisted_on(client: Client) -> None:
    html = shown(client, "/projects/?q=photnics")
    literally = markup.unescape(re.search(r'<a href="([^"]+)">Search for exactly', html)[1])
    assert total(shown(client, literally)) == 0


def test_filters_show_how_many_each_value_would_give(client: Client) -> None:
    counts = options(shown(client, "/projects/?q=photonics"), "country")
    assert counts
    for country, count in counts.items():
        assert total(shown(client, f"/projects/?q=photonics&country={country}")) == count


def test_counts_of_a_filter_stay_when_one_of_its_values_is_chosen_but_others_shrink(client: Client) -> None:
    before, after = shown(client, "/projects/"), shown(client, "/projects/?country=DE")
    assert options(after, "country") == options(before, "country")
    assert sum(options(after, "year").values()) == total(after) < total(before)


def test_cluster_projects_or_all_is_the_first_choice(client: Client) -> None:
    html = shown(client, "/projects/?cluster=yes")
    counts = options(html, "cluster")
    assert counts["yes"] == total(html) == counts["core"] + counts["related"]
    assert counts[""] == total(shown(client, "/projects/")) == 30
    assert counts["core"] >= 6


@pytest.mark.parametrize(
    ("query", "called"),
    [
        ("cluster=yes", "cluster project"),
        ("cluster=core&cluster=related", "cluster project"),
        ("cluster=core", "core cluster project"),
        ("cluster=related", "related cluster project"),
        ("cluster=none", "project"),
    ],
)
def test_a_result_is_called_what_it_holds(client: Client, query: str, called: str) -> None:
    html = shown(client, f"/projects/?{query}")
    assert re.search(rf'id="result-title">[\d,]+ {called}s?<', html)


def test_the_form_works_without_scripts_and_its_address_is_short(client: Client) -> None:
    address = "/projects/?q=hydrogen&cluster=&country=SE&budget_min=&budget_max=&sort="
    response = client.get(address)
    assert response.status_code == 302
    assert response.headers["Location"] == "/projects/?q=hydrogen&country=SE"


def test_every_field_of_the_form_has_a_label(client: Client) -> None:
    html = shown(client, "/projects/?cluster=yes")
    for field in re.findall(r"<(?:input|select)[^>]*>", html):
        if 'type="hidden"' in field:
            continue
        identity = re.search(r'id="([^"]+)"', field)[1]
        is_labelled = f'for="{identity}"' in html or re.search(
            rf'<label>\s*<input[^>]*id="{re.escape(identity)}"', html
        )
        assert is_labelled, field


def test_the_address_is_the_result(client: Client) -> None:
    html = shown(client, "/projects/?country=fr&q=photonics&sort=budget&status=signed")
    permalink = markup.unescape(re.search(r'class="permalink"><a href="([^"]+)"', html)[1])
    assert permalink == "/projects/?q=photonics&country=FR&status=SIGNED&sort=budget"
    again = shown(client, permalink)
    assert titles(again) == titles(html)
    assert total(again) == total(html)


def test_each_filter_in_force_can_be_taken_back(client: Client) -> None:
    html = shown(client, "/projects/?country=DE&year=2021")
    links = [markup.unescape(link) for link in re.findall(r'chip-remove" href="([^"]+)"', html)]
    assert links == ["/projects/?year=2021", "/projects/?country=DE"]


def test_pages_hold_all_projects_once(client: Client) -> None:
    found: list[str] = []
    address: str | None = "/projects/?page_size=12"
    while address:
        html = shown(client, address)
        found += titles(html)
        following = re.search(r'<a href="([^"]+)" rel="next"', html)
        address = markup.unescape(following[1]) if following else None
    assert len(found) == len(set(found)) == 30


@pytest.mark.parametrize("page", ["99", "100000"])
def test_a_page_beyond_the_last_is_said_to_be_so(client: Client, page: str) -> None:
    response = client.get(f"/projects/?page={page}")
    assert response.status_code == 404
    assert b"last one" in response.content


@pytest.mark.parametrize(
    ("query", "hint"),
    [
        ("contry=DE", "country"),
        ("country=Germny", "Germany"),
        ("sort=newst", "newest"),
        ("view=mapp", "map"),
        ("page=two", "page=1"),
        ("page=0", "1"),
        ("page_size=1000", "100"),
        ("year=20x4", "2024"),
        ("budget_min=lots", "500000"),
        ("q=" + "a" * 501, "500"),
        ("&".join(f"organisation=x{n}" for n in range(201)), "200"),
    ],
)
def test_what_cannot_be_asked_is_answered_with_what_could(client: Client, query: str, hint: str) -> None:
    response = client.get(f"/projects/?{query}")
    assert response.status_code == 400
    text = markup.unescape(re.sub(r"<[^>]+>", " ", response.content.decode().split("<main")[1]))
    assert hint in text


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(st.one_of(st.sampled_from(KNOWN), st.text(max_size=12)), st.text(max_size=40)), max_size=6
    )
)
def test_no_address_breaks_the_search(client: Client, pairs: list[tuple[str, str]]) -> None:
    parameters: dict[str, list[str]] = {}
    for name, value in pairs:
        parameters.setdefault(name, []).append(value)
    for path in ("/projects/", "/projects.atom"):
        assert client.get(path, parameters).status_code in {200, 302, 400, 404}


def test_the_map_leads_to_the_projects_of_each_country_and_has_a_table(client: Client) -> None:
    html = shown(client, "/projects/?view=map&q=photonics")
    in_map = re.findall(r"<svg class=\"map\".*?</svg>", html, re.DOTALL)
    assert len(in_map) == 2  # bubbles for wide screens, tiles for narrow ones
    rows = re.findall(r'<th scope="row"><a href="([^"]+)">([^<]+)</a></th><td class="number">(\d+)', html)
    assert rows
    for address, _, count in rows:
        assert address in html.split("<table")[0]
        assert total(shown(client, markup.unescape(address))) == int(count)


def test_the_timeline_adds_up(client: Client) -> None:
    html = shown(client, "/projects/?view=timeline")
    rows = re.findall(r'<th scope="row"><a href="[^"]+">(\d{4})</a></th><td class="number">(\d+)', html)
    assert sum(int(count) for _, count in rows) == total(html)


def test_downloads_and_feed_ask_the_same_question(client: Client) -> None:
    html = shown(client, "/projects/?q=photonics&country=DE&view=map")
    for ending in ("csv", "xlsx", "json", "parquet", "atom"):
        link = markup.unescape(re.search(rf'href="(/projects\.{ending}[^"]*)"', html)[1])
        assert parse_qsl(urlsplit(link).query) == [("q", "photonics"), ("country", "DE")]


def test_nothing_found_offers_a_way_on(client: Client) -> None:
    html = shown(client, "/projects/?cluster=yes&q=photonics&country=SE&year=1999")
    assert total(html) == 0
    assert "/projects/?cluster=yes&amp;q=photonics" not in html  # words come first in every address
    assert "/projects/?q=photonics&amp;cluster=yes" in html


def test_the_query_is_explained_in_words(client: Client) -> None:
    html = shown(client, "/projects/?q=hydrogen+-photonics&country=SE")
    said = markup.unescape(re.search(r'id="explanation">(.*?)</p>', html, re.DOTALL)[1])
    assert "hydrogen" in said
    assert "without" in said
    assert "Sweden" in said


def test_filters_without_a_box_are_carried_along_by_the_form(client: Client) -> None:
    html = shown(client, "/projects/?organisation=pic:900000001&year=1999")
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]+)"', html))
    assert carried == {"organisation": "pic:900000001", "year": "1999"}
    assert "LIGHT VALLEY CLUSTER" in html  # named, not numbered


def test_the_organisations_behind_a_result_are_a_view_of_it(client: Client) -> None:
    page = client.get("/projects/?country=DE&view=organisations").content.decode()
    assert 'aria-current="page">Organisations</a>' in page
    told = client.get("/api/v1/search/organisations?country=DE").json()["items"]
    german = [one["organisation_id"] for one in told if one["country_code"] == "DE"]
    others = [one["organisation_id"] for one in told if one["country_code"] != "DE"]
    assert german
    assert others
    assert all(f'href="/organisations/{one}/"' in page for one in german + others)
    narrowed = client.get("/projects/?country=DE&view=organisations&participant_country=DE").content.decode()
    assert all(f'href="/organisations/{one}/"' in narrowed for one in german)
    assert not any(f'href="/organisations/{one}/"' in narrowed for one in others)
    assert 'href="/projects.csv?country=DE&amp;participant_country=DE&amp;view=organisations"' in narrowed
    other_view = client.get(
        "/projects/?country=DE&view=organisations&participant_country=DE"
    ).content.decode()
    assert (
        'href="/projects/?country=DE&amp;view=map"' in other_view
    )  # filters on organisations stay with them


@pytest.mark.parametrize("ending", ["csv", "json", "xlsx", "parquet"])
def test_organisations_behind_a_result_are_downloaded_as_filtered(client: Client, ending: str) -> None:
    query = "country=DE&view=organisations&participant_country=DE&participant_sort=money"
    response = client.get(f"/projects.{ending}?{query}")
    content = response.getvalue()
    assert response.status_code == 200
    assert len(content) > 200
    if ending == "json":
        told = json.loads(content)
        assert told["participant_filters"] == {"participant_country": ["DE"]}
        assert [one["country_code"] for one in told["organisations"]] == ["DE"] * told["total"]


@pytest.mark.parametrize(
    ("query", "remedy"),
    [
        ("participant_region=HR04", "HR05"),
        ("participant_sme=perhaps", "yes or no"),
        ("participant_sort=mony", "money"),
        ("page=999", "last one"),
    ],
)
def test_what_cannot_be_asked_of_organisations_is_said(client: Client, query: str, remedy: str) -> None:
    response = client.get(f"/projects/?view=organisations&{query}")
    assert response.status_code in (400, 404)
    assert remedy in response.content.decode()


def test_the_interface_gives_the_organisations_behind_a_search(client: Client) -> None:
    told = client.get("/api/v1/search/organisations?country=DE&participant_country=DE&sort=money").json()
    assert told["projects"] == client.get("/api/v1/projects?country=DE").json()["total"]
    assert told["total"] == len(told["items"]) == told["countries"]["DE"]
    refused = client.get("/api/v1/search/organisations?participant_contry=DE")
    assert refused.status_code == 400
    assert "participant_country" in refused.content.decode()


def test_a_place_among_the_words_is_a_filter_that_can_be_undone(client: Client) -> None:
    html = shown(client, "/projects/?q=photonics+Germany")
    assert 'id="places"' in html
    assert "Remove filter" in html
    note = html.split('id="places">')[1].split("</div>")[0]
    place, undo = map(markup.unescape, re.findall(r'href="([^"]+)"', note))
    assert place == "/countries/DE/"
    assert dict(parse_qsl(urlsplit(undo).query)) == {"q": 'photonics "Germany"'}
    assert 'id="places"' not in shown(client, undo)
    assert total(html) == total(shown(client, "/projects/?q=photonics&country=DE"))
    twin = client.get("/projects.csv?q=photonics+Germany").getvalue().decode("utf-8-sig")
    assert len(list(csv.DictReader(twin.splitlines()))) == total(html)
