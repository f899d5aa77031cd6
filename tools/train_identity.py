"""Learns the model of names afresh and writes it into the package: python tools/train_identity.py

Reads ../shared/data/identity/pic_names_dev.csv.gz beside the repository: names of one PIC in three programmes.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.bench_identity import shown_pairs  # noqa: E402
from benchmarks.identity_records import names_alone  # noqa: E402
from clusteratlas.identity.training import fit  # noqa: E402

MODEL = ROOT / "src" / "clusteratlas" / "identity" / "name_model.json"


def main() -> None:
    """Fit on every pair of names whose PICs are known, and write the model."""
    shown = shown_pairs(names_alone())
    model = fit(shown.evidence, shown.is_same)
    MODEL.write_text(json.dumps(model, separators=(",", ":")) + "\n", encoding="utf-8")
    print(
        f"{len(shown.is_same):,} pairs, {shown.is_same.sum():,} of them one body; {MODEL.stat().st_size:,} bytes"
    )


if __name__ == "__main__":
    main()
