"""Firms: who is born, dies, grows fast and creates jobs, from a panel of firms by year of any kind of dataframe.

Every function takes pandas, Polars, PyArrow, DuckDB or PySpark frames and returns the same kind; all is found by
group-bys and joins.

>>> import polars as pl
>>> from clusteratlas.observatory import firms
>>> panel = pl.DataFrame(
...     {"firm": ["a", "a"], "year": [2017, 2020], "employees": [10, 14], "birth_year": [2015, 2015]}
... )
>>> firms.verdicts(panel).select("firm", "year", "is_high_growth", "is_gazelle").rows()
[('a', 2020, True, True)]
"""

from __future__ import annotations

import importlib

# The public face: each name and the module that holds it, imported when it is first asked for.
_HOMES = {
    "FirmProfile": "profile",
    "firm_profile": "profile",
    "firm_profiles": "profile",
    "verdicts": "judging",
    "classify": "judging",
    "demography": "births",
    "survival": "births",
    "job_flows": "jobs",
    "firm_growth": "growth",
    "growth_distribution": "growth",
    "persistence": "growth",
    "DisclosureRules": "disclosure",
    "tabulate": "tabulation",
    "sme_participation": "evidence",
    "instrument_winners": "evidence",
    "enterprise_rates": "published",
}

__all__ = sorted(_HOMES)


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return [*globals(), *__all__]
