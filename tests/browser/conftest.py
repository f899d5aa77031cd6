"""A real server process, and a real Chromium that visits it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright

from tests.support.serving import free_port

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
expect.set_options(timeout=20_000)  # ms: a busy machine may take its time
WIDE, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here drives a browser."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def address(tiny_root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the site runs, in a process of its own, with the tiny release."""
    yield from serving(tiny_root, tmp_path_factory.mktemp("home"))


def serving(root: Path, home: Path) -> Iterator[str]:
    """The address of a server process that shows the release at ``root``; it ends with the generator."""
    port = free_port()
    command = [Path(sys.executable).parent / "clusteratlas", "serve", "--release", str(root)]
    process = subprocess.Popen(
        [*command, "--port", str(port)],
        env={**os.environ, "CLUSTERATLAS_HOME": str(home)},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout.readline().startswith("Clusteratlas is at"), "the server did not start"
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The system's Chromium."""
    if CHROMIUM is None:
        pytest.skip("no Chromium here; `make test` says how to get one")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def visit(chromium: Browser, address: str) -> Iterator[Callable[..., Page]]:
    """Opens pages: ``visit(path, **context options)``. At the end nothing may have come from elsewhere, and
    no page may have broken its own security policy or thrown an error."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def watch(request: Request) -> None:
        if not request.url.startswith((address, "data:")):
            complaints.append(f"asked elsewhere: {request.url}")

    def opened(path: str, **options: Any) -> Page:
        context = chromium.new_context(base_url=address, **({"viewport": WIDE} | options))
        contexts.append(context)
        page = context.new_page()
        page.on("request", watch)
        page.on("pageerror", lambda fault: complaints.append(f"script: {fault}"))
        page.on(
            "console",
            lambda message: "Content Security Policy" in message.text and complaints.append(message.text),
        )
        page.goto(path)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not complaints
