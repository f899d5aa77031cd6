"""Settings: where files are kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from clusteratlas.settings import SETTINGS, home


def test_home_is_what_the_variable_says(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("CLUSTERATLAS_HOME", str(tmp_path))
    assert home() == tmp_path
    monkeypatch.setenv("CLUSTERATLAS_HOME", "~/atlas")
    assert home() == Path.home() / "atlas"


@pytest.mark.parametrize("unset", ["", "  "])
def test_without_it_home_is_the_users_data_folder(monkeypatch: pytest.MonkeyPatch, unset: str) -> None:
    monkeypatch.setenv("CLUSTERATLAS_HOME", unset)
    assert home().is_absolute()
    assert home().name == "clusteratlas"


def test_every_setting_is_described_once() -> None:
    variables = [setting.variable for setting in SETTINGS]
    assert len(set(variables)) == len(variables)
    assert all(setting.default and setting.meaning.endswith(".") for setting in SETTINGS)
