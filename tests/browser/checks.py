"""What is asked of a page wherever it is shown: that it is accessible, in light and dark, and fits a phone."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

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


def too_wide(page: Page) -> list[int]:
    """The widths of phones, in pixels, that a page does not fit."""
    wide = []
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(width)
    return wide
