"""A newcomer's path through the site, with scripts and without, with the keyboard, on a phone."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import PHONE

Visit = Callable[..., Page]


@pytest.mark.parametrize("has_scripts", [True, False], ids=["with scripts", "without"])
def test_from_the_home_page_to_a_download(visit: Visit, has_scripts: bool) -> None:
    page = visit("/", java_script_enabled=has_scripts, accept_downloads=True)
    page.get_by_role("link", name="Projects", exact=True).click()
    page.get_by_role("radio", name="All projects").check()
    page.get_by_role("searchbox").fill("photnics")
    page.get_by_role("button", name="Search").click()
    expect(page.locator("#correction")).to_contain_text("photonics")
    expect(page.locator("#result-title")).to_have_text("10 projects")

    page.get_by_role("checkbox", name="Germany").check()
    if not has_scripts:
        page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile(r"\?q=photnics&country=DE$"))
    expect(page.get_by_role("checkbox", name="Germany")).to_be_checked()
    result = page.url

    page.locator(".result h3 a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("main a[href^='/organisations/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.locator("main a[href^='/regions/'], main a[href^='/countries/']").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()

    page.goto(result)
    count = int(page.locator("#result-title").inner_text().split()[0])
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    text = download.value.path().read_text("utf-8-sig")
    assert len(list(csv.DictReader(io.StringIO(text)))) == count


def test_a_filter_keeps_the_focus_says_the_count_and_can_be_gone_back_from(visit: Visit) -> None:
    page = visit("/projects/?q=photonics")
    before = page.locator("#result-title").inner_text()
    box = page.get_by_role("checkbox", name="France")
    box.focus()
    page.keyboard.press("Space")
    expect(page).to_have_url(re.compile("country=FR"))
    expect(page.get_by_role("checkbox", name="France")).to_be_focused()
    after = page.locator("#result-title").inner_text()
    assert after != before
    expect(page.locator("#announce")).to_have_text(f"{after} found")
    page.go_back()
    expect(page.locator("#result-title")).to_have_text(before)
    expect(page.get_by_role("checkbox", name="France")).not_to_be_checked()


def choose_while_the_server_is_slow(page: Page, name: str) -> Route:
    """Tick a box; the answer waits until the route that is returned is continued."""
    held: list[Route] = []
    asks = re.compile(r"/projects/\?")
    page.route(asks, lambda route: held.append(route), times=1)
    page.get_by_role("checkbox", name=name).check()
    while not held:
        page.wait_for_timeout(20)
    return held[0]


def test_what_is_typed_while_an_answer_is_under_way_stays(visit: Visit) -> None:
    page = visit("/projects/?q=photonics")
    answer = choose_while_the_server_is_slow(page, "France")
    box = page.get_by_role("searchbox")
    box.press("End")
    box.press_sequentially(" lasers")
    box.press("ArrowLeft")
    answer.continue_()
    expect(page.locator(".chip-remove")).to_contain_text("France")
    expect(box).to_be_focused()
    box.press("X")
    expect(box).to_have_value("photonics laserXs")


def test_an_amount_typed_while_an_answer_is_under_way_stays(visit: Visit) -> None:
    page = visit("/projects/?q=photonics")
    page.locator("#g-range summary").click()
    answer = choose_while_the_server_is_slow(page, "France")
    amount = page.get_by_label("At least €")
    amount.press_sequentially("500")
    amount.press("ArrowLeft")
    answer.continue_()
    expect(page.locator(".chip-remove")).to_contain_text("France")
    expect(amount).to_be_focused()
    amount.press("1")
    expect(amount).to_have_value("5010")
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile("country=FR.*budget_min=5010"))


def test_a_place_among_the_words_leaves_the_box_when_it_has_become_a_filter(visit: Visit) -> None:
    page = visit("/projects/")
    page.get_by_role("searchbox").fill("photonics Germany")
    page.get_by_role("searchbox").press("Enter")
    expect(page.locator(".chip-remove")).to_contain_text("Germany")
    expect(page.get_by_role("searchbox")).to_have_value("photonics")


def test_a_mistake_in_a_field_is_explained(visit: Visit) -> None:
    page = visit("/projects/")
    page.locator("#g-range summary").click()
    page.get_by_label("At least €").fill("lots")
    page.get_by_role("button", name="Apply filters").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("That cannot be asked")
    expect(page.locator("main")).to_contain_text("500000")


def test_the_first_key_leads_past_the_navigation(visit: Visit) -> None:
    page = visit("/projects/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_filters_on_a_phone_are_a_panel_that_opens(visit: Visit) -> None:
    page = visit("/projects/", viewport=PHONE, has_touch=True)
    expect(page.get_by_role("checkbox", name="Germany")).to_be_hidden()
    page.locator("#filters > summary").tap()
    page.get_by_role("checkbox", name="Germany").check()
    expect(page).to_have_url(re.compile("country=DE"))
    expect(page.get_by_role("checkbox", name="Germany")).to_be_visible()


def test_filters_on_a_wide_screen_are_there_without_scripts(visit: Visit) -> None:
    page = visit("/projects/", java_script_enabled=False)
    expect(page.get_by_role("checkbox", name="Germany")).to_be_visible()


def test_the_visitor_is_given_no_cookie(visit: Visit) -> None:
    page = visit("/projects/?q=photonics")
    assert page.context.cookies() == []
