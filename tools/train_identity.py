"""Learns the model of names afresh and writes it into the package: python tools/train_identity.py

Reads ../shared/data/identity/pic_names_dev.csv.gz beside the repository: names of one PIC in three programmes.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from pathlib import Path

import polars as pl

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bench_identity import shown_pairs  # noqa: E402
from benchmarks.identity_records import names_alone  # noqa: E402
from clusteratlas.identity.name_columns import background  # noqa: E402
from clusteratlas.identity.names import read_names  # noqa: E402
from clusteratlas.identity.training import fit  # noqa: E402

MODEL = ROOT / "src" / "clusteratlas" / "identity" / "name_model.json"


COUNTS = MODEL.with_name("word_counts.json")
FEWEST = 8
"""Names that a word must stand in to be counted as common: nothing that tells one organisation is kept."""


def common_words(records: pl.DataFrame) -> dict[str, int]:
    """How many of the distinct names have each word, generic ones as concepts."""
    names = read_names(records["name"].unique().to_list())
    counts = Counter(word for name in names for word in set(name.concepts))
    return {word: number for word, number in sorted(counts.items()) if number >= FEWEST}


def main() -> None:
    """Fit on every pair of names whose PICs are known, and write the model."""
    records = names_alone()
    COUNTS.write_text(
        json.dumps(common_words(records), indent=0, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    background.cache_clear()
    shown = shown_pairs(records)
    model = fit(shown.evidence, shown.is_same)
    MODEL.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    print(
        f"{len(shown.is_same):,} pairs, {shown.is_same.sum():,} of them one body; {MODEL.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
