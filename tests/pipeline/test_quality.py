"""What a release says of its sources: the day of retrieval is that of the publisher's file, or is not told."""

from __future__ import annotations

import hashlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

import clusteratlas
from clusteratlas.pipeline.quality import describe_source

PACKAGED = Path(clusteratlas.__file__).parent / "sample"
COPIED = datetime(2026, 3, 4, 5, 6, 7, tzinfo=UTC)


@pytest.fixture
def fetched(tmp_path: Path) -> Path:
    """A file with the note that `clusteratlas fetch` leaves beside it, and the time of a later copy."""
    path = tmp_path / "file.zip"
    path.write_bytes(b"rows")
    note = {
        "name": "test",
        "file": path.name,
        "url": "https://example.org/file.zip",
        "sha256": hashlib.sha256(b"rows").hexdigest(),
        "bytes": 4,
        "retrieved_at": "2025-12-01T00:00:00+00:00",
        "checked_at": "2025-12-02T00:00:00+00:00",
    }
    path.with_name("file.zip.json").write_text(json.dumps(note))
    os.utime(path, (COPIED.timestamp(), COPIED.timestamp()))
    return path


def test_a_fetched_file_was_retrieved_when_it_was_fetched(fetched: Path) -> None:
    assert describe_source("cordis", fetched)["retrieved_at"] == "2025-12-01T00:00:00+00:00"


def test_a_note_of_other_bytes_is_not_believed(fetched: Path) -> None:
    fetched.write_bytes(b"other rows")
    os.utime(fetched, (COPIED.timestamp(), COPIED.timestamp()))
    assert describe_source("cordis", fetched)["retrieved_at"] == "2026-03-04T05:06:07+00:00"


def test_what_came_with_the_package_was_not_retrieved_on_the_day_of_its_installation() -> None:
    assert describe_source("sample", PACKAGED / "sample")["retrieved_at"] == "2025-12-06"
    assert describe_source("curated", PACKAGED / "curated")["retrieved_at"] is None
