"""Home, help, feed, errors, caching, releases: what holds for the site as a whole."""

from __future__ import annotations

import gzip
import re
import shutil
import threading
import time
from pathlib import Path
from xml.etree import ElementTree

import pytest
from django.test import Client

from clusteratlas import taxonomies
from tests.support.release import tiny_release

ATOM = {"a": "http://www.w3.org/2005/Atom"}
PAGES = ("/", "/help/", "/projects/", "/projects/?view=map", "/projects/?contry=x", "/nowhere")


@pytest.mark.parametrize("path", PAGES)
def test_every_page_has_the_bones_that_readers_of_all_kinds_need(client: Client, path: str) -> None:
    html = client.get(path).content.decode()
    assert '<html lang="en">' in html
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert '<a class="skip-link" href="#main">' in html
    assert re.search(r"<title>[^<]{10,}</title>", html)
    assert re.search(r'<meta name="description" content="[^"]{20,}"', html)
    for landmark in ("<header", "<nav", "<main", "<footer"):
        assert landmark in html
    identities = re.findall(r'\sid="([^"]+)"', html)
    assert len(identities) == len(set(identities))
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        assert "<caption" in table
        assert 'scope="col"' in table


def test_home_names_all_pillars_and_leads_to_them(client: Client) -> None:
    html = client.get("/").content.decode()
    for pillar in taxonomies.pillars().values():
        assert f'href="/initiatives/{pillar.pillar_id}/"' in html
        assert pillar.name in html
    assert 'name="cluster" value="yes"' in html
    assert '<svg class="map"' in html


def test_home_and_initiatives_count_the_same_projects(client: Client) -> None:
    home = client.get("/").content.decode()
    listed = client.get("/initiatives/").content.decode()
    told = client.get("/api/v1/pillars").json()
    for pillar in told:
        address = f'href="/initiatives/{pillar["pillar_id"]}/"'
        card = home.split(address)[1].split("</li>")[0]
        section = listed.split(address)[1].split("</section>")[0]
        held = pillar["projects"] + pillar["partnerships"]
        if held:
            found = client.get(f"/api/v1/projects?cluster=yes&pillar={pillar['pillar_id']}").json()
            assert found["total"] == held
            assert re.search(rf"<dt>project.*?</dt><dd>{held}</dd>", card)
            assert re.search(rf"{held} cluster project", section)
        else:
            assert "No projects of this pillar" in card
            assert "No projects in this release" in section
    assert sum(pillar["projects"] for pillar in told) > 0


def test_help_lists_every_filter(client: Client) -> None:
    from clusteratlas.atlas.search import FACETS

    html = client.get("/help/").content.decode()
    assert all(f"<code>{facet.name}</code>" in html for facet in FACETS)


def test_feed_is_valid_atom_with_the_newest_first(client: Client) -> None:
    response = client.get("/projects.atom?q=photonics")
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    assert feed.tag == f"{{{ATOM['a']}}}feed"
    moment = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
    assert moment.fullmatch(feed.findtext("a:updated", namespaces=ATOM))
    assert feed.find("a:link[@rel='self']", ATOM).get("href") == "http://localhost/projects.atom?q=photonics"
    entries = feed.findall("a:entry", ATOM)
    assert len(entries) == 10
    assert len({entry.findtext("a:id", namespaces=ATOM) for entry in entries}) == 10
    for entry in entries:
        assert moment.fullmatch(entry.findtext("a:updated", namespaces=ATOM))
        assert entry.findtext("a:title", namespaces=ATOM)
    published = [entry.findtext("a:published", namespaces=ATOM) for entry in entries]
    assert published == sorted(published, reverse=True)


def test_health_names_the_release(client: Client, tiny_root: Path) -> None:
    answer = client.get("/healthz").json()
    assert answer == {"status": "ok", "release": (tiny_root / "current").resolve().name}


def test_a_repeated_visit_costs_nothing(client: Client) -> None:
    first = client.get("/projects/?q=photonics")
    assert first.headers["Cache-Control"] == "public, max-age=60"
    tag = first.headers["ETag"]
    again = client.get("/projects/?q=photonics", headers={"if-none-match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert client.get("/projects/?q=hydrogen", headers={"if-none-match": tag}).status_code == 200


def test_static_files_are_named_by_what_they_hold_and_kept_for_good(client: Client) -> None:
    html = client.get("/").content.decode()
    address = re.search(r'href="(/static/clusteratlas/site\.[0-9a-f]{12}\.css)"', html)[1]
    response = client.get(address)
    assert response.status_code == 200
    assert "immutable" in response.headers["Cache-Control"]
    assert b"--accent" in b"".join(response.streaming_content)


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/projects/?x=1", 400)])
def test_errors_are_pages_with_a_way_on(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert b'href="/projects/?cluster=yes"' in response.content
    assert b"Traceback" not in response.content


def test_a_fault_of_ours_is_a_page_too(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from clusteratlas.web.explore import views

    def broken(*_: object) -> None:
        raise RuntimeError("secret inside")

    monkeypatch.setattr(views, "remember", broken)
    client.raise_request_exception = False
    response = client.get("/")
    assert response.status_code == 500
    assert b"The fault is ours" in response.content
    assert b"secret inside" not in response.content
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_a_newer_release_is_shown_without_a_restart_and_the_old_one_closed(tmp_path: Path) -> None:
    from clusteratlas.web.atlas import SECONDS_BETWEEN_LOOKS, Holder

    root = tiny_release(tmp_path, projects=3)
    holder = Holder(root)
    old = holder.borrow()
    assert old.atlas.release.manifest["tables"]["project"] == 3
    tiny_release(tmp_path, projects=4)
    time.sleep(SECONDS_BETWEEN_LOOKS)
    new = holder.borrow()
    assert new.atlas.release.manifest["tables"]["project"] == 4
    assert old.atlas.rows("SELECT count(*) AS n FROM project") == [{"n": 3}]  # a reader may finish
    holder.give_back(old)
    with pytest.raises(Exception, match=r"(?i)closed"):
        old.atlas.rows("SELECT 1")
    holder.give_back(new)
    holder.close()


def test_a_newer_release_is_warmed_beside_its_first_visitors(tmp_path: Path) -> None:
    from clusteratlas.web.atlas import SECONDS_BETWEEN_LOOKS, Holder

    root, warmed = tiny_release(tmp_path, projects=3), threading.Event()
    holder = Holder(root)
    holder.on_change = lambda: (holder.give_back(holder.borrow()), warmed.set())
    holder.give_back(holder.borrow())
    assert not warmed.is_set()  # the first release is warmed before anyone is let in
    tiny_release(tmp_path, projects=4)
    time.sleep(SECONDS_BETWEEN_LOOKS)
    holder.give_back(holder.borrow())
    assert warmed.wait(10)
    holder.close()


def test_a_release_that_vanishes_or_breaks_leaves_the_one_before_in_use(tmp_path: Path) -> None:
    from clusteratlas.web.atlas import SECONDS_BETWEEN_LOOKS, Holder

    root = tiny_release(tmp_path, projects=3)
    holder = Holder(root)
    holder.give_back(holder.borrow())
    (root / "current").resolve().joinpath("manifest.json").write_text("{")
    time.sleep(SECONDS_BETWEEN_LOOKS)
    lease = holder.borrow()
    assert lease.atlas.rows("SELECT count(*) AS n FROM project") == [{"n": 3}]
    holder.give_back(lease)
    holder.close()


def test_a_download_of_which_only_the_head_is_wanted_does_not_keep_its_release_open(client: Client) -> None:
    from clusteratlas.web.atlas import holder

    lease = holder().borrow()
    holder().give_back(lease)
    before = lease.readers
    response = client.head("/data/tables/project.csv")
    assert response.status_code == 200
    response.close()
    assert lease.readers == before
    response = client.get("/data/tables/project.csv")
    assert response.getvalue()
    response.close()
    assert lease.readers == before


@pytest.mark.parametrize("hosts", [["atlas.example"], [".example.org"], ["*"]])
def test_a_site_under_a_name_of_its_own_is_warm_before_its_first_visitor(
    client: Client, hosts: list[str]
) -> None:
    from django.core.handlers.wsgi import WSGIHandler
    from django.test import override_settings

    from clusteratlas.web.warm import warm_up

    statuses = []

    def application(environ: dict, start: object) -> object:
        return WSGIHandler()(environ, lambda status, headers, *_: statuses.append(status))

    with override_settings(ALLOWED_HOSTS=hosts):
        warm_up(application)
    assert set(statuses) == {"200 OK"}


def test_the_feed_of_a_question_with_unprintable_characters_can_be_read(client: Client) -> None:
    response = client.get("/projects.atom", {"organisation": "pic:\x01\ufffe"})
    assert response.status_code == 200
    assert ElementTree.fromstring(response.content).tag == f"{{{ATOM['a']}}}feed"


def test_a_site_whose_index_is_gone_does_not_call_itself_well(
    client: Client, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from clusteratlas.web.atlas import Holder

    root = tiny_release(tmp_path, projects=3)
    shutil.rmtree((root / "current").resolve() / "search")
    broken = Holder(root)
    monkeypatch.setattr("clusteratlas.web.middleware.release.holder", lambda: broken)
    response = client.get("/healthz")
    broken.close()
    assert response.status_code == 503
    assert b"The search index is missing" in response.content


def test_pages_are_sent_compressed_to_those_who_can_read_that(client: Client) -> None:
    plain = client.get("/projects/?q=photonics")
    packed = client.get("/projects/?q=photonics", headers={"accept-encoding": "gzip, br"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content) / 2
    assert packed.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
    again = client.get(
        "/projects/?q=photonics",
        headers={"accept-encoding": "gzip", "if-none-match": packed.headers["ETag"]},
    )
    assert again.status_code == 304
