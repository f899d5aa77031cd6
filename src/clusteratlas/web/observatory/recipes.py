"""All figures of the site, registered when first asked for."""

from __future__ import annotations

from importlib import import_module

HOMES = (
    *("region_figures", "category_figures", "compare_figures"),
    *("chain_figures", "chain_measure_figures", "region_types"),
)


def load() -> None:
    """Make every figure known; loading the drawing libraries is left until then."""
    for home in HOMES:
        import_module(f"clusteratlas.web.observatory.{home}")
