"""Trends: terms of projects over time, what grows and bursts, new combinations, early regions, emerging industries.

Every function takes pandas, Polars (eager or lazy), PyArrow, DuckDB or PySpark frames and returns the same kind.

>>> import polars as pl
>>> from clusteratlas.observatory import trends
>>> said = pl.DataFrame({"term": ["a", "a", "b", "b"], "period": [1, 2, 1, 2], "projects": [2, 20, 10, 10]})
>>> held = pl.DataFrame({"period": [1, 2], "projects": [1000, 1000]})
>>> trends.growth(said, held).select("term", "trend").rows()
[('a', 'emerging'), ('b', 'steady')]
"""

from __future__ import annotations

from clusteratlas.faces import face

__all__, __getattr__, __dir__ = face(
    __name__,
    {
        "bursts": "bursting",
        "combinations": "combining",
        "early_regions": "early",
        "emerging_industries": "industries",
        "expected": "counting",
        "find_terms": "finding",
        "growth": "growing",
        "novelty": "combining",
        "project_terms": "terms",
        "q_values": "discovery",
        "term_counts": "counting",
    },
)
