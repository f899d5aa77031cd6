"""Which records are one organisation: pure functions over dataframes of any kind.

>>> import polars as pl
>>> from clusteratlas import identity
>>> records = pl.DataFrame({
...     "record_id": ["1", "2", "3"],
...     "source": ["cordis", "keep", "keep"],
...     "name": ["Universität Wien", "UNIVERSITAET WIEN", "Universität Graz"],
...     "country": ["AT", "AT", "AT"],
... })
>>> identity.resolve(records)["organisation_id"].n_unique()
2
"""

from __future__ import annotations

import importlib

# The public face: each name and the module that holds it, imported when it is first asked for.
_HOMES = {
    "Resolution": "resolution",
    "conflicts": "resolution",
    "judge": "resolution",
    "explain": "resolution",
    "resolve": "resolution",
    "words": "sentences",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
