"""Indicators: pure functions over dataframes of any kind: specialisation, stars, growth, concentration, complexity.

Every function takes pandas, Polars (eager or lazy), PyArrow, DuckDB or PySpark frames and returns the same kind.

>>> import polars as pl
>>> from clusteratlas import observatory
>>> jobs = pl.DataFrame({"region": ["A", "A", "B", "B"], "industry": ["x", "y", "x", "y"], "value": [30, 10, 10, 50]})
>>> observatory.location_quotient(jobs).sort("region", "industry")["location_quotient"].round(3).to_list()
[1.875, 0.417, 0.417, 1.389]
"""

from __future__ import annotations

from clusteratlas.faces import face

__all__, __getattr__, __dir__ = face(
    __name__,
    {
        "Conversion": "regions",
        "convert_regions": "regions",
        "recode_regions": "region_places",
        "Imputation": "imputation",
        "impute": "imputation",
        "imputed_share": "imputation",
        "EntryPrediction": "diversification",
        "entry_exit": "diversification",
        "entry_prediction": "diversification",
        "peers": "alike",
        "peer_industries": "alike",
        "complementarity": "complements",
        "complementary_industries": "complements",
        "relatedness": "industry_space",
        "linkages": "links",
        "category_relatedness": "links",
        "Complexity": "economic_complexity",
        "ComplexityWarning": "economic_complexity",
        "complexity": "economic_complexity",
        "StarProfile": "strength.profile",
        "star_profile": "strength.files",
        "star_profiles": "strength.files",
        "ellison_glaeser": "localisation",
        "gini": "concentration",
        "herfindahl": "concentration",
        "hot_spots": "spatial",
        "krugman": "localisation",
        "locational_gini": "localisation",
        "Typology": "region_types",
        "typology": "region_types",
        "morans_i": "spatial",
        "neighbours": "neighbouring",
        "Network": "networks",
        "co_participation": "networks",
        "community_names": "networks",
        "theil": "concentration",
        "InputOutput": "value_chains",
        "build_chain": "value_chains.building",
        "chain_steps": "value_chains.building",
        "shock_by_region": "value_chains.spreading",
        "Sensitivity": "strength.sensitivity",
        "sensitivity": "strength.sensitivity",
        "stars": "strength.judging",
        "category_totals": "categories",
        "growth": "rates",
        "productivity": "per_person",
        "shift_share": "shifts",
        "standardised_location_quotient": "standardisation",
        "focus": "specialisation",
        "location_quotient": "specialisation",
        "symmetric_location_quotient": "specialisation",
    },
)
