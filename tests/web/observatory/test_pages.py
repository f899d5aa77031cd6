"""Pages of the observatory on real figures: what a visitor reads there, chooses there and takes from there."""

from __future__ import annotations

import csv
import io
import re
from html import unescape
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import polars as pl
import pytest
from django.test import Client

import clusteratlas
from clusteratlas.web.observatory import recipes
from clusteratlas.web.observatory.figures import RECIPES
from tests.support.pages import rows, text

recipes.load()
TOURISM = "/categories/ecosystems/tourism/"
QUERIES = {
    "portfolio": "area=AT33",
    "region-trends": "area=AT33",
    "peers": "area=AT33",
    "partners": "area=AT33",
    "participation": "area=AT33",
    "category-map": "category=ecosystems:tourism",
    "category-ranking": "category=ecosystems:tourism",
    "category-trends": "category=ecosystems:tourism",
    "category-network": "category=ecosystems:tourism",
    "set-overview": "set=ecosystems",
    "value-chain": "industry=c15",
    "value-added-in-exports": "country=DE",
    "regional-suppliers": "industry=c15&region=DE11&delta=0.2",
    "region-types": "set=ecosystems",
    "compare-regions": "area=AT33&area=ITH1",
    "compare-categories": "category=ecosystems:tourism&category=ecosystems:digital",
}


def published(indicator: str, year: str, code: str, industry: str) -> float:
    """A figure as the package's own sample holds it."""
    file = Path(clusteratlas.__file__).parent / "sample" / "sample" / "observation.csv"
    with file.open(encoding="utf-8", newline="") as lines:
        key = (indicator, year, code)
        wanted = (
            row for row in csv.DictReader(lines) if (row["indicator"], row["year"], row["nuts_code"]) == key
        )
        return float(next(wanted)[industry])


def test_a_region_is_told_in_one_sentence(client: Client, sample_root: Path) -> None:
    with clusteratlas.open(sample_root) as atlas:
        found = (
            atlas.statistics.strengths("ecosystems")
            .filter(region="AT33", industry="tourism")
            .row(0, named=True)
        )
    page = text(client, "/regions/AT33/")
    quotient, people = f"{found['location_quotient']:.1f}", f"{found['value']:,.0f}"
    assert (
        f"Tirol is {quotient} times as specialised in tourism as Europe. {people} people work in it" in page
    )


def test_the_visitor_chooses_set_profile_and_year(client: Client) -> None:
    page = text(client, "/regions/AT33/?set=nace-divisions&profile=eco-2008&year=2012")
    assert "Stars: Three stars of the European Cluster Observatory" in page
    assert "of the jobs counted in 2012" in page
    assert "Accommodation" in page


@pytest.mark.parametrize("profile", ["eccp-nodes", "eco-2008", "eocic-2020", "panorama-2016", "us-cmp"])
def test_every_profile_shows_each_of_its_criteria(client: Client, profile: str) -> None:
    from clusteratlas.observatory import star_profile

    page = text(client, f"/regions/AT33/?profile={profile}")
    assert all(criterion.means in page for criterion in star_profile(profile).criteria)


def test_a_trend_of_what_is_told_of_one_year_alone_shows_the_jobs_and_says_so(client: Client) -> None:
    for chart in ("region-trends", "category-trends"):
        drawn = client.get(f"/charts/{chart}.svg?{QUERIES[chart]}&indicator=growth").content.decode()
        assert "Persons employed" in drawn
        assert "Growth of" not in drawn


def test_the_page_of_methods_leads_to_each_of_its_parts(client: Client) -> None:
    html = client.get("/methods/").content.decode()
    parts = re.findall(r'<h2 id="([^"]+)"', html)
    assert len(parts) > 10
    assert [part for part in parts if f'href="#{part}"' not in html] == []


def test_countries_and_large_regions_have_strengths_too(client: Client) -> None:
    assert "Austria" in text(client, "/countries/AT/").split("as specialised in")[0]
    assert "as specialised in" in text(client, "/regions/AT3/")


def test_a_region_too_small_leads_to_the_larger_one(client: Client) -> None:
    assert "ask for AT33" in text(client, "/regions/AT331/")


def test_a_region_without_figures_says_so(client: Client) -> None:
    page = text(client, "/regions/TR10/")
    assert "publishes no figures by industry" in page


def test_strong_categories_stand_beside_the_projects_on_them(client: Client) -> None:
    answer = client.get("/regions/AT33/").content.decode()
    block = answer.split("Strong, and in EU projects?")[1].split("</ul>")[0]
    assert "Tourism" in block
    href = re.search(r'href="(/projects/\?q=[^"]+region=AT33)"', answer)
    assert href, "the count of projects leads to the search behind it"
    assert client.get(unescape(href[1])).status_code == 200


def test_peers_and_partners_lead_to_their_pages_and_to_a_comparison(client: Client) -> None:
    answer = client.get("/regions/AT33/").content.decode()
    block = answer.split('id="peers-title"')[1].split("</section>")[0]
    assert len(re.findall(r'href="/regions/\w{4}/"', block)) >= 6
    assert "/compare/?area=AT33&amp;area=" in block


def test_a_category_tells_where_it_is_strong_and_what_it_is_made_of(client: Client) -> None:
    page = text(client, TOURISM)
    assert "is the most specialised in tourism" in page
    assert "I55 Accommodation" in page
    assert "by our own reading" in page, "an unofficial composition says so"
    assert "EU projects on it" in page


@pytest.mark.parametrize(
    "path", ["/categories/", "/categories/traded-clusters/", "/methods/", "/map/", "/compare/"]
)
def test_the_ways_in_are_there(client: Client, path: str) -> None:
    assert text(client, path)


def test_the_map_has_a_link_for_each_year(client: Client) -> None:
    answer = client.get("/map/?category=ecosystems:tourism&indicator=focus").content.decode()
    links = re.findall(r'href="(/map/\?[^"]*year=(\d{4})[^"]*)"', answer)
    assert {year for _, year in links} == {"2008", "2010", "2012"}, "the year shown is no link"
    for href, year in links:
        shown = client.get(unescape(href)).content.decode()
        assert f'aria-current="true">{year}' in shown
        assert "indicator=focus" in unescape(shown)


def test_comparing_keeps_what_is_compared_and_lets_it_go(client: Client) -> None:
    answer = client.get("/compare/?area=AT33&area=ITH1&more=AT32").content.decode()
    chips = re.findall(r'<a class="chip chip-remove" href="([^"]+)">.*?</span>(.*?) </a>', answer)
    assert [name for _, name in chips] == ["Tirol", "Provincia Autonoma di Bolzano/Bozen", "Salzburg"]
    without = parse_qs(urlsplit(unescape(chips[0][0])).query)
    assert without["area"] == ["ITH1", "AT32"]


@pytest.mark.parametrize(
    ("typed", "codes"),
    [
        ("Salzburg", ["AT32"]),
        ("salzburg; Tirol (AT33)", ["AT32", "AT33"]),
        ("bolzano", ["ITH1"]),
        ("AT32 ITH1", ["AT32", "ITH1"]),
        ("Alps=AT33,AT32", ["Alps=AT33,AT32"]),
        ("Austria", ["AT"]),
    ],
)
def test_regions_to_compare_are_named_as_people_name_them(
    client: Client, typed: str, codes: list[str]
) -> None:
    answer = client.get("/compare/", {"area": "AT31", "more": typed})
    kept = re.findall(r'<input type="hidden" name="area" value="([^"]+)">', answer.content.decode())
    assert list(dict.fromkeys(unescape(code) for code in kept)) == ["AT31", *codes]


def test_a_name_that_no_region_has_is_answered_with_the_nearest(client: Client) -> None:
    assert "Did you mean 'salzburg'" in text(client, "/compare/?more=Salzbrug", 400)
    assert "Choose one: Provincia Autonoma" in text(client, "/compare/?more=provincia", 400)


def test_at_most_ten_are_compared(client: Client) -> None:
    eleven = "&".join(
        f"area=DE{part}" for part in ("11", "12", "13", "14", "21", "22", "23", "24", "25", "26", "27")
    )
    assert client.get(f"/compare/?{eleven}").status_code == 400


def test_a_region_of_ones_own_is_the_sum_of_its_parts(client: Client) -> None:
    both = rows(client, "/charts/portfolio.csv?area=Two=AT33,AT32")
    parts = rows(client, "/charts/portfolio.csv?area=AT33") + rows(client, "/charts/portfolio.csv?area=AT32")
    for row in both:
        added = sum(float(part["value"]) for part in parts if part["category"] == row["category"])
        assert float(row["value"]) == pytest.approx(added)
    page = text(client, "/areas/?area=Two=AT33,AT32")
    assert re.search(r"Made of Salzburg \(AT32\)\s*, Tirol \(AT33\)", page)


def test_the_rows_of_a_region_of_ones_own_are_those_of_its_parts(client: Client) -> None:
    def total(region: str) -> int:
        return client.get("/api/v1/observations", {"region": region, "year": 2014}).json()["total"]

    assert total("Two=AT33,AT32") == total("AT33,AT32") == total("AT33") + total("AT32") > 0


def test_a_region_of_ones_own_is_made_without_scripts(client: Client) -> None:
    answer = client.get("/own-region/?name=Alps&code=AT33&code=ITH1&make=yes")
    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {"area": ["Alps=AT33,ITH1"]}
    assert "Alps" in text(client, answer.headers["Location"])


def test_a_category_of_ones_own_counts_parts_of_industries(client: Client) -> None:
    answer = client.get("/own-category/?name=Half&codes=I55*0.5&make=yes")
    half = rows(client, "/charts/category-map.csv?category=Half%3Dnace:I55*0.5&indicator=value")
    whole = {
        row["code"]: row
        for row in rows(client, "/charts/category-map.csv?category=nace-divisions:I55&indicator=value")
    }
    assert answer.status_code == 302
    assert all(
        float(row["value"]) == pytest.approx(float(whole[row["code"]]["value"]) / 2)
        for row in half
        if row["value"]
    )
    assert "Half" in text(client, answer.headers["Location"])


def test_ones_own_region_and_category_work_together_everywhere(client: Client) -> None:
    own = "area=Alps%3DAT33,ITH1&category=Food%3Dnace:C10,C11"
    assert "food" in text(client, f"/areas/?{own}&set=nace")
    assert "Alps" in text(client, f"/compare/?{own}&set=nace&area=AT32")
    codes = {row["code"] for row in rows(client, f"/charts/category-map.csv?{own}")}
    assert "Alps=AT33,ITH1" in codes
    assert "AT33" not in codes, "the region of one's own takes the place of its parts"


@pytest.mark.parametrize(
    "path",
    [
        "/own-region/?make=yes",
        "/own-region/?codes=XX99&make=yes",
        "/own-category/?codes=Q&name=&make=yes&codes=QQ",
    ],
)
def test_mistakes_in_the_makers_are_told_beside_the_form(client: Client, path: str) -> None:
    answer = client.get(path).content.decode()
    assert 'role="alert"' in answer
    assert "<form" in answer


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/regions/AT33/?set=ecosystem", 404),
        ("/regions/AT33/?profile=eccp", 400),
        ("/regions/AT33/?year=1914", 404),
        ("/regions/AT33/?year=x", 400),
        ("/categories/ecosystems/turism/", 404),
        ("/categories/nowhere/", 404),
        ("/map/?indicator=lq", 400),
        ("/map/?colour=red", 400),
        ("/areas/?area=XX99", 404),
        ("/areas/?area=" + ",".join(["AT33"] * 900), 400),
        ("/charts/portfolio.svg", 400),
        ("/charts/portfolio.svg?area=AT33&width=9999", 400),
        ("/charts/portfolio.gif?area=AT33", 404),
        ("/charts/pie.svg?area=AT33", 404),
        ("/observations/?year=x", 400),
    ],
)
def test_mistakes_are_explained(client: Client, path: str, status: int) -> None:
    answer = client.get(path)
    assert answer.status_code == status
    assert "Traceback" not in answer.content.decode()


def test_the_names_of_visitors_are_escaped(client: Client) -> None:
    name = "%3Cscript%3Ealert(1)%3C/script%3E"
    for path in (
        f"/areas/?area={name}%3DAT33,AT32",
        f"/categories/own/?category={name}%3Dnace:C10",
        f"/compare/?area={name}%3DAT33,AT32",
    ):
        assert "<script>alert" not in client.get(path).content.decode()
    drawn = client.get(f"/charts/portfolio.svg?area={name}%3DAT33,AT32").content.decode()
    assert "<script" not in drawn


def test_the_rows_of_the_publisher_are_one_link_away(client: Client) -> None:
    answer = client.get("/regions/AT33/").content.decode()
    href = re.search(r'href="(/observations/\?[^"]+)"', answer)[1]
    page = text(client, unescape(href))
    assert "sbs_r_nuts06_r2" in page
    assert "line" in page
    taken = rows(client, "/observations.csv?region=AT33&industry=I55&year=2014&measure=persons_employed")
    assert [float(row["value"]) for row in taken] == [published("V16110", "2014", "AT33", "I55")]


@pytest.mark.parametrize("name", RECIPES)
def test_every_figure_comes_in_every_form(client: Client, name: str) -> None:
    query = QUERIES[name]
    drawn = client.get(f"/charts/{name}.svg?{query}")
    assert drawn.headers["Content-Type"] == "image/svg+xml"
    heading = re.search(r"<title>(.+?)</title>", drawn.content.decode())[1]
    assert heading
    assert "attachment" in drawn.headers["Content-Disposition"]
    assert client.get(f"/charts/{name}.png?{query}&look=dark&width=narrow").content.startswith(b"\x89PNG")
    assert (
        client.get(f"/charts/{name}.vl.json?{query}&bare=yes")
        .json()["$schema"]
        .startswith("https://vega.github.io")
    )
    assert rows(client, f"/charts/{name}.csv?{query}")
    assert b"".join(client.get(f"/charts/{name}.xlsx?{query}").streaming_content).startswith(b"PK")


def test_drawings_are_kept_for_good_under_their_release_only(client: Client, sample_root: Path) -> None:
    release = (sample_root / "current").resolve().name
    kept = client.get(f"/charts/portfolio.svg?area=AT33&bare=yes&release={release}").headers["Cache-Control"]
    other = client.get("/charts/portfolio.svg?area=AT33&bare=yes&release=20200101T000000Z").headers[
        "Cache-Control"
    ]
    assert "immutable" in kept
    assert "immutable" not in other


def test_drawings_that_are_kept_are_bounded() -> None:
    from clusteratlas.web.observatory.drawn import Drawings

    kept = Drawings(most_bytes=25)
    made = [kept.get(key, lambda: b"0123456789") for key in "abcab"]
    assert len(set(made)) == 1
    assert kept.bytes <= 25


def test_the_table_behind_a_figure_is_the_download(client: Client) -> None:
    answer = client.get("/regions/AT33/").content.decode()
    table = answer.split('id="portfolio"')[1].split("<tbody>")[1].split("</tbody>")[0]
    names = [unescape(name) for name in re.findall(r'<th scope="row"><a[^>]*>(.*?)</a>', table)]
    assert names == [row["category"] for row in rows(client, "/charts/portfolio.csv?area=AT33")]


def test_figures_say_why_that_year_what_is_unofficial_and_what_stands_against_them(client: Client) -> None:
    page = text(client, "/regions/AT33/")
    assert "latest year" in page
    assert "our own reading and unofficial" in page
    for name, query in QUERIES.items():
        if name in {"portfolio", "category-map", "category-ranking", "compare-regions", "compare-categories"}:
            answer = client.get(f"/charts/{name}.csv?{query}").getvalue().decode("utf-8-sig")
            assert "remarks" in next(csv.reader(io.StringIO(answer)))


def test_a_category_of_ones_own_has_related_industries_that_are_not_in_it(client: Client) -> None:
    own = "nace:C10%2BC11"
    near = rows(client, f"/charts/category-network.csv?category={own}")
    assert near
    assert not {"Food", "Beverages"} & {row["other"] for row in near}
    assert all(0 < float(row["weight"]) <= 1 for row in near)
    page = text(client, f"/categories/own/?category={own}")
    assert "Related industries" in page
    assert near[0]["other"] in page


def test_neighbours_and_related_categories_tell_what_is_estimated(client: Client, sample_root: Path) -> None:
    with clusteratlas.open(sample_root) as atlas:
        totals = atlas.statistics.totals("nace-divisions").filter(
            (pl.col("period") == 2014) & (pl.col("value") > 0) & ~pl.col("industry").str.starts_with("(")
        )
    both = totals.filter(pl.col("region").is_in(["AT33", "AT32"]))
    part = (both["value"] * both["imputed_share"]).sum() / both["value"].sum()
    near = {row["region"]: row for row in rows(client, "/charts/peers.csv?area=AT33&year=2014")}
    assert float(near["AT32"]["imputed_share"]) == pytest.approx(part)
    assert (
        "Hatched or hollow: in part estimated" in client.get("/charts/peers.svg?area=AT33").content.decode()
    )
    related = rows(client, "/charts/category-network.csv?category=ecosystems:tourism&year=2014")
    assert all(0 <= float(row["imputed_share"]) < 0.2 for row in related)
    assert any(float(row["imputed_share"]) > 0 for row in related)


PICTURED = ("/regions/AT33/", TOURISM, "/categories/traded-clusters/", "/region-types/")
COMPARED = (
    "/compare/?area=AT33&area=ITH1&area=AT32",
    "/compare/?category=ecosystems:tourism",
    "/value-chains/",
)
PICTURE = re.compile(r'(?:src|srcset)="(/charts/[^"]*)" width="(\d+)" height="(\d+)"')
SIZED = re.compile(r'<svg [^>]*width="(\d+)" height="(\d+)" viewBox="0 0 ([\d.]+) ([\d.]+)"')


@pytest.mark.parametrize("path", [*PICTURED, *COMPARED])
def test_a_page_keeps_as_much_room_free_as_its_drawings_take(client: Client, path: str) -> None:
    """So that nothing jumps while they are on their way; and no drawing is made small to fit."""
    pictures = [
        found for found in PICTURE.findall(client.get(path).content.decode()) if "dark" not in found[0]
    ]
    assert pictures
    for address, width, height in pictures:
        drawn = SIZED.search(client.get(unescape(address)).content.decode())
        assert drawn.groups() == (width, height, width, height), address


@pytest.mark.parametrize("path", ["/regions/AT33/", TOURISM, "/map/"])
def test_what_holds_for_all_figures_is_said_once_on_a_page_and_in_each_file(
    client: Client, path: str
) -> None:
    words = text(client, path)
    for said in (
        "Source: Eurostat",
        "persons employed, by industrial ecosystems",
        "is our own reading and unofficial",
    ):
        assert words.count(said) == 1, said
    for name in ("portfolio", "category-map", "category-ranking", "category-trends"):
        file = client.get(f"/charts/{name}.json?{QUERIES[name]}")
        assert "Source: Eurostat" in b"".join(file.streaming_content).decode(), name


@pytest.mark.parametrize(
    "path",
    [
        "/countries/ES/",
        "/regions/AT33/",
        "/regions/AT332/",
        TOURISM,
        "/projects/cordis:101082070/",
        "/organisations/",
    ],
)
def test_the_line_of_contents_leads_to_what_is_on_the_page(client: Client, path: str) -> None:
    page = client.get(path).content.decode()
    if path == "/organisations/":
        page = client.get(re.search(r'href="(/organisations/pic:[^"]*)"', page)[1]).content.decode()
    contents = re.search(r'<nav class="jump".*?</nav>', page, flags=re.S)[0]
    anchors = re.findall(r'href="#([^"]+)"', contents)
    assert len(anchors) >= 4
    assert all(page.count(f' id="{anchor}"') == 1 for anchor in anchors), anchors
    assert anchors == sorted(anchors, key=lambda anchor: page.index(f' id="{anchor}"'))


@pytest.mark.parametrize("profile", ["eccp-nodes", "eco-2008", "us-cmp", "panorama-2016"])
def test_each_criterion_of_the_stars_has_a_sign_of_its_own_told_above_its_column(
    client: Client, profile: str
) -> None:
    page = client.get(f"/regions/AT33/?profile={profile}").content.decode()
    told = re.search(r'<ul class="plain-list criteria.*?</ul>', page, flags=re.S)[0]
    signs = re.findall(r'<span class="sign">(.)</span>', told)
    assert signs
    assert len(set(signs)) == len(signs)
    heads = re.findall(r'<th scope="col" class="number"><span class="sign">(.)</span>', page)
    assert heads == signs


def test_rows_of_the_publisher_have_names_and_units_beside_their_codes(client: Client) -> None:
    words = text(client, "/observations/?region=AT33&industry=I55&year=2014")
    assert "region: Tirol; industry: Accommodation; year 2014" in words
    assert "Tirol AT33 Accommodation I55 Persons employed V16110 2014" in words
    wages = rows(client, "/observations.csv?region=AT33&industry=I55&year=2014&measure=wages")[0]
    assert f"Wages V13320 2014 {float(wages['value']):,.1f} million EUR" in words


@pytest.mark.parametrize(
    ("code", "crumbs"),
    [
        ("BE10", ["Home", "Regions", "Belgium"]),
        ("LU00", ["Home", "Regions", "Luxembourg", "LU00"]),
        ("AT33", ["Home", "Regions", "Austria", "Westösterreich", "Tirol"]),
    ],
)
def test_the_way_to_a_region_names_no_place_twice(client: Client, code: str, crumbs: list[str]) -> None:
    page = client.get(f"/regions/{code}/").content.decode()
    trail = re.search(r'<nav class="breadcrumbs".*?</nav>', page, flags=re.S)[0]
    names = [unescape(name) for name in re.findall(r"<(?:a|span)[^>]*>([^<]+)<", trail)]
    assert names[: len(crumbs)] == crumbs
    assert len(names) <= len(crumbs) + 1


def test_filters_name_each_country_and_region(client: Client) -> None:
    page = client.get("/projects/").content.decode()
    labels = re.findall(r'name="(?:country|region)" value="([^"]+)"[^>]*><span>([^<]+)</span>', page)
    assert len(labels) > 40
    assert not [code for code, label in labels if label == code]


def test_evidence_names_an_initiative_and_participants_as_the_rest_of_the_page_does(client: Client) -> None:
    partly = text(client, "/projects/cordis:101082070/")
    assert "1 of 29 participants is a cluster organisation: Cesky Konopny Klastr ZS" in partly
    by_rule = text(client, "/projects/cordis:101137643/")
    said = "Its topic, HORIZON-CL4-2023-RESILIENCE-01-42, belongs to the initiative Advanced technologies in SMEs"
    assert said in by_rule


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("/projects/?country=Germny", "Did you mean Germany (DE)?"),
        ("/projects/?country=XX", "There is: Albania (AL), "),
        ("/projects/?region=Tirl", "Did you mean Tirol (AT33)?"),
        ("/projects/?initiative=foo", "European innovation ecosystems (european-innovation-ecosystems)"),
        ("/organisations/?region=Oberbayrn", "Did you mean Oberbayern (DE21)?"),
        ("/regions/?country=QQ", "There is: Afghanistan (AF), "),
    ],
)
def test_an_unknown_country_or_region_is_answered_with_names_and_codes(
    client: Client, address: str, said: str
) -> None:
    answer = client.get(address)
    assert answer.status_code in {400, 404}
    bare = " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())
    assert said in bare
