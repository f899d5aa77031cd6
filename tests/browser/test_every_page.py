"""What holds for each kind of page: accessible in light and dark, nothing cut off on a narrow screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser.conftest import PHONE, WIDE
from tests.browser.pages import PAGES

Visit = Callable[..., Page]
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


COLOURS = {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}
"""The rules that can be broken in one colour scheme and kept in the other."""


FOUND = """async (rules) => {
  const found = await axe.run({...rules, resultTypes: ["violations"]});
  const told = (nodes) => nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join(" ");
  return found.violations.map(({id, nodes}) => `${id}: ${told(nodes)}`);
}"""
"""Asks for violations alone: what axe writes of every element that breaks nothing is megabytes a page."""


def violations(page: Page, rules: dict[str, Any] = RULES) -> list[str]:
    """What axe finds, a line each: the rule, and the first elements that break it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(FOUND, rules)


def violations_light_and_dark(page: Page) -> list[str]:
    """What axe finds on a page in light, and what of its colours in dark."""
    page.emulate_media(color_scheme="light")
    found = violations(page)
    page.emulate_media(color_scheme="dark")
    return [*found, *(f"dark: {one}" for one in violations(page, COLOURS))]


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_pages_have_no_accessibility_violations(visit: Visit, path: str) -> None:
    assert violations_light_and_dark(visit(path, viewport=WIDE)) == []


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_pages_fit_a_phone_and_are_accessible_there(visit: Visit, path: str) -> None:
    page = visit(path, viewport=PHONE)
    for details in page.locator("details:not([open]) > summary").all()[:1]:
        details.click()
    assert violations(page) == []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
