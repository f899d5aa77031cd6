"""The examples on the page that explains value chains say what the code does."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "value-chains.md"


def test_examples_of_the_page() -> None:
    text = re.sub(r"^```.*$", "", PAGE.read_text("utf-8"), flags=re.MULTILINE)
    examples = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    assert len(examples.examples) > 8
    failed = doctest.DocTestRunner().run(examples).failed
    assert not failed
