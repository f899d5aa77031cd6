"""Small files in keep.eu's layouts, of invented projects: the workbook that its search exports, and documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

PROJECT_COLUMNS = (
    *("Period", "Programme", "Project ID (2021-2027 only)", "Project acronym", "Project name in English"),
    *("Project name in language 2", "Project name in language 3", "Project name in language 4"),
    *("Project start", "Project end", "Project's total budget / expenditure", "Project's EU funding"),
    *("Union co-financing rate", "Description in English", "Description in language 2"),
    *("Expected Achievements in English", "Actual Achievements in English", "Website"),
    *("Theme 1", "Theme 2", "Theme 3"),
)
PARTNER_COLUMNS = (
    *(
        "Programme",
        "Project ID (2021-2027 only)",
        "Project acronym",
        "Lead partner",
        "Organisation in English",
    ),
    *("Organisation in language 2", "Organisation in language 3", "Organisation in language 4", "Department"),
    *("Type of Organisation", "Participant Identification Code", "Partner’s ID if not PIC", "Country"),
    *("Country code", "Town", "Postal code", "Website", "NUTS1 name", "NUTS2 name", "NUTS3 name"),
    *("NUTS3 code (or equivalent)", "Partner's total eligible budget / expenditure"),
    *("ERDF contribution (2014-2020 only)", "Partner's programme co-financing (EUR) (2021-2027 only)"),
)
OLD, NEW = "2014 - 2020 INTERREG VB North Sea", "2021 - 2027 Interreg VI-A Central Baltic"
INFO = "Search information"
Row = Mapping[str, Any]


def project(**changes: Any) -> dict[str, Any]:
    """A project of 2014-2020, without a number; ``changes`` go by our short names or replace `Column` whole."""
    return {
        "Period": "2014-2020",
        "Programme": OLD,
        "Project acronym": "COBEN",
        "Project name in English": "Community Benefits of Energy",
        "Project start": "2016-01-01",
        "Project end": "2019-12-31",
        "Project's total budget / expenditure": 2349367.02,
        "Project's EU funding": 1174683.51,
        "Union co-financing rate": "50%",
        "Description in English": "What it is about.",
        "Website": "https://coben.example.org",
        "Theme 1": "Clustering and economic cooperation",
        "Theme 2": "Renewable energy",
        **changes,
    }


def partner(**changes: Any) -> dict[str, Any]:
    """A partner of that project, known by name, town and country."""
    return {
        "Programme": OLD,
        "Project acronym": "COBEN",
        "Lead partner": "No",
        "Organisation in English": "University of Oldenburg",
        "Organisation in language 2": "Universität Oldenburg",
        "Department": "Computing Science",
        "Type of Organisation": "Higher education and research organisations",
        "Participant Identification Code": "N.a.",
        "Partner’s ID if not PIC": "n/a",
        "Country": "Germany",
        "Country code": "DE",
        "Town": "Oldenburg",
        "Postal code": "26129",
        "NUTS3 name": "Oldenburg (Oldenburg), Kreisfreie Stadt",
        "NUTS3 code (or equivalent)": "DE943",
        "Partner's total eligible budget / expenditure": 300000,
        "ERDF contribution (2014-2020 only)": "150000.50",
        **changes,
    }


def new_project(**changes: Any) -> dict[str, Any]:
    """A project of 2021-2027, with a number."""
    facts = {"Period": "2021-2027", "Programme": NEW, "Project ID (2021-2027 only)": "CB0100123"}
    return project(
        **{**facts, "Project acronym": "SmartUp", "Project name in English": "Smart ports", **changes}
    )


def new_partner(**changes: Any) -> dict[str, Any]:
    """A partner of that project, with a PIC."""
    facts = {
        "Programme": NEW,
        "Project ID (2021-2027 only)": "CB0100123",
        "Project acronym": "SmartUp",
        "Lead partner": "Yes",
        "Organisation in English": "University of Turku",
        "Organisation in language 2": "Turun yliopisto",
        "Participant Identification Code": "999903125",
        "Country": "Finland",
        "Country code": "FI",
        "Town": "Turku",
        "Postal code": "20014",
        "NUTS3 name": "Varsinais-Suomi",
        "NUTS3 code (or equivalent)": "FI1C1",
        "ERDF contribution (2014-2020 only)": "",
        "Partner's programme co-financing (EUR) (2021-2027 only)": "240000.00",
    }
    return partner(**{**facts, **changes})


def export(
    path: Path,
    projects: Sequence[Row],
    partners: Sequence[Row],
    project_columns: Sequence[str] = PROJECT_COLUMNS,
    partner_columns: Sequence[str] = PARTNER_COLUMNS,
) -> Path:
    """Write the workbook: a sheet about the search, one of projects, one of partners."""
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet(INFO).write(0, 0, "Search made on keep.eu")
        for name, columns, rows in (
            ("Search results, projects", project_columns, projects),
            ("Search results, partners", partner_columns, partners),
        ):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, columns)
            for number, row in enumerate(rows, start=1):
                for place, column in enumerate(columns):
                    if row.get(column) is not None:
                        sheet.write(number, place, row[column])
    return path


def small_export(path: Path) -> Path:
    """Two projects, of the old and the new period, with two partners each."""
    second = "Uppsala Municipality"
    return export(
        path,
        [project(), new_project()],
        [
            partner(**{"Lead partner": "Yes"}),
            partner(**{"Organisation in English": second, "Country": "Sweden", "Country code": "SE"}),
            new_partner(),
            new_partner(
                **{
                    "Lead partner": "No",
                    "Organisation in English": "Forum Virium",
                    "Organisation in language 2": "",
                    "Participant Identification Code": "N.a.",
                    "Country code": "FI",
                }
            ),
        ],
    )


def document(**changes: Any) -> dict[str, Any]:
    """A project as keep.eu's API gives it, with two partnerships."""
    return {
        "id": 29209,
        "project_id": "CB0100123",
        "acronym": "SmartUp",
        "status": "Ongoing",
        "start_date": "2023-04-01",
        "end_date": "2026-03-31",
        "total_budget": "1500000.00",
        "eu_funding": "1200000.00",
        "union_co_financing_rate": "80.00",
        "programme": {"id": 331, "title": NEW, "period": {"title": "2021-2027"}},
        "priority": {"title": "Innovative business"},
        "themes": [{"title": "SME and entrepreneurship"}, {"title": "Clustering and economic cooperation"}],
        "translations": {
            "fi": {"name": "Älykkäät satamat", "description": "Mistä on kyse."},
            "en": {"name": "Smart ports", "description": "What it is about."},
        },
        "partnerships": [
            {
                "id": 2,
                "type": "partner",
                "total_budget": "0.00",
                "co_financing_eur": None,
                "pic": None,
                "beneficiary_id": "EE10137319 | 10137319",
                "organisation_type": "SME",
                "town": "Tallinn",
                "postcode": "10111",
                "country": {"title": "Estonia"},
                "location_json": {"lat": 59.43, "lng": 24.75},
                "partner": {
                    "id": 77,
                    "name": "Sadam OÜ",
                    "country": {"title": "Estonia"},
                    "translations": {"en": {"name_translated": "Harbour Ltd"}},
                },
            },
            {
                "id": 1,
                "type": "lead",
                "total_budget": "500000.00",
                "co_financing_eur": "400000.00",
                "pic": "999903125",
                "beneficiary_id": None,
                "organisation_type": "Higher education and research organisations",
                "town": "Turku",
                "postcode": "20014",
                "country": {"title": "Finland"},
                "location_json": None,
                "partner": {
                    "id": 12,
                    "name": "Turun yliopisto",
                    "country": {"title": "Finland"},
                    "translations": {"en": {"name_translated": "University of Turku"}},
                },
            },
        ],
        **changes,
    }
