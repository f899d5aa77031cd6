"""What every answer of the site must carry, and what no page may contain."""

from __future__ import annotations

import re
import stat
from pathlib import Path

import pytest
from django.test import Client

from tests.support.release import SCRIPT_TITLE

PAGES = (
    "/",
    "/help/",
    "/projects/",
    "/projects/?cluster=yes&q=photnics",
    "/projects/?view=map",
    "/projects/?view=timeline",
    "/projects/?contry=DE",
    "/no/such/page",
)


@pytest.mark.parametrize("path", [*PAGES, "/healthz", "/robots.txt", "/projects.atom"])
def test_every_answer_forbids_what_comes_from_elsewhere(client: Client, path: str) -> None:
    headers = client.get(path).headers
    policy = dict(part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize("path", PAGES)
def test_pages_hold_nothing_inline_and_nothing_from_elsewhere(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert not re.search(r"<[^>]+\sstyle=", html)
    assert not re.search(r"<[^>]+\son[a-z]+=", html)
    assert "<style" not in html
    assert all("src=" in tag for tag in re.findall(r"<script[^>]*>", html))
    assert all(address.startswith("/static/") for address in re.findall(r'<script[^>]*src="([^"]+)"', html))


def test_a_title_made_of_markup_is_shown_as_it_is_written(client: Client) -> None:
    html = client.get("/projects/?q=photonics&page_size=100").content.decode()
    assert "<script>alert" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html.replace("<mark>", "").replace("</mark>", "")
    assert SCRIPT_TITLE.split("alert")[0] not in html


def test_words_of_the_visitor_are_escaped_wherever_they_are_repeated(client: Client) -> None:
    html = client.get("/projects/", {"q": '"><script>alert(2)</script>'}).content.decode()
    assert "<script>alert(2)" not in html


def test_debug_is_off_and_foreign_host_names_are_refused(client: Client) -> None:
    from django.conf import settings

    assert settings.DEBUG is False
    assert client.get("/", headers={"host": "elsewhere.example"}).status_code == 400


def test_secret_key_is_kept_outside_the_repository_for_its_owner_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clusteratlas.web.secret import key_file, secret_key

    monkeypatch.setenv("CLUSTERATLAS_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("CLUSTERATLAS_SECRET_KEY", raising=False)
    key = secret_key()
    assert len(key) >= 50
    assert secret_key() == key == key_file().read_text()
    assert stat.S_IMODE(key_file().stat().st_mode) == 0o600
    assert Path(__file__).parents[2] not in key_file().parents


def test_secret_key_may_be_given_by_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    from clusteratlas.web.secret import secret_key

    monkeypatch.setenv("CLUSTERATLAS_SECRET_KEY", "given")
    assert secret_key() == "given"


def test_a_folder_that_cannot_be_written_to_does_not_keep_the_site_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clusteratlas.web.secret import secret_key

    (tmp_path / "file").write_text("no folder")
    monkeypatch.delenv("CLUSTERATLAS_SECRET_KEY", raising=False)
    monkeypatch.setenv("CLUSTERATLAS_HOME", str(tmp_path / "file" / "home"))
    assert len(secret_key()) >= 50
