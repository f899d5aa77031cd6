"""Who comes to a network while it is being worked out sees it appear, without touching anything."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import Client
from playwright.sync_api import Page, expect

from clusteratlas.web.atlas import holder
from clusteratlas.web.networks.remembered import DESK
from tests.browser.checks import violations_light_and_dark
from tests.browser.conftest import PHONE

Visit = Callable[..., Page]
NETWORK = "/network/?country=DE"


class Quiet(WSGIRequestHandler):
    """Writes no line for each request."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@pytest.fixture
def go_on(site: Callable[[], Client]) -> Iterator[threading.Event]:
    """Something else is being worked out in this process until this is set; the network waits for its turn."""
    lease, event = holder().borrow(), threading.Event()
    before = dict(lease.memory)
    lease.memory.clear()
    assert DESK.ask(lease, "something long", lambda _: event.wait(60), patience=0) is None
    yield event
    event.set()
    DESK.ask(lease, "after all others", lambda _: True, patience=60)
    lease.memory.clear()
    lease.memory.update(before)
    holder().give_back(lease)


@pytest.fixture
def address(go_on: threading.Event) -> Iterator[str]:
    """Where the site runs, in this process."""
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_visitor_who_waits_sees_the_measures_and_hears_of_them(
    visit: Visit, go_on: threading.Event
) -> None:
    page = visit(NETWORK, viewport=PHONE)
    expect(page.get_by_text("is being worked out")).to_be_visible()
    expect(page.get_by_text("It appears here by itself.")).to_be_visible()
    expect(page.get_by_role("heading", name="Who links the others")).to_have_count(0)
    assert violations_light_and_dark(page) == []
    asked = page.url
    page.evaluate("window.isTheSamePage = true")
    go_on.set()
    expect(page.get_by_role("heading", name="Who links the others")).to_be_visible()
    expect(page.get_by_role("status")).to_contain_text("Worked out: who links the others")
    expect(page.get_by_text("is being worked out")).to_have_count(0)
    assert page.evaluate("window.isTheSamePage")
    assert page.url == asked
    further: list[str] = []
    page.on("request", lambda request: further.append(request.url))
    page.wait_for_timeout(2500)
    assert further == []


def test_without_scripts_a_link_leads_to_the_measures(visit: Visit, go_on: threading.Event) -> None:
    page = visit(NETWORK, java_script_enabled=False)
    expect(page.get_by_text("It appears here by itself.")).to_be_hidden()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_text("is being worked out")).to_be_visible()
    go_on.set()
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("heading", name="Who links the others")).to_be_visible()
