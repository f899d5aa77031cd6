"""The moderators' page is not there unless a setting names them; forms are protected; decisions end in the file."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.test import Client

from clusteratlas.identity.decisions import in_force
from clusteratlas.sources.decisions import read_decisions
from clusteratlas.web.atlas import Holder
from clusteratlas.web.moderation import entrance
from clusteratlas.web.moderation.passwords import is_moderator, moderator_line
from tests.support.organisations import TECNALIA

PASSWORD = "correct horse battery"
PAIR = {"left": "pic:991111312", "right": "pic:991111409"}
NAMED = "curated:fundacion-tecnalia-research-innovation-es"


@pytest.fixture(scope="module")
def line() -> str:
    return moderator_line("ana", PASSWORD)


@pytest.fixture
def client(
    site: Callable, joined_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Client]:
    """A client of a site that shows joined organisations, and that checks forms as a real one does."""
    shown = Holder(joined_root)
    monkeypatch.setattr("clusteratlas.web.middleware.release.holder", lambda: shown)
    monkeypatch.setenv("CLUSTERATLAS_DECISIONS", str(tmp_path / "decisions.csv"))
    entrance._wrong.clear()
    yield site(enforce_csrf_checks=True)
    shown.close()


@pytest.fixture
def moderator(client: Client, line: str, monkeypatch: pytest.MonkeyPatch) -> Client:
    """The client, come in as Ana."""
    monkeypatch.setenv("CLUSTERATLAS_MODERATORS", f"nonsense {line}")
    response = post(client, "enter", name="ana", password=PASSWORD)
    assert response.status_code == 302
    return client


def post(client: Client, where: str, **fields: str):
    """Send a form as the page has it, with its token."""
    page = client.get("/moderation/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    return client.post(f"/moderation/{where}/", {**fields, "csrfmiddlewaretoken": token})


def decisions(folder: Path) -> list[tuple[str, str, str]]:
    return [
        (d.verdict, d.author, d.reason) for d in in_force(read_decisions(folder / "decisions.csv").decisions)
    ]


@pytest.mark.parametrize("path", ["", "enter/", "leave/", "decide/"])
def test_without_moderators_there_is_no_such_page(client: Client, path: str):
    assert client.get(f"/moderation/{path}").status_code == 404
    assert client.post(f"/moderation/{path}", PAIR).status_code in (403, 404)


def test_nobody_comes_in_with_a_wrong_password_and_too_many_end_it(
    client: Client, line: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CLUSTERATLAS_MODERATORS", line)
    monkeypatch.setattr(entrance, "is_moderator", lambda name, password: False)
    codes = [post(client, "enter", name="ana", password="wrong").status_code for _ in range(11)]
    assert codes == [403] * 10 + [429]
    assert "Same or different" not in client.get("/moderation/").content.decode()


def test_strangers_do_not_lock_a_moderator_out(client: Client, line: str, monkeypatch: pytest.MonkeyPatch):
    """They guess under her name, then under any, until their own address is worn out; she comes in from hers."""
    monkeypatch.setenv("CLUSTERATLAS_MODERATORS", line)
    at_theirs = [entrance.begin(name, "192.0.2.1") for name in ["ana"] * 11 + [f"x{n}" for n in range(31)]]
    assert [n for n, attempt in enumerate(at_theirs) if attempt is None] == [10, 41]
    assert post(client, "enter", name="ana", password=PASSWORD).status_code == 302
    assert len(entrance._wrong) == entrance.WRONG_OF_ADDRESS


def test_attempts_at_once_are_counted_before_their_passwords_are_looked_at(
    client: Client, line: str, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CLUSTERATLAS_MODERATORS", line)
    with ThreadPoolExecutor(8) as pool:
        begun = list(pool.map(lambda _: entrance.begin("ana", "192.0.2.1"), range(50)))
    waiting = [attempt for attempt in begun if attempt]
    assert len(waiting) == entrance.WRONG_AT_MOST
    assert entrance.may_enter(waiting[0], PASSWORD)
    assert entrance.begin("ana", "192.0.2.1")
    assert entrance.begin("ana", "192.0.2.1") is None


def test_everybody_together_has_an_end_that_time_lifts(client: Client, monkeypatch: pytest.MonkeyPatch):
    begun = [entrance.begin("ana", f"192.0.2.{n % 50}") for n in range(entrance.WRONG_OF_ALL + 1)]
    assert begun[-1] is None
    assert all(begun[:-1])
    later = begun[-2].at + entrance.WRONG_WITHIN + 1
    monkeypatch.setattr(entrance, "time", SimpleNamespace(monotonic=lambda: later))
    assert entrance.begin("ana", "192.0.2.1")


def test_a_number_that_is_none_writes_nothing(moderator: Client, tmp_path: Path):
    assert post(moderator, "decide", **PAIR, verdict="same", skip="next").status_code == 400
    assert not (tmp_path / "decisions.csv").exists()


def test_names_and_passwords_belong_together(line: str, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CLUSTERATLAS_MODERATORS", line)
    assert is_moderator("ana", PASSWORD)
    assert not is_moderator("ana", PASSWORD + "!")
    assert not is_moderator("bo", PASSWORD)
    assert not is_moderator("", "")


def test_a_form_without_its_token_is_refused(moderator: Client, tmp_path: Path):
    response = moderator.post("/moderation/decide/", {**PAIR, "verdict": "same"})
    assert response.status_code == 403
    assert not (tmp_path / "decisions.csv").exists()


def test_a_stranger_decides_nothing(
    client: Client, line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setenv("CLUSTERATLAS_MODERATORS", line)
    client.cookies["moderator"] = "ana:forged"
    assert post(client, "decide", **PAIR, verdict="same").status_code == 403
    assert not (tmp_path / "decisions.csv").exists()


def test_a_moderator_decides_and_takes_it_back(moderator: Client, tmp_path: Path):
    page = moderator.get("/moderation/").content.decode()
    assert "POLSKI KLASTER LOTNICZY" in page
    assert "Same name but for capitals" in page
    post(moderator, "decide", **PAIR, verdict="same", reason="One  address")
    assert decisions(tmp_path) == [("same", "ana", "One address")]
    after = moderator.get("/moderation/").content.decode()
    assert 'value="pic:991111312"' in after.split("Your last decisions")[1]
    assert 'value="pic:991111312"' not in after.split("Your last decisions")[0]
    post(moderator, "decide", **PAIR, verdict="revoked")
    assert decisions(tmp_path) == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({**PAIR, "verdict": "equal"}, 400),
        ({"left": "pic:1", "right": "pic:2", "verdict": "same"}, 404),
        ({**PAIR, "verdict": "revoked"}, 400),
        ({"left": PAIR["left"], "right": PAIR["left"], "verdict": "same"}, 400),
    ],
)
def test_what_cannot_be_decided_is_not(moderator: Client, tmp_path: Path, fields: dict, code: int):
    assert post(moderator, "decide", **fields).status_code == code
    assert not (tmp_path / "decisions.csv").exists()


def test_nobody_stores_the_page_and_its_cookie_is_for_it_alone(moderator: Client):
    assert moderator.get("/moderation/").headers["Cache-Control"] == "no-store"
    cookie = moderator.cookies["moderator"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Strict", "/moderation/")


def test_another_password_ends_a_visit(moderator: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CLUSTERATLAS_MODERATORS", moderator_line("ana", "another long one"))
    assert "Come in" in moderator.get("/moderation/").content.decode()


def test_leaving(moderator: Client):
    post(moderator, "leave")
    assert "Come in" in moderator.get("/moderation/").content.decode()


@pytest.mark.parametrize("form", ["/organisations/{}/", "/organisations/{}.json", "/api/v1/organisations/{}"])
def test_an_id_that_was_merged_leads_on(client: Client, form: str):
    response = client.get(form.format(NAMED), {"page": "1"} if form.endswith(("/", "}")) else {})
    assert response.status_code == 302
    assert response.headers["Location"].partition("?")[0] == form.format(TECNALIA)
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_profile_tells_why_its_records_are_one(client: Client):
    page = client.get(f"/organisations/{TECNALIA}/").content.decode()
    assert "Why these are one" in page
    assert "same name but for accents" in page
    assert "Across 2 programmes" in page
    assert "Tell us" not in page
    told = client.get(f"/api/v1/organisations/{TECNALIA}").json()
    assert [one["verdict"] for one in told["identity"]["judgements"]] == ["same"]
    assert {form["published_organisation_id"] for form in told["forms"]} == {TECNALIA, NAMED}


def test_a_profile_shows_what_was_not_joined_and_what_belongs_together(client: Client):
    doubts = client.get("/organisations/pic:991111312/").content.decode()
    assert "they have different PICs (991111312, 991111409)" in doubts
    links = client.get("/organisations/pic:991111118/").content.decode()
    assert 'Same VAT number as <a href="/organisations/pic:991111215/">' in links


def test_where_no_address_is_set_the_command_that_decides_is_told(client: Client):
    profile = json.loads(client.get(f"/organisations/{TECNALIA}.json").content)
    one = profile["identity"]["judgements"][0]
    ids = f"{one['left']['published_organisation_id']} {one['right']['published_organisation_id']}"
    page = client.get(f"/organisations/{TECNALIA}/").content.decode()
    assert "Not the same?" in page
    assert f"clusteratlas identity decide {ids} different" in page


def test_a_visitor_can_tell_where_an_address_is_set(client: Client, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CLUSTERATLAS_REPORTS_TO", "atlas@example.org")
    page = client.get(f"/organisations/{TECNALIA}/").content.decode()
    assert f'href="mailto:atlas@example.org?subject={TECNALIA.replace(":", "%3A")}' in page
