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

from clusteratlas.faces import face

__all__, __getattr__, __dir__ = face(
    __name__,
    {
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
    },
)
