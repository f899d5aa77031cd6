"""Building in tests: small inputs in the publisher's layout."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

PROJECT = (
    '"id";"acronym";"status";"title";"startDate";"endDate";"totalCost";"ecMaxContribution";"legalBasis";"topics";'
    '"frameworkProgramme";"fundingScheme";"objective"\n'
)
ORGANIZATION = (
    '"projectID";"organisationID";"name";"SME";"activityType";"city";"country";"nutsCode";"geolocation";"order";'
    '"role";"ecContribution"\n'
)


def project_row(number: int, **changes: str) -> str:
    """A line of project.csv."""
    values = {
        "id": str(number),
        "acronym": f"ACRO{number}",
        "status": "SIGNED",
        "title": f"Title of {number}",
        "startDate": "2022-09-01",
        "endDate": "2025-08-31",
        "totalCost": "2073781.25",
        "ecMaxContribution": "2073781.25",
        "legalBasis": "HORIZON.2.5",
        "topics": "HORIZON-CL5-2021-D2-01-11",
        "frameworkProgramme": "HORIZON",
        "fundingScheme": "HORIZON-RIA",
        "objective": "We shall see.",
        **changes,
    }
    return ";".join(f'"{v}"' for v in values.values()) + "\n"


def organization_row(project: int, order: int, **changes: str) -> str:
    """A line of organization.csv."""
    values = {
        "projectID": str(project),
        "organisationID": str(900_000_000 + project % 10_000 * 10 + order),
        "name": f"Organisation {project}-{order}",
        "SME": "true",
        "activityType": "PRC",
        "city": "Lyon",
        "country": "FR",
        "nutsCode": "FRK26",
        "geolocation": "45.7,4.8",
        "order": str(order),
        "role": "participant" if order > 1 else "coordinator",
        "ecContribution": "1000.5",
        **changes,
    }
    return ";".join(f'"{v}"' for v in values.values()) + "\n"


@pytest.fixture(scope="session")
def rows() -> tuple[str, str, Callable[..., str], Callable[..., str]]:
    """Headers and line makers of project.csv and organization.csv."""
    return PROJECT, ORGANIZATION, project_row, organization_row


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A folder with twenty projects and sixty participations."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    projects = "".join(project_row(101_000_000 + n) for n in range(20))
    partners = "".join(organization_row(101_000_000 + n, order) for n in range(20) for order in (1, 2, 3))
    (folder / "project.csv").write_text(PROJECT + projects)
    (folder / "organization.csv").write_text(ORGANIZATION + partners)
    return folder
