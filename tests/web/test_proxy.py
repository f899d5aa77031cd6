"""Behind a proxy: what it says of the visitor is believed when it is trusted, and only then."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from clusteratlas.errors import UsageError
from clusteratlas.settings import trusted_proxies
from clusteratlas.web.moderation import entrance
from clusteratlas.web.moderation.passwords import moderator_line

FORWARDED = {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_FOR": "203.0.113.9, 198.51.100.7"}


@pytest.fixture
def behind(site: Callable[..., Client], monkeypatch: pytest.MonkeyPatch) -> Callable[..., Client]:
    """Makes clients of a site that trusts the proxies it is given."""

    def clients(trusted: str, **options) -> Client:
        monkeypatch.setenv("CLUSTERATLAS_TRUSTED_PROXIES", trusted)
        return site(HTTP_HOST="localhost", **options)

    return clients


@pytest.mark.parametrize(
    ("trusted", "peer", "scheme"),
    [
        ("127.0.0.1", "127.0.0.1", "https"),
        ("10.0.0.0/8, ::1", "10.2.3.4", "https"),
        ("10.0.0.0/8", "::ffff:10.2.3.4", "https"),
        ("", "127.0.0.1", "http"),
        ("127.0.0.1", "192.0.2.1", "http"),
    ],
)
def test_links_of_feeds_and_files_are_https_when_a_trusted_proxy_says_so(
    behind: Callable[..., Client], trusted: str, peer: str, scheme: str
) -> None:
    client = behind(trusted, REMOTE_ADDR=peer, **FORWARDED)
    assert (
        f'href="{scheme}://localhost/projects/' in client.get("/projects.atom?q=photonics").content.decode()
    )
    assert (
        client.get("/data/sources.json").json()["about"]["address"]
        == f"{scheme}://localhost/data/sources.json"
    )


def test_the_scheme_is_what_the_last_proxy_says_and_nonsense_is_not_believed(
    behind: Callable[..., Client],
) -> None:
    for said, scheme in (("http, https", "https"), ("https, http", "http"), ("gopher", "http"), ("", "http")):
        client = behind("127.0.0.1", REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_PROTO=said)
        about = client.get("/data/sources.json").json()["about"]
        assert about["address"].startswith(f"{scheme}://"), said


@pytest.mark.parametrize(
    ("said", "seen"),
    [
        ("203.0.113.9, 198.51.100.7", "198.51.100.7"),
        ("203.0.113.9, 198.51.100.7, 10.0.0.2", "198.51.100.7"),
        ("198.51.100.7:4711", "198.51.100.7"),
        ("[2001:db8::1]:80", "2001:db8::1"),
        ("10.0.0.3", "10.0.0.3"),
        ("203.0.113.9, nobody", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_patience_at_the_door_ends_for_the_visitor_and_not_for_the_proxy(
    behind: Callable[..., Client], monkeypatch: pytest.MonkeyPatch, said: str, seen: str
) -> None:
    monkeypatch.setenv("CLUSTERATLAS_MODERATORS", moderator_line("ana", "correct horse battery"))
    entrance._wrong.clear()
    client = behind("10.0.0.0/8", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=said)
    client.post("/moderation/enter/", {"name": "ana", "password": "wrong"})
    assert [attempt.address for attempt in entrance._wrong] == [seen]
    entrance._wrong.clear()


def test_a_form_sent_through_tls_is_accepted_and_its_cookie_stays_there(
    behind: Callable[..., Client], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLUSTERATLAS_MODERATORS", moderator_line("ana", "correct horse battery"))
    entrance._wrong.clear()
    client = behind("127.0.0.1", REMOTE_ADDR="127.0.0.1", enforce_csrf_checks=True, **FORWARDED)
    client.get("/moderation/")
    token = client.cookies["csrftoken"].value
    fields = {"name": "ana", "password": "correct horse battery", "csrfmiddlewaretoken": token}
    entered = client.post("/moderation/enter/", fields, headers={"Origin": "https://localhost"})
    assert entered.status_code == 302
    assert entered.cookies["moderator"]["secure"]


def test_what_is_no_address_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLUSTERATLAS_TRUSTED_PROXIES", "127.0.0.1, the proxy")
    with pytest.raises(UsageError, match="'the proxy' does not appear to be"):
        trusted_proxies()
