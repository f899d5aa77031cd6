"""The examples in docstrings say what the code does."""

from __future__ import annotations

import doctest
import importlib
from collections.abc import Callable
from pathlib import Path

import pytest

import clusteratlas

HOUSE = Path(clusteratlas.__file__).parent


def has_examples(file: Path) -> bool:
    """Whether a module has an example that needs no release of the reader's own."""
    lines = file.read_text("utf-8").splitlines()
    return any(line.lstrip().startswith(">>> ") and "+SKIP" not in line for line in lines)


def module_of(file: Path) -> str:
    """The name under which a file of the package is imported."""
    return ".".join(file.relative_to(HOUSE.parent).with_suffix("").parts).removesuffix(".__init__")


@pytest.mark.parametrize("name", [module_of(f) for f in sorted(HOUSE.rglob("*.py")) if has_examples(f)])
def test_examples_of_a_module_give_what_they_say(name: str, site: Callable[..., object]) -> None:
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted
    assert not found.failed
