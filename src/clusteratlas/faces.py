"""The public faces of packages: names whose modules are imported when a name is first asked for."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable, Mapping


def face(
    package: str, homes: Mapping[str, str]
) -> tuple[list[str], Callable[[str], object], Callable[[], list[str]]]:
    """The ``__all__``, ``__getattr__`` and ``__dir__`` (PEP 562) of a package.

    ``homes`` says of each public name which module of the package holds it.

    >>> names, get, _ = face("clusteratlas", {"nearest": "errors"})
    >>> names, get("nearest").__name__
    (['nearest'], 'nearest')
    """

    def get(name: str) -> object:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(importlib.import_module(f"{package}.{homes[name]}"), name)

    def there() -> list[str]:
        return sorted({*vars(sys.modules[package]), *homes})

    return sorted(homes), get, there
