"""Complexity, entries, peers and complements of Europe's regions from Eurostat's employment: are they sensible?"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from clusteratlas.observatory import (
    complementarity,
    complementary_industries,
    complexity,
    entry_exit,
    entry_prediction,
    peers,
    relatedness,
)

FILE = "sbs_r_nuts06_r2.tsv.gz"


@pytest.fixture(scope="module")
def employment(shared_data: Path) -> pl.DataFrame:
    """Persons employed (V16110) by NUTS 2 region and NACE division, 2012 and 2015; null where not published."""
    raw = pl.read_csv(shared_data / "eurostat" / FILE, separator="\t", infer_schema=False)
    keys = (
        pl.col(raw.columns[0])
        .str.split_exact(",", 2)
        .struct.rename_fields(["industry", "indicator", "region"])
    )
    cells = raw.with_columns(keys.alias("key")).unnest("key")
    cells = cells.filter(
        pl.col("indicator") == "V16110",
        pl.col("region").str.len_chars() == 4,
        ~pl.col("region").str.ends_with("ZZ"),
        pl.col("industry").str.contains(r"^[A-Z]\d\d$"),
    )
    long = cells.unpivot(["2012 ", "2015 "], index=["region", "industry"], variable_name="year")
    return long.with_columns(
        pl.col("year").str.strip_chars().cast(pl.Int64),
        pl.col("value").str.extract(r"^(\d+)").cast(pl.Float64),
    )


def test_the_ranking_is_firm_and_lasts(employment: pl.DataFrame) -> None:
    found = complexity(employment, period="year")
    assert found.is_nearly_tied == {2012: False, 2015: False}
    eci = found.eci.pivot("year", index="region", values="eci").drop_nulls()
    assert eci.height > 150
    assert np.corrcoef(eci["2012"], eci["2015"])[0, 1] > 0.9


def test_the_axis_divides_industrial_from_metropolitan_regions(employment: pl.DataFrame) -> None:
    # ECI finds the axis; which end is up is settled by diversity, here by a weak correlation: the
    # capitals come out low. A reader must be told that.
    found = complexity(employment.filter(pl.col("year") == 2012))
    pci = dict(found.pci.select("industry", "pci").drop_nulls().rows())
    manufacturing = np.mean([p for code, p in pci.items() if code.startswith("C")])
    knowledge = np.mean([pci[code] for code in ("J59", "J61", "J62", "M69", "M70", "M72")])
    assert manufacturing > 0.3
    assert knowledge < -0.5
    eci = dict(found.eci.select("region", "eci").rows())
    assert max(eci[capital] for capital in ("DE30", "UKI1", "SE11", "FR10")) < -1
    assert eci["CZ05"] > 1
    assert 0 < found.networks["diversity_correlation"].item() < 0.2


def test_density_foretells_entry_beyond_the_general_level_of_a_region(employment: pl.DataFrame) -> None:
    found = entry_prediction(entry_exit(employment, period="year"))
    assert found.auc > found.summary["permuted_auc_upper"].item() > 0.5
    assert found.odds.lower > 1
    rates = found.groups["entry_rate"]
    assert rates[-1] > 2 * rates[0]


def test_peers_of_stuttgart_build_machines_and_cars(employment: pl.DataFrame) -> None:
    found = peers(employment.filter(pl.col("year") == 2015), "DE11")
    first = found.head(5)
    assert first["region"].str.starts_with("DE").all()
    assert first["industries"].str.contains("C28|C29").all()
    assert found["similarity"][0] > 1.5 * found["similarity"][-1]


def test_partners_have_what_is_missing(employment: pl.DataFrame) -> None:
    data = employment.filter(pl.col("year") == 2015)
    found = complementarity(data, "DE11")
    assert found["complementarity"].is_between(0, 1, closed="right").all()
    parts = complementary_industries(data, "DE11")
    assert "C29" not in parts["industry"]
    assert (parts["location_quotient_there"] >= 1).all()
    best = parts.filter(pl.col("region") == found["region"][0]).sort("contribution", descending=True)
    assert found["industries"][0].split("; ") == best["industry"].head(5).to_list()


def test_related_divisions_are_those_one_would_name(employment: pl.DataFrame) -> None:
    # Of the ten pairs most related, most lie within one section or within business services.
    pairs = relatedness(employment.filter(pl.col("year") == 2012).drop("year"))
    best = pairs.filter(pl.col("industry") < pl.col("other_industry")).top_k(10, by="relatedness")
    families = {"J": "business", "M": "business", "N": "business", "L": "business"}
    family = [
        {families.get(code[0], code[0]) for code in pair}
        for pair in best.select("industry", "other_industry").rows()
    ]
    assert sum(len(of) == 1 for of in family) >= 7
