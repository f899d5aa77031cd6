"""What a client of the site is told: the words of a page, the rows of a table."""

from __future__ import annotations

import csv
import io
import re
from html import unescape

from django.test import Client


def text(client: Client, path: str, status: int = 200) -> str:
    """The words of a page, in one line."""
    answer = client.get(path)
    assert answer.status_code == status
    bare = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", answer.content.decode(), flags=re.S)
    return " ".join(unescape(bare).split())


def rows(client: Client, path: str) -> list[dict[str, str]]:
    """A downloaded table."""
    answer = client.get(path)
    assert answer.status_code == 200
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
