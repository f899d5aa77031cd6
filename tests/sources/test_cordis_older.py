"""The layout before 2020: one file for projects, one for organisations, partly unquoted, decimals with a comma."""

from __future__ import annotations

from pathlib import Path

import pytest

import clusteratlas
from clusteratlas.pipeline.build import build, parse_given

PROJECTS = (
    "rcn;id;acronym;status;programme;topics;frameworkProgramme;title;startDate;endDate;projectUrl;objective;totalCost;"
    "ecMaxContribution;call;fundingScheme;coordinator;coordinatorCountry;participants;participantCountries;subjects\n"
    "198772;671562;OLD1;CLOSED;H2020-EU.2.1.1.;ICT-01-2014;H2020;First title;2015-01-01;2017-12-31;"
    'http://old1.eu;"We join ""clusters"";\nand more.";2073781,25;1500000;H2020-ICT-2014-1;RIA;'
    "UNIVERSITY ONE;EL;FIRM TWO GMBH;DE;\n"
    "198773;671563;OLD2;SIGNED;H2020-EU.1.3.2.;MSCA-IF-2014-EF;H2020;Second title;2016-05-01;2018-04-30;;"
    'Some text, no more;"170121,6";170121,6;H2020-MSCA-IF-2014;MSCA-IF-EF-ST;'
    "THE OTHER UNIVERSITY;UK;FIRM TWO GMBH;INSTITUTE THREE;;\n"
).replace("FIRM TWO GMBH;INSTITUTE THREE;;", '"FIRM TWO GMBH;INSTITUTE THREE";"DE;FR";')
ORGANIZATIONS = (
    "projectRcn;projectID;projectAcronym;role;id;name;shortName;activityType;endOfParticipation;ecContribution;country;"
    "street;city;postCode;organizationUrl;vatNumber;contactForm;contactType;contactTitle;contactFirstNames;"
    "contactLastNames;contactFunction;contactTelephoneNumber;contactFaxNumber;contactEmail\n"
    '198772;671562;OLD1;coordinator;999902967;"UNIVERSITY ""ONE""";UO;HES;false;2073781,25;EL;Main street 1;ATHENS;'
    "10431;http://one.gr;EL090145420;https://form;;;;;;;;\n"
    "198772;671562;OLD1;participant;912743326;FIRM TWO GMBH;;PRC;true;0;DE;;BERLIN;10115;;;;;;;;;;;\n"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "old"
    place.mkdir()
    (place / "cordis-h2020projects.csv").write_bytes(b"\xef\xbb\xbf" + PROJECTS.encode())
    return place


def opened(root: Path, *paths: Path):
    build(parse_given([f"cordis={path}" for path in paths]), root)
    return clusteratlas.open(root)


def rows(atlas, query: str) -> list[tuple]:
    return atlas.cursor.execute(query).fetchall()


PARTNERS = """SELECT project_id, position, role, organisation_name, country_code FROM participation
              ORDER BY project_id, position"""


def test_projects_of_the_single_file(folder, tmp_path):
    with opened(tmp_path / "atlas", folder) as atlas:
        found = rows(
            atlas,
            """SELECT project_id, programme_id, legal_basis_code, topic_code, call_code, total_cost_eur,
               eu_contribution_eur, website_url, objective, source_line FROM project ORDER BY ALL""",
        )
    first = (
        "cordis:671562",
        "H2020",
        "H2020-EU.2.1.1.",
        "ICT-01-2014",
        "H2020-ICT-2014-1",
        2073781.25,
        1500000.0,
    )
    assert found[0] == (*first, "http://old1.eu", 'We join "clusters";\nand more.', 2)
    second = (
        "cordis:671563",
        "H2020",
        "H2020-EU.1.3.2.",
        "MSCA-IF-2014-EF",
        "H2020-MSCA-IF-2014",
        170121.6,
        170121.6,
    )
    assert found[1] == (*second, None, "Some text, no more", 4)


def test_partners_come_from_the_project_file_when_there_is_no_other(folder, tmp_path):
    with opened(tmp_path / "atlas", folder) as atlas:
        assert rows(atlas, PARTNERS) == [
            ("cordis:671562", 1, "coordinator", "UNIVERSITY ONE", "GR"),
            ("cordis:671562", 2, "participant", "FIRM TWO GMBH", "DE"),
            ("cordis:671563", 1, "coordinator", "THE OTHER UNIVERSITY", "GB"),
            # Two partners, two countries: the file does not say whose is which.
            ("cordis:671563", 2, "participant", "FIRM TWO GMBH", None),
            ("cordis:671563", 3, "participant", "INSTITUTE THREE", None),
        ]
        files = {f["file"]: (f["table"], f["rows_in"], f["loaded"]) for f in atlas.release.manifest["files"]}
        assert files == {
            "old/cordis-h2020projects.csv": ("project", 2, 2),
            "old/cordis-h2020projects.csv (participants)": ("participation", 5, 5),
        }
        assert rows(atlas, "SELECT DISTINCT source_file FROM participation") == [
            ("old/cordis-h2020projects.csv",)
        ]


def test_the_organisations_file_is_better(folder, tmp_path):
    (folder / "cordis-h2020organizations.csv").write_bytes(ORGANIZATIONS.encode("cp1252"))
    with opened(tmp_path / "atlas", folder) as atlas:
        found = rows(
            atlas,
            """SELECT organisation_id, role, organisation_name, country_code, eu_contribution_eur, is_ended, city
               FROM participation JOIN organisation USING (organisation_id, country_code) ORDER BY source_line""",
        )
        assert found == [
            ("pic:999902967", "coordinator", 'UNIVERSITY "ONE"', "GR", 2073781.25, False, "ATHENS"),
            ("pic:912743326", "participant", "FIRM TWO GMBH", "DE", 0, True, "BERLIN"),
        ]
        assert "contactEmail" not in str(atlas.release.manifest["warnings"])


@pytest.mark.parametrize("turn", [1, -1])
def test_given_one_by_one_the_organisations_file_still_wins(folder, tmp_path, turn):
    organizations = tmp_path / "cordis-h2020organizations.csv"
    organizations.write_text(ORGANIZATIONS)
    with opened(tmp_path / "atlas", *[folder / "cordis-h2020projects.csv", organizations][::turn]) as atlas:
        names = [name for *_, name, _ in rows(atlas, PARTNERS)]
        assert names == [
            *('UNIVERSITY "ONE"', "FIRM TWO GMBH"),
            *("THE OTHER UNIVERSITY", "FIRM TWO GMBH", "INSTITUTE THREE"),
        ]
        reasons = rows(atlas, "SELECT source_line, reason FROM quarantine")
        because = "partners of 'cordis:671562' are taken from cordis-h2020organizations.csv"
        assert reasons == [(2, because), (2, because)]
