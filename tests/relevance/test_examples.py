"""The examples in the documentation of the room run and say what they show."""

from __future__ import annotations

import doctest
import importlib
import pkgutil

import pytest

from clusteratlas import relevance

MODULES = ["clusteratlas.relevance"] + [
    f"clusteratlas.relevance.{module.name}" for module in pkgutil.iter_modules(relevance.__path__)
]


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    assert doctest.testmod(importlib.import_module(name)).failed == 0
