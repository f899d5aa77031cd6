"""The data pages: what is there, what it means, what became of every row, whose it is, what changed."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import zipfile
from pathlib import Path

import pytest
from django.test import Client

from clusteratlas.pipeline.build import Given, build
from clusteratlas.pipeline.schema import tables
from clusteratlas.web.atlas import holder
from tests.support.release import tiny_zip

PAGES = (
    "/data/",
    "/data/releases/",
    "/data/dictionary/",
    "/data/quality/",
    "/data/quarantine/",
    "/data/downloads/",
    "/data/sources/",
    "/api/v1/docs",
)


def text(client: Client, path: str) -> str:
    response = client.get(path)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_every_data_page_has_the_bones_that_readers_need(client: Client, path: str) -> None:
    html = text(client, path)
    assert len(re.findall(r"<h1[ >]", html)) == 1
    assert 'aria-label="You are here"' in html
    identities = re.findall(r'\sid="([^"]+)"', html)
    assert len(identities) == len(set(identities))
    for table in re.findall(r"<table.*?</table>", html, re.DOTALL):
        assert "<caption" in table
        assert 'scope="col"' in table


@pytest.mark.parametrize("path", PAGES)
def test_every_link_of_a_data_page_leads_somewhere(client: Client, path: str) -> None:
    ours = r'href="(/(?:data|api)[^"#]*)(?:#[^"]*)?"'
    for address in set(re.findall(ours, text(client, path))):
        response = client.get(address.replace("&amp;", "&"))
        response.close()
        assert response.status_code == 200, address


def test_the_dictionary_explains_every_field(client: Client) -> None:
    html = text(client, "/data/dictionary/")
    for table in tables().values():
        assert f'<h2 id="{table.name}">' in html
        for field in table.fields:
            assert f"<code>{field.name}</code>" in html


def test_downloads_offer_every_table_with_what_to_know_before(client: Client) -> None:
    html = text(client, "/data/downloads/")
    for name in tables():
        for ending in ("csv", "xlsx", "json", "parquet"):
            assert f'href="/data/tables/{name}.{ending}"' in html
    assert "Before you use it" in html
    assert "apostrophe" in html


def test_the_package_describes_what_can_be_downloaded(client: Client) -> None:
    package = client.get("/data/datapackage.json").json()
    assert len(package["resources"]) == len(tables())
    for resource in package["resources"]:
        content = b"".join(client.get(f"/data/{resource['path']}").streaming_content)
        head, *rows = csv.reader(io.StringIO(content.decode(), newline=""))
        assert head == [field["name"] for field in resource["schema"]["fields"]]
        assert len(rows) == resource["rows"]


@pytest.mark.parametrize("name", ["releases", "dictionary", "quality", "quarantine", "sources", "downloads"])
def test_every_list_has_its_twins(client: Client, name: str) -> None:
    assert json.loads(client.get(f"/data/{name}.json").getvalue())
    assert b"," in client.get(f"/data/{name}.csv").getvalue()


def test_sources_name_publisher_licence_and_credit(client: Client) -> None:
    html = text(client, "/data/sources/")
    assert "Publications Office of the European Union" in html
    assert 'href="https://creativecommons.org/licenses/by/4.0/"' in html
    assert "Source: CORDIS, © European Union, CC BY 4.0" in html


def test_quality_accounts_for_every_file(client: Client) -> None:
    html = text(client, "/data/quality/")
    for name in ("project", "organization", "topics", "euroSciVoc", "legalBasis", "webLink", "results"):
        assert f"horizon.zip/{name}.csv" in html
    assert "No row had to be set aside" in html


@pytest.fixture
def shown(client: Client, tmp_path: Path):
    """Shows another root for a while."""
    current = holder()

    def show(root: Path) -> None:
        holder().close()
        holder().path = root

    kept = current.path
    yield show
    current.close()
    current.path = kept


@pytest.fixture
def spoiled(tmp_path: Path) -> Path:
    """Two releases: of the tiny file, and of one with a broken row that tries to be a script."""
    source = tiny_zip(tmp_path / "horizon.zip")
    build([Given("cordis", source)], tmp_path / "atlas")
    with zipfile.ZipFile(source) as archive:
        texts = {name: archive.read(name).decode() for name in archive.namelist()}
    texts["project.csv"] = texts["project.csv"].replace(
        'Textile for the regions, part 2"', 'Textile <i>anew</i>"'
    )
    texts["project.csv"] += '"<script>alert(7)</script>";"' + "x" * 900 + '"\n'
    with zipfile.ZipFile(source, "w") as archive:
        for name, content in texts.items():
            archive.writestr(name, content)
    build([Given("cordis", source)], tmp_path / "atlas")
    return tmp_path / "atlas"


def test_what_was_set_aside_is_shown_with_its_reason_and_can_do_no_harm(
    client: Client, shown, spoiled: Path
) -> None:
    shown(spoiled)
    html = text(client, "/data/quarantine/")
    assert "horizon.zip/project.csv" in html
    assert "line 32" in html
    assert "&lt;script&gt;alert(7)" in html
    assert "<script>alert(7)" not in html
    assert "x" * 900 not in html
    assert b"x" * 900 in b"".join(client.get("/data/tables/quarantine.csv").streaming_content)
    quality = client.get("/data/quality.json").json()
    file = next(f for f in quality["files"] if f["file"] == "horizon.zip/project.csv")
    assert (file["rows_in"], file["loaded"], file["quarantined"]) == (31, 30, 1)
    assert client.get("/data/quarantine/?page=2").status_code == 400
    assert client.get("/data/quarantine/?page=x").status_code == 400


def test_two_releases_can_be_compared(client: Client, shown, spoiled: Path) -> None:
    shown(spoiled)
    html = text(client, "/data/releases/")
    (address,) = re.findall(r'href="(/data/releases/[^"]+/[^"]+/)"', html)
    changes = text(client, address)
    assert "Textile &lt;i&gt;anew&lt;/i&gt;" in changes
    assert "Textile for the regions, part 2" in changes
    for ending in ("json", "csv"):
        assert f'href="{address.rstrip("/")}.{ending}"' in changes
    after = address.split("/")[-2]
    assert "Nothing changed" in text(client, f"/data/releases/{after}/{after}/")
    assert client.get(f"/data/releases/nope/{after}/").status_code == 404
    rows = json.loads(b"".join(client.get("/data/releases.json").streaming_content))["releases"]
    assert [row["is_current"] for row in rows] == [True, False]


def test_what_changed_has_its_twins(client: Client, shown, spoiled: Path) -> None:
    shown(spoiled)
    (address,) = re.findall(r'href="(/data/releases/[^"]+/[^"]+)/"', text(client, "/data/releases/"))
    told = json.loads(client.get(f"{address}.json").getvalue())
    figures = {one["table"]: one for one in told["tables"]}
    project = figures["project"]
    assert (project["before"], project["after"]) == (30, 30)
    assert (project["added"], project["removed"], project["changed"]) == (0, 0, 1)
    assert told["about"]["release"]
    lines = csv.DictReader(io.StringIO(client.get(f"{address}.csv").getvalue().decode("utf-8-sig")))
    (project,) = (line for line in lines if line["table"] == "project")
    assert (project["change"], project["field"]) == ("changed", "title")
    assert (project["before"], project["after"]) == (
        "Textile for the regions, part 2",
        "Textile <i>anew</i>",
    )
    one = address.rsplit("/", 1)[1]
    same = f"/data/releases/{one}/{one}"
    assert json.loads(client.get(f"{same}.json").getvalue())["is_equal"] is True
    assert len(client.get(f"{same}.csv").getvalue().splitlines()) == 1
    assert client.get(f"/data/releases/nope/{one}.json").status_code == 404


def test_a_broken_neighbour_does_not_hide_the_others(client: Client, shown, spoiled: Path) -> None:
    first = min((spoiled / "releases").iterdir())
    (first / "manifest.json").write_text("{")
    shown(spoiled)
    assert text(client, "/data/releases/").count('<th scope="row"><code>') == 1
    shutil.rmtree(first)
