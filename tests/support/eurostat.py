"""Small tables in Eurostat's layout, of real areas and industries with invented figures."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

AREAS = ("AT", "AT11", "AT12", "FR", "FR71", "EL", "EL11", "EU28")
INDUSTRIES = ("C", "C10", "C11", "C26", "G", "G47")
YEARS = (2015, 2014, 2013)


def tiny_table(path: Path) -> Path:
    """Write a table as bulk TSV packed with gzip; one cell in nine is confidential, one in seven missing."""
    lines = ["nace_r2,indic_sb,geo\\time\t" + "\t".join(f"{year} " for year in YEARS)]
    for place, area in enumerate(AREAS, start=1):
        for number, industry in enumerate(INDUSTRIES, start=1):
            for indicator, size in (("V16110", 100), ("V11210", 3)):
                cells = [_cell(place * number * size + year % 7, place * number + year) for year in YEARS]
                lines.append(f"{industry},{indicator},{area}\t" + "\t".join(cells))
    path.write_bytes(gzip.compress(("\n".join(lines) + "\n").encode()))
    return path


def _cell(value: int, turn: int) -> str:
    if turn % 9 == 0:
        return ": c"
    return ": " if turn % 7 == 0 else f"{value} {'b' if turn % 5 == 0 else ''}"


def tiny_boundaries(path: Path) -> Path:
    """Write boundaries as GISCO's GeoJSON: a square for each region of the table."""
    features = [
        {
            "type": "Feature",
            "properties": {"NUTS_ID": area, "LEVL_CODE": len(area) - 2, "NAME_LATN": area},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[n, 45], [n + 1, 45], [n + 1, 46], [n, 46], [n, 45]]],
            },
        }
        for n, area in enumerate(AREAS)
        if area != "EU28"
    ]
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path
