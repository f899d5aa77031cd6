"""Building in tests: commands in processes of their own, and small inputs in the publisher's layout."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
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


@dataclass(frozen=True)
class Ran:
    """A command that has ended: its exit code and all it printed."""

    code: int
    printed: str


class Commands:
    """Runs `clusteratlas` in processes of their own."""

    def __init__(self, process: subprocess.Popen, folder: Path) -> None:
        self._process, self._folder, self._numbers = process, folder, count()

    def run(self, *arguments: object, **limits: object) -> Ran:
        """Run one command; see `warm_commands.py` for the limits."""
        return self.run_at_once([arguments], **limits)[0]

    def run_at_once(self, commands: list[tuple[object, ...]], **limits: object) -> list[Ran]:
        """Run several commands beside each other."""
        orders = [
            {
                "arguments": [str(a) for a in one],
                "output": str(self._folder / f"{next(self._numbers)}.txt"),
                **limits,
            }
            for one in commands
        ]
        self._process.stdin.write(json.dumps(orders) + "\n")
        self._process.stdin.flush()
        codes = json.loads(self._process.stdout.readline())
        printed = [Path(o["output"]) for o in orders]
        return [
            Ran(code, path.read_text() if path.exists() else "")
            for code, path in zip(codes, printed, strict=True)
        ]


@pytest.fixture(scope="session")
def commands(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Commands]:
    """The command line, in processes of its own that start quickly."""
    script = Path(__file__).with_name("warm_commands.py")
    process = subprocess.Popen(
        [sys.executable, str(script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    folder = tmp_path_factory.mktemp("printed")
    folder.chmod(0o777)
    assert process.stdout.readline() == "ready\n"
    with process:
        yield Commands(process, folder)
        process.stdin.close()
