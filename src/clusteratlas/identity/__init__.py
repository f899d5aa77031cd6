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

from clusteratlas.faces import face

__all__, __getattr__, __dir__ = face(
    __name__,
    {
        "Resolution": "resolution",
        "conflicts": "resolution",
        "judge": "resolution",
        "explain": "resolution",
        "resolve": "resolution",
        "words": "sentences",
    },
)
