"""`clusteratlas trends`: an option that does not belong to what is shown is told, not passed over."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.mark.parametrize(
    ("words", "wrong", "other"),
    [
        (("--region", "DE11"), "--region", "industries"),
        (("--show", "combinations", "--called", "emerging"), "--called", "trends"),
        (("term:hydrogen", "--show", "industries"), "ID", "trends"),
    ],
)
def test_an_option_of_another_part_is_told(run: Callable, words: tuple[str, ...], wrong: str, other: str):
    ran = run("trends", *words)
    assert ran.code == 2
    assert f"{wrong} is of --show {other}" in ran.err
