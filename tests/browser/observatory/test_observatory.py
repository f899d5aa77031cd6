"""The observatory in a real browser: accessible, legible on a phone, complete without scripts, alive with them."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.checks import too_wide, violations, violations_light_and_dark
from tests.browser.conftest import PHONE, WIDE

Visit = Callable[..., Page]
PAGES = {
    "region": "/regions/AT33/",
    "region, other stars": "/regions/AT33/?set=traded-clusters&profile=panorama-2016&year=2012",
    "country": "/countries/AT/",
    "region of one's own": "/areas/?area=Alps=AT33,ITH1",
    "industries": "/categories/",
    "value chain of a region": "/value-chains/c15/?region=DE11",
    "all value chains, industries": "/value-chains/",
    "emerging, industries": "/emerging-industries/?region=DE11",
    "combinations, industries": "/trends/combinations/",
    "category set": "/categories/ecosystems/",
    "category": "/categories/ecosystems/tourism/",
    "industry": "/categories/nace-divisions/I55/",
    "category of one's own": "/categories/own/?category=Food=nace:C10,C11",
    "map": "/map/",
    "compared regions": "/compare/?area=AT33&area=ITH1&area=AT32",
    "compared categories": "/compare/?category=ecosystems:tourism&category=ecosystems:construction",
    "types of regions": "/region-types/?area=Alps=AT33,ITH1",
    "making a region": "/own-region/?area=Alps=AT33,ITH1",
    "making a category": "/own-category/?category=Food=nace:C10,C11",
    "rows of the publisher": "/observations/?region=AT33&year=2014",
}
WIDEST = """() => {
  const boxes = [...document.querySelectorAll("#portfolio .mark-symbol path")].map((e) => e.getBoundingClientRect());
  const box = boxes.sort((a, b) => b.width - a.width)[0];
  return [box.x + box.width / 2, box.y + box.height / 2];
}"""
"""Where the largest bubble is."""

LOADED = """() => Promise.all([...document.images].map((one) => {
  one.loading = "eager";
  return one.decode();
})).then(() => true)"""
"""Loads every picture, those further down too."""

WITH_FIGURES = {name: path for name, path in PAGES.items() if not re.search("making|rows|industries", name)}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_pages_have_no_accessibility_violations(visit: Visit, path: str) -> None:
    assert violations_light_and_dark(visit(path, viewport=WIDE)) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_pages_fit_a_phone_and_are_accessible_there(visit: Visit, path: str) -> None:
    page = visit(path, viewport=PHONE)
    page.evaluate(
        "[...document.querySelectorAll('main details')].slice(0, 2).forEach((one) => { one.open = true; })"
    )
    assert violations(page) == []
    assert too_wide(page) == []


@pytest.mark.parametrize("path", WITH_FIGURES.values(), ids=WITH_FIGURES.keys())
def test_every_figure_has_a_drawing_a_table_and_its_downloads_without_scripts(
    visit: Visit, path: str
) -> None:
    page = visit(path, java_script_enabled=False)
    figures = page.locator("figure.chart").all()
    assert figures
    for figure in figures:
        image = figure.locator("img")
        assert len(image.get_attribute("alt")) > 40, "it says what the figure shows"
        drawn = page.request.get(image.get_attribute("src"))
        assert drawn.ok
        assert drawn.headers["content-type"] == "image/svg+xml"
        assert figure.locator("details table tbody tr").count() > 0
        links = {
            link.inner_text(): link.get_attribute("href") for link in figure.locator(".chart-links a").all()
        }
        assert {"CSV", "Excel", "JSON", "PNG", "SVG", "How it is computed"} <= set(links)
        assert page.request.get(links["CSV"]).ok


def test_long_sections_are_folded_on_a_phone_and_open_where_there_is_room(visit: Visit) -> None:
    for has_scripts in (True, False):
        page = visit("/regions/AT33/", viewport=PHONE, java_script_enabled=has_scripts)
        table = page.locator(".stars-table")
        expect(table).to_be_hidden()
        page.locator("details.fold", has=table).locator("summary").first.click()
        expect(table).to_be_visible()
        page.locator(".jump a", has_text="Projects").click()
        expect(page.locator("#projects-title")).to_be_in_viewport()
        expect(page.locator(".jump")).to_be_in_viewport()
        marked = page.locator(".jump a[aria-current]")
        expect(marked).to_have_text(["Projects"] if has_scripts else [])
        expect(visit("/regions/AT33/", viewport=WIDE).locator(".stars-table")).to_be_visible()


def test_a_long_table_shows_ten_rows_on_a_phone_until_asked_for_all(visit: Visit) -> None:
    for has_scripts in (True, False):
        page = visit("/trends/", viewport=PHONE, java_script_enabled=has_scripts)
        rows, more = page.locator(".trend-table tbody tr"), page.locator(".trend-table").locator("..")
        all_of_them = rows.count()
        assert all_of_them > 10
        seen = rows.locator("visible=true")
        expect(seen).to_have_count(10)
        more.locator("+ .fold-rest summary").click()
        expect(seen).to_have_count(all_of_them)
        wide = visit("/trends/", viewport=WIDE, java_script_enabled=has_scripts)
        expect(wide.locator(".trend-table tbody tr").locator("visible=true")).to_have_count(all_of_them)
        expect(wide.locator(".fold-rest summary").locator("visible=true")).to_have_count(0)


def test_a_page_does_not_jump_while_its_figures_load(visit: Visit) -> None:
    page = visit("/categories/ecosystems/tourism/", viewport=WIDE)
    before = page.locator("#top-title").bounding_box()["y"]
    page.evaluate(LOADED)
    assert page.locator("#top-title").bounding_box()["y"] == pytest.approx(before, abs=1)


def test_a_policy_maker_finds_what_a_region_is_strong_in_and_who_is_like_it(visit: Visit) -> None:
    page = visit("/")
    page.get_by_role("link", name="Any industry on a map").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Map")
    page.get_by_label("Industry").select_option("ecosystems:tourism")
    page.get_by_role("button", name="Show").click()
    page.get_by_text("The same in figures").click()
    page.get_by_role("link", name="Tirol", exact=True).click()
    expect(page.get_by_text("times as specialised in tourism as Europe")).to_be_visible()
    page.get_by_label("Stars by").select_option("eco-2008")
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_role("heading", name="Stars: Three stars")).to_be_visible()
    page.locator(".neighbours").get_by_role("link", name=re.compile("^Compare")).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Compare")
    expect(page.locator(".compared li")).to_have_count(2)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_figures_become_interactive_where_they_are_pointed_at(visit: Visit, scheme: str) -> None:
    page = visit("/regions/AT33/", color_scheme=scheme)
    drawing = page.locator("#portfolio .drawing")
    expect(drawing.locator("img")).to_be_visible()
    drawing.hover()
    expect(page.locator("#portfolio[data-state=live]")).to_be_visible(timeout=30_000)
    middle = page.evaluate(WIDEST)
    page.mouse.move(*middle)
    expect(drawing.locator(".told")).to_contain_text("Location quotient")
    assert violations(page) == []


def test_the_slider_leads_through_the_years(visit: Visit) -> None:
    page = visit("/map/?category=ecosystems:tourism")
    slider = page.get_by_role("slider", name="Year")
    slider.focus()
    slider.press("ArrowLeft")
    expect(page).to_have_url(re.compile("year=2012"))
    expect(page.locator(".years-slider output")).to_have_text("2012")
    expect(page.locator("figcaption")).to_contain_text("2012")
    assert violations(page) == []


def test_the_map_goes_through_the_years_without_scripts(visit: Visit) -> None:
    page = visit("/map/?category=ecosystems:tourism", java_script_enabled=False)
    page.get_by_role("link", name="2010", exact=True).click()
    expect(page.locator("figcaption")).to_contain_text("2010")


def test_a_region_of_ones_own_is_made_and_compared_without_scripts(visit: Visit) -> None:
    page = visit("/own-region/", java_script_enabled=False)
    page.get_by_label("Name").fill("Alps")
    page.get_by_label("Codes, if you know them").fill("AT33, ITH1")
    page.get_by_role("button", name="Show this region").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Alps")
    page.get_by_role("link", name="Compare with other regions").click()
    page.get_by_label("Add a region").fill("AT32")
    page.get_by_role("button", name="Add").first.click()
    expect(page.locator(".compared li")).to_have_count(2)


def test_the_menu_stays_usable_on_a_phone(visit: Visit) -> None:
    page = visit("/", viewport=PHONE)
    page.get_by_role("navigation", name="Main").get_by_role("link", name="Industries").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Industries")
