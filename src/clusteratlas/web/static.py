"""Static files under names that carry a digest of their contents, worked out in memory at the start."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path, PurePosixPath

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage
from whitenoise.middleware import WhiteNoiseMiddleware


@cache
def hashed_names() -> dict[str, str]:
    """The served name of each static file, by its own.

    >>> hashed_names()["clusteratlas/site.css"]  # doctest: +SKIP
    'clusteratlas/site.3f1c9a0e2b7d.css'
    """
    return {
        path.replace("\\", "/"): _hashed(PurePosixPath(path.replace("\\", "/")), Path(storage.path(path)))
        for finder in finders.get_finders()
        for path, storage in finder.list(None)
    }


def _hashed(name: PurePosixPath, file: Path) -> str:
    digest = hashlib.sha256(file.read_bytes()).hexdigest()[:12]
    return str(name.with_name(f"{name.stem}.{digest}{name.suffix}"))


@cache
def fingerprint() -> str:
    """A digest of all static files and templates: another look is another answer."""
    templates = sorted((Path(__file__).parent / "templates").rglob("*.*"))
    digest = hashlib.sha256("".join(sorted(hashed_names().values())).encode())
    for file in templates:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


class HashedFiles(StaticFilesStorage):
    """`{% static %}` gives the hashed name; nothing is written."""

    def url(self, name: str | None) -> str:
        """The address of a static file; a name that does not exist keeps its own."""
        return super().url(hashed_names().get(name or "", name))


class StaticFiles(WhiteNoiseMiddleware):
    """WhiteNoise that serves files where they lie, under their hashed names, for good."""

    def add_files_from_finders(self) -> None:
        """Hashed and plain names both lead to the file; only hashed ones may be kept for good."""
        super().add_files_from_finders()
        for name, hashed in hashed_names().items():
            file = finders.find(name)
            if isinstance(file, str):
                self.add_file_to_dictionary(self.static_prefix + hashed, file)

    def immutable_file_test(self, path: str, url: str) -> bool:
        """Whether the address carries the digest of what it leads to."""
        return url.removeprefix(self.static_prefix) in hashed_names().values()
