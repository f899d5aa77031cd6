"""Moderators decide in a real browser: with the keyboard's forms, accessible, on a phone too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from clusteratlas.web.moderation.passwords import moderator_line
from tests.browser.checks import violations
from tests.browser.conftest import PHONE, serving

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("moderators")


@pytest.fixture(scope="module")
def place(joined_root: Path, folder: Path) -> Iterator[str]:
    """Where the site runs, with a moderator."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CLUSTERATLAS_MODERATORS", moderator_line("ana", PASSWORD))
        patch.setenv("CLUSTERATLAS_DECISIONS", str(folder / "decisions.csv"))
        yield from serving(joined_root, folder / "home")


@pytest.fixture
def page(chromium: Browser, place: str) -> Iterator[Page]:
    context = chromium.new_context(base_url=place, viewport=PHONE)
    yield context.new_page()
    context.close()


def test_a_moderator_comes_in_decides_and_takes_it_back(page: Page, folder: Path):
    page.goto("/moderation/")
    assert violations(page) == []
    page.get_by_label("Name").fill("ana")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Come in").click()
    page.get_by_role("heading", name="Same or different?").wait_for()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.get_by_label("Why").fill("One address")
    page.get_by_role("button", name="Same", exact=True).click()
    page.get_by_role("heading", name="Your last decisions").wait_for()
    assert violations(page) == []
    assert "same,ana," in (folder / "decisions.csv").read_text("utf-8")
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("Your last decisions").wait_for(state="detached")
    assert (folder / "decisions.csv").read_text("utf-8").splitlines()[-1].split(",")[2] == "revoked"


def test_the_profile_of_a_joined_organisation_is_accessible(page: Page):
    page.goto("/organisations/pic:991111312/")
    page.locator("summary").filter(has_text="Not joined").click()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
