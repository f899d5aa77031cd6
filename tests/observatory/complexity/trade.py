"""Trade and employment for the tests: made up, and of the publishers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl


def made_up(regions: int, industries: int, seed: int = 1, empty: float = 0.3) -> np.ndarray:
    """Values in which abler regions make what is harder to make, with a share of cells ``empty``."""
    random = np.random.default_rng(seed)
    able, hard = random.normal(size=(regions, 1)), random.normal(size=(1, industries))
    values = np.exp(random.normal(size=(regions, industries)) + 0.8 * able * hard)
    values *= random.lognormal(size=(regions, 1)) * random.lognormal(size=(1, industries))
    values[random.random((regions, industries)) < empty] = 0
    return values


def long(values: np.ndarray) -> dict[str, list[Any]]:
    """A matrix as columns ``region``, ``industry``, ``value``, regions named R000, industries I000."""
    regions, industries = np.indices(values.shape)
    return {
        "region": [f"R{i:03}" for i in regions.ravel()],
        "industry": [f"I{i:03}" for i in industries.ravel()],
        "value": values.ravel().tolist(),
    }


def frame(values: np.ndarray) -> pl.DataFrame:
    """The same as a Polars frame."""
    return pl.DataFrame(long(values))


def exports(folder: Path) -> dict[str, pd.DataFrame]:
    """The trade sets of a complexity library's documentation, with our column names, summed by cell."""
    places = {
        "global_exports": "Country",
        "fixture_exports": "Exporter Country",
        "subnat_exports": "Subnat Geography",
    }
    return {name: _read(folder / f"{name}.csv", place) for name, place in places.items()}


def _read(path: Path, place: str) -> pd.DataFrame:
    data = pd.read_csv(path, encoding="utf-8-sig")
    data = data.rename(columns={place: "region", "Section": "industry", "Trade Value": "value"})
    return data.groupby(["region", "industry"], as_index=False)["value"].sum()
