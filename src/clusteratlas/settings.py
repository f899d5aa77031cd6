"""What can be set from outside: one table of environment variables, and where files are kept."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Setting:
    """An environment variable: its name, what holds when it is not set, and what it means."""

    variable: str
    default: str
    meaning: str


SETTINGS: tuple[Setting, ...] = (
    Setting(
        "CLUSTERATLAS_HOME",
        "the user's data folder (on Linux ~/.local/share/clusteratlas)",
        "The folder that holds downloads and releases.",
    ),
)


def home() -> Path:
    """The folder that holds downloads and releases; it need not exist yet.

    >>> home().is_absolute()
    True
    """
    if chosen := os.environ.get("CLUSTERATLAS_HOME", "").strip():
        return Path(chosen).expanduser().absolute()
    from platformdirs import user_data_dir

    return Path(user_data_dir("clusteratlas", appauthor=False))
