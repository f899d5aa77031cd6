"""The page of firms: a panel is judged within limits and forgotten; the example; small firms on a region's page."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from clusteratlas.errors import InputError
from clusteratlas.web.firms import example, results, upload

PANEL = """id;year;persons;birth_year
a;2017;10;2015
a;2020;14;2015
b;2017;30;1990
b;2020;24;1990
=c;2017;20;2000
=c;2020;22;2000
"""


@pytest.fixture
def client(site: Callable[..., Client]) -> Client:
    """A visitor."""
    return site()


def posted(client: Client, data: bytes | str = PANEL, status: int = 200, **fields: str) -> str:
    """The words of the answer to a panel."""
    data = data.encode() if isinstance(data, str) else data
    names = {"firm": "id", "employees": "persons"} if data == PANEL.encode() else {}
    answer = client.post("/firms/", {"panel": SimpleUploadedFile("mine.csv", data), **names, **fields})
    assert answer.status_code == status
    assert answer["Cache-Control"] == "no-store"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split())


def test_a_panel_is_judged_with_reasons(client: Client) -> None:
    text = posted(client)
    assert "1 of 3 firms is a high-growth enterprise in 2020; 1 is a gazelle." in text
    assert "grew by 11.87 % a year from 2017 to 2020" in text
    assert "From mine.csv: 6 rows, 2017 to 2020" in text


def test_verdicts_come_as_a_file_that_no_spreadsheet_runs(client: Client) -> None:
    answer = client.post(
        "/firms/",
        {
            "panel": SimpleUploadedFile("mine.csv", PANEL.encode()),
            "firm": "id",
            "employees": "persons",
            "as": "csv",
        },
    )
    rows = {row["firm"]: row for row in csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))}
    assert rows["a"]["is_gazelle"] == "true"
    assert rows["b"]["high_growth_reason"].startswith("no: shrank by 7.17 % a year")
    assert "'=c" in rows


def test_the_example_says_that_it_is_invented_and_shows_every_part(client: Client) -> None:
    answer = client.post("/firms/", {"example": "yes"})
    page = answer.content.decode()
    assert "These firms are <strong>invented</strong>" in page
    for part in ("verdicts", "table", "jobs", "births", "growth"):
        assert f'<h2 id="{part}">' in page
    assert page.count('<svg class="timeline"') == 2
    assert client.get("/firms/example.csv").content.decode() == example.panel()


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ("firm,year,employees\na,2020,many\n", "Line 2: employees 'many' is no number"),
        ("firm,year,employees\na,2020.5,3\n", "Line 2: year '2020.5' is no year"),
        ("firm,year,employees\na,1e19,3\n", "Line 2: year '1e19' is no year"),
        ("firm,year,employees\na,999,3\n", "Line 2: year '999' is no year"),
        ("firm,year,employees\na,nan,3\n", "Column 'year' is empty in 1 rows"),
        ("firm,year,employees\na,inf,3\n", "Line 2: year 'inf' is no year"),
        ("firm,year,employees,birth_year\na,2020,3,2201\n", "Line 2: birth_year '2201' is no year"),
        ("firm,year,employees\na,2020,3\na,2021,1e308\n", "Line 3: employees '1e308' is too large"),
        ("firm,year,employees\na,2020,1e15\n", "Line 2: employees '1e15' is too large"),
        ("firm,year,employees\na,2020,inf\n", "Line 2: employees 'inf' is too large"),
        ("firm,year,employees\na,2020\n", "Line 2 has 2 cells, the first line has 3"),
        ("frim,year,employees\na,2020,3\n", "There is no column 'firm'"),
        (
            "firm,year,employees\na,2017,3\na,2017,4\na,2020,3\n",
            "A firm has several rows in a year: firm 'a', year 2017",
        ),
        ("firm,year,employees\na,2020,-3\n", "Column 'employees' is negative in 1 rows"),
        ("firm,year,employees\na,2020,3\n", "No two years lie 3 apart"),
        ("firm,year,employees\n,2020,3\n", "Column 'firm' is empty in 1 rows"),
        ("firm,year\n", "There is no row below the first line"),
        (b"\xff\xfe\x00", "This is no text"),
        (b"firm,year,employees\n\xe9,2020,3\n", "This is no text in UTF-8"),
        ('firm,year,employees\n"a,2020,3\n', "This is no CSV"),
        ("firm,year,employees\n" + "x" * 201 + ",2020,3\n", "longer than 200 letters"),
        ("firm," + "x," * 60 + "year\n" + "a," + "1," * 60 + "2020\n", "More than 60 columns"),
    ],
    ids=range(22),
)
def test_mistakes_are_told_beside_the_form(client: Client, data: bytes | str, told: str) -> None:
    text = posted(client, data, 400)
    assert told in text
    assert "Your panel" in text


def test_limits(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(InputError, match="more than 100,000 rows"):
        upload.read_panel(b"firm,year,employees\n" + b"a,1,1\n" * (upload.MOST_ROWS + 1), {})
    monkeypatch.setattr(upload, "MOST_BYTES", 100)
    assert "larger than 5 MB" in posted(client, "firm,year,employees\n" + "a,2020,1\n" * 50, 400)


def crowded(regions: int, industries: int) -> str:
    """A panel of three firms in every region and industry."""
    rows = (
        f"{r}-{i}-{n},{year},20,r{r},i{i}\n"
        for r in range(regions)
        for i in range(industries)
        for n in range(3)
        for year in (2017, 2020)
    )
    return "firm,year,employees,region,industry\n" + "".join(rows)


def test_a_table_too_large_for_a_page_is_told_and_not_computed(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "too many for a table" not in posted(client, crowded(20, 2))
    monkeypatch.setattr(results.firms, "tabulate", lambda *_, **__: pytest.fail("the table was computed"))
    assert "has 21 regions and 2 industries: too many for a table on a page" in posted(client, crowded(21, 2))


def test_nothing_is_written_to_disk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.core.files.uploadhandler import TemporaryFileUploadHandler

    def fail(*_: object, **__: object) -> None:
        raise AssertionError("an upload was written to a file")

    monkeypatch.setattr(TemporaryFileUploadHandler, "new_file", fail)
    rows = "".join(
        f"firm number {n:06d} of a long name,{year},{1 + n % 90}\n"
        for n in range(40_000)
        for year in (2017, 2020)
    )
    assert len(rows) > 2_621_440  # Django would write one so large
    assert "of 40,000 firms" in posted(client, f"firm,year,employees\n{rows}").replace("\u202f", ",")


def test_a_form_from_elsewhere_is_refused(site: Callable[..., Client]) -> None:
    strict = Client(enforce_csrf_checks=True, headers={"host": "localhost"})
    assert strict.post("/firms/", {"example": "yes"}).status_code == 403
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', strict.get("/firms/").content.decode())[
        1
    ]
    assert strict.post("/firms/", {"example": "yes", "csrfmiddlewaretoken": token}).status_code == 200


@pytest.mark.parametrize("wrong", [{"profile": "/etc/passwd.yml"}, {"measure": "valuation"}])
def test_only_listed_choices_are_taken(client: Client, wrong: dict[str, str]) -> None:
    assert "There is no" in posted(client, PANEL, 400, **wrong)


def test_profiles_in_the_interface(client: Client) -> None:
    found = {one["name"]: one for one in client.get("/api/v1/firm-profiles").json()}
    assert found["eu-high-growth"]["kinds"][1] == {
        "name": "gazelle",
        "title": "gazelle",
        "of": "high_growth",
        "rules": [
            {
                "indicator": "age",
                "column": None,
                "bound": "at_most",
                "amount": 5.0,
                "certainty": "source",
                "note": "",
            }
        ],
    }
    assert client.get("/api/v1/regions/XX99/firms").status_code == 404
