"""Small answers of the Funding & Tenders portal's search, of invented calls and projects."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TOPIC = "SMP-COSME-2025-CLUSTER-01"


def participant(**changes: Any) -> dict[str, Any]:
    """A participant as the portal writes it, within a text of JSON."""
    return {
        "pic": "951881080",
        "legalName": "LIFE SCIENCE CLUSTER",
        "role": "coordinator",
        "eucontribution": "240000.0",
        "webLink": "https://cluster.example.org",
        "latitude": "59.86",
        "longitude": "17.64",
        "postalAddress": {
            "street": "Harbour street 1",
            "postalCode": "75236",
            "city": "UPPSALA",
            "countryCode": {"abbreviation": "SE", "description": "Sweden"},
        },
        **changes,
    }


def project(partners: list[Any] | None = None, **changes: Any) -> dict[str, Any]:
    """A project of COSME as a result; ``changes`` replace fields of its metadata."""
    listed = [participant(), participant(pic=None, legalName="Sadam OÜ", role="participant")]
    metadata = {
        "projectId": ["874523"],
        "acronym": ["PORTS4ALL"],
        "title": ["Ports for all"],
        "objective": ["What it is about."],
        "programAbbreviation": ["COSME"],
        "callIdentifier": ["COS-CLUSTINT-2019-3-01"],
        "topicAbbreviation": ["COS-CLUSTINT-2019-3-01"],
        "typeOfActions": ["COSME-CLUS"],
        "status": ["Ended"],
        "startDate": ["2020-09-01T00:00:00.000+0000"],
        "endDate": ["2022-08-31T00:00:00.000+0000"],
        "overallBudget": ["533333.33"],
        "euContributionAmount": ["400000.0"],
        "freeKeywords": ["ports", "clusters"],
        "participants": [json.dumps(listed if partners is None else partners)],
        **changes,
    }
    return {"reference": "874523en", "language": "en", "metadata": metadata}


def call(**changes: Any) -> dict[str, Any]:
    """An open topic as a result."""
    overview = {
        "budgetTopicActionMap": {
            "1": [
                {"action": f"{TOPIC} - SMP-GRANTS", "budgetYearMap": {"2025": "7000000", "2026": "2000000"}},
                {"action": f"{TOPIC}-02 - SMP-GRANTS", "budgetYearMap": {"2025": "1"}},
            ]
        }
    }
    metadata = {
        "identifier": [TOPIC],
        "title": ["Euroclusters"],
        "type": ["1"],
        "status": ["31094502"],
        "callIdentifier": ["SMP-COSME-2025-CLUSTER"],
        "frameworkProgramme": ["43252476"],
        "startDate": ["2025-04-01T00:00:00.000+0000"],
        "deadlineDate": ["2026-09-17T17:00:00.000+0000", "2026-04-29T17:00:00.000+0000"],
        "typesOfAction": ["SMP Grants for Financial Support", "SMP Grants for Financial Support"],
        "keywords": ["clusters"],
        "descriptionByte": ["<p>What it is for.</p>"],
        "budgetOverview": [json.dumps(overview)],
        **changes,
    }
    return {
        "reference": f"{TOPIC}en",
        "url": "https://example.org/topic",
        "language": "en",
        "metadata": metadata,
    }


def answer(path: Path, *results: Any, **changes: Any) -> Path:
    """Write a page of results."""
    page = {
        "apiVersion": "2.136",
        "totalResults": len(results),
        "pageNumber": 1,
        "results": list(results),
        **changes,
    }
    path.write_text(json.dumps(page), "utf-8")
    return path
