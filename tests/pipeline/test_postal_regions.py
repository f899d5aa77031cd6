"""A region that the publisher leaves out comes from the postal code, and the row says so."""

from __future__ import annotations

import csv
import io
import zipfile
from pathlib import Path

import clusteratlas
from clusteratlas.pipeline.build import Given, build
from tests.support.release import HEADERS, tiny_rows

# By country and NUTS code as published: what is written instead of the NUTS code, and as the postal code.
CHANGED = {
    ("FR", "FRK26"): ("FR", "69-007"),
    ("DE", "DEG03"): ("DE", "07745"),  # no rule: Germany's codes do not follow its regions well enough
    ("ES", "ES511"): ("ES511", "28001"),  # the publisher's code stands, whatever the postal code says
}


def _zip(path: Path) -> Path:
    rows = tiny_rows()
    head = HEADERS["organization"].split(";")
    country, nuts, postal = (head.index(name) for name in ("country", "nutsCode", "postCode"))
    changed = []
    for row in map(list, rows["organization"]):
        row[nuts], row[postal] = CHANGED.get((row[country], row[nuts]), (row[nuts], ""))
        changed.append(row)
    with zipfile.ZipFile(path, "w") as archive:
        for name, lines in {**rows, "organization": changed}.items():
            text = io.StringIO()
            csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL).writerows(
                [HEADERS[name].split(";"), *lines]
            )
            archive.writestr(f"{name}.csv", text.getvalue())
    return path


def test_a_region_left_out_is_derived_from_the_postal_code_and_marked(tmp_path: Path) -> None:
    built = build([Given("cordis", _zip(tmp_path / "horizon.zip"))], tmp_path / "atlas")
    with clusteratlas.open(tmp_path / "atlas") as atlas:
        for table in ("participation", "organisation"):
            found = atlas.rows(
                f"""SELECT DISTINCT country_code, region_code, region_basis FROM {table}
                    WHERE country_code IN ('FR', 'DE', 'ES')"""
            )
            assert {tuple(row.values()) for row in found} == {
                ("FR", "FRK26", "postal code"),
                ("DE", "DE", "country"),
                ("ES", "ES511", "published"),
            }
        counts = {
            row["region_basis"]: row["n"]
            for row in atlas.rows(
                "SELECT region_basis, count(*) AS n FROM participation GROUP BY region_basis"
            )
        }
        told = {
            check["check"].removeprefix("region by "): check["found"]
            for check in built.release.manifest["checks"]
            if check["check"].startswith("region by ")
        }
        assert told == {"published": 0, "postal code": 0, "country": 0} | counts
        assert sum(told.values()) == built.release.manifest["tables"]["participation"]
        partners = {p.region_code: p.region_basis for p in atlas.project("cordis:101900000").partners}
        assert set(partners.values()) <= {"published", "postal code", "country"}
        assert atlas.search("", region="FRK26").total > 0
