"""What holds for each kind of page: accessible in light and dark, nothing cut off on a narrow screen."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.checks import too_wide, violations, violations_light_and_dark
from tests.browser.conftest import PHONE, WIDE
from tests.browser.pages import PAGES

Visit = Callable[..., Page]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_pages_have_no_accessibility_violations(visit: Visit, path: str) -> None:
    assert violations_light_and_dark(visit(path, viewport=WIDE)) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_pages_fit_a_phone_and_are_accessible_there(visit: Visit, path: str) -> None:
    page = visit(path, viewport=PHONE)
    for details in page.locator("details:not([open]) > summary").all()[:1]:
        details.click()
    assert violations(page) == []
    assert too_wide(page) == []
