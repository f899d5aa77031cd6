"""The site's secret key: given by the environment, or made once and kept outside the repository."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from clusteratlas.settings import home

BYTES = 48


def key_file() -> Path:
    """Where the key is kept."""
    return home() / "secret-key"


def secret_key() -> str:
    """The key of `CLUSTERATLAS_SECRET_KEY`, else the one in `key_file`, which is made when it is missing.

    A folder that cannot be written to gives a key that lives as long as the process.
    """
    if given := os.environ.get("CLUSTERATLAS_SECRET_KEY", "").strip():
        return given
    file = key_file()
    try:
        return file.read_text("ascii").strip() or _make(file)
    except OSError:
        return _make(file)


def _make(file: Path) -> str:
    """Write a new key that only its owner may read; two processes that start together agree on the first."""
    key = secrets.token_urlsafe(BYTES)
    fresh = file.with_name(f"{file.name}.{os.getpid()}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(key)
        try:
            os.link(fresh, file)
        except FileExistsError:
            return file.read_text("ascii").strip() or key
        finally:
            fresh.unlink()
    except OSError:
        return key
    return key
