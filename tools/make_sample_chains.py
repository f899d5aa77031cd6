"""Write the sample's input-output table: WIOD's world table of a year, added up to five areas.

    python tools/make_sample_chains.py wiot_2008.npz

The file holds the arrays `inter`, `final`, `output`, `countries` and `industries`, as the R package `wiod` names them.
"""

from __future__ import annotations

import csv
import re
import sys
from pathlib import Path

import numpy as np

import clusteratlas
from clusteratlas import taxonomies
from clusteratlas.sources.matrices import iso
from clusteratlas.sources.wiod.read import USES

FILE = Path(clusteratlas.__file__).parent / "sample" / "sample" / "input_output_flow.csv"
AREAS = ("DE", "FR", "IT", "EUO", "ROW")
"""Three countries, the other members of the European Union of the time, and the rest of the world."""
MEMBERS = {code for code, one in taxonomies.countries().items() if one.is_eu} | {"GB"}


def area(code: str) -> int:
    """The place of the area that a country is added up to."""
    code = iso(code)
    named = code if code in AREAS else "EUO" if code in MEMBERS else "ROW"
    return AREAS.index(named)


def added(matrix: np.ndarray, places: list[int], each: int) -> np.ndarray:
    """The columns of ``matrix``, ``each`` for a country, added up by area."""
    blocks = matrix.reshape(len(matrix), len(places), each)
    found = np.zeros((len(matrix), len(AREAS), each))
    for number, place in enumerate(places):
        found[:, place] += blocks[:, number]
    return found.reshape(len(matrix), -1)


def main(path: str) -> None:
    """Add the cells up and write them as a matrix: a line a seller, a column a buyer."""
    given = np.load(path)
    places, industries = [area(code) for code in given["countries"]], given["industries"].tolist()
    flows = added(added(given["inter"], places, len(industries)).T, places, len(industries)).T
    final = added(added(given["final"], places, len(USES)).T, places, len(industries)).T
    output = added(given["output"][None, :], places, len(industries))[0]
    buyers = [f"{one}_{code}" for codes in (industries, USES) for one in AREAS for code in codes]
    year = re.search(r"\d{4}", Path(path).name)
    with FILE.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow([f"wiod-2013 {year[0]}", *buyers, "output"])
        for seller, *cells in zip(buyers, flows, final, output, strict=False):
            values = np.concatenate([np.atleast_1d(part) for part in cells])
            writer.writerow([seller, *(f"{value:.0f}" if value else "" for value in values)])
    print(f"{FILE.stat().st_size / 1e3:.0f} kB in {FILE.name}")


if __name__ == "__main__":
    main(sys.argv[1])
